"""What to say to who asks where an office of the agency is, and when it is open."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from desk.domain.clock import local
from desk.domain.offices import Hours, Office, Offices, open_until
from desk.domain.wording import Wording
from desk.domain.working_time import Span, WorkingTime
from desk.language.normalize import fold

_NOW = re.compile(r"\b(bay gio|gio nay|luc nay|dang (?:lam|mo)|con (?:lam|mo)|open now|right now)\b")
_TODAY = re.compile(r"\b(hom nay|chieu nay|sang nay|trua nay|today)\b")
# "Mai" is part of many names: Hoàng Mai, Mai Dịch.
_TOMORROW = re.compile(
    r"\b(?:(?:ngay|sang|chieu|trua) mai|tomorrow)\b|^mai\b|(?<!hoang )\bmai (?:co|lam|mo|nghi)\b"
)
_HOLIDAY = re.compile(r"\b((?:ngay|nghi|dip) le|le tet|tet|holidays?)\b")
_WEEKDAYS = (
    r"thu (?:hai|2)|t2|monday", r"thu (?:ba|3)|t3|tuesday", r"thu (?:tu|4)|t4|wednesday",
    r"thu (?:nam|5)|t5|thursday", r"thu (?:sau|6)|t6|friday", r"thu (?:bay|7)|t7|cuoi tuan|saturday|weekend",
    r"chu nhat|cn|sunday",
)  # fmt: skip
_DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})\b")
_WHEN = re.compile(
    r"\b(may gio|gio (?:lam|mo|tiep|hanh)|thoi gian|lam viec|mo cua|dong cua|nghi(?! tam)|co lam|tiep (?:dan|nhan)"
    r"|when|open|hours|closed?)\b"
)


class OfficeReplies:
    """Words about the offices of one agency at one moment. `overrides`: its own days off and days worked."""

    def __init__(
        self, offices: Offices, words: Wording, now: datetime, overrides: Mapping[date, bool]
    ) -> None:
        self._offices, self._words, self._now = offices, words, now
        self._clock = WorkingTime(overrides)
        self._usual = str(words.agency.data["offices"]["hours"])

    def about(self, text: str) -> tuple[str, bool]:
        """The offices that a question asks for and, when it asks for that, when they are open; empty when the list has
        none of them and nothing was asked of the hours. Whether all of it is from the list."""
        found = self._offices.asked(text)
        lines = self._listed("offices_found", [self._line(n, one) for n, one in enumerate(found, 1)], found)
        if asks_when(text):
            own = {one.hours for one in found}
            listed = len(own) == 1 and "" not in own
            hours = Hours.read(own.pop() if listed else self._usual)
            lines += self._hours(text, hours, said=listed)
            return "\n".join(lines), listed
        return "\n".join(lines), bool(found)

    def around(self, location: tuple[float, float]) -> str:
        """The offices nearest to a location; empty when the list has none with a place."""
        found = self._offices.nearest(*location)
        lines = [self._line(n, one, self._distance(one, metres)) for n, (one, metres) in enumerate(found, 1)]
        return "\n".join(self._listed("offices_near", lines, [one for one, _ in found]))

    def has_places(self) -> bool:
        """Whether a location would find anything."""
        return any(one.place for one in self._offices.offices)

    def _listed(self, head: str, lines: list[str], found: Iterable[Office]) -> list[str]:
        if not lines:
            return []
        sources = dict.fromkeys(
            f"{one.source or self._offices.source}, {one.date or self._offices.as_of}" for one in found
        )
        return [self._words(head), *lines, self._words("offices_caveat", source="; ".join(sources))]

    def _line(self, number: int, one: Office, distance: str = "") -> str:
        parts = [
            one.address,
            one.phone,
            one.hours and self._written(Hours.read(one.hours)),
            one.note,
            distance,
        ]
        return f"{number}. {one.name}: " + "; ".join(part for part in parts if part)

    def _distance(self, one: Office, metres: float) -> str:
        key = "facilities_distance" if one.exact else "facilities_about"
        return self._words(key, distance=written_distance(metres))

    # ── hours ──

    def _hours(self, text: str, hours: Hours, *, said: bool) -> list[str]:
        """The answer about a day, and the hours themselves unless they were said."""
        lines = [] if said else [self._words("offices_hours", hours=self._written(hours))]
        if not all(group.spans for group in hours.groups):
            lines.append(self._words("offices_times_unknown"))
        asked, today = fold(text), local(self._now).date()
        day = asked_day(asked, today)
        if day is None and _HOLIDAY.search(asked):
            return [*lines, self._words("offices_holidays")]
        if day is None:
            return lines
        spans = hours.on(day, self._clock)
        if spans is None:
            off = "offices_day_off" if self._clock.off(day) else "offices_day_closed"
            following = hours.next_open(max(day, today), self._clock)
            told = [self._words(off, day=self._day(day)), *lines]
            return [*told, self._words("offices_next", day=self._day(following))] if following else told
        if not (_NOW.search(asked) and spans):
            return [self._words("offices_day_open", day=self._day(day)), *lines]
        until = open_until(spans, self._now)
        if until is not None:
            return [self._words("offices_open_now", until=_clock(until)), *lines]
        return [self._words("offices_closed_now"), *lines]

    def _written(self, hours: Hours) -> str:
        names = self._words("weekdays").split(", ")
        parts = []
        for group in hours.groups:
            days = names[group.first]
            if group.last > group.first:
                days = self._words("weekdays_from_to", first=names[group.first], last=names[group.last])
            usual = f", {self._words('offices_usual_times')}"
            parts.append(days + (f" {_times(group.spans)}" if group.spans else usual))
        return "; ".join(parts)

    def _day(self, day: date) -> str:
        return f"{self._words('weekdays').split(', ')[day.weekday()]} {day:%d/%m}"


def asks_when(text: str) -> bool:
    """Whether a question about an office asks when it is open."""
    said = fold(text)
    return bool(_WHEN.search(said)) or asked_day(said, date(2026, 1, 1)) is not None


def asked_day(said: str, today: date) -> date | None:
    """The day that a question means, from its words without marks; None when it names none."""
    if _NOW.search(said) or _TODAY.search(said):
        return today
    for number, names in enumerate(_WEEKDAYS):
        if re.search(rf"\b(?:{names})\b", said):
            return today + timedelta(days=(number - today.weekday()) % 7)
    if found := _DATE.search(said):
        return _next_date(int(found[1]), int(found[2]), today)
    return today + timedelta(days=1) if _TOMORROW.search(said) else None


def _next_date(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def written_distance(metres: float) -> str:
    """A distance as people say it."""
    if metres < 950:
        return f"{max(50, round(metres / 50) * 50)} m"
    return f"{metres / 1000:.1f}".replace(".", ",") + " km"


def _times(spans: Iterable[Span]) -> str:
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
