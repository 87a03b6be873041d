"""GET /staff/agency: what the console needs to know of the agency, and how its OA is connected."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, Field, StringConstraints

from desk import agencies
from desk.domain.clock import local
from desk.language.wards import wards
from desk.settings import settings
from desk.storage import calendar, keys
from desk.storage.calendar import Day
from desk.storage.clients import client
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.errors import ZaloError
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from staff import people
from staff.auth import Administrator, Reader, Role
from staff.bodies import Body
from staff.desk import Desk, desk
from staff.facts import CATEGORIES
from staff.problems import Problem
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import audit_row

router = new_router()


class Me(Shape):
    """Who asks."""

    name: str
    agency: str
    role: str


class Member(Shape):
    """Somebody of the agency."""

    username: str
    role: str


class AgencyShape(Shape):
    """The agency. `connection` and `calendar` are for administrators and auditors."""

    id: str
    name: str
    name_en: str
    me: Me
    contacts: dict[str, str]
    reasons: list[dict[str, Any]]
    canned: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    wards: list[dict[str, str]]
    staff: list[Member]
    texts: dict[str, Any]
    connection: dict[str, Any] | None = None
    calendar: dict[str, Any] | None = None


@router.get("/staff/agency", compress=True, tags=["agency"], operation_id="readAgency")
def read_agency(person: Reader) -> AgencyShape:
    """Texts, reasons, people, categories, wards; for administrators the health of the connection too."""
    peers, own = desk(), agencies.agency(person.agency)
    inside = person.role in {Role.ADMINISTRATOR, Role.AUDITOR}
    return AgencyShape(
        id=own.id,
        name=own.name,
        name_en=own.data.get("name_en", own.name),
        me=Me(name=person.name, agency=person.agency, role=person.role.name.lower()),
        contacts=own.data["contacts"],
        reasons=own.data["reasons"],
        canned=own.data["canned"],
        categories=[{"id": c["id"], "agency": c["agency"], "label": c["label"]} for c in CATEGORIES.values()],
        wards=[{"code": w.code, "name": w.full_name} for w in wards().values()],
        staff=[Member(username=n, role=r) for n, r in people.staff_of(own.id)],
        texts=own.data["texts"],
        connection=_connection(peers, own.id) if inside else None,
        calendar=_calendar(peers, own.id) if inside else None,
    )


def _connection(peers: Desk, agency: str) -> dict[str, Any]:
    """State and age of the tokens, what Zalo says of the OA and its quota, what messages cost this month."""
    names = settings()
    month = local(peers.now()).strftime("%Y-%m")
    spent = peers.table.get(keys.budget(agency, month)) or {}
    with http_client() as http:
        tokens = Tokens(
            Table(client("dynamodb"), names.tokens_table), peers.secrets, http, names.zalo_oauth_url
        )
        api = ZaloApi(http, names.zalo_openapi_url, names.zalo_business_url)
        shown = tokens.connection(agency) | {"month": month, "spent_vnd": int(spent.get("spent_vnd", 0))}
        if shown["state"] != "connected":
            return shown
        try:
            return shown | {"oa": tokens.use(agency, api.oa), "quota": tokens.use(agency, api.quota)}
        except ZaloError as error:
            return shown | {"zalo_error": error.reason}


def _calendar(peers: Desk, agency: str) -> dict[str, Any]:
    known = calendar.load(peers.table, agency)
    days = [
        {"date": d.isoformat(), "works": day.works, "note": day.note} for d, day in sorted(known.days.items())
    ]
    return {"version": known.version, "days": days}


def _written(value: object) -> str:
    """A date is written out: a bare number is not taken for seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("a date such as 2026-11-24 is wanted")
    return value


class DayIn(Body):
    """A day that is off, or is worked, against what the calendar of public holidays says."""

    date: Annotated[date, BeforeValidator(_written)]
    works: bool = Field(strict=True)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class CalendarIn(Body):
    """All of the agency's own decisions; `version` is what was read (0 when there were none)."""

    version: int = Field(strict=True, ge=0)
    days: list[DayIn] = Field(max_length=400)


class CalendarShape(Shape):
    """The agency's own decisions about single days."""

    version: int
    days: list[dict[str, Any]]


@router.put("/staff/agency/calendar", tags=["agency"], operation_id="replaceCalendar")
def replace_calendar(person: Administrator, body: CalendarIn) -> Response[CalendarShape]:
    """Days off and days worked: deadlines follow. 409 when somebody else changed the calendar meanwhile."""
    peers = desk()
    if calendar.load(peers.table, person.agency).version != body.version:
        raise Problem("conflict", "the calendar has changed", field="body.version")
    days = {d.date: Day(d.works, d.note) for d in body.days}
    calendar.save(peers.table, person.agency, days, expected=body.version)
    peers.table.put_new(audit_row(peers, person, "calendar_changed", days=len(days)))
    return Response(200, "application/json", CalendarShape(**_calendar(peers, person.agency)))
