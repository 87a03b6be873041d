"""By when somebody must act on a report, as the agency's own rules say.

Two steps follow each other: `receive` runs until somebody takes the report up, `handle` until it is closed.
While the desk waits for the citizen, `handle` stands still, unless it was missed before. A report that is
reopened, or that comes to another agency, starts again with `receive`.

A rule gives an amount per level, in working hours or in calendar days. A report is `urgent` by its urgency
and `complex` when staff flag it so or its category is on the agency's list; it gets the first of `urgent`,
`complex`, `normal` that the rule knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from desk.agencies import Agency
from desk.domain.clock import iso, parse
from desk.domain.report import Report, Status
from desk.domain.working_time import OFFICE_HOURS, WorkingTime, add_days, end_of_day, read_hours

RECEIVE, HANDLE = "receive", "handle"
STEPS = (RECEIVE, HANDLE)
COMPLEX = "complex"
OVERDUE = "overdue:"

_WAITING_TO_BE_TAKEN = frozenset({Status.RECEIVED, Status.REOPENED})


@dataclass(frozen=True, slots=True)
class Due:
    """The step that must be done next, and when (ISO 8601)."""

    step: str
    at: str


def with_deadlines(report: Report, agency: Agency, overrides: Mapping[date, bool]) -> Report:
    """The report with its `deadline` and `deadlines` as its status, category and urgency make them.

    The time of a change is the report's `updated_at`. Doing it twice changes nothing more. `deadlines` holds
    what the clock has seen (`agency`, `status`) and per step in `steps`: `from`, `due` (absent while it stands
    still), `ended`, `level`, and in `pauses` when the desk waited for the citizen.
    """
    state = _follow(report)
    steps = {
        name: _timed(step, _rule(agency, name), _levels(report, agency), overrides)
        for name, step in state["steps"].items()
    }
    running = _running(steps)
    new_round = report.deadlines and state["round"] != report.deadlines["round"]
    return replace(
        report,
        deadline=running and steps[running].get("due"),
        deadlines=report.deadlines | state | {"steps": steps},
        flags=tuple(f for f in report.flags if not f.startswith(OVERDUE)) if new_round else report.flags,
    )


def is_stale(report: Report, agency: Agency) -> bool:
    """True when something happened to the report since its deadlines were worked out."""
    state = _follow(report)
    if any(report.deadlines.get(name) != value for name, value in state.items() if name != "steps"):
        return True
    running = _running(state["steps"])
    if running is None:
        return False
    level = _level(_rule(agency, running), _levels(report, agency))
    return bool(state["steps"][running].get("level") != level)


def next_due(report: Report) -> Due | None:
    """What is still to be watched: None when nothing runs, or when its being late is known already."""
    running = running_step(report)
    if running is None or report.deadline is None or OVERDUE + running in report.flags:
        return None
    return Due(running, report.deadline)


def running_step(report: Report) -> str | None:
    """The step that must be done next; None when the report is closed."""
    return _running(report.deadlines.get("steps", {}))


def _running(steps: Mapping[str, Any]) -> str | None:
    return next((name for name, step in steps.items() if "ended" not in step), None)


def _follow(report: Report) -> dict[str, Any]:
    """The state of the clock after what happened to the report since it was looked at last."""
    before = report.deadlines
    seen = Status(before["status"]) if before else None
    status = Status.RESOLVED if report.merged_into else report.status
    if before and before["agency"] == report.agency and seen == status:
        return {name: before[name] for name in ("agency", "status", "round", "steps")}
    at = report.updated_at if before else report.created_at
    moved = bool(before) and before["agency"] != report.agency
    taken = status not in _WAITING_TO_BE_TAKEN
    again = moved or (not taken and seen not in _WAITING_TO_BE_TAKEN)
    steps = {} if again or not before else {name: dict(step) for name, step in before["steps"].items()}
    if not steps:
        steps[RECEIVE] = {"from": at}
    if taken:
        at = report.updated_at
        steps[RECEIVE].setdefault("ended", at)
        _handle(steps, status, report.is_open and not report.merged_into, at)
    return {
        "agency": report.agency,
        "status": str(status),
        "round": before.get("round", 0) + (1 if again else 0),
        "steps": steps,
    }


def _handle(steps: dict[str, Any], status: Status, still_open: bool, at: str) -> None:
    """Start, stop, resume or end the second step."""
    if HANDLE not in steps:
        if not still_open:
            return
        steps[HANDLE] = {"from": at}
    step = steps[HANDLE]
    pauses = [list(p) for p in step.get("pauses", [])]
    if pauses and len(pauses[-1]) == 1:
        pauses[-1].append(at)
    if status == Status.NEEDS_INFO:
        pauses.append([at])
    if pauses:
        step["pauses"] = pauses
    if not still_open:
        step["ended"] = at
    elif "ended" in step:
        del step["ended"]


def _rule(agency: Agency, step: str) -> Mapping[str, Any]:
    rule: Mapping[str, Any] = agency.data["deadlines"][step]
    hours = agency.data["deadlines"].get("office_hours")
    return {**rule, "hours": read_hours(hours) if hours else OFFICE_HOURS}


def _levels(report: Report, agency: Agency) -> Sequence[str]:
    """The levels that fit a report, the strictest first."""
    hard = COMPLEX in report.flags or report.category in agency.data["deadlines"].get("complex", ())
    return [*(["urgent"] if report.urgency == "urgent" else []), *([COMPLEX] if hard else []), "normal"]


def _level(rule: Mapping[str, Any], levels: Sequence[str]) -> str:
    amounts = rule.get("working_hours") or rule["calendar_days"]
    return next(level for level in levels if level in amounts)


def _timed(
    step: Mapping[str, Any], rule: Mapping[str, Any], levels: Sequence[str], overrides: Mapping[date, bool]
) -> dict[str, Any]:
    """A step with its level and its `due`. What has ended keeps what it was measured by."""
    if "ended" in step and "due" in step:
        return dict(step)
    level = _level(rule, levels)
    start = parse(step["from"])
    pauses = [[parse(at) for at in pause] for pause in step.get("pauses", [])]
    if "working_hours" in rule:
        clock = WorkingTime(overrides, rule["hours"])
        due = _in_working_time(clock, start, timedelta(hours=rule["working_hours"][level]), pauses)
    else:
        due = _in_days(start, rule["calendar_days"][level], pauses)
    known = {k: v for k, v in step.items() if k not in {"due", "level"}}
    return known | {"level": level} | ({"due": iso(due)} if due else {})


def _in_working_time(
    clock: WorkingTime, start: datetime, left: timedelta, pauses: Sequence[Sequence[datetime]]
) -> datetime | None:
    """When `left` of working time outside of the pauses is over; None while that is not known."""
    for pause in pauses:
        passed = clock.between(start, pause[0])
        if passed >= left:
            break
        if len(pause) == 1:
            return None
        left -= passed
        start = max(start, pause[1])
    return clock.add(start, left)


def _in_days(start: datetime, days: int, pauses: Sequence[Sequence[datetime]]) -> datetime | None:
    """The same in calendar days: every pause moves the end by its length, and the end is the end of a day."""
    end = add_days(start, days)
    first = end_of_day(start)
    for pause in pauses:
        if pause[0] > end_of_day(end):
            break
        if len(pause) == 1:
            return None
        end += max(pause[1] - max(pause[0], first), timedelta())
    return end_of_day(end)
