"""Escalation: a step that was not done in time is shown to the supervisor, once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from desk.agencies import agency
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.deadline import OVERDUE, next_due, with_deadlines
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.logs import count, log, warn
from desk.storage import calendar, keys
from desk.storage.reports import Change, Reports
from desk.storage.table import Table


def escalate_due(table: Table, names: Iterable[str], now: datetime) -> dict[str, int]:
    """Escalate every report of these agencies whose running step is due; says how many, and how many failed.

    A report is listed until its step is escalated, done or stopped, so what fails is found again next time.
    """
    done: Counter[str] = Counter()
    for name in names:
        overrides = calendar.overrides(table, name)
        until = keys.by_time(epoch_ms(now), "~")
        for row in table.query_all(keys.due_pk(name), index="gsi1", between=("0", until)):
            done[_escalate(Reports(table), row["code"], overrides, now)] += 1
    if done["escalated"]:
        count("DeadlinesMissed", done["escalated"])
    if done["failed"]:
        count("EscalationsFailed", done["failed"])
    return dict(done)


def _escalate(reports: Reports, code: str, overrides: Mapping[date, bool], now: datetime) -> str:
    missed: str | None = None

    def decide(report: Report) -> Change | None:
        nonlocal missed
        # The agency may have declared a day off since the deadline was set.
        fresh = with_deadlines(report, agency(report.agency), overrides)
        due = next_due(fresh)
        missed = due.step if due and parse(due.at) <= now else None
        if due is None or missed is None:
            return (fresh, [], []) if fresh != report else None
        data = {"step": missed, "due": due.at, "status": report.status, "assignee": report.assignee}
        late = fresh.flagged(OVERDUE + missed)
        return late, [Step("escalated", iso(now), "desk", data)], []

    try:
        report = reports.change(code, decide)
    except Exception as error:  # noqa: BLE001 - one report that cannot be read must not hide the others
        warn("report not escalated", report=code, error=type(error).__name__)
        return "failed"
    if missed is None:
        return "not_due"
    log("deadline missed", agency=report.agency, report=code, step=missed)
    return "escalated"
