"""Fetching one file: streamed, hashed on the way, from allowed hosts only, capped in bytes and time.

Nothing the other side says about itself is believed: not Content-Length, not Content-Type, not a redirect.
"""

import hashlib
import ipaddress
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import httpcore
import httpx

from desk.errors import Invalid
from desk.web.network import Deadline, PinnedNetwork, Resolve, Unreachable, resolve

TOTAL_S = 100.0
_REDIRECTS = 3
_WEB_PORTS = {None, 80, 443}
_HEADERS = [
    (b"User-Agent", b"LangNghe"),
    (b"Accept", b"*/*"),
    # The original bytes, not a compressed rendering of them.
    (b"Accept-Encoding", b"identity"),
]
# Worth another try later; every other answer that is not 200 means that the link leads nowhere.
_PASSING = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class Download:
    """What came: `scheme` and `host` say from where and how in the end; the hashes are hexadecimal."""

    bytes: int
    sha256: str
    md5: str
    scheme: str
    host: str


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


class Hosts:
    """The hosts that files may come from: suffixes such as `zdn.vn`, and literal addresses as they stand.

    A literal (`127.0.0.1`, `localhost`) is trusted with any port and may be private: whoever configures the
    desk named that very machine. A name is never trusted that far. `anywhere` allows every name, for an
    address that an administrator chose; it still has to lead to the open internet.
    """

    def __init__(self, names: Iterable[str], *, anywhere: bool = False) -> None:
        self._anywhere = anywhere
        clean = {n.strip().strip(".").lower() for n in names} - {""}
        self.literals = frozenset(filter(_literal, clean))
        self._suffixes = tuple(f".{n}" for n in clean - self.literals)

    def check(self, url: httpx.URL) -> str:
        """The host of a permitted address. Raises Invalid (`host_not_allowed`)."""
        host = url.raw_host.decode("ascii").strip(".").lower()
        literal = host in self.literals
        if url.scheme not in {"http", "https"} or url.userinfo or not (literal or url.port in _WEB_PORTS):
            raise Invalid("not a plain web address", field="url", code="host_not_allowed")
        named = self._anywhere and not _literal(host)
        if not (literal or named or f".{host}".endswith(self._suffixes)):
            raise Invalid("a host that is not on the list", field="url", code="host_not_allowed")
        return host


class Downloader:
    """Fetches addresses from `hosts`. `max_bytes` caps the body whatever its headers say."""

    def __init__(
        self, hosts: Hosts, *, max_bytes: int, total_s: float = TOTAL_S, resolve: Resolve = resolve
    ) -> None:
        self._hosts = hosts
        self._max_bytes = max_bytes
        self._total_s = total_s
        self._resolve = resolve

    def fetch(self, address: str, into: BinaryIO, *, max_bytes: int | None = None) -> Download:
        """Write the body of `address` to `into` from its beginning.

        Raises Invalid with the code `host_not_allowed`, `dead_link`, `too_large` or `empty`, which another
        try would not change, and Unreachable for what may pass.
        """
        deadline = Deadline(self._total_s)
        limit = max_bytes or self._max_bytes
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, TypeError) as error:
            raise Invalid("not an address", field="url", code="host_not_allowed") from error
        host = self._hosts.check(url)
        if url.scheme == "http" and host not in self._hosts.literals:
            # Zalo gives some addresses with http. Evidence deserves TLS where the host has it, and must not
            # be lost where it has not: whatever goes wrong this way, the address is then tried as given.
            try:
                secure = url.copy_with(scheme="https", port=None)
                return self._follow(secure, into, deadline, limit, upgraded=True)
            except Unreachable:
                pass
            except Invalid as error:
                if error.code != "dead_link":
                    raise
        return self._follow(url, into, deadline, limit)

    def _follow(
        self, url: httpx.URL, into: BinaryIO, deadline: Deadline, limit: int, *, upgraded: bool = False
    ) -> Download:
        """Follow a few redirects; each address is checked as the first one was."""
        for _ in range(_REDIRECTS + 1):
            host = self._hosts.check(url)
            network = PinnedNetwork(deadline, self._hosts.literals, self._resolve)
            with httpcore.ConnectionPool(ssl_context=_tls(), network_backend=network) as pool:
                try:
                    with pool.stream("GET", _core(url, host), headers=_HEADERS) as response:
                        target = _redirect(response)
                        if target is None:
                            _expect_body(response, limit, upgraded=upgraded)
                            size, sha256, md5 = save(response.iter_stream(), into, limit)
                            return Download(size, sha256, md5, url.scheme, host)
                except (httpcore.TimeoutException, TimeoutError) as error:
                    raise Unreachable("timeout") from error
                except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                    raise Unreachable("unreachable") from error
            try:
                url = url.join(target)
            except httpx.InvalidURL as error:
                raise Invalid("a redirect to nowhere", field="url", code="dead_link") from error
        raise Invalid("too many redirects", field="url", code="dead_link")


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _core(url: httpx.URL, host: str) -> httpcore.URL:
    """The pieces that were checked, so that no second parser can read the address differently."""
    return httpcore.URL(scheme=url.raw_scheme, host=host.encode(), port=url.port, target=url.raw_path)


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in response.headers if k.lower() == name), "")


def _redirect(response: httpcore.Response) -> str | None:
    if response.status in {301, 302, 303, 307, 308}:
        return _header(response, b"location")
    return None


def _expect_body(response: httpcore.Response, limit: int, *, upgraded: bool) -> None:
    """Raise unless the answer promises a body worth reading."""
    if response.status in _PASSING or response.status >= 500:
        raise Unreachable("unreachable")
    # A host without a site of its own on port 443 may show a page of its neighbour's there.
    stray_page = upgraded and _header(response, b"content-type").startswith("text/html")
    if response.status != 200 or stray_page:
        raise Invalid("the link is dead", field="url", code="dead_link")
    # Only a hint that saves a useless transfer: the real cap counts the bytes.
    declared = _header(response, b"content-length")
    if declared.isdigit() and int(declared) > limit:
        raise Invalid("larger than accepted", field="url", code="too_large")


def save(chunks: Iterator[bytes], into: BinaryIO, limit: int) -> tuple[int, str, str]:
    """Write chunks to a file; returns size, SHA-256 and MD5 (what Zalo declares for files)."""
    into.seek(0)
    into.truncate()
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise Invalid("larger than accepted", field="url", code="too_large")
        sha256.update(chunk)
        md5.update(chunk)
        into.write(chunk)
    if size == 0:
        raise Invalid("an empty body", field="url", code="empty")
    into.seek(0)
    return size, sha256.hexdigest(), md5.hexdigest()
