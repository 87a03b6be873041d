"""What every call to the platform passes: log, planned faults, rate limit, access token, error body."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.zalo.clock import Clock, iso
from local.zalo.config import Agency, Config
from local.zalo.faults import Faults
from local.zalo.tokens import Tokens


class Refusal(Exception):
    """The platform says no: a negative code of the API's family and a text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


Handler = Callable[[Request, Agency], Awaitable[Any]]


class Gate:
    """Wraps the platform's handlers. Errors of the API are HTTP 200 with a negative `error`."""

    def __init__(self, config: Config, clock: Clock, faults: Faults, tokens: Tokens) -> None:
        self._config, self._clock, self._faults, self._tokens = config, clock, faults, tokens
        self._minutes: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.calls: deque[dict[str, Any]] = deque(maxlen=20_000)

    def open_api(self, path: str, method: str, handler: Handler) -> Route:
        """An OA or article endpoint: counted against the rate limit, refused with OA error codes."""

        async def answer(request: Request, call: dict[str, Any]) -> Response:
            agency, headers = None, {}
            try:
                agency = self._agency(request, call)
                headers = self._count(agency)
                body = {"data": await handler(request, agency), "error": 0, "message": "Success"}
            except Refusal as refusal:
                body = {"error": refusal.code, "message": refusal.message}
            return JSONResponse(body, headers=headers)

        return self.logged(path, method, answer, _open_api_error)

    def business(self, path: str, method: str, handler: Handler) -> Route:
        """A ZBS endpoint: its own error codes, no shared rate limit."""

        async def answer(request: Request, call: dict[str, Any]) -> Response:
            try:
                agency = self._agency(request, call, invalid=-124, expired=-124)
                body = {"error": 0, "message": "Success", "data": await handler(request, agency)}
            except Refusal as refusal:
                body = {"error": refusal.code, "message": refusal.message}
            return JSONResponse(body)

        return self.logged(path, method, answer, _open_api_error)

    def logged(
        self,
        path: str,
        method: str,
        answer: Callable[[Request, dict[str, Any]], Awaitable[Response]],
        error_body: Callable[[int], dict[str, Any]],
    ) -> Route:
        """Any endpoint: written into the log of calls, and subject to planned faults."""

        async def endpoint(request: Request) -> Response:
            if path.startswith("/media/") and "sec-fetch-dest" in request.headers:
                # The phone page shows a picture: neither a call of the desk nor a target of faults.
                return await answer(request, {})
            began = time.perf_counter()
            call = await self._record(request)
            fault = self._faults.take(request.url.path, call["body"])
            if fault and fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            failed = fault is not None and (fault.status is not None or fault.error is not None)
            response: Response | None = None
            if not failed or (fault and fault.after):
                response = await answer(request, call)
            if fault and fault.error is not None:
                response = JSONResponse(error_body(fault.error))
            elif fault and fault.status is not None:
                response = JSONResponse({"message": "fault on request"}, fault.status)
            assert response is not None
            call |= {"status": response.status_code, "ms": round((time.perf_counter() - began) * 1000)}
            if isinstance(response, JSONResponse):
                content = json.loads(bytes(response.body))
                call |= {
                    "error": content.get("error", 0) if isinstance(content, dict) else 0,
                    "answer": content,
                }
            return response

        return Route(path, endpoint, methods=[method])

    async def _record(self, request: Request) -> dict[str, Any]:
        call: dict[str, Any] = {
            "at": iso(self._clock.now_ms()),
            "method": request.method,
            "path": request.url.path,
            "query": dict(request.query_params),
            "agency": None,
            "body": await _readable_body(request),
            "status": None,
        }
        self.calls.append(call)
        return call

    def _agency(
        self, request: Request, call: dict[str, Any], invalid: int = -216, expired: int = -220
    ) -> Agency:
        """Whose token it is. The header is `access_token`, never Authorization."""
        token = self._tokens.access(request.headers.get("access_token", ""))
        if token is None or token["agency"] not in self._config.agencies:
            raise Refusal(invalid, "Access token is invalid")
        agency = self._config.agencies[token["agency"]]
        call["agency"] = agency.key
        if token["dead"] or token["expires_at"] <= self._clock.now():
            raise Refusal(expired, "Access token is expired or removed")
        proof = request.headers.get("appsecret_proof")
        if proof is not None and proof != self._tokens.proof(token["value"], agency):
            raise Refusal(-242, "appsecret_proof is invalid")
        return agency

    def _count(self, agency: Agency) -> dict[str, str]:
        minute = (agency.app_id, int(self._clock.now() // 60))
        self._minutes[minute] += 1
        left = self._config.rate_limit - self._minutes[minute]
        if left < 0:
            raise Refusal(-32, "Your application reached the limit of requests per minute")
        return {"X-RateLimit-Limit": str(self._config.rate_limit), "X-RateLimit-Remain": str(left)}


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of a request, or -201."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Refusal(-201, "Body is invalid") from error
    if not isinstance(body, dict):
        raise Refusal(-201, "Body is invalid")
    return body


def json_query(request: Request) -> dict[str, Any]:
    """GET parameters of the OA API come as one JSON object in the query field `data`."""
    try:
        data = json.loads(request.query_params.get("data", "{}"))
    except ValueError as error:
        raise Refusal(-201, "data is invalid") from error
    if not isinstance(data, dict):
        raise Refusal(-201, "data is invalid")
    return data


async def _readable_body(request: Request) -> Any:
    kind = request.headers.get("content-type", "")
    if request.method == "GET":
        return None
    if kind.startswith("multipart/"):
        return {"bytes": int(request.headers.get("content-length", 0))}
    body = await request.body()
    if kind.startswith("application/x-www-form-urlencoded"):
        hidden = {"refresh_token", "code", "code_verifier"}
        return {k: "…" if k in hidden else v for k, v in (await request.form()).items()}
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _open_api_error(code: int) -> dict[str, Any]:
    return {"error": code, "message": "fault on request"}
