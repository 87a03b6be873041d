"""POST /staff/reports: somebody calls the hotline or comes by, and an officer writes it down."""

import uuid
from dataclasses import replace
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk import agencies
from desk.domain import code as codes
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.closing import complete
from desk.domain.facts import apply, of_text
from desk.domain.pseudonym import pseudonym
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import Invalid
from desk.storage import keys
from desk.storage.identity import normal_phone
from desk.storage.outbox import put_tasks
from desk.storage.reports import write
from desk.storage.table import Transaction
from staff import facts, views
from staff.auth import Officer, Person
from staff.bodies import Category, FactsIn, Text
from staff.desk import Desk, desk
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, classify, once

router = new_router()

# As people write a Vietnamese number: 0912 345 678, +84 912.345.678.
PHONE = r"^(0|\+?84)[ .]?[1-9]([ .-]?[0-9]){8,9}$"


class Intake(FactsIn):
    """What the caller says. Name and phone go to the table of identities and nowhere else."""

    text: Text
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, pattern=PHONE, max_length=25)] | None = (
        None
    )
    category: Category | None = None
    urgency: Literal["normal", "urgent"] | None = None
    channel: Literal["hotline", "counter", "letter"] = Field("hotline", description="How it came.")


@router.post("/staff/reports", status_code=201, tags=["reports"], operation_id="takeReport")
def take_report(person: Officer, by: Calling, body: Intake) -> Response[ReportShape]:
    """File a report for a caller; the answer has the code to tell them."""
    peers = desk()
    phone = _phone(body.phone)
    citizen = _citizen(peers, person, phone)
    seed, tries = by.key or uuid.uuid4().hex, iter(range(100))
    told = _told(body)

    def attempt(transaction: Transaction) -> tuple[ReportShape, int, dict[str, str]]:
        code = codes.make(
            agencies.agency(person.agency).prefix, f"{person.name}|{citizen}|{seed}", next(tries)
        )
        report = _report(peers, person, body, code, citizen, told)
        data = {"channel": report.channel, "by": person.actor}
        written = write(transaction, report, [Step("received", report.created_at, person.actor, data)])
        created = epoch_ms(parse(report.created_at))
        pointer = keys.citizen_report(report.agency, citizen, created, code)
        transaction.put_new(pointer | {"entity": "pointer", "code": code})
        identity = {"name": body.name or None, "phone": phone or None}
        if known := {k: v for k, v in identity.items() if v}:
            pk = {"pk": keys.citizen_pk(report.agency, citizen)}
            transaction.update(pk, known, condition=None, table=peers.identities.table.name)
        put_tasks(transaction, [classify(written)])
        headers = {"ETag": views.etag(written), "Location": f"/staff/reports/{code}"}
        return views.report(written, [], peers.bucket), 201, headers

    return once(peers, by, ReportShape, attempt)


def _phone(text: str | None) -> str:
    phone = normal_phone(text or "")
    if text and not phone:
        raise Invalid("no phone number", field="body.phone", code="invalid_request")
    return phone


def _citizen(peers: Desk, person: Person, phone: str) -> str:
    """The pseudonym of a caller: the same for the same phone; without one, nobody's twice."""
    who = f"phone:{phone}" if phone else f"caller:{uuid.uuid4().hex}"
    return pseudonym(peers.secrets.pseudonym_key(), person.agency, who)


def _told(body: Intake) -> dict[str, Any]:
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    known = facts.told(values, "body")
    if body.category:
        known["category"] = facts.category(body.category, "body.category")
    if body.urgency:
        known["urgency"] = body.urgency
    return known


def _report(
    peers: Desk, person: Person, body: Intake, code: str, citizen: str, told: dict[str, Any]
) -> Report:
    """The report: what the desk reads in the text, and over it what the officer filled in."""
    now = peers.now()
    at = iso(now)
    report = Report(
        code=code, agency=person.agency, citizen=citizen, created_at=at, updated_at=at, first_message_at=at,
        channel=body.channel, text=body.text,
    )  # fmt: skip
    location = (body.location.lat, body.location.lon) if body.location else None
    found = of_text(body.text, at=epoch_ms(now), agency=person.agency, location=location)
    report = replace(apply(report, found), language="en" if found.english else "vi")
    report = facts.with_told(report, told, person.actor)
    if "category" in told:
        report = replace(report, confidence=1.0)
    return complete(report)
