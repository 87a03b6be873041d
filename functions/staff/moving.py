"""Moving reports to another agency and back."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from desk import agencies
from desk.domain import moving, payloads
from desk.domain.clock import iso
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import Invalid
from desk.storage.outbox import Task, put_tasks
from desk.storage.reports import write
from desk.storage.table import Transaction
from staff import citizens, views
from staff.auth import Officer, Person
from staff.bodies import Body, Reason
from staff.changes import workable
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, classify, once

router = new_router()


class Transfer(Body):
    """Whose report it is, and why."""

    agency: Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(agencies.names())})]
    reason: Reason


_SHAPE = {"application/json": {"model": ReportShape}}
_MOVED = {"description": "It has moved", "content": _SHAPE}
_ASKED = {"description": "The citizen is asked first", "content": _SHAPE}


@router.post(
    "/staff/reports/<code>/transfer", tags=["reports"], operation_id="transferReport",
    responses={200: _MOVED, 202: _ASKED},  # type: ignore[dict-item]
)  # fmt: skip
def transfer(code: Code, person: Officer, by: Calling, body: Transfer) -> Response[ReportShape]:
    """Pass the report on. Its code stays. The citizen is asked first in the chat (the answer is 202 then), and
    the report moves by itself when they agree; when they have agreed before, or have no chat, or on the way back
    to the agency that they wrote to, it moves at once. It is `received` there and that agency's clock starts
    anew."""
    peers = desk()
    if body.agency not in agencies.names():
        raise Invalid("no such agency", field="body.agency", code="invalid_request")
    if body.agency == person.agency:
        raise Problem("already-there", field="body.agency")

    def attempt(transaction: Transaction) -> tuple[ReportShape, int, dict[str, str]]:
        report = workable(peers.report(code, person))
        by.check_tag(views.etag(report), f"report {code}")
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
    if moving.consented(report, to):
        return "given"
    if to == citizens.home(report):
        return "way_back"
    return "" if citizens.chat(peers, report) else "no_chat"


def _ask(peers: Desk, transaction: Transaction, report: Report, person: Person, body: Transfer) -> Report:
    """Ask the citizen: their tap on the button, or their yes, moves the report."""
    at, own, english = iso(peers.now()), agencies.of_code(report.code), report.language == "en"
    other = agencies.agency(body.agency).name
    buttons = [
        {"title": own.text(f"button_{name}", english=english), "payload": payloads.payload(name, argument)}
        for name, argument in (("transfer", f"{report.code} {body.agency}"), ("keep", report.code))
    ]
    text = own.text("transfer_ask", english=english, code=report.code, other=other)
    task = citizens.message(
        report, "staff", text, at, "transfer", body.agency, report.version, buttons=buttons
    )
    if state := citizens.chat(peers, report):
        citizens.expect_yes(transaction, state, "transfer", report.code, peers.now())
    asked = moving.asked(report, body.agency, reason=body.reason, at=at, by=person.actor)
    step = Step("transfer_asked", at, person.actor, {"agency": body.agency, "reason": body.reason})
    return _put(transaction, asked, step, [task])


def _move(
    peers: Desk, transaction: Transaction, report: Report, person: Person, body: Transfer, consent: str
) -> Report:
    at, other = iso(peers.now()), agencies.agency(body.agency)
    tasks = []
    if state := citizens.chat(peers, report):
        own = agencies.of_code(report.code)
        text = own.text("transferred", english=report.language == "en", code=report.code, other=other.name)
        tasks = [citizens.message(report, "status", text, at, "transferred", other.id, report.version)]
        citizens.take_chat(transaction, state, None)
    written = [
        _put(transaction, moved, step, tasks if one is report else [])
        for one in (report, *peers.reports.load_many(report.merged))
        for moved, step in [
            moving.moved(one, other, reason=body.reason, consent=consent, at=at, by=person.actor)
        ]
    ]
    return written[0]


def _put(transaction: Transaction, report: Report, step: Step, tasks: list[Task]) -> Report:
    written = write(transaction, report, [step])
    put_tasks(transaction, [*tasks, classify(written)])
    return written
