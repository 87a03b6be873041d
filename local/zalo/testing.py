"""For tests of the simulator and against it: a desk that records what it is sent, and a client."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from local.zalo.simulator import Simulator

APP_ID, APP_SECRET, OA_ID, OA_SECRET = "360846524940903967", "app-secret", "388613280878808645", "oa-secret"


class Desk:
    """A webhook receiver. `statuses` are the answers to come, 200 after them; `delay_s` slows each one."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.delay_s: dict[str, float] = {}
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                desk.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(next((s for text, s in desk.delay_s.items() if text.encode() in body), 0))
                self.send_response(desk.statuses.pop(0) if desk.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks/zalo"

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """What arrived, in order of arrival."""
        bodies = [json.loads(body) for _, body in self.received]
        return [event for event in bodies if not name or event["event_name"] == name]

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


class Zalo(httpx.Client):
    """The simulator as a test talks to it."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(base_url=simulator.config.base_url, timeout=30)
        self.simulator = simulator

    @cached_property
    def pair(self) -> dict[str, str]:
        """The OA's tokens, handed out at the first use; the older pair dies."""
        return dict(self.post("/sim/tokens", json={"oa": "csgt"}).json())

    def say(self, citizen: str, **fields: Any) -> str:
        """A citizen writes; the message's id."""
        answer = self.post(f"/sim/citizens/{citizen}/messages", json={"oa": "csgt", "kind": "text"} | fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["msg_id"])

    def act(self, citizen: str, action: str, **fields: Any) -> Any:
        """A citizen does something else."""
        return self.post(f"/sim/citizens/{citizen}/{action}", json={"oa": "csgt"} | fields).json()

    def chat(self, citizen: str) -> list[dict[str, Any]]:
        """Both directions, oldest first."""
        return list(self.get(f"/sim/citizens/{citizen}/messages", params={"oa": "csgt"}).json())

    def user_id(self, citizen: str) -> str:
        """Under which id the OA knows the citizen."""
        people = {c["id"]: c for c in self.get("/sim/citizens").json()}
        return str(people[citizen]["user_ids"]["csgt"])

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> dict[str, Any]:
        """The desk calls the platform."""
        headers = {"access_token": token or self.pair["access_token"]}
        return dict(self.request(method, path, headers=headers, **options).json())

    def consult(self, citizen: str, message: dict[str, Any] | None = None) -> dict[str, Any]:
        """The OA writes to a citizen."""
        body = {"recipient": {"user_id": self.user_id(citizen)}, "message": message or {"text": "Chào bạn"}}
        return self.call("POST", "/v3.0/oa/message/cs", json=body)

    def refresh(self, token: str, **form: str) -> dict[str, Any]:
        """Spend a refresh token."""
        form = {"app_id": APP_ID, "grant_type": "refresh_token", "refresh_token": token} | form
        answer = self.post("/v4/oa/access_token", data=form, headers={"secret_key": APP_SECRET})
        return dict(answer.json())

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        assert self.post("/sim/clock", json={"advance_s": seconds}).status_code == 200


def expected_mac(body: bytes) -> str:
    """The signature by the formula of Zalo's SDK, written a second time on purpose."""
    timestamp = json.loads(body)["timestamp"]
    return "mac=" + hashlib.sha256(APP_ID.encode() + body + f"{timestamp}{OA_SECRET}".encode()).hexdigest()


def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    """Wait for something that happens soon, or fail."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
