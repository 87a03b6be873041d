"""The local look-up service on a free port of the loopback, and a client of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from local.gateway.server import Service
from lookup.gateway import Breaker, Gateway

KEY_ID, KEY = "test", "a-key-of-the-test"


@dataclass
class Running:
    """A service that runs in this process: tests look into it, the client speaks HTTP to it."""

    service: Service
    url: str

    def client(self, *, answer_s: float = 2.0, **changed: Any) -> Gateway:
        http = httpx.Client(timeout=answer_s, trust_env=False)
        values = {"credentials": lambda: {"key_id": KEY_ID, "key": KEY}, "breaker": Breaker()} | changed
        return Gateway(http, self.url, **values)


@contextmanager
def running() -> Iterator[Running]:
    """Serve until the end of the block."""
    service = Service(KEY_ID, KEY)
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(service.app(), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [probe]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Running(service, f"http://127.0.0.1:{probe.getsockname()[1]}")
    server.should_exit = True
    thread.join(5)
