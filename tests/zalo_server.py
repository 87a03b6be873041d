"""A small HTTP server in Zalo's place, for what the simulator does not do: odd bytes, silence, cut lines."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body.decode()).items()}


@dataclass
class Answer:
    """What to say: `body` is bytes or JSON. `drop` closes the connection without a word."""

    body: Any = None
    status: int = 200
    delay_s: float = 0
    drop: bool = False
    drip_s: float = 0


@dataclass
class ZaloServer:
    """Answers with what `respond` returns; keeps every request."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    respond: Callable[[Request], Any] = lambda _request: {"error": 0, "data": {}}
    lock: threading.Lock = field(default_factory=threading.Lock)

    def calls(self, path: str) -> list[Request]:
        return [r for r in self.requests if r.path == path]


@contextmanager
def zalo_server() -> Iterator[ZaloServer]:
    """A running server on a free port of the loopback."""
    zalo = ZaloServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {k.lower(): v for k, v in self.headers.items()}
            request = Request(self.command, parts.path, query, headers, body)
            with zalo.lock:
                zalo.requests.append(request)
            answer = zalo.respond(request)
            if not isinstance(answer, Answer):
                answer = Answer(answer)
            time.sleep(answer.delay_s)
            if answer.drop:
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            try:
                self.send_response(answer.status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                if answer.drip_s:
                    for byte in content:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        time.sleep(answer.drip_s)
                else:
                    self.wfile.write(content)
            except OSError:
                self.close_connection = True  # the client went away, as the test wants

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    zalo.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield zalo
    finally:
        server.shutdown()
        server.server_close()
