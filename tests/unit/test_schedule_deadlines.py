"""Escalation over a table in memory: once per step, whoever runs it, and whatever else lies there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk import agencies
from desk.domain.clock import HANOI, iso
from desk.domain.report import Report, Status, change_status
from desk.domain.timeline import first_break
from desk.errors import Conflict
from desk.storage import calendar, keys
from desk.storage.calendar import Day
from desk.storage.reports import Reports, write
from desk.storage.table import Table
from schedule import jobs
from schedule.deadlines import escalate_due
from tests.world import World, make_world

FILED = datetime(2026, 11, 25, 8, 0, tzinfo=HANOI)
RECEIVE_BY = datetime(2026, 11, 25, 17, 0, tzinfo=HANOI)
HANDLE_BY = datetime(2026, 12, 25, 23, 59, 59, tzinfo=HANOI)


@pytest.fixture
def world() -> Iterator[World]:
    with make_world() as made:
        yield made


def file(world: World, code: str = "CS-1", **facts: Any) -> Report:
    report = Report(code, facts.pop("agency", "csgt"), "c_1", iso(FILED), iso(FILED), **facts)
    transaction = world.table.transaction()
    written = write(transaction, report, [])
    transaction.commit()
    return written


def move(world: World, to: Status, at: datetime, code: str = "CS-1") -> Report:
    def decide(report: Report) -> Any:
        changed, step = change_status(report, to, reason="why", at=iso(at), actor="staff:a")
        return changed, [step], []

    return Reports(world.table).change(code, decide)


def run(world: World, at: datetime) -> dict[str, int]:
    return escalate_due(world.table, agencies.names(), at)


def listed(world: World, agency: str = "csgt") -> list[str]:
    return [row["gsi1sk"] for row in world.table.query_all(keys.due_pk(agency), index="gsi1")]


def at_ms(when: datetime, code: str = "CS-1") -> str:
    return f"{round(when.timestamp() * 1000):013d}#{code}"


def kinds(world: World, code: str = "CS-1") -> list[str]:
    return [entry.kind for entry in Reports(world.table).timeline(code)]


def test_a_filed_report_is_listed_under_its_deadline(world: World) -> None:
    assert file(world).deadline == iso(RECEIVE_BY)
    assert listed(world) == [at_ms(RECEIVE_BY)]
    assert Reports(world.table).load("CS-1").deadline == iso(RECEIVE_BY)


def test_the_list_follows_every_change_and_ends_with_the_report(world: World) -> None:
    file(world)
    move(world, Status.VERIFYING, FILED + timedelta(hours=1))
    assert listed(world) == [at_ms(HANDLE_BY)]
    move(world, Status.NEEDS_INFO, FILED + timedelta(hours=2))
    assert listed(world) == []
    move(world, Status.VERIFYING, FILED + timedelta(hours=3))
    assert len(listed(world)) == 1
    move(world, Status.RESOLVED, FILED + timedelta(hours=4))
    assert listed(world) == []
    assert world.table.get(keys.deadline("CS-1")) is None


def test_a_change_that_leaves_the_deadline_alone_writes_nothing_for_it(world: World) -> None:
    report = file(world)
    transaction = world.table.transaction()
    write(transaction, replace(report, text="more"), [])
    assert len(transaction) == 1


def test_a_report_that_moves_to_another_agency_is_listed_there(world: World) -> None:
    file(world)
    later = iso(FILED + timedelta(hours=1))
    Reports(world.table).change("CS-1", lambda r: (replace(r, agency="duytu", updated_at=later), [], []))
    assert listed(world) == []
    assert listed(world, "duytu") == [at_ms(datetime(2026, 11, 26, 9, 0, tzinfo=HANOI))]


def test_nothing_is_escalated_before_its_time(world: World) -> None:
    file(world)
    assert run(world, RECEIVE_BY - timedelta(milliseconds=1)) == {}
    assert Reports(world.table).load("CS-1").flags == ()


def test_a_missed_step_is_flagged_and_told_in_the_timeline(world: World) -> None:
    before = file(world, flags=("sensitive",))
    assert run(world, RECEIVE_BY) == {"escalated": 1}
    report = Reports(world.table).load("CS-1")
    assert report.flags == ("sensitive", "overdue:receive")
    assert report.deadline == iso(RECEIVE_BY)
    assert report.updated_at == before.updated_at
    entries = Reports(world.table).timeline("CS-1")
    assert [(e.kind, e.actor, e.data["step"]) for e in entries] == [("escalated", "desk", "receive")]
    assert entries[0].at == iso(RECEIVE_BY)
    assert first_break(entries) is None


def test_escalating_again_changes_nothing(world: World) -> None:
    file(world)
    run(world, RECEIVE_BY)
    once = Reports(world.table).load("CS-1")
    assert run(world, RECEIVE_BY + timedelta(days=3)) == {}
    assert Reports(world.table).load("CS-1") == once
    assert kinds(world) == ["escalated"]


def test_a_run_that_read_an_old_list_escalates_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs at the same time, or an index that lags: the second still sees what the first has done."""
    file(world)
    rows = world.table.query_all(keys.due_pk("csgt"), index="gsi1")
    run(world, RECEIVE_BY)
    version = Reports(world.table).load("CS-1").version
    monkeypatch.setattr(Table, "query_all", lambda *_args, **_options: rows)
    assert escalate_due(world.table, ["csgt"], RECEIVE_BY) == {"not_due": 1}
    assert Reports(world.table).load("CS-1").version == version


def test_the_loser_of_a_race_sees_what_the_winner_did(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file(world)
    load = Reports.load
    raced: list[str] = []

    def racing_load(self: Reports, code: str) -> Report:
        report = load(self, code)
        if not raced:
            raced.append(code)
            run(world, RECEIVE_BY)
        return report

    monkeypatch.setattr(Reports, "load", racing_load)
    assert run(world, RECEIVE_BY) == {"not_due": 1}
    monkeypatch.undo()
    assert kinds(world) == ["escalated"]


def test_each_step_is_escalated_by_itself(world: World) -> None:
    file(world)
    run(world, RECEIVE_BY)
    move(world, Status.VERIFYING, FILED + timedelta(hours=10))
    assert run(world, HANDLE_BY - timedelta(seconds=1)) == {}
    assert run(world, HANDLE_BY) == {"escalated": 1}
    assert Reports(world.table).load("CS-1").flags == ("overdue:receive", "overdue:handle")
    assert kinds(world) == ["escalated", "status", "escalated"]


def test_a_reopened_report_can_be_late_again(world: World) -> None:
    file(world)
    run(world, RECEIVE_BY)
    move(world, Status.RESOLVED, datetime(2026, 12, 1, 8, 0, tzinfo=HANOI))
    move(world, Status.REOPENED, datetime(2026, 12, 2, 8, 0, tzinfo=HANOI))
    assert Reports(world.table).load("CS-1").flags == ()
    assert run(world, datetime(2026, 12, 2, 17, 0, tzinfo=HANOI)) == {"escalated": 1}
    assert kinds(world) == ["escalated", "status", "status", "escalated"]


def test_one_bad_report_does_not_hide_the_others(world: World) -> None:
    for code in ("CS-1", "CS-2", "CS-3"):
        file(world, code)
    world.table.update(keys.report("CS-1"), {"status": "lost"})
    world.table.delete(keys.report("CS-2"))
    assert run(world, RECEIVE_BY) == {"failed": 2, "escalated": 1}
    assert Reports(world.table).load("CS-3").flags == ("overdue:receive",)
    assert run(world, RECEIVE_BY) == {"failed": 2}


def test_every_agency_is_looked_at(world: World) -> None:
    file(world, "CS-1")
    file(world, "DT-1", agency="duytu")
    file(world, "BH-1", agency="bhxh")
    assert run(world, RECEIVE_BY) == {"escalated": 3}


def test_the_scheduled_job_escalates_by_the_clock_on_the_wall(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = iso(datetime(2025, 3, 3, 8, 0, tzinfo=HANOI))
    transaction = world.table.transaction()
    write(transaction, Report("CS-1", "csgt", "c_1", long_ago, long_ago), [])
    transaction.commit()
    monkeypatch.setattr(jobs, "_table", lambda: world.table)
    assert jobs.JOBS["deadlines"]() == {"escalated": 1}
    assert jobs.JOBS["deadlines"]() == {}


def test_a_day_off_declared_after_filing_moves_the_deadline_instead(world: World) -> None:
    file(world)
    calendar.save(world.table, "csgt", {date(2026, 11, 25): Day(False, "bão")}, expected=0)
    assert run(world, RECEIVE_BY) == {"not_due": 1}
    report = Reports(world.table).load("CS-1")
    moved_to = datetime(2026, 11, 26, 17, 0, tzinfo=HANOI)
    assert (report.deadline, report.flags) == (iso(moved_to), ())
    assert listed(world) == [at_ms(moved_to)]
    assert kinds(world) == []


def test_a_new_report_is_measured_by_the_agencys_calendar(world: World) -> None:
    calendar.save(world.table, "csgt", {date(2026, 11, 25): Day(False)}, expected=0)
    assert file(world).deadline == iso(datetime(2026, 11, 26, 17, 0, tzinfo=HANOI))
    assert file(world, "DT-1", agency="duytu").deadline == iso(RECEIVE_BY)


def test_a_calendar_is_saved_over_the_version_that_was_seen(world: World) -> None:
    days = {date(2026, 1, 10): Day(True, "làm bù"), date(2026, 1, 2): Day(False, "hoán đổi")}
    saved = calendar.save(world.table, "csgt", days, expected=0)
    assert saved == calendar.load(world.table, "csgt") == calendar.Calendar(days, 1)
    assert calendar.overrides(world.table, "csgt") == {date(2026, 1, 10): True, date(2026, 1, 2): False}
    with pytest.raises(Conflict):
        calendar.save(world.table, "csgt", {}, expected=0)
    assert calendar.save(world.table, "csgt", {}, expected=1).version == 2
    assert calendar.overrides(world.table, "csgt") == {}
    assert calendar.load(world.table, "duytu") == calendar.Calendar({}, 0)


def test_times_in_the_table_are_utc(world: World) -> None:
    file(world)
    deadline = datetime.fromisoformat(str(Reports(world.table).load("CS-1").deadline))
    assert deadline.tzinfo == UTC
