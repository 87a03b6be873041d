"""A stub of AWS services that speak JSON over HTTP (Rekognition, Transcribe): what the SDK sends is real."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3

type Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Refused(Exception):
    """An error answer, by its code."""


@dataclass
class Stub:
    """Answers by operation ("DetectText"), files by path; `calls` holds what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    def client(self, service: str) -> Any:
        """A boto3 client of a service that talks to this stub."""
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.url, region_name="ap-southeast-1",
            aws_access_key_id="stub", aws_secret_access_key="stub",
        )  # fmt: skip


@contextmanager
def aws_stub() -> Iterator[Stub]:
    """A stub on a free port."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            stub.calls.append((operation, body))
            try:
                self._send(200, stub.answers[operation](body))
            except Refused as error:
                self._send(400, {"__type": str(error), "message": "refused"})

        def do_GET(self) -> None:
            found = stub.files.get(self.path)
            self._send(200 if found is not None else 404, found or {})

        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
