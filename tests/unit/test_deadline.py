"""By when a report must be taken up and handled, through everything that can happen to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk import agencies
from desk.domain import facts
from desk.domain.clock import HANOI, epoch_ms, iso, parse
from desk.domain.deadline import STEPS, Due, is_stale, next_due, with_deadlines
from desk.domain.report import Report, Status, change_status
from desk.domain.working_time import read_hours
from tests.slow_clock import MINUTE, slow_works

CSGT, DUYTU = agencies.agency("csgt"), agencies.agency("duytu")


def hanoi(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def filed(at: str, agency: str = "csgt", **known: Any) -> Report:
    """A report as it is filed at a time in Hanoi."""
    moment = iso(hanoi(at))
    report = Report("CS-1", agency, "c_1", moment, moment, **known)
    return with_deadlines(report, agencies.agency(agency), {})


def moved(report: Report, to: Status, at: str, overrides: Mapping[date, bool] | None = None) -> Report:
    changed, _ = change_status(report, to, reason="why", at=iso(hanoi(at)), actor="staff:a")
    return with_deadlines(changed, agencies.agency(report.agency), overrides or {})


def due(report: Report) -> str | None:
    """The deadline on a Hanoi clock."""
    return report.deadline and f"{parse(report.deadline).astimezone(HANOI):%Y-%m-%d %H:%M:%S}"


def test_a_report_must_be_received_within_eight_working_hours() -> None:
    report = filed("2026-11-27 16:00")
    assert due(report) == "2026-11-30 16:00:00"
    assert next_due(report) == Due("receive", str(report.deadline))


def test_an_urgent_report_must_be_received_within_four() -> None:
    assert due(filed("2026-11-25 08:00", urgency="urgent")) == "2026-11-25 12:00:00"


def test_verification_ends_thirty_calendar_days_after_acceptance() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    assert due(report) == "2026-12-25 23:59:59"
    assert report.deadlines["steps"]["receive"]["ended"] == iso(hanoi("2026-11-25 10:00"))


def test_a_complex_case_has_sixty_days_from_acceptance() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    flagged = replace(report, flags=("complex",), updated_at=iso(hanoi("2026-12-01 09:00")))
    assert is_stale(flagged, CSGT)
    assert due(with_deadlines(flagged, CSGT, {})) == "2027-01-24 23:59:59"


def test_going_back_and_forth_between_open_statuses_does_not_start_anew() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    onward = moved(report, Status.IN_PROGRESS, "2026-12-02 10:00")
    assert onward.deadline == moved(onward, Status.VERIFYING, "2026-12-03 10:00").deadline == report.deadline


def test_nothing_is_due_while_the_citizen_is_asked_and_the_time_is_given_back() -> None:
    report = moved(filed("2026-11-25 08:00", "duytu"), Status.IN_PROGRESS, "2026-11-25 10:00")
    assert due(report) == "2026-12-02 10:00:00"
    asked = moved(report, Status.NEEDS_INFO, "2026-11-26 11:00")
    assert asked.deadline is None
    assert next_due(asked) is None
    answered = moved(asked, Status.IN_PROGRESS, "2026-11-26 14:00")
    assert due(answered) == "2026-12-02 12:00:00"  # two working hours later


def test_a_pause_gives_calendar_days_back_too() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    asked = moved(report, Status.NEEDS_INFO, "2026-12-01 09:00")
    assert due(moved(asked, Status.VERIFYING, "2026-12-04 09:00")) == "2026-12-28 23:59:59"


def test_asking_the_citizen_does_not_undo_a_missed_deadline() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    late = moved(report, Status.NEEDS_INFO, "2027-01-05 09:00")
    assert due(late) == "2026-12-25 23:59:59"
    assert late.deadline == moved(late, Status.VERIFYING, "2027-02-01 09:00").deadline


def test_asking_at_once_counts_as_receiving() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.NEEDS_INFO, "2026-11-25 09:00")
    assert report.deadline is None
    assert "ended" in report.deadlines["steps"]["receive"]
    assert due(moved(report, Status.VERIFYING, "2026-11-26 09:00")) == "2026-12-26 23:59:59"


def test_a_closed_report_has_no_deadline_and_remembers_what_it_was() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    closed = moved(report, Status.RESOLVED, "2026-12-01 10:00")
    assert closed.deadline is None
    assert closed.deadlines["steps"]["handle"]["due"] == report.deadline
    assert closed.deadlines["steps"]["handle"]["ended"] == closed.closed_at


def test_a_reopened_report_starts_again_and_may_be_late_again() -> None:
    closed = moved(filed("2026-11-25 08:00"), Status.RESOLVED, "2026-12-01 10:00")
    closed = replace(closed, flags=("overdue:receive", "complex"))
    again = moved(closed, Status.REOPENED, "2026-12-10 08:00")
    assert due(again) == "2026-12-10 17:00:00"
    assert again.flags == ("complex",)
    assert again.deadlines["steps"].keys() == {"receive"}


def test_a_merged_report_is_not_watched() -> None:
    report = replace(filed("2026-11-25 08:00"), merged_into="CS-2", updated_at=iso(hanoi("2026-11-25 09:00")))
    assert is_stale(report, CSGT)
    assert with_deadlines(report, CSGT, {}).deadline is None


def test_another_agency_starts_with_its_own_time() -> None:
    report = moved(filed("2026-11-25 08:00"), Status.VERIFYING, "2026-11-25 10:00")
    at = iso(hanoi("2026-11-26 13:00"))
    there = replace(report, agency="duytu", status=Status.RECEIVED, updated_at=at)
    assert is_stale(there, DUYTU)
    there = with_deadlines(there, DUYTU, {})
    assert due(there) == "2026-11-27 12:00:00"
    assert there.deadlines["steps"].keys() == {"receive"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"category": "pothole"}, "2026-12-02 10:00:00"),
        ({"category": "bridge"}, "2026-12-16 10:00:00"),
        ({"category": "bridge", "urgency": "urgent"}, "2026-11-25 15:00:00"),
    ],
)
def test_reclassification_measures_anew_from_the_same_start(changes: dict[str, str], expected: str) -> None:
    report = moved(
        filed("2026-11-25 08:00", "duytu", category="other"), Status.IN_PROGRESS, "2026-11-25 10:00"
    )
    changed = replace(report, **changes, updated_at=iso(hanoi("2026-11-25 10:30")))  # type: ignore[arg-type]
    assert due(with_deadlines(changed, DUYTU, {})) == expected


def test_a_day_off_that_is_declared_later_moves_the_deadline() -> None:
    report = filed("2026-11-27 16:00")
    assert due(with_deadlines(report, CSGT, {date(2026, 11, 30): False})) == "2026-12-01 16:00:00"


def test_an_officer_missed_nothing_when_only_the_text_changes() -> None:
    report = filed("2026-11-25 08:00")
    assert not is_stale(replace(report, text="more", updated_at=iso(hanoi("2026-11-25 09:00"))), CSGT)
    assert is_stale(replace(report, urgency="urgent"), CSGT)


def test_what_is_known_to_be_late_is_not_watched_any_more() -> None:
    assert next_due(replace(filed("2026-11-25 08:00"), flags=("overdue:receive",))) is None


def test_what_the_citizen_writes_later_leaves_lateness_and_complexity_alone() -> None:
    report = filed("2026-11-25 08:00", flags=("overdue:receive", "complex", "abusive"))
    text = facts.of_text(
        "xe 30K-182.34 vượt đèn đỏ ở ngã tư", at=epoch_ms(hanoi("2026-11-26 08:00")), agency="csgt"
    )
    assert facts.apply(report, text).flags == ("overdue:receive", "complex")


@pytest.mark.parametrize("name", agencies.names())
def test_every_agency_says_by_when(name: str) -> None:
    rules = agencies.agency(name).data["deadlines"]
    for step in STEPS:
        (unit,) = rules[step].keys() & {"working_hours", "calendar_days"}
        assert "normal" in rules[step][unit]
        assert all(amount > 0 for amount in rules[step][unit].values())
        assert rules[step][unit].keys() <= {"normal", "urgent", "complex"}
    read_hours(rules.get("office_hours", ["08:00-12:00"]))
    assert rules["receive"]["working_hours"] == {"normal": 8, "urgent": 4}


# What an officer does next, and after how many minutes.
histories = st.lists(
    st.tuples(
        st.sampled_from([Status.VERIFYING, Status.IN_PROGRESS, Status.NEEDS_INFO]),
        st.integers(1, 6 * 24 * 60),
    ),
    min_size=1,
    max_size=6,
)
starts = st.datetimes(datetime(2024, 1, 1), datetime(2033, 11, 30)).map(
    lambda d: d.replace(second=0, microsecond=0, tzinfo=HANOI)
)


def slow_due(changes: list[tuple[datetime, Status]], hours: int, overrides: dict[date, bool]) -> str | None:
    """When the second step is due: minutes are counted unless the citizen is being asked."""
    left, at, status = hours * 60, changes[0][0], changes[0][1]
    ahead = changes[1:]
    while left:
        while ahead and ahead[0][0] <= at:
            status = ahead.pop(0)[1]
        if status == Status.NEEDS_INFO and not ahead:
            return None
        left -= status != Status.NEEDS_INFO and slow_works(at, overrides)
        at += MINUTE
    return iso(at)


@settings(max_examples=150, deadline=None)
@given(starts, histories, st.sampled_from(["normal", "urgent", "complex"]), st.booleans())
@example(hanoi("2026-02-12 09:00"), [(Status.IN_PROGRESS, 1), (Status.NEEDS_INFO, 1440)], "normal", True)
def test_any_history_agrees_with_counting_minutes(
    start: datetime, history: list[tuple[Status, int]], level: str, day_off: bool
) -> None:
    overrides = {(start + timedelta(days=2)).date(): not day_off}
    urgency = "urgent" if level == "urgent" else "normal"
    flags = ("complex",) if level == "complex" else ()
    report = Report("DT-1", "duytu", "c_1", iso(start), iso(start), urgency=urgency, flags=flags)
    report = with_deadlines(report, DUYTU, overrides)
    at, changes = start, []
    for status, minutes in history:
        at += minutes * MINUTE
        if status == report.status:
            continue
        changes.append((at, status))
        changed, _ = change_status(report, status, reason="why", at=iso(at), actor="staff:a")
        assert is_stale(changed, DUYTU)
        report = with_deadlines(changed, DUYTU, overrides)
        assert report == with_deadlines(report, DUYTU, overrides)
        assert not is_stale(report, DUYTU)
    hours = {"urgent": 4, "normal": 40, "complex": 120}[level]
    assert report.deadline == slow_due(changes, hours, overrides)


@settings(max_examples=100, deadline=None)
@given(starts, st.integers(0, 10 * 24 * 60), st.integers(0, 20 * 24 * 60))
def test_a_pause_moves_thirty_days_by_its_length_and_at_most_a_day_more(
    start: datetime, asked_after: int, length: int
) -> None:
    report = filed(f"{start:%Y-%m-%d %H:%M}")
    report = moved(report, Status.VERIFYING, f"{start:%Y-%m-%d %H:%M}")
    asked_at = start + asked_after * MINUTE
    asked = moved(report, Status.NEEDS_INFO, f"{asked_at:%Y-%m-%d %H:%M}")
    answered_at = asked_at + length * MINUTE
    answered = moved(asked, Status.VERIFYING, f"{answered_at:%Y-%m-%d %H:%M}")
    gained = parse(str(answered.deadline)) - parse(str(report.deadline))
    counted_from = parse(str(report.deadline)) - timedelta(days=30)
    paused = max(answered_at - max(asked_at, counted_from), timedelta())
    assert paused <= gained < paused + timedelta(days=1)
    assert (parse(str(answered.deadline)).astimezone(HANOI) + timedelta(seconds=1)).hour == 0
