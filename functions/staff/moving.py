"""Moving reports: to another agency and back, and together with another report about the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk import agencies
from desk.agencies import Agency
from desk.domain import payloads
from desk.domain.clock import iso
from desk.domain.closing import complete
from desk.domain.report import Report, Status
from desk.domain.timeline import Step
from desk.errors import Invalid, NotFound
from desk.storage.outbox import Task, put_tasks
from desk.storage.reports import write
from desk.storage.table import Transaction
from staff import citizens, views
from staff.auth import Officer, Person, Supervisor
from staff.bodies import Body, Reason
from staff.changes import workable
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, Decision, change, classify, once

router = new_router()


class Transfer(Body):
    """Whose report it is, and why."""

    agency: Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(agencies.names())})]
    reason: Reason


@router.post("/staff/reports/<code>/transfer", tags=["reports"], operation_id="transferReport")
def transfer(code: Code, person: Officer, by: Calling, body: Transfer) -> Response[ReportShape]:
    """Pass the report on. Its code stays. The citizen is asked first in the chat (the answer is 202 then); once
    they have agreed, or when they have no chat, or on the way back to the agency that they wrote to, it moves
    at once: it is `received` there and that agency's clock starts anew."""
    peers = desk()
    if body.agency not in agencies.names():
        raise Invalid("no such agency", field="body.agency", code="invalid_request")
    if body.agency == person.agency:
        raise Problem("already-there", field="body.agency")

    def attempt(transaction: Transaction) -> tuple[ReportShape, int, dict[str, str]]:
        report = workable(peers.report(code, person))
        by.check_tag(report)
        if not report.is_open:
            raise Problem("closed")
        consent = _consent(peers, report, body.agency)
        if consent:
            written = _move(peers, transaction, report, person, body, consent)
        else:
            written = _ask(peers, transaction, report, person, body)
        headers = {"ETag": views.etag(written)}
        return shape_of(written), 200 if consent else 202, headers

    return once(peers, by, ReportShape, attempt)


def _consent(peers: Desk, report: Report, to: str) -> str:
    """Why the report may move now; empty when the citizen must be asked."""
    known = report.transfer or {}
    if known.get("to") == to and known.get("consented_at"):
        return "given"
    if to == citizens.home(report):
        return "way_back"
    return "" if citizens.chat(peers, report) else "no_chat"


def _ask(peers: Desk, transaction: Transaction, report: Report, person: Person, body: Transfer) -> Report:
    """Ask the citizen; their tap on the button is the consent."""
    at, own, english = iso(peers.now()), agencies.agency(citizens.home(report)), report.language == "en"
    other = agencies.agency(body.agency).name
    buttons = [
        {"title": own.text(f"button_{name}", english=english), "payload": payloads.payload(name, argument)}
        for name, argument in (("transfer", f"{report.code} {body.agency}"), ("keep", report.code))
    ]
    text = own.text("transfer_ask", english=english, code=report.code, other=other)
    task = citizens.message(
        report, "staff", text, at, "transfer", body.agency, report.version, buttons=buttons
    )
    asked = {"to": body.agency, "asked_at": at, "reason": body.reason, "by": person.actor}
    # The bot takes a consent only for the agency that was suggested.
    changed = replace(report, transfer=asked, suggested_agency=body.agency, updated_at=at)
    step = Step("transfer_asked", at, person.actor, {"agency": body.agency, "reason": body.reason})
    return _put(transaction, changed, step, [task])


def _move(
    peers: Desk, transaction: Transaction, report: Report, person: Person, body: Transfer, consent: str
) -> Report:
    at, other = iso(peers.now()), agencies.agency(body.agency)
    data = {
        "from": report.agency,
        "agency": other.id,
        "reason": body.reason,
        "consent": consent,
        "was": {"status": report.status, "assignee": report.assignee},
        # The rule of the clock: what the first agency took does not count against the next.
        "clock": "restarts",
    }
    tasks = []
    if state := citizens.chat(peers, report):
        own = agencies.agency(citizens.home(report))
        text = own.text("transferred", english=report.language == "en", code=report.code, other=other.name)
        tasks = [citizens.message(report, "status", text, at, "transferred", other.id, report.version)]
        citizens.take_chat(transaction, state, None)
    for merged in peers.reports.load_many(report.merged):
        _put(transaction, _moved(merged, other, at), Step("transferred", at, person.actor, data), [])
    moved = replace(_moved(report, other, at), transfer=data | {"at": at, "by": person.actor})
    return _put(transaction, moved, Step("transferred", at, person.actor, data), tasks)


def _moved(report: Report, to: Agency, at: str) -> Report:
    moved = replace(
        report, agency=to.id, assignee=None, status=Status.RECEIVED, reason="", handled_by_person=None,
        updated_at=at,
    )  # fmt: skip
    return complete(moved, to)


def _put(transaction: Transaction, report: Report, step: Step, tasks: list[Task]) -> Report:
    written = write(transaction, report, [step])
    put_tasks(transaction, [*tasks, classify(written)])
    return written


class Merge(Body):
    """The report that this one is merged into. Who reported first is decided by time unless it is named."""

    into: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    first_reporter: Literal["this", "into"] | None = Field(None, description="Which of the two was first.")


@router.post("/staff/reports/<code>/merge", tags=["reports"], operation_id="mergeReport")
def merge(code: Code, person: Supervisor, by: Calling, body: Merge) -> Response[ReportShape]:
    """Handle this report together with another one: it leaves the lists, keeps its code and its evidence, and
    follows the other's status, so that both citizens are told."""
    peers = desk()
    if body.into == code:
        raise Problem("same-report", field="body.into")

    def decide(report: Report, transaction: Transaction) -> Decision:
        target = _target(peers, person, body.into)
        workable(report)
        at = iso(peers.now())
        named = {"this": code, "into": target.code, None: None}[body.first_reporter]
        first = named or min((report, target), key=_came).code
        decided = {"first_reporter": first, "decided": "by_officer" if body.first_reporter else "by_time"}
        joined = replace(
            target, merged=(*target.merged, code, *report.merged), first_reporter=first == target.code, updated_at=at
        )  # fmt: skip
        for written in _written(peers, transaction, report, joined, person, at, decided):
            put_tasks(transaction, [classify(written)])
        left = replace(
            report, merged_into=target.code, merged=(), first_reporter=first == code, status=target.status,
            closed_at=target.closed_at, resolution=target.resolution, updated_at=at,
        )  # fmt: skip
        home = agencies.agency(citizens.home(report))
        text = home.text("merged", english=report.language == "en", code=code, into=target.code)
        told = (
            [citizens.message(report, "status", text, at, "merged", target.code)]
            if citizens.chat(peers, report)
            else []
        )
        return left, [Step("merged", at, person.actor, {"into": target.code, **decided})], told

    return change(peers, by, code, decide, ReportShape, shape_of)


def _came(report: Report) -> tuple[str, str]:
    return report.first_message_at or report.created_at, report.code


def _target(peers: Desk, person: Person, into: str) -> Report:
    try:
        return workable(peers.report(into, person))
    except NotFound as error:
        raise Problem("unknown-report", f"no report {into}", field="body.into") from error


def _written(
    peers: Desk, transaction: Transaction, report: Report, joined: Report, person: Person, at: str,
    decided: dict[str, str],
) -> Iterator[Report]:  # fmt: skip
    """The report that others join, and what was merged into the joining one before: it follows along."""
    yield write(transaction, joined, [Step("merged", at, person.actor, {"code": report.code, **decided})])
    for earlier in peers.reports.load_many(report.merged):
        follows = replace(earlier, merged_into=joined.code, status=joined.status, updated_at=at)
        yield write(transaction, follows, [Step("merged", at, person.actor, {"into": joined.code})])
