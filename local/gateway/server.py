"""The service over HTTP, as docs/gateway.openapi.yaml describes it, with a control API under /control.

`POST /control/faults {"path"?, "status" | "delay_s" | "garbage", "times"?}` makes the next answers fail (no `times`:
until `DELETE /control/faults`); `POST /control/people {"subject", …}` changes a person, `POST
/control/files {"code", "state"}` a file; `GET /control/calls` counts. `/cards` shows cards to photograph.
"""

import asyncio
import hmac
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from desk.language.normalize import fold
from local.gateway import cards
from local.gateway.people import files, people
from lookup.gateway import signature

SKEW_S = 300
Answer = dict[str, Any]


class Service:
    """The people, and what is wrong with the service at the moment."""

    def __init__(self, key_id: str, key: str) -> None:
        today = date.today()
        self._key_id, self._key = key_id, key
        self.people = {p.subject: p for p in people(today)}
        self.files = {f.code: f for f in files(today)}
        self.faults: list[Answer] = []
        self.calls: Counter[str] = Counter()

    def app(self) -> Starlette:
        """The ASGI application."""
        answers: dict[str, Callable[[Answer], Answer | None]] = {
            "check": self.check,
            "numbers": self.numbers,
            "card": self.card,
            "contributions": self.contributions,
            "file": self.file,
        }
        routes = [
            Route(f"/v1/{name}", self._signed(f"/v1/{name}", a), methods=["POST"])
            for name, a in answers.items()
        ]
        routes += [
            Route("/control/faults", self.fault, methods=["POST", "DELETE"]),
            Route("/control/people", self.change, methods=["POST"]),
            Route("/control/files", self.move, methods=["POST"]),
            Route("/control/calls", self.count, methods=["GET"]),
            Route("/cards", self.cards, methods=["GET"]),
            Route("/cards/{subject}/{kind}.png", self.card_picture, methods=["GET"]),
        ]
        return Starlette(routes=routes)

    def check(self, body: Answer) -> Answer:
        """The person whom all of a proof fits."""
        found = next(
            (
                p
                for p in self.people.values()
                if body["number"] in p.numbers()
                and p.birth == body["birth"]
                and fold(p.name).split() == fold(body["name"]).split()
            ),
            None,
        )
        match = {"subject": found.subject, "name": found.name, "phone": found.phone} if found else None
        return {"match": match}

    def numbers(self, body: Answer) -> Answer | None:
        """Their numbers."""
        found = self.people.get(body["subject"])
        return {"social": found.social, "personal": found.personal} if found else None

    def card(self, body: Answer) -> Answer | None:
        """Their card."""
        found = self.people.get(body["subject"])
        if not found:
            return None
        return {
            "valid_from": found.card_from.isoformat(),
            "valid_to": found.card_to.isoformat(),
            "five_years_on": found.five.isoformat() if found.five else None,
            "facility": {"code": found.facility[0], "name": found.facility[1]},
        }

    def contributions(self, body: Answer) -> Answer | None:
        """Their history."""
        found = self.people.get(body["subject"])
        if not found:
            return None
        return {"spans": [{"first": a, "last": b, "employer": c} for a, b, c in found.spans]}

    def file(self, body: Answer) -> Answer | None:
        """A file by its code."""
        found = self.files.get(body["code"])
        if not found:
            return None
        return {
            "subject": found.subject,
            "procedure": found.procedure,
            "state": found.state,
            "since": found.since.isoformat(),
            "due": found.due.isoformat() if found.due else None,
        }

    def _signed(
        self, path: str, answer: Callable[[Answer], Answer | None]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            self.calls[path] += 1
            content = await request.body()
            if (broken := await self._fault(path)) is not None:
                return broken
            if not self._allowed(request, path, content):
                return JSONResponse({"title": "wrong signature"}, 401)
            found = answer(json.loads(content))
            if found is None:
                return JSONResponse({"title": "no such thing"}, 404)
            return JSONResponse(found | {"as_of": datetime.now(UTC).isoformat(timespec="seconds")})

        return endpoint

    def _allowed(self, request: Request, path: str, content: bytes) -> bool:
        at, given = request.headers.get("x-timestamp", ""), request.headers.get("x-signature", "")
        fresh = at.isdecimal() and abs(time.time() - int(at)) <= SKEW_S
        known = request.headers.get("x-key-id") == self._key_id
        return fresh and known and hmac.compare_digest(given, signature(self._key, "POST", path, at, content))

    async def _fault(self, path: str) -> Response | None:
        for fault in self.faults:
            if fault.get("path") not in (None, path):
                continue
            if "times" in fault:
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self.faults.remove(fault)
            if "delay_s" in fault:
                await asyncio.sleep(float(fault["delay_s"]))
                return None
            if fault.get("garbage"):
                return Response("<html>", 200)
            return JSONResponse({"title": "as ordered"}, int(fault["status"]))
        return None

    async def fault(self, request: Request) -> Response:
        """Order a fault, or end all of them."""
        if request.method == "DELETE":
            self.faults.clear()
        else:
            self.faults.append(await request.json())
        return JSONResponse(self.faults)

    async def change(self, request: Request) -> Response:
        """Change a person: `card_to` and other dates as ISO days."""
        body = await request.json()
        person = self.people[body.pop("subject")]
        values = {
            k: date.fromisoformat(v) if k in ("card_from", "card_to", "five") and v else v
            for k, v in body.items()
        }
        self.people[person.subject] = replace(person, **values)
        return JSONResponse({"subject": person.subject})

    async def move(self, request: Request) -> Response:
        """Bring a file to another state, since today."""
        body = await request.json()
        code = body["code"]
        self.files[code] = replace(self.files[code], state=body["state"], since=datetime.now(UTC).date())
        return JSONResponse({"code": code})

    async def cards(self, _request: Request) -> Response:
        """Everybody's cards, to be saved and sent from the phone page."""
        pictures = [
            f'<figure><img src="/cards/{p.subject}/{kind}.png" width="428" alt=""><figcaption>{p.name}</figcaption>'
            f"</figure>"
            for p in self.people.values()
            for kind in cards.KINDS
        ]
        return HTMLResponse("<!doctype html><title>Thẻ mẫu</title>" + "".join(pictures))

    async def card_picture(self, request: Request) -> Response:
        """A card as PNG."""
        person, kind = self.people.get(request.path_params["subject"]), request.path_params["kind"]
        if person is None or kind not in cards.KINDS:
            return JSONResponse({"title": "no such card"}, 404)
        return Response(cards.sample(person, kind), media_type="image/png")

    async def count(self, _request: Request) -> Response:
        """How often each question came."""
        return JSONResponse(self.calls)
