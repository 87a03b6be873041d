"""Drives the whole deployed stack from outside: as citizens through the simulator, as staff through the API."""

import io
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx
from PIL import Image


def eventually[T](look: Callable[[], T | bool | None], *, within: float = 40, what: str = "it") -> T:
    """Look again until there is something to see. Raises AssertionError in the end."""
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen  # type: ignore[return-value]
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {within} s")
        time.sleep(0.25)


@dataclass
class Driver:
    """One running stack."""

    stack: dict[str, Any]
    restart: Callable[[], None] | None = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def citizen(self, name: str, agency: str = "csgt") -> "Citizen":
        return Citizen(self, name, agency)

    def job(self, name: str, **arguments: str) -> dict[str, Any]:
        """Run a scheduled job now; returns what it did."""
        aws = boto3.client(
            "lambda", endpoint_url=self.stack["aws_endpoint_url"], region_name=self.stack["region"]
        )
        answer = aws.invoke(
            FunctionName="langnghe-local-schedule", Payload=json.dumps({"job": name, **arguments})
        )
        done: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, done
        return done

    def staff(self, role: str = "officer", agency: str = "csgt") -> "Staff":
        return Staff(self, self.stack["agencies"][agency]["staff"][role]["token"])


@dataclass
class Citizen:
    """A person with a phone."""

    driver: Driver
    id: str
    agency: str

    def _url(self, path: str) -> str:
        return f"{self.driver.stack['simulator_url']}/sim/citizens/{self.id}/{path}"

    def send(self, kind: str, **fields: Any) -> str:
        answer = self.driver.http.post(
            self._url("messages"), json={"oa": self.agency, "kind": kind, **fields}
        )
        answer.raise_for_status()
        found: str = answer.json()["msg_id"]
        return found

    def say(self, text: str) -> str:
        return self.send("text", text=text)

    def upload(self, kind: str, data: bytes, name: str, content_type: str) -> str:
        files = {"upload": (name, data, content_type)}
        answer = self.driver.http.post(
            self._url("messages"), data={"oa": self.agency, "kind": kind}, files=files
        )
        answer.raise_for_status()
        found: str = answer.json()["msg_id"]
        return found

    def post(self, path: str) -> None:
        self.driver.http.post(self._url(path), json={"oa": self.agency}).raise_for_status()

    def chat(self) -> list[dict[str, Any]]:
        answer = self.driver.http.get(self._url("messages"), params={"oa": self.agency})
        answer.raise_for_status()
        found: list[dict[str, Any]] | dict[str, list[dict[str, Any]]] = answer.json()
        return found["messages"] if isinstance(found, dict) else found

    def heard(self) -> list[str]:
        """What the OA has said so far."""
        return [m.get("text") or "" for m in self.chat() if m["from"] == "oa"]

    def wait_for_answer(self, *, count: int = 1, within: float = 40) -> list[str]:
        """Until the OA has said `count` things; returns all it said."""
        return eventually(
            lambda: said if len(said := self.heard()) >= count else None,
            within=within,
            what=f"answer {count}",
        )


@dataclass
class Staff:
    """A person of an agency."""

    driver: Driver
    token: str

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.driver.http.request(
            method, self.driver.stack["api_url"] + path, headers=headers, **options
        )

    def get(self, path: str, **params: Any) -> Any:
        answer = self.request("GET", path, params=params)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        answer = self.request("POST", path, json=body, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None


# ── what tests of whole flows share ──

CODE = re.compile(r"\b(?:CS|DT|BH)-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def somebody() -> str:
    return f"citizen-{uuid.uuid4().hex[:8]}"


def picture(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return file.getvalue()


def code_in(texts: list[str]) -> str:
    found = CODE.search("\n".join(texts))
    assert found, texts
    return found[0]


def filed(citizen: Citizen) -> str:
    """The code of the report that the citizen was told of."""
    said = eventually(lambda: [t for t in citizen.heard() if CODE.search(t)], within=60, what="a code")
    return code_in(said)


def tap(citizen: Citizen, title: str) -> None:
    """Tap the latest button of that title."""
    buttons = [b for m in citizen.chat() if m["from"] == "oa" for b in m["buttons"] if title in b["title"]]
    payload = buttons[-1]["payload"]
    citizen.send("button", text=payload if isinstance(payload, str) else payload["content"])


def hears(citizen: Citizen, words: str, *, within: float = 60) -> str:
    def look() -> str | None:
        return next((text for text in reversed(citizen.heard()) if words in text), None)

    return eventually(look, within=within, what=f"“{words}” in {citizen.heard()}")
