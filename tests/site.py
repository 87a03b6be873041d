"""A web server on loopback that answers as a test says: whole, cut, dripping, lying."""

import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

type Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """`answers` by path; `asked` is what was asked for, host and path. A path without an answer is 404."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(f"{self.headers['Host']}{self.path}")
                self.close_connection = True
                try:
                    site.answers.get(self.path, NOT_FOUND)(self)
                except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    pass  # the other side has had enough

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def raw(data: bytes) -> Answer:
    return lambda handler: handler.wfile.write(data) and None


def body(
    content: bytes, *, status: str = "200 OK", length: int | None = None, kind: str = "image/jpeg"
) -> Answer:
    size = len(content) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    return raw(head.encode() + content)


def redirect(target: str) -> Answer:
    return raw(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())


NOT_FOUND = body(b"", status="404 Not Found")
