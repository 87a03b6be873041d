"""A working clock that is right because it is simple: every minute of the calendar is asked for by itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

import holidays

MINUTE = timedelta(minutes=1)


@cache
def vietnam(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)


def slow_works(at: datetime, overrides: Mapping[date, bool]) -> bool:
    """Whether the minute that begins at a local time is worked, asked of the package and the table directly."""
    day = at.date()
    if at.hour not in {8, 9, 10, 11, 13, 14, 15, 16}:
        return False
    if day in overrides:
        return overrides[day]
    if day in vietnam(day.year).weekend_workdays:
        return True
    return day.weekday() < 5 and day not in vietnam(day.year)
