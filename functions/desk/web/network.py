"""The wire under a download: where a name may lead, checked at the moment of connecting, and one deadline.

A host on the allow-list can still be made to resolve to the function's own loopback or to a metadata service
(DNS rebinding). So the name is resolved once, every answer is checked, and the connection goes to a checked
address and nowhere else; TLS still verifies the certificate of the name.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from desk.errors import Invalid, Unavailable

type Resolve = Callable[[str, int], list[str]]

_CONNECT_S = 3.0
_IDLE_S = 10.0
# Addresses tried for one name: enough for a dead node, not a scan.
_TRIES = 3
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


class Unreachable(Unavailable):
    """The other side did not deliver; `reason` is `timeout` or `unreachable`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, in the system's order of preference. Raises Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable("unreachable") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """True for a unicast address of the open internet.

    An IPv6 address that carries an IPv4 one (mapped, NAT64) is judged by what it carries; 6to4 is refused.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if ip.ipv4_mapped:
        return is_public(str(ip.ipv4_mapped))
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and ip in _UNICAST and ip not in _SIX_TO_FOUR


class Deadline:
    """A moment after which nothing of a download goes on, however busily the other side drips bytes."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def cap(self, seconds: float) -> float:
        """`seconds`, or what is left when that is less. Raises Unreachable when nothing is left."""
        left = self._at - self._clock()
        if left <= 0:
            raise Unreachable("timeout")
        return min(seconds, left)


class _Stream(httpcore.NetworkStream):
    """A socket whose every wait ends at the deadline; httpcore's own limits start anew with each read."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(_IDLE_S))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(_IDLE_S))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = self._deadline.cap(_CONNECT_S)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class PinnedNetwork(httpcore.NetworkBackend):
    """Connects to public addresses only, except for the literal hosts in `trusted`.

    Raises Invalid (`host_not_allowed`) when any answer for a name is not public: a name that mixes public
    and private answers is an attack or a mistake.
    """

    def __init__(self, deadline: Deadline, trusted: Iterable[str] = (), resolve: Resolve = resolve) -> None:
        self._deadline = deadline
        self._trusted = frozenset(trusted)
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._resolve(host, port)
        if host not in self._trusted and not all(map(is_public, addresses)):
            raise Invalid("an address that is not public", field="url", code="host_not_allowed")
        failure: Exception = Unreachable("unreachable")
        for address in addresses[:_TRIES]:
            try:
                limit = self._deadline.cap(_CONNECT_S)
                return _Stream(self._inner.connect_tcp(address, port, limit), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
