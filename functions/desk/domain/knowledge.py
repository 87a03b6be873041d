"""What an agency answers by itself: entries, and the base that finds the one for a message.

An entry is packaged (`desk/knowledge/*.toml`) or written by staff; both are the same thing here.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from desk.language.answers import NEAR, Hit, KnownQuestions, sure
from desk.language.asked import SURE, Asked, asked

_LIKELY = 0.08
"""How likely a known question must be to be offered."""
_OFFERED = 3
_FOLDER = Path(__file__).parent.parent / "knowledge"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer is from: anybody can open it. `date` is when it was issued or published."""

    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question in several wordings, and its answer. `version` 0: as packaged, nobody has changed it.

    `valid_until` is the last day (YYYY-MM-DD) on which it may be used, None without an end. `own`: it tells where the
    asker's own data are seen, so that a look-up, where the agency offers one, answers better. `broken`: who asks it may
    have the matter at hand, so that it is a report as well.
    """

    id: str
    questions: tuple[str, ...]
    vi: str
    source: Source
    en: str = ""
    topics: tuple[str, ...] = ()
    valid_until: str | None = None
    own: bool = False
    broken: bool = False
    retired: bool = False
    version: int = 0
    updated_at: str = ""
    updated_by: str = ""

    def title(self, *, english: bool = False) -> str:
        """Its first wording, in English where it has one (the packaged ones list it last)."""
        return self.questions[-1 if english and self.en else 0]

    def usable(self, day: date) -> bool:
        """Whether it may be used on a day."""
        return not self.retired and not self.expired(day)

    def expired(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < day.isoformat()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return data | {
            "source": {"title": self.source.title, "url": self.source.url, "date": self.source.date}
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Entry":
        """What `as_dict` gave."""
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        known |= {"questions": tuple(data["questions"]), "topics": tuple(data.get("topics") or ())}
        return cls(**known | {"source": Source(**data["source"])})


class Base:
    """The entries of one agency. What people ask it is known by a model where there is one (`language.asked`), and
    by the wordings of the entries: these alone know what staff wrote."""

    def __init__(self, entries: Iterable[Entry], agency: str = "") -> None:
        self._agency = agency
        self.entries = {entry.id: entry for entry in entries}
        self._known: dict[date, KnownQuestions] = {}

    def look(self, text: str, day: date, topics: Iterable[str] = ()) -> "Found":
        """What the base knows of a message on a day."""
        hits = self._usable(day).find(text, topics)
        question = asked(text, self._agency)
        told = self._told(question, day)
        if question and told and told[0].id == question.label and told[0].score >= SURE:
            return Found(self.entries[told[0].id], tuple(told))
        if sure(hits) and self._may_be(hits[0], question):
            return Found(self.entries[hits[0].id], tuple(hits))
        near = {hit.id: hit for hit in (*told, *(hit for hit in hits if hit.score >= NEAR))}
        return Found(None, tuple(near.values())[:_OFFERED])

    def _told(self, question: Asked | None, day: date) -> list[Hit]:
        """The entries that the model thinks of, likeliest first."""
        likely = question.alternatives if question else ()
        known = [(self.usable(label, day), share) for label, share in likely if share >= _LIKELY]
        return [Hit(entry.id, share, entry.title()) for entry, share in known if entry]

    def _may_be(self, hit: Hit, question: Asked | None) -> bool:
        """What staff wrote the model does not know; of the rest it must at least think."""
        written = self.entries[hit.id].version > 0
        return question is None or written or question.share(hit.id) >= _LIKELY

    def usable(self, wanted: str, day: date) -> Entry | None:
        """An entry by id, if it may be used on a day."""
        entry = self.entries.get(wanted)
        return entry if entry and entry.usable(day) else None

    def _usable(self, day: date) -> KnownQuestions:
        if day not in self._known:
            usable = [e for e in self.entries.values() if e.usable(day)]
            index = KnownQuestions({e.id: e.questions for e in usable}, {e.id: e.topics for e in usable})
            self._known = {day: index}
        return self._known[day]


@dataclass(frozen=True, slots=True)
class Found:
    """What a base knows of a message: the answer when that is sure, and the questions near it, best first."""

    entry: Entry | None
    near: tuple[Hit, ...]


@cache
def packaged(agency: str) -> tuple[Entry, ...]:
    """The packaged entries of an agency; none for one without a file."""
    path = _FOLDER / f"{agency}.toml"
    if not path.is_file():
        return ()
    data = tomllib.loads(path.read_text("utf-8"))
    return tuple(_entry(row, data["sources"]) for row in data["entry"])


def _entry(row: Mapping[str, Any], sources: Mapping[str, Any]) -> Entry:
    source = sources[row["source"]]
    title = f"{source['title']}, {row['article']}" if row.get("article") else source["title"]
    return Entry(
        id=row["id"],
        questions=tuple(row["questions"]),
        vi=row["vi"].strip(),
        en=row.get("en", "").strip(),
        topics=tuple(row.get("topics", ())),
        source=Source(title, source["url"], source["date"].isoformat()),
        valid_until=row["valid_until"].isoformat() if row.get("valid_until") else None,
        own=row.get("own", False),
        broken=row.get("broken", False),
    )


@cache
def packaged_base(agency: str) -> Base:
    """The packaged entries as a base."""
    return Base(packaged(agency), agency)
