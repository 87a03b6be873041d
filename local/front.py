"""The HTTP API under a plain address.

The emulator tells APIs apart by host name, as AWS does, and `<id>.execute-api.localhost` does not resolve
everywhere. This forwards every request byte for byte and sets that host.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# Hop-by-hop headers (RFC 9110, 7.6.1) and what the new connection sets itself.
_DROPPED = {
    "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host", "content-length",
}  # fmt: skip
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def build_app(api_id: str, cloud_port: int) -> Starlette:
    """The forwarder for one API."""
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{cloud_port}", timeout=40)
    host = f"{api_id}.execute-api.localhost:{cloud_port}"

    async def forward(request: Request) -> Response:
        headers = [(k, v) for k, v in request.headers.raw if k.decode() not in _DROPPED]
        # As it came: decoded, a path could hold what no address may.
        query = request.scope["query_string"]
        asked = client.build_request(
            request.method,
            (request.scope["raw_path"] + (b"?" + query if query else b"")).decode("ascii"),
            headers=[*headers, (b"host", host.encode())],
            content=await request.body(),
        )
        answer = await client.send(asked)
        kept = {k: v for k, v in answer.headers.items() if k not in _DROPPED | {"content-encoding"}}
        response = Response(answer.content, answer.status_code, kept)
        if answer.headers.get("content-encoding"):
            # httpx has unpacked the body already.
            response.headers["content-length"] = str(len(answer.content))
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(routes=[Route("/{path:path}", forward, methods=METHODS)], lifespan=lifespan)


def run_in_thread(api_id: str, cloud_port: int, port: int) -> uvicorn.Server:
    """Serve on loopback until the process ends."""
    config = uvicorn.Config(build_app(api_id, cloud_port), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True, name="front").start()
    return server
