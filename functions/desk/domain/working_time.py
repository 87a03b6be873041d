"""The working clock of an agency: office hours in Hanoi on working days.

A working day is Monday to Friday unless it is a public holiday, and a Saturday that is worked in exchange for
a day off. Holidays and swaps come from the package `holidays`; what the Government announces later, and what
the package lacks, the agency writes into its own calendar (`overrides`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from desk.domain.clock import HANOI, local

# From when until when, minutes since midnight.
type Span = tuple[int, int]

OFFICE_HOURS: tuple[Span, ...] = ((8 * 60, 12 * 60), (13 * 60, 17 * 60))
_DAY = timedelta(days=1)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Counts working time. `overrides` says of a day whether it is worked, whatever day it is."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    hours: tuple[Span, ...] = OFFICE_HOURS

    def works(self, day: date) -> bool:
        """True on a working day."""
        decided = self.overrides.get(day)
        if decided is not None:
            return decided
        off, worked = _public(day.year)
        return day in worked if day.weekday() >= 5 else day not in off

    def off(self, day: date) -> bool:
        """True on a public holiday, and on a day that the agency has off."""
        decided = self.overrides.get(day)
        return day in _public(day.year)[0] if decided is None else not decided

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment at which `amount` of working time has passed since `start`.

        Raises ValueError for a negative amount and OverflowError when the calendar has no working time left.
        """
        if amount < _NOTHING:
            raise ValueError("working time only runs forward")
        if amount == _NOTHING:
            return start
        day = local(start).date()
        while True:
            for opens, closes in self._spans(day):
                begin = max(opens, start)
                if begin < closes:
                    if amount <= closes - begin:
                        return begin + amount
                    amount -= closes - begin
            day += _DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none when the end comes first."""
        total = _NOTHING
        day, last = local(start).date(), local(end).date()
        while day <= last:
            for opens, closes in self._spans(day):
                total += max(min(closes, end) - max(opens, start), _NOTHING)
            day += _DAY
        return total

    def _spans(self, day: date) -> Iterable[tuple[datetime, datetime]]:
        if not self.works(day):
            return
        midnight = datetime.combine(day, time(), HANOI)
        for opens, closes in self.hours:
            yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


def end_of_day(when: datetime) -> datetime:
    """The last second of a day in Hanoi: a term of days ends with its last day (Civil Code 2015, art. 148)."""
    return datetime.combine(local(when).date(), time(23, 59, 59), HANOI)


def add_days(start: datetime, days: int) -> datetime:
    """The end of a term of calendar days: the first day is the one after `start` (Civil Code 2015, art. 147)."""
    return end_of_day(start) + timedelta(days=days)


def read_hours(spans: Sequence[str]) -> tuple[Span, ...]:
    """Office hours from text such as `["08:00-12:00", "13:00-17:00"]`.

    Raises ValueError when a span is no time, is empty, or does not follow the one before.
    """
    hours = []
    reached = -1
    for span in spans:
        opens, closes = (_minutes(t) for t in span.split("-"))
        if not reached <= opens < closes:
            raise ValueError(f"office hours must follow each other: {span}")
        hours.append((opens, closes))
        reached = closes
    if not hours:
        raise ValueError("an agency without office hours never works")
    return tuple(hours)


def _minutes(text: str) -> int:
    at = time.fromisoformat(text.strip())
    return at.hour * 60 + at.minute


@cache
def _public(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and worked weekend days of one year, for all of Viet Nam."""
    # Imported when first asked: half a second that most invocations need not spend.
    from holidays import country_holidays

    calendar = country_holidays("VN", years=(year - 1, year, year + 1))
    return (
        frozenset(day for day in calendar if day.year == year),
        frozenset(day for day in calendar.weekend_workdays if day.year == year),
    )
