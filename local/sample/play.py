"""Plays one story: the citizen writes, the desk answers with a code, staff work on the report, it moves back."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from local.sample import pictures
from local.sample.past import Past, Phase
from local.sample.people import Crew, user_name

if TYPE_CHECKING:
    from local.sample import Story

_CODE = re.compile(r"\b[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
# What the desk sends after a step must be on its way before the next one.
_PAUSE_S = 1.5
_PATIENCE_S = 300


class Player:
    """One stack's stage."""

    def __init__(self, stack: dict[str, Any], crew: Crew, past: Past) -> None:
        self._crew, self._past = crew, past
        self._sim = httpx.Client(base_url=stack["simulator_url"], timeout=40)
        self._written: dict[str, float] = {}
        self._now = datetime.now(UTC)

    def write(self, story: "Story") -> None:
        """The citizen follows and writes, pictures first, the place last."""
        self._written[story.citizen] = time.time()
        phone = f"09{story.number * 7919 % 100_000_000:08d}"
        self._sim.post("/sim/citizens", json={"id": story.citizen, "name": story.who, "phone": phone})
        for number, shown in enumerate(story.show):
            name, _, argument = shown.partition(":")
            if name == "clip":
                self._post(story, json={"kind": "video", "sample": argument})
                continue
            seed = story.number * 31 + number
            data = pictures.draw(name, argument, seed=seed, place=story.pin, at=story.at(self._now))
            self._post(story, data={"kind": "image"}, files={"upload": ("anh.jpg", data, "image/jpeg")})
        for text in story.say:
            self._post(story, json={"kind": "text", "text": text})
        if story.pin:
            self._post(story, json={"kind": "location", "lat": story.pin[0], "lon": story.pin[1]})

    def play(self, story: "Story") -> bool:
        """The whole story; False when no report came of it."""
        if story.citizen not in self._written:
            self.write(story)
        code = self._code(story)
        if code is None:
            return False
        first = story.at(self._now)
        phases = [Phase(self._written[story.citizen], first)]
        for hours, who, action, *arguments in story.then:
            time.sleep(_PAUSE_S)
            began = time.time()
            try:
                self._do(story, code, who, action, arguments)
            except httpx.HTTPStatusError as error:
                print(f"  sample {story.citizen} {action}: {error.response.text[:200]}", flush=True)
                continue
            phases.append(Phase(began, first + timedelta(hours=hours)))
        time.sleep(_PAUSE_S)
        self._past.move(story.to, code, phases)
        return True

    def _do(self, story: "Story", code: str, who: str, action: str, arguments: list[Any]) -> None:
        path, agency = f"/staff/reports/{code}", story.to
        match action:
            case "take":
                self._crew.call(agency, who, "PATCH", path, json={"assignee": user_name(agency, who)})
            case "give":
                self._crew.call(
                    agency, who, "PATCH", path, json={"assignee": user_name(agency, arguments[0])}
                )
            case "note":
                self._crew.call(agency, who, "POST", f"{path}/notes", json={"text": arguments[0]})
            case "say":
                self._crew.call(agency, who, "POST", f"{path}/messages", json={"text": arguments[0]})
                self._crew.call(agency, who, "POST", f"{path}/handback")
            case "rate":
                self._post(
                    story, json={"kind": "button", "text": f"#danh_gia {code} {arguments[0]}", "hidden": True}
                )
                self._until(lambda: self._report(story, code)["rating"])
            case "more":
                seed = story.number * 31 + 17
                data = pictures.draw(
                    *story.show[0].split(":"), seed=seed, place=story.pin, at=story.at(self._now)
                )
                self._post(story, data={"kind": "image"}, files={"upload": ("them.jpg", data, "image/jpeg")})
                self._post(story, json={"kind": "text", "text": arguments[0]})
                self._until(lambda: len(self._report(story, code)["evidence"]) > len(story.show))
            case status:
                reason, details = [*arguments, "", {}][:2] if arguments else ("", {})
                body = {"status": status, "reason": reason, **(details or {})}
                self._crew.call(agency, who, "POST", f"{path}/status", json=body)

    def _report(self, story: "Story", code: str) -> Any:
        return self._crew.call(story.to, "lead", "GET", f"/staff/reports/{code}")

    def _code(self, story: "Story") -> str | None:
        def look() -> str | None:
            chat = self._sim.get(f"/sim/citizens/{story.citizen}/messages", params={"oa": story.to}).json()
            said = " ".join(m.get("text") or "" for m in chat if m["from"] == "oa")
            return found[0] if (found := _CODE.search(said)) else None

        code: str | None = self._until(look)
        if code:
            self._until(lambda: all(e["state"] != "pending" for e in self._report(story, code)["evidence"]))
        return code

    def _post(self, story: "Story", **body: Any) -> None:
        part = "data" if "data" in body else "json"
        body[part] = {"oa": story.to, **body[part]}
        self._sim.post(f"/sim/citizens/{story.citizen}/messages", **body).raise_for_status()

    def _until(self, look: Any) -> Any:
        """What there is to see in the end; None when there is nothing after a long time."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if seen := look():
                return seen
            time.sleep(1)
        return None
