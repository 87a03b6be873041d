"""Days and texts of reminders: rules, and what must hold for every card and every series of runs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.reminder import (
    AFTER_THE_END,
    FILE_FOR,
    Kind,
    Watch,
    card_due,
    look_at_card,
    look_at_contributions,
    look_at_file,
    pass_over,
)

STAGES = (30, 7, 1)
ENDS = date(2026, 12, 31)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def before(n: int, ends: date = ENDS) -> date:
    return ends - timedelta(days=n)


def card(due: date, seen: str = ENDS.isoformat(), since: date = date(2026, 1, 1)) -> Watch:
    return Watch("bhxh", "c_1", "ab" * 16, Kind.CARD, "p-1", seen, due, since)


def watch(kind: Kind, seen: str, due: date, since: date = date(2026, 11, 24)) -> Watch:
    return Watch("bhxh", "c_1", "ab" * 16, kind, "s-1", seen, due, since)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 6, 1), before(30)),
        (before(31), before(30)),
        (before(30), before(7)),
        (before(8), before(7)),
        (before(7), before(1)),
        (before(1), ENDS + timedelta(days=3)),
        (ENDS, ENDS + timedelta(days=3)),
        (ENDS + timedelta(days=60), ENDS + timedelta(days=90)),
        (ENDS + timedelta(days=90), None),
    ],
)
def test_a_card_is_looked_at_30_7_and_1_day_before_its_end_and_for_a_while_after(
    today: date, due: date | None
) -> None:
    assert card_due(ENDS, today, STAGES) == due


@pytest.mark.parametrize("n", STAGES)
def test_a_card_that_still_ends_then_is_told(n: int) -> None:
    look = look_at_card(card(before(n)), ENDS, before(n), STAGES)
    assert look.text == "remind_card_ends"
    assert look.watch and look.watch.due == card_due(ENDS, before(n), STAGES)


def test_a_renewed_card_moves_to_its_new_days_without_a_word() -> None:
    renewed = date(2027, 12, 31)
    look = look_at_card(card(before(30)), renewed, before(30), STAGES)
    assert (look.text, look.watch) == ("", card(before(30, renewed), renewed.isoformat()))
    late = look_at_card(card(ENDS + timedelta(days=3)), renewed, ENDS + timedelta(days=3), STAGES)
    assert (late.text, late.watch) == ("", card(before(30, renewed), renewed.isoformat()))


def test_a_card_that_the_source_now_ends_earlier_is_told_when_that_is_soon() -> None:
    soon, far = before(30) + timedelta(days=5), before(30) + timedelta(days=200)
    assert look_at_card(card(before(30)), soon, before(30), STAGES).text == "remind_card_ends"
    assert look_at_card(card(before(30), "2027-12-31"), far, before(30), STAGES).text == ""


def test_what_comes_late_is_told_once_with_the_days_that_are_left() -> None:
    look = look_at_card(card(before(30)), ENDS, before(5), STAGES)
    assert look.text == "remind_card_ends"
    assert look.watch and look.watch.due == before(1)
    assert look_at_card(card(before(1)), ENDS, ENDS, STAGES).text == "remind_card_ends_today"
    assert look_at_card(card(before(1)), ENDS, ENDS + timedelta(days=2), STAGES).text == "remind_card_ended"
    assert look_at_card(card(before(1)), ENDS, ENDS + timedelta(days=8), STAGES).text == ""


def test_looks_after_the_end_are_silent_and_stop_in_the_end() -> None:
    at = card(ENDS + timedelta(days=AFTER_THE_END[0]))
    for _ in AFTER_THE_END[1:]:
        look = look_at_card(at, ENDS, at.due, STAGES)
        assert look.text == "" and look.watch
        at = look.watch
    assert look_at_card(at, ENDS, at.due, STAGES).watch is None


def test_a_first_look_learns_the_date_and_tells_when_it_is_near() -> None:
    unknown = card(date(2026, 6, 1), seen="")
    assert look_at_card(unknown, ENDS, date(2026, 6, 1), STAGES).text == ""
    assert look_at_card(replace(unknown, due=before(5)), ENDS, before(5), STAGES).text == "remind_card_ends"
    long_gone = look_at_card(unknown, date(2025, 1, 1), date(2026, 6, 1), STAGES)
    assert (long_gone.text, long_gone.watch) == ("", None)


@given(ends=days, asked=days, missed=st.sets(st.integers(0, 60)))
def test_every_stage_still_ahead_is_told_once_whatever_days_are_missed(
    ends: date, asked: date, missed: set[int]
) -> None:
    """Daily runs, some of which do not happen: each stage leads to one message, of that day or the next run's;
    stages that one gap covers together lead to one."""
    due = card_due(ends, asked, STAGES)
    at = card(due, ends.isoformat(), asked) if due else None
    told: list[date] = []
    run_days = [
        asked + timedelta(days=n) for n in range(1, (ends - asked).days + 100)
        if (ends - asked).days - n not in missed
    ]  # fmt: skip
    for today in run_days:
        if at and at.due <= today:
            look = look_at_card(at, ends, today, STAGES)
            told += [today] if look.text else []
            at = look.watch
            assert at is None or at.due > today
    ahead = [before(n, ends) for n in STAGES if before(n, ends) > asked]
    expected = {next(day for day in run_days if day >= stage) for stage in ahead}
    assert told == sorted(day for day in expected if day - ends <= timedelta(days=7))
    assert at is None


def test_a_file_is_told_of_when_it_moves_and_let_go_with_its_result() -> None:
    today = date(2026, 11, 25)
    waiting = watch(Kind.FILE, "received", today)
    same = look_at_file(waiting, "received", final=False, today=today)
    assert (same.text, same.watch and same.watch.due) == ("", today + timedelta(days=1))
    moved = look_at_file(waiting, "processing", final=False, today=today)
    assert (moved.text, moved.watch and moved.watch.seen) == ("remind_file_changed", "processing")
    assert look_at_file(waiting, "done", final=True, today=today).watch is None
    assert look_at_file(waiting, "done", final=True, today=today).text == "remind_file_result"
    first = look_at_file(replace(waiting, seen=""), "received", final=False, today=today)
    assert first.text == ""
    over = look_at_file(waiting, "received", final=False, today=waiting.since + FILE_FOR)
    assert (over.text, over.watch) == ("remind_file_over", None)


@given(due=days, late=st.integers(0, 40), months=st.integers(0, 500))
def test_contributions_are_looked_at_on_the_same_day_of_each_week(due: date, late: int, months: int) -> None:
    today = due + timedelta(days=late)
    look = look_at_contributions(watch(Kind.CONTRIBUTIONS, "120", due), months, today)
    assert look.watch is not None
    assert look.watch.due.weekday() == due.weekday()
    assert timedelta(0) < look.watch.due - today <= timedelta(days=7)
    assert look.text == ("" if months == 120 else "remind_contributions")
    assert look_at_contributions(watch(Kind.CONTRIBUTIONS, "", due), months, today).text == ""


@given(kind=st.sampled_from(Kind), today=days)
def test_what_the_source_does_not_know_is_looked_at_again_but_not_for_ever(kind: Kind, today: date) -> None:
    seen = {Kind.CARD: "2026-12-31", Kind.FILE: "received", Kind.CONTRIBUTIONS: "3"}[kind]
    look = pass_over(watch(kind, seen, today, since=date(2026, 1, 1)), today, STAGES)
    assert look.text == ""
    if look.watch:
        assert look.watch.due > today
        assert look.watch.seen == seen
    else:
        assert kind != Kind.CONTRIBUTIONS
