"""One HTTP exchange with Zalo: limits in time and size, and every way to fail told as a ZaloError."""

import json
import ssl
import time
from functools import cache
from typing import Any

import httpx

from desk.zalo.errors import Action, Family, NoAnswer, Rule, ZaloError, unreachable

CONNECT_S = 3.0
ANSWER_S = 8.0  # below the functions' own time-outs, so that an unanswered call is still recorded
MAX_ANSWER_BYTES = 2 * 1024 * 1024

# RFC 9110 §15.6.4: 503 says that the request was not handled. 500, 502 and 504 say nothing of the kind.
_NOT_HANDLED = {
    429: Rule(Action.LATER, "rate_limit", "soon"),
    503: Rule(Action.RETRY, "service_unavailable"),
}


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def client() -> httpx.Client:
    """A client for one invocation.

    Not for longer: a connection that idled while the function was frozen may be dead, and a send over
    a dead connection ends as "unknown". Redirects are not followed: they would carry the token along.
    """
    return httpx.Client(verify=_tls(), timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S), trust_env=False)


def call(
    http: httpx.Client,
    family: Family,
    method: str,
    url: str,
    *,
    acts: bool,
    limit_s: float = ANSWER_S,
    **arguments: Any,
) -> dict[str, Any]:
    """Exchange one request for a JSON object, error field and all.

    `acts` says that the request changes something at Zalo: then a lost answer is NoAnswer, else it is
    merely worth a retry. `limit_s` bounds the whole exchange after connecting, however slowly the bytes
    drip. Raises ZaloError when no usable answer came.
    """
    timeout = httpx.Timeout(limit_s, connect=CONNECT_S)
    try:
        with http.stream(method, url, timeout=timeout, follow_redirects=False, **arguments) as response:
            content = _read(response, time.monotonic() + limit_s)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise unreachable(family) from error
    except httpx.TimeoutException as error:
        raise _lost(family, acts, "timeout") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise _lost(family, acts, "connection_lost") from error
    return _object(family, response.status_code, content, acts)


def error_code(answer: dict[str, Any]) -> int:
    """The `error` of an answer; 0 when there is none. Zalo writes numbers, now and then as text."""
    try:
        return int(answer.get("error") or 0)
    except (TypeError, ValueError):
        return -1


def _read(response: httpx.Response, deadline: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer drips")
        if len(content) > MAX_ANSWER_BYTES:
            raise httpx.DecodingError("the answer is too long")
    return bytes(content)


def _object(family: Family, status: int, content: bytes, acts: bool) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and (status < 400 or error_code(answer)):
        return answer
    if status in _NOT_HANDLED:
        raise ZaloError(family, status, _NOT_HANDLED[status])
    if status == 401:
        raise ZaloError(family, status, Rule(Action.REFRESH_TOKEN, "token_invalid"))
    if status >= 500 or status < 300:
        raise _lost(family, acts, f"http_{status}")
    raise ZaloError(family, status, Rule(Action.HUMAN, f"http_{status}"))


def _lost(family: Family, acts: bool, reason: str) -> ZaloError:
    return NoAnswer(family, reason) if acts else unreachable(family, reason)
