"""The staff function behind a real HTTP server on loopback: the gateway's part is as small as can be."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.staff_site import Site


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The address of a server; the bearer token is the name of who asks (`csgt.officer`)."""

    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(size).decode("utf-8", "surrogateescape") if size else None
            who = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
            with lock:
                found = site.call(self.command, self.path, raw=raw, who=who, headers=dict(self.headers))
            self.send_response(found.status)
            for name, value in found.headers.items():
                if name != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.raw)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(found.raw)

        def log_message(self, *_: object) -> None: ...

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"):
        setattr(Gateway, f"do_{method}", Gateway.answer)
    # One Lambda answers one request at a time.
    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
