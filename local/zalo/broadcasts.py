"""Broadcasts: an article to all followers, or to those of some ages, gender and place; by day only, by a quota.

The target's values are those that a public SDK gives (see `desk.domain.broadcast`). Assumed, because no page of Zalo
settles it: which error a wrong value and a hidden article get (-201), that the answer's message id is the
broadcast's own, and that each follower's message echoes as any other.
"""

from typing import Any

from local.zalo.config import Agency
from local.zalo.gate import Refusal
from local.zalo.ids import message_id
from local.zalo.simulator import Simulator
from local.zalo.store import Document

# How many codes each part of a target has; they count from 0, those of platforms from 1.
CODES = {
    "ages": range(8),
    "gender": range(3),
    "locations": range(3),
    "cities": range(63),
    "platform": range(1, 4),
}
OLDEST = (12, 17, 24, 34, 44, 54, 64)
GENDERS = {"male": 1, "female": 2}


class Broadcasts:
    """What is left of sending to many at once."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def send(self, agency: Agency, target: Any, body: Document) -> Document:
        """Put the article into the chats of the followers in the target, however long they were silent."""
        self._sim.windows.not_at_night()
        wanted = _read(target)
        try:
            elements = body["message"]["attachment"]["payload"]["elements"]
            chosen = [e["attachment_id"] for e in elements if e["media_type"] == "article"]
        except (KeyError, TypeError) as error:
            raise Refusal(-201, "elements is invalid") from error
        if not chosen or len(chosen) != len(elements):
            raise Refusal(-201, "media_type is invalid")
        cards = [_card(self._sim.articles.sendable(agency, article_id)) for article_id in chosen]
        self._sim.windows.spend_broadcast(agency)
        for chat in self._sim.world.chats(agency):
            citizen = self._sim.world.citizen(chat["citizen"])
            if chat["follows"] and not chat["refusal"] and _matches(citizen, wanted):
                self._sim.outbound.send(agency, citizen, "article", elements=cards)
        return {"message_id": message_id()}


def _read(target: Any) -> dict[str, set[int]]:
    """The codes of each part of a target. Numbers or texts of numbers with commas; nothing else passes."""
    if not isinstance(target, dict) or set(target) - set(CODES):
        raise Refusal(-201, "target is invalid")
    wanted = {}
    for part, value in target.items():
        named = str(value).split(",")
        if not all(code.isdecimal() and int(code) in CODES[part] for code in named):
            raise Refusal(-201, f"{part} is invalid")
        wanted[part] = {int(code) for code in named}
    return wanted


def _matches(citizen: Document, wanted: dict[str, set[int]]) -> bool:
    """Whether a citizen belongs to a target. Who told Zalo nothing of a kind is in no group of that kind."""
    age, gender = citizen.get("age"), GENDERS.get(citizen.get("gender") or "")
    if "ages" in wanted and (age is None or sum(age > oldest for oldest in OLDEST) not in wanted["ages"]):
        return False
    if 0 not in wanted.get("gender", {0}) and gender not in wanted["gender"]:
        return False
    if "platform" in wanted and citizen.get("platform", 2) not in wanted["platform"]:
        return False
    if "cities" in wanted:  # in the place of the wider areas
        return citizen.get("city", 9) in wanted["cities"]
    return citizen.get("location", 0) in wanted.get("locations", {0, 1, 2})


def _card(article: Document) -> Document:
    return {
        "title": article["title"],
        "subtitle": article["description"],
        "image_url": article["thumb"],
        "action": {"title": article["title"], "type": "oa.open.url", "payload": article["link_view"]},
    }
