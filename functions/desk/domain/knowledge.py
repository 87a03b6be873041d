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
    asker's own data are seen, so that a look-up, where the agency offers one, answers better.
    """

    id: str
    questions: tuple[str, ...]
    vi: str
    source: Source
    en: str = ""
    topics: tuple[str, ...] = ()
    valid_until: str | None = None
    own: bool = False
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
    """The entries of one agency."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self._known: dict[date, KnownQuestions] = {}

    def look(self, text: str, day: date, topics: Iterable[str] = ()) -> "Found":
        """What the base knows of a message on a day."""
        hits = self._usable(day).find(text, topics)
        if sure(hits):
            return Found(self.entries[hits[0].id], tuple(hits))
        return Found(None, tuple(hit for hit in hits if hit.score >= NEAR))

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
    )


@cache
def packaged_base(agency: str) -> Base:
    """The packaged entries as a base."""
    return Base(packaged(agency))
