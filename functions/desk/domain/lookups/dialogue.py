"""The dialogue of the look-ups: which question is next, and which task the `lookup` function gets.

Pure, and without a single identifier: of what the citizen gives only the kind is known here (`given`), the values lie
in the identity table until the task takes them. The answers after the proof do not depend on who exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desk.agencies import Agency
from desk.domain import payloads
from desk.domain.message import Seen

# What a proof consists of, in the order in which it is asked: what the public portal asks.
PROOF = ("name", "birth", "number")
# What can be looked up, and the language package's classes that ask for it.
TOPIC_OF = {"bhxh_number": "number", "card_validity": "card", "contribution_history": "contributions"}
CATEGORY_OF = {topic: category for category, topic in TOPIC_OF.items()} | {"file": "public_service"}
RELATIONS = ("self", "child", "parent", "other")
COMMANDS = frozenset({"link", "unlink", "links", "look_up", "given", "stop_linking", "watch", "unwatch"})
OPEN_MS = 15 * 60_000
# Where photos of a card lie stands beside a proof, under names that begin like this.
PHOTO = "photo"
# What the `lookup` function found on them.
_FROM_CARD = frozenset({"card", "bad_card", "bad_card_code"})

type Part = tuple[str, dict[str, str]]
type Wish = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """An open dialogue: the question asked (`step`: a part of PROOF, or code), the kinds of what was given, for whom
    (`relation`), what they wanted to know (`topic`, may be empty), and when it was last alive (ms)."""

    step: str
    at: int
    given: tuple[str, ...] = ()
    relation: str = "self"
    topic: str = ""


@dataclass(slots=True)
class Reply:
    """What the desk says (texts by key, with values), offers (buttons by command and argument), and has looked up."""

    dialogue: Dialogue | None
    parts: list[Part] = field(default_factory=list)
    buttons: list[Wish] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)

    def say(self, key: str, *buttons: Wish, **values: str) -> "Reply":
        """Add a text."""
        self.parts.append((key, values))
        self.buttons += buttons
        return self


def offered(agency: Agency, command: str = "") -> bool:
    """Whether the agency looks things up itself; else it points to the official page. Reminders can be stopped
    even after it has ceased to."""
    rules = agency.data.get("lookups")
    return rules is not None and (rules["source"] != "portal" or command == "unwatch")


def alive(dialogue: Dialogue | None, now: int) -> Dialogue | None:
    """The dialogue while it is open."""
    return dialogue if dialogue and now - dialogue.at <= OPEN_MS else None


def is_photo(message: Seen) -> bool:
    """Whether a message is the photo of a card. More photos, or words, may follow it."""
    return message.command == "given" and PHOTO in message.text.split()


def as_one(messages: Sequence[Seen]) -> list[Seen]:
    """The messages of a burst, all that was given in them as one, at the last of them: a photo and a line of text
    answer the same question."""
    given = [m for m in messages if m.command == "given"]
    if len(given) < 2:
        return list(messages)
    kinds = dict.fromkeys(word for m in given for word in m.text.split()[1:])
    whole = replace(given[-1], text=payloads.payload("given", " ".join(kinds)))
    return [whole if m is given[-1] else m for m in messages if m.command != "given" or m is given[-1]]


def respond(dialogue: Dialogue | None, name: str, arguments: Sequence[str], now: int) -> Reply:
    """What follows from one command of the citizen."""
    dialogue = alive(dialogue, now)
    match name:
        case "look_up" if arguments:
            topic = arguments[0]
            return Reply(dialogue, tasks=[{"kind": topic if topic in CATEGORY_OF else "card"}])
        case "watch" | "unwatch":
            return Reply(dialogue, tasks=[{"kind": name, "what": arguments[0] if arguments else "all"}])
        case "links":
            return Reply(dialogue, tasks=[{"kind": "links"}])
        case "unlink":
            return Reply(None, tasks=[{"kind": "unlink", "which": arguments[0] if arguments else ""}])
        case "link":
            return _begin(arguments, now)
        case "stop_linking":
            return Reply(None, tasks=[{"kind": "forget"}]).say("linking_stopped")
        case "given":
            return _given(dialogue, arguments, now)
    return Reply(dialogue)


def _begin(arguments: Sequence[str], now: int) -> Reply:
    relation = arguments[0] if arguments and arguments[0] in RELATIONS else "self"
    topic = arguments[1] if len(arguments) > 1 and arguments[1] in CATEGORY_OF else ""
    opened = Dialogue("name", now, relation=relation, topic=topic)
    return Reply(opened).say("link_begin").say(f"ask_name_{relation}", ("stop_linking", ""))


def _given(dialogue: Dialogue | None, given: Sequence[str], now: int) -> Reply:
    if dialogue is None or dialogue.step == "code":
        if _FROM_CARD & set(given):
            return Reply(dialogue)  # stopped, or finished by hand, while the photo was read
        if dialogue and PHOTO in given and "code" not in given:
            return Reply(replace(dialogue, at=now)).say("bad_code", ("stop_linking", ""))
    right = [g for g in given if g in PROOF]
    if dialogue is None:
        if {"code", "bad_code", "no_code"} & set(given):
            return Reply(None).say("code_unasked", ("link", "self"))
        if not right and PHOTO not in given:
            return Reply(None).say(_wrong(given) or "ask_number", ("link", "self"))
        # Somebody gave their number, or their card, outright: that is the wish to be looked up.
        dialogue = Dialogue("name", now)
    if "no_code" in given:
        return Reply(replace(dialogue, at=now)).say("no_code", ("link", dialogue.relation))
    if "code" in given:
        task = {"kind": "code", "relation": dialogue.relation, "topic": dialogue.topic}
        return Reply(replace(dialogue, at=now), tasks=[task])
    have = tuple(part for part in PROOF if part in {*dialogue.given, *right})
    return _proof(replace(dialogue, at=now, given=have), given)


def _proof(dialogue: Dialogue, given: Sequence[str]) -> Reply:
    """What follows from a proof as far as it was given."""
    missing = [part for part in PROOF if part not in dialogue.given]
    wrong = _wrong(given)
    if wrong and wrong not in _FROM_CARD and PHOTO not in given:
        return Reply(dialogue).say(wrong, ("stop_linking", ""))
    if not missing:
        task = {"kind": "link", "relation": dialogue.relation, "topic": dialogue.topic}
        by_card = {"card": True} if "card" in given else {}
        return Reply(replace(dialogue, step="code", given=()), tasks=[task | by_card])
    if PHOTO in given:
        # Nothing is asked before it is known what the card tells; what was typed stands above it.
        return Reply(dialogue, tasks=[{"kind": "photo", "given": list(dialogue.given)}])
    step = "number" if wrong and "number" in missing else missing[0]
    asked = replace(dialogue, step=step)
    reply = Reply(asked)
    if wrong or "card" in given:
        reply.say(wrong or "card_part")
    return reply.say(_question(asked), ("stop_linking", ""))


def _wrong(given: Sequence[str]) -> str:
    return next((g for g in given if g.startswith("bad_")), "")


def _question(dialogue: Dialogue) -> str:
    return f"ask_name_{dialogue.relation}" if dialogue.step == "name" else f"ask_{dialogue.step}"
