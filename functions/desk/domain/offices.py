"""An agency's offices: where they are, whom they serve and when they are open.

A list is packaged (`desk/knowledge/<agency>.offices.tsv`) or imported by staff. Opening hours are days with times,
such as "T2-T6 07:30-12:00, 13:30-17:00; T7 08:00-12:00"; days without times mean office hours that nobody told.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from desk.domain.clock import local
from desk.domain.working_time import Span, WorkingTime, read_hours
from desk.language.facilities import LIMIT, distance_m
from desk.language.facility_rows import coordinates, middle
from desk.language.normalize import fold
from desk.language.wards import find_ward, wards

_FOLDER = Path(__file__).parent.parent / "knowledge"
_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_DAY_NAMES = rf"({'|'.join(_DAYS)})"
_GROUP = re.compile(rf"{_DAY_NAMES}(?:-{_DAY_NAMES})?(?:\s+(\d.*))?", re.IGNORECASE)
# What every office is called, and what is said around it: no part of the name by which it is known.
_COMMON = re.compile(
    r"\b(?:bhxh|bao hiem xa hoi|bao hiem|co so|co quan|van phong|tru so|dia chi|thanh pho|tp|ha noi|hn"
    r"|quan|huyen|thi xa|phuong|xa|cho hoi|hoi|nam|o dau|o cho nao|cho nao|dau|gan|nhat|vay|a|ah|nhi|the)\b"
)
_LONGEST_NAME = 4
_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Group:
    """Days of the week (Monday is 0) with the same times; no `spans`: office hours, the times are not known."""

    first: int
    last: int
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When an office is open on working days."""

    groups: tuple[Group, ...]

    @classmethod
    def read(cls, text: str) -> "Hours":
        """From words such as "T2-T6 07:30-12:00, 13:30-17:00". Raises ValueError with what is wrong."""
        groups: list[Group] = []
        for part in text.split(";"):
            found = _GROUP.fullmatch(part.strip())
            if found is None:
                raise ValueError(
                    f"hours {part.strip()!r}: wanted is something like T2-T6 07:30-12:00, 13:30-17:00"
                )
            first = _DAYS.index(found[1].upper())
            last = _DAYS.index(found[2].upper()) if found[2] else first
            if (groups and first <= groups[-1].last) or last < first:
                raise ValueError(f"hours {text!r}: the days must follow each other")
            times = [re.sub(r"\b(\d):", r"0\1:", t.strip()) for t in (found[3] or "").split(",") if t.strip()]
            groups.append(Group(first, last, read_hours(times) if times else ()))
        return cls(tuple(groups))

    def on(self, day: date, clock: WorkingTime) -> tuple[Span, ...] | None:
        """The times of a day, empty when nobody told them; None when it is closed.

        Closed on public holidays and on days that the agency has off; a weekend day that is worked in exchange for one
        is like a Friday.
        """
        own = self._of(day.weekday())
        if own is None:
            return self._of(4) if clock.works(day) else None
        weekend = day.weekday() >= 5 and not clock.off(day)
        return own if weekend or clock.works(day) else None

    def _of(self, weekday: int) -> tuple[Span, ...] | None:
        return next((g.spans for g in self.groups if g.first <= weekday <= g.last), None)

    def next_open(self, after: date, clock: WorkingTime) -> date | None:
        """The first day after a day on which it is open, within two weeks."""
        days = (after + timedelta(days=n) for n in range(1, _SOON.days + 1))
        return next((day for day in days if self.on(day, clock) is not None), None)


def open_until(spans: Iterable[Span], now: datetime) -> int | None:
    """In minutes since midnight, when an office that is open now closes next; None when it is closed now."""
    at = local(now).hour * 60 + local(now).minute
    return next((closes for opens, closes in spans if opens <= at < closes), None)


@dataclass(frozen=True, slots=True)
class Office:
    """One office. `wards`: codes of the wards it serves, where the list tells them; `place` (lat, lon) is the middle of
    the ward that its address names unless the list told it (`exact`). `source` and `date` where they are its own."""

    name: str
    address: str
    phone: str = ""
    wards: tuple[str, ...] = ()
    hours: str = ""
    source: str = ""
    date: str = ""
    note: str = ""
    place: tuple[float, float] | None = None
    exact: bool = False

    @property
    def known_by(self) -> str:
        """Its name without what every office is called."""
        return _bare(self.name)


COLUMNS = ("name", "address", "phone", "wards", "hours", "source", "date", "note", "lat", "lon")
_LENGTHS = {"name": 200, "address": 300, "phone": 60, "source": 200, "date": 30, "note": 300}


def office(row: Mapping[str, str]) -> Office:
    """An office of a list. `wards` are names or codes, separated by semicolons or |.

    Raises ValueError with what is wrong with the row.
    """
    values = {name: " ".join((row.get(name) or "").split()) for name in COLUMNS}
    for name, most in _LENGTHS.items():
        if len(values[name]) > most:
            raise ValueError(f"{name}: at most {most} characters are wanted")
    for name in ("name", "address"):
        if len(values[name]) < 3:
            raise ValueError(f"{name}: at least 3 characters are wanted")
    if values["hours"]:
        Hours.read(values["hours"])
    told = coordinates(values["lat"], values["lon"])
    match = find_ward(values["address"])
    near = middle(match.candidates) if match and match.kind != "q" else None
    plain = {f.name: values[f.name] for f in fields(Office) if f.name in _LENGTHS or f.name == "hours"}
    return Office(**plain, wards=_wards(values["wards"]), place=told or near, exact=told is not None)


def _wards(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for name in filter(None, (part.strip() for part in re.split(r"[;|]", text))):
        match = (
            None
            if name in wards()
            else find_ward(name) or find_ward(f"phường {name}") or find_ward(f"xã {name}")
        )
        if match is None and name not in wards():
            raise ValueError(f"wards: {name!r} is no ward of Hanoi")
        found += match.candidates if match else (name,)
    return tuple(dict.fromkeys(found))


class Offices:
    """A list of offices. `as_of` is the year or day of the list, `source` who made it."""

    def __init__(self, offices: Iterable[Office], as_of: str, source: str) -> None:
        self.offices = tuple(offices)
        self.as_of, self.source = as_of, source

    def asked(self, text: str) -> tuple[Office, ...]:
        """The offices that a question names or whose ward or district of before it names."""
        said = f" {_bare(text)} "
        named = [o for o in self.offices if o.known_by and f" {o.known_by} " in said]
        if named:
            longest = max(len(o.known_by) for o in named)
            return tuple(o for o in named if len(o.known_by) == longest)[:LIMIT]
        within = _units_in(text)
        serving = [o for o in self.offices if within.intersection(o.wards)]
        serving.sort(key=lambda o: -len(within.intersection(o.wards)))
        return tuple(serving[:LIMIT])

    def nearest(self, latitude: float, longitude: float) -> list[tuple[Office, float]]:
        """The nearest offices that have a place, each with its distance in metres."""
        placed = [(o, distance_m(latitude, longitude, *o.place)) for o in self.offices if o.place]
        return sorted(placed, key=lambda found: (found[1], found[0].name))[:LIMIT]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", _COMMON.sub(" ", fold(text))))


def _units_in(text: str) -> frozenset[str]:
    """The wards of today that a question names after "phường", "quận" …, or by their bare name."""
    if match := find_ward(text):
        return frozenset(match.candidates)
    words = re.findall(r"\w+", text)
    for size in range(_LONGEST_NAME, 1, -1):
        for start in range(len(words) - size + 1):
            if match := find_ward(" ".join(words[start : start + size])):
                return frozenset(match.candidates)
    return frozenset()


@cache
def packaged(agency: str) -> Offices:
    """The list that ships: after a line with its date and source, column names and one office a line."""
    first, names, *lines = (_FOLDER / f"{agency}.offices.tsv").read_text("utf-8").splitlines()
    as_of, source = first.removeprefix("# ").split("\t")
    rows = (dict(zip(names.split("\t"), line.split("\t"), strict=True)) for line in lines)
    return Offices(map(office, rows), as_of, source)


def dump(one: Office) -> str:
    """An office as one line of tab-separated values."""
    lat, lon = one.place if one.place and one.exact else ("", "")
    values = (getattr(one, name, "") for name in COLUMNS[:-2])
    written = (";".join(v) if isinstance(v, tuple) else v for v in values)
    return "\t".join(map(str, (*written, lat, lon)))


def parse(line: str) -> Office:
    """A line as `dump` wrote it."""
    return office(dict(zip(COLUMNS, line.split("\t"), strict=True)))
