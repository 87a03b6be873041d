"""The working clock against a slow one that counts minute by minute, and against the calendar of 2026."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.domain.clock import HANOI
from desk.domain.working_time import WorkingTime, add_days, end_of_day, read_hours
from tests.slow_clock import MINUTE, slow_works

# What the Government's notices of 2026 make of weekdays and weekends, written out by hand.
OFF_2026 = {
    "01-01": "New Year",
    **dict.fromkeys(["02-16", "02-17", "02-18", "02-19", "02-20"], "Tết"),
    "04-27": "Giỗ Tổ, whose day is a Sunday",
    "04-30": "Reunification",
    "05-01": "Labour",
    "08-31": "swapped for Saturday 22 August",
    **dict.fromkeys(["09-01", "09-02"], "National Day"),
    "11-24": "Day of Vietnamese Culture",
}
WORKED_WEEKEND_2026 = ["08-22"]

FIRST, LAST = datetime(2024, 1, 1), datetime(2033, 12, 31, 23, 59)


def hanoi(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def slow_add(start: datetime, minutes: int, overrides: Mapping[date, bool]) -> datetime:
    at = start
    while minutes:
        minutes -= slow_works(at, overrides)
        at += MINUTE
    return at


def slow_between(start: datetime, end: datetime, overrides: Mapping[date, bool]) -> int:
    worked = 0
    while start < end:
        worked += slow_works(start, overrides)
        start += MINUTE
    return worked


moments = st.datetimes(FIRST, LAST).map(lambda d: d.replace(second=0, microsecond=0, tzinfo=HANOI))


@st.composite
def moments_and_overrides(draw: st.DrawFn) -> tuple[datetime, dict[date, bool]]:
    """A moment, and decisions about some of the days that follow it."""
    start = draw(moments)
    near = st.integers(0, 12).map(lambda n: start.date() + timedelta(days=n))
    return start, draw(st.dictionaries(near, st.booleans(), max_size=4))


@settings(max_examples=120, deadline=None)
@given(moments_and_overrides(), st.integers(0, 40 * 60))
@example((hanoi("2026-02-13 16:00"), {}), 8 * 60)
@example((hanoi("2026-08-21 16:30"), {}), 8 * 60)
@example((hanoi("2028-12-31 23:59"), {}), 1)
def test_adding_agrees_with_counting_minutes(case: tuple[datetime, dict[date, bool]], minutes: int) -> None:
    start, overrides = case
    assert WorkingTime(overrides).add(start, minutes * MINUTE) == slow_add(start, minutes, overrides)


@settings(max_examples=120, deadline=None)
@given(moments_and_overrides(), st.integers(-60, 12 * 24 * 60))
def test_counting_agrees_with_counting_minutes(case: tuple[datetime, dict[date, bool]], minutes: int) -> None:
    start, overrides = case
    end = start + minutes * MINUTE
    assert WorkingTime(overrides).between(start, end) == slow_between(start, end, overrides) * MINUTE


@settings(max_examples=200, deadline=None)
@given(moments, st.timedeltas(timedelta(microseconds=1), timedelta(hours=200)))
def test_what_is_added_is_what_lies_between(start: datetime, amount: timedelta) -> None:
    clock = WorkingTime()
    end = clock.add(start, amount)
    assert clock.between(start, end) == amount
    assert clock.between(start, end - timedelta(microseconds=1)) < amount


def test_every_day_of_ten_years_is_worked_or_not_as_the_slow_clock_says() -> None:
    clock = WorkingTime()
    day = FIRST.date()
    while day <= LAST.date():
        assert clock.works(day) == slow_works(datetime(day.year, day.month, day.day, 8), {}), day
        day += timedelta(days=1)


def test_the_days_of_2026_are_those_of_the_notices() -> None:
    clock = WorkingTime()
    day = date(2026, 1, 1)
    while day.year == 2026:
        name = f"{day:%m-%d}"
        expected = name in WORKED_WEEKEND_2026 if day.weekday() >= 5 else name not in OFF_2026
        assert clock.works(day) == expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-25 08:00", 8, "2026-11-25 17:00"),
        ("2026-11-25 09:30", 4, "2026-11-25 14:30"),
        ("2026-11-25 11:00", 1, "2026-11-25 12:00"),
        ("2026-11-25 12:30", 1, "2026-11-25 14:00"),
        ("2026-11-23 20:00", 8, "2026-11-25 17:00"),  # Monday night; Tuesday is the Day of Vietnamese Culture
        ("2026-11-27 16:00", 8, "2026-11-30 16:00"),  # over a weekend
        ("2026-02-13 16:00", 8, "2026-02-23 16:00"),  # the Friday before Tết, ten days
        ("2026-02-16 10:00", 4, "2026-02-23 12:00"),  # filed on New Year's Eve
        ("2026-08-21 16:00", 8, "2026-08-22 16:00"),  # the Saturday is worked …
        ("2026-08-28 16:00", 8, "2026-09-03 16:00"),  # … for the Monday before National Day
        ("2026-04-24 16:30", 1, "2026-04-28 08:30"),  # Giỗ Tổ on a Sunday, so Monday is off
        ("2026-12-31 16:00", 2, "2027-01-04 09:00"),
    ],
)
def test_working_hours_of_2026(start: str, hours: int, end: str) -> None:
    assert WorkingTime().add(hanoi(start), timedelta(hours=hours)) == hanoi(end)


def test_the_agencys_own_calendar_wins_over_the_package() -> None:
    """The swap of 2 January 2026 for Saturday the 10th is not in the package."""
    swap = WorkingTime({date(2026, 1, 2): False, date(2026, 1, 10): True})
    assert swap.add(hanoi("2025-12-31 16:00"), timedelta(hours=2)) == hanoi("2026-01-05 09:00")
    assert swap.add(hanoi("2026-01-09 16:00"), timedelta(hours=2)) == hanoi("2026-01-10 09:00")
    duty = WorkingTime({date(2026, 2, 17): True})
    assert duty.add(hanoi("2026-02-16 10:00"), timedelta(hours=4)) == hanoi("2026-02-17 12:00")


def test_other_office_hours_are_kept() -> None:
    clock = WorkingTime(hours=read_hours(["07:30-11:30", "13:30-17:30"]))
    assert clock.add(hanoi("2026-11-25 07:00"), timedelta(hours=5)) == hanoi("2026-11-25 14:30")


@pytest.mark.parametrize("spans", [[], ["12:00-08:00"], ["08:00-12:00", "11:00-17:00"], ["8-12"], ["08:00"]])
def test_office_hours_that_make_no_sense_are_refused(spans: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_hours(spans)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        WorkingTime().add(hanoi("2026-11-25 08:00"), -MINUTE)


def test_the_zone_of_a_moment_does_not_matter() -> None:
    start = hanoi("2026-11-27 16:00")
    clock = WorkingTime()
    assert clock.add(start.astimezone(UTC), timedelta(hours=8)) == clock.add(start, timedelta(hours=8))


@settings(max_examples=100, deadline=None)
@given(moments, st.integers(1, 60))
def test_calendar_days_start_tomorrow_and_end_with_their_last_day(start: datetime, days: int) -> None:
    end = add_days(start, days)
    assert end == end_of_day(end)
    assert (end.date() - start.date()).days == days


def test_thirty_days_run_through_weekends_and_tet() -> None:
    assert add_days(hanoi("2026-01-20 23:30"), 30) == hanoi("2026-02-19 23:59:59")
    assert add_days(hanoi("2026-11-25 00:00"), 60) == hanoi("2027-01-24 23:59:59")
