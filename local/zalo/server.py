"""The application, and how to run it: in the foreground or, for tests, in a thread."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.zalo import oauth
from local.zalo.business import Business
from local.zalo.config import Config
from local.zalo.control import CitizenApi
from local.zalo.live import Live
from local.zalo.media import SAMPLES
from local.zalo.older import OlderMessages
from local.zalo.operation import OperationApi
from local.zalo.pages import Pages
from local.zalo.people import People
from local.zalo.simulator import Simulator

PAGE = Path(__file__).parent / "page"


def build_app(config: Config | Mapping[str, Any] | Path | str, state: Path | str | None = None) -> Starlette:
    """The simulator as an ASGI application; its parts are under `app.state.simulator`."""
    simulator = Simulator(Config.of(config), Path(state) if state else None)
    gate = simulator.gate

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(simulator.clock.run())
        simulator.webhooks.resume()
        yield
        simulator.live.close()
        clock.cancel()
        await simulator.webhooks.close()
        simulator.store.close()

    async def page(request: Request) -> FileResponse:
        return FileResponse(PAGE / "index.html")

    async def media(request: Request, call: dict[str, Any]) -> Any:
        return await simulator.media.serve(request)

    routes = [
        *oauth.routes(simulator.config, gate, simulator.tokens),
        *simulator.messages.routes(gate),
        *simulator.uploads.routes(gate),
        *People(simulator).routes(gate),
        *simulator.articles.routes(gate),
        *OlderMessages(simulator).routes(gate),
        *Business(simulator).routes(gate),
        *CitizenApi(simulator).routes(),
        *OperationApi(simulator).routes(),
        *Pages(simulator).routes(),
        gate.logged("/media/{id}/{name}", "GET", media, lambda code: {"error": code}),
        Route("/sim/live", simulator.live.stream),
        Route("/", page),
        Mount("/page", StaticFiles(directory=PAGE)),
        Mount("/samples", StaticFiles(directory=SAMPLES)),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.simulator = simulator
    return app


class Server(uvicorn.Server):
    """Ends the pages' open streams first: they would hold the shutdown up for ever."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._live.close()
        await super().shutdown(sockets)


def serve(app: Starlette, listening: socket.socket) -> Server:
    """A server for an open socket; its address becomes the base of media addresses unless one is set."""
    simulator: Simulator = app.state.simulator
    host, port = listening.getsockname()[:2]
    simulator.config.base_url = simulator.config.base_url or f"http://{host}:{port}"
    options = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    return Server(options, simulator.live)


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    return listening


@contextmanager
def running(
    config: Config | Mapping[str, Any] | Path | str, state: Path | str | None = None, port: int = 0
) -> Iterator[Simulator]:
    """The simulator on a free loopback port, in a thread; its address is `simulator.config.base_url`."""
    app = build_app(config, state)
    listening = listen(port)
    server = serve(app, listening)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield app.state.simulator
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
