"""The agency's calendar: days off and days worked that no list of holidays knows, and the deadlines after it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso
from desk.domain.deadline import with_deadlines
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.storage import calendar, keys
from desk.storage.calendar import Day
from desk.storage.reports import Change
from staff import jobs
from staff.auth import Administrator, Person
from staff.bodies import Body, Version, written_date
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import audit_row

router = new_router()


def shown(peers: Desk, agency: str) -> dict[str, Any]:
    """The agency's own decisions about single days."""
    known = calendar.load(peers.table, agency)
    days = [
        {"date": d.isoformat(), "works": day.works, "note": day.note} for d, day in sorted(known.days.items())
    ]
    return {"version": known.version, "days": days}


class DayIn(Body):
    """A day that is off, or is worked, against what the calendar of public holidays says."""

    date: Annotated[date, BeforeValidator(written_date)]
    works: bool = Field(strict=True)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CalendarIn(Body):
    """All of the agency's own decisions; `version` is what was read (0 when there were none)."""

    version: Version
    days: list[DayIn] = Field(max_length=400)


class CalendarShape(Shape):
    """The agency's own decisions about single days."""

    version: int
    days: list[dict[str, Any]]


@router.put("/staff/agency/calendar", tags=["agency"], operation_id="replaceCalendar")
def replace_calendar(person: Administrator, body: CalendarIn) -> Response[CalendarShape]:
    """Days off and days worked; the deadlines of all open reports follow within moments. 409 when somebody else
    changed the calendar meanwhile."""
    peers = desk()
    if calendar.load(peers.table, person.agency).version != body.version:
        raise Problem("conflict", "the calendar has changed", field="body.version")
    days = {d.date: Day(d.works, d.note) for d in body.days}
    calendar.save(peers.table, person.agency, days, expected=body.version)
    peers.table.put_new(audit_row(peers, person, "calendar_changed", days=len(days)))
    if peers.table.query(keys.open_pk(person.agency), index="gsi6", limit=1).items:
        jobs.start(peers, person, "calendar")
    return Response(200, "application/json", CalendarShape(**shown(peers, person.agency)))


def make(desk: Desk, person: Person, job: str, _arguments: dict[str, Any]) -> None:
    """Measure every open report of the agency by the calendar as it is now."""
    overrides, moved = calendar.overrides(desk.table, person.agency), 0
    jobs.progress(desk, person.agency, job, state="running", started_at=iso(desk.now()))
    rows = desk.table.query_all(keys.open_pk(person.agency), index="gsi6")
    for row in rows:
        before = row["card"].get("deadline")
        after = desk.reports.change(
            row["card"]["code"], lambda r: _measured(r, overrides, desk.now(), person)
        )
        moved += before != after.deadline
    jobs.progress(desk, person.agency, job, state="done", rows=moved)


def _measured(report: Report, overrides: Mapping[date, bool], now: datetime, person: Person) -> Change | None:
    fresh = with_deadlines(report, agencies.agency(report.agency), overrides)
    if fresh == report:
        return None
    data = {"from": report.deadline, "to": fresh.deadline, "why": "calendar"}
    return fresh, [Step("deadline_moved", iso(now), person.actor, data)], []
