"""Answering questions from what an agency knows: its knowledge base, its lists of health facilities and offices."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from desk.agencies import Agency
from desk.domain import offices
from desk.domain.grouping import JOIN_MS
from desk.domain.intent import NEAR, NEARBY, OFFICE, OFFICE_NEAR
from desk.domain.knowledge import Base, Entry, packaged_base
from desk.domain.lookups.dialogue import CATEGORY_OF
from desk.domain.message import Seen
from desk.domain.office_replies import OfficeReplies, written_distance
from desk.domain.offices import Offices
from desk.domain.wording import Wording
from desk.language import facilities
from desk.language.answers import Hit, sure
from desk.language.asked import asked
from desk.language.facilities import Directory
from desk.language.facility_rows import Facility
from desk.language.normalize import fold

_FAR_M = 60_000
"""Farther than any place in Hanoi is from the nearest facility."""
_TITLE = 100
"""Zalo's limit for the title of a button."""
_BESIDE_A_REPORT = 0.6
"""How like a known question a report must be to get its answer too."""
_INTERROGATIVE = re.compile(
    r"\?|\b(?:ai|dau|the nao|nhu nao|bao lau|bao gio|khi nao|bao nhieu|may ngay|gi|who|where|how|when|what)\b"
)

_LOOK_UP_OF = {category: topic for topic, category in CATEGORY_OF.items()}

type Button = dict[str, str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What an agency knows beside the chat. `directory` gives its list of facilities, `offices` that of its offices,
    None when it has none; `days`: of which days it decided that they are worked or not."""

    base: Base
    directory: Callable[[], Directory] | None = None
    offices: Callable[[], Offices] | None = None
    days: Callable[[], Mapping[date, bool]] = dict


def packaged(agency: Agency) -> Knowledge:
    """What ships for an agency."""
    return Knowledge(
        packaged_base(agency.id),
        facilities.packaged if agency.data.get("facilities") else None,
        partial(offices.packaged, agency.id) if "offices" in agency.data else None,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say and offer; `look_up` instead, when it is about the asker's own data and that can be looked up; with
    no text when nothing else answers it."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    look_up: str = ""


class Enquiries:
    """Questions to one agency at one moment (in Hanoi), in one language."""

    def __init__(self, knowledge: Knowledge, words: Wording, now: datetime) -> None:
        self._knowledge = knowledge
        self._base, self._directory = knowledge.base, knowledge.directory
        self._words, self._now, self._day = words, now, now.date()

    def answer(self, message: Seen) -> Reply | None:
        """The answer to a question in words; None when the agency does not know it for sure."""
        if message.wants == NEAR:
            return Reply(self._words("facilities_where" if self._directory else "unclear"))
        question = asked(message.text, self._words.agency.id)
        if question and question.is_sure and question.look_up in CATEGORY_OF:
            return Reply(look_up=question.look_up)
        if message.wants.startswith(OFFICE) and self._knowledge.offices:
            return self._office(message)
        listed = self._directory().read(message.text) if self._directory and message.wants else None
        if entry := self._base.look(message.text, self._day, _topics(message)).entry:
            return self._say(entry)
        if listed:
            return self._found(listed.found)
        # A place that the list does not know by that name: its surroundings it knows.
        where = self._directory and question and question.is_sure and question.look_up == "facility"
        return Reply(self._words("facilities_where")) if where else None

    def beside_a_report(self, message: Seen) -> Reply | None:
        """The answer to a question that was filed as a report, because it tells of something to be repaired."""
        if not _INTERROGATIVE.search(fold(message.text)):
            return None
        found = self._base.look(message.text, self._day, _topics(message))
        told = message.plates or message.streets or message.location
        return self._say(found.entry) if found.entry and not told and _clear(found.near) else None

    def near(self, message: Seen) -> tuple[Button, ...]:
        """Buttons for the known questions that are near a message."""
        found = self._base.look(message.text, self._day, _topics(message)).near
        return tuple(b for hit in found if (b := self._button(hit)))

    def entry(self, wanted: str) -> Reply | None:
        """The answer behind one of those buttons."""
        found = self._base.usable(wanted, self._day)
        return self._say(found) if found else None

    def around(self, location: tuple[float, float], wanted: str = NEAR) -> Reply:
        """The facilities, or offices, nearest to a location, with their distances."""
        if wanted == OFFICE_NEAR:
            return self._with_entry(self._offices().around(location), listed=True)
        directory = self._directory() if self._directory else None
        found = directory.nearest(*location) if directory else []
        if directory is None or not found or found[0][1] > _FAR_M:
            return Reply(self._words("facilities_none"))
        lines = [self._line(n, one, metres) for n, (one, metres) in enumerate(found, 1)]
        if not all(one.exact for one, _ in found):
            lines.append(self._words("facilities_from_middle"))
        return Reply(self._listed("facilities_near", lines, directory))

    def _found(self, found: Sequence[Facility]) -> Reply | None:
        if not found or self._directory is None:
            return None
        lines = [self._line(n, one) for n, one in enumerate(found, 1)]
        text = self._listed("facilities_found", lines, self._directory())
        return Reply(text, tuple(self._words.buttons((NEAR, ""))))

    def _listed(self, head: str, lines: Iterable[str], directory: Directory) -> str:
        caveat = self._words("facilities_caveat", as_of=directory.as_of)
        return "\n".join((self._words(head), *lines, caveat))

    def _line(self, number: int, one: Facility, metres: float | None = None) -> str:
        where = ", ".join(part for part in (one.address, one.district) if part) or self._words(
            "facilities_no_address"
        )
        line = self._words("facilities_line", n=number, name=one.short_name, code=one.code, where=where)
        if metres is None:
            return line
        key = "facilities_distance" if one.exact else "facilities_about"
        return f"{line}: {self._words(key, distance=written_distance(metres))}"

    def _office(self, message: Seen) -> Reply:
        """The offices asked for, and their hours; what the base says of offices, when the list has nothing."""
        replies = self._offices()
        if message.wants == OFFICE_NEAR and replies.has_places():
            return Reply(self._words("offices_where"))
        text, listed = replies.about(message.text)
        return self._with_entry(text, listed=listed)

    def _offices(self) -> OfficeReplies:
        assert self._knowledge.offices
        return OfficeReplies(self._knowledge.offices(), self._words, self._now, self._knowledge.days())

    def _with_entry(self, text: str, *, listed: bool) -> Reply:
        """What the list tells (`listed`: all of the text), with the source of the entry about offices for the rest;
        that entry, when there is no text."""
        if text and listed:
            return Reply(text)
        entry = self._base.usable(self._words.agency.data["offices"]["entry"], self._day)
        said = self._say(entry) if entry else None
        if said is None:
            return Reply(text or self._words("enquiry_unknown"))
        source = said.text.splitlines()[-1]
        return replace(said, text=f"{text}\n{source}") if text else said

    def _say(self, entry: Entry) -> Reply:
        text = entry.en if self._words.english and entry.en else entry.vi
        source = self._words("knowledge_source", title=entry.source.title, date=_day(entry.source.date))
        link = {"title": self._words("knowledge_open"), "url": entry.source.url}
        return Reply(f"{text}\n{source}", (link,), _LOOK_UP_OF.get(entry.topics[0], "") if entry.own else "")

    def _button(self, hit: Hit) -> Button | None:
        entry = self._base.usable(hit.id, self._day)
        if entry is None:
            return None
        [button] = self._words.buttons(("entry", entry.id))
        return button | {"title": entry.title(english=self._words.english)[:_TITLE]}


def asked_near(message: Seen, window: Sequence[Seen]) -> str:
    """What a pin is to find, of what was asked for nearby; empty when it answers no such question."""
    asked = [m for m in window if m.wants in NEARBY and -JOIN_MS / 15 <= message.at - m.at <= JOIN_MS]
    return max(asked, key=lambda m: m.order).wants if asked and message.kind == "location" else ""


def _topics(message: Seen) -> tuple[str, ...]:
    return (message.category,)


def _clear(near: Sequence[Hit]) -> bool:
    return sure(near, threshold=_BESIDE_A_REPORT)


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d/%m/%Y")
