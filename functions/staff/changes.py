"""Changing a report: who works on it, what it is about, and where it stands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import ConfigDict, Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso
from desk.domain.closing import complete
from desk.domain.deadline import COMPLEX
from desk.domain.report import Report, Status, change_status
from desk.domain.timeline import Step
from desk.errors import Invalid
from desk.storage.reports import write
from desk.storage.table import Transaction
from staff import citizens, facts
from staff.auth import Officer, Person, Role
from staff.bodies import Body, Category, FactsIn, Short
from staff.closing import closes, proof, told_reason
from staff.desk import Desk, desk
from staff.people import check_assignee
from staff.problems import Problem
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.training import correction
from staff.writing import Calling, Decision, change, classify

router = new_router()


class Edit(FactsIn):
    """What an officer corrects. `facts` may hold the facts together; null clears a fact or the assignee."""

    category: Category | None = None
    assignee: (
        Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=128)] | None
    ) = None
    urgency: Literal["normal", "urgent"] | None = None
    complex: bool | None = Field(
        None, strict=True, description="Needs the longer term of the agency's rules."
    )
    facts: FactsIn | None = None


def workable(report: Report) -> Report:
    """The report, unless it was merged into another one. Raises Problem."""
    if report.merged_into:
        raise Problem("merged", f"work on {report.merged_into}", into=report.merged_into)
    return report


@router.patch("/staff/reports/<code>", tags=["reports"], operation_id="editReport")
def edit_report(code: Code, person: Officer, by: Calling, body: Edit) -> Response[ReportShape]:
    """Correct facts, category and urgency, or assign. What a person set is not overwritten by the desk."""
    peers = desk()
    values = body.model_dump(exclude_unset=True, exclude={"facts"})
    inner = body.facts.model_dump(exclude_unset=True) if body.facts else {}
    known = facts.told(values, "body") | facts.told(inner, "body.facts")
    if values.get("category"):
        known["category"] = facts.category(values["category"], "body.category")
    if values.get("urgency"):
        known["urgency"] = values["urgency"]

    def decide(report: Report, transaction: Transaction) -> Decision:
        at = iso(peers.now())
        fresh = {n: v for n, v in known.items() if getattr(workable(report), n) != v}
        edited = facts.with_told(report, fresh, person.actor)
        steps = [_corrected(report, n, v, at, person) for n, v in fresh.items()]
        if "category" in fresh:
            edited = replace(edited, confidence=1.0)
            transaction.put(correction(report, edited.category, peers.now()))
        if "assignee" in values and values["assignee"] != report.assignee:
            _may_assign(person, report, values["assignee"])
            edited = replace(edited, assignee=values["assignee"])
            steps.append(
                Step("assigned", at, person.actor, {"from": report.assignee, "to": values["assignee"]})
            )
        if body.complex is not None and body.complex != (COMPLEX in report.flags):
            edited = edited.flagged(COMPLEX) if body.complex else edited.unflagged(COMPLEX)
            steps.append(_corrected(report, COMPLEX, body.complex, at, person))
        if not steps:
            return None
        return complete(replace(edited, updated_at=at)), steps, []

    return change(peers, by, code, decide, ReportShape, shape_of)


def _corrected(report: Report, fact: str, value: Any, at: str, person: Person) -> Step:
    was = not value if fact == COMPLEX else facts.short(getattr(report, fact))
    data = {"fact": fact, "from": was, "to": facts.short(value)}
    return Step("corrected", at, person.actor, data)


def _may_assign(person: Person, report: Report, to: str | None) -> None:
    """An officer takes a report or gives back their own; a supervisor assigns anybody of the agency."""
    own = to in {person.name, None} and report.assignee in {person.name, None}
    if person.role < Role.SUPERVISOR and not own:
        raise Problem("forbidden", "a supervisor assigns others", field="body.assignee")
    if to and to != person.name:
        check_assignee(person.agency, to)


class NewStatus(Body):
    """Where the report stands now, why, and what the citizen is told beside the standard text.

    `reason` is the id of one of the agency's reasons (GET /staff/agency), or free words.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"status": {"enum": ["needs_info", "resolved", "rejected"]}}},
            "then": {"properties": {"reason": {"pattern": r"\S"}}, "required": ["reason"]},
        }
    )

    status: Literal["verifying", "in_progress", "needs_info", "resolved", "rejected", "reopened"]
    reason: Short = ""
    message: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1500)] | None = None
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = Field(
        None, description="Number of the decision or work order that settles it."
    )
    evidence: list[Annotated[str, StringConstraints(max_length=200)]] = Field(
        [], max_length=20, description="Evidence of this report that shows the result."
    )


@router.post("/staff/reports/<code>/status", tags=["reports"], operation_id="changeStatus")
def set_status(code: Code, person: Officer, by: Calling, body: NewStatus) -> Response[ReportShape]:
    """Move the report to another status. Its citizens are told, those of merged reports too."""
    peers, to = desk(), Status(body.status)

    def decide(report: Report, transaction: Transaction) -> Decision:
        at, agency = iso(peers.now()), agencies.agency(workable(report).agency)
        if to == Status.REOPENED and report.is_open:
            raise Invalid("only a closed report is reopened", field="body.status", code="status_not_allowed")
        reason = told_reason(agency, to, body.reason)
        data: dict[str, Any] = {"message": body.message or None}
        moved, step = change_status(report, to, reason=body.reason, at=at, actor=person.actor, data=data)
        if closes(to):
            resolution = proof(agency, report, reason, body.reference, body.evidence)
            moved = replace(moved, resolution=resolution | {"by": person.actor, "at": at})
            step = replace(step, data=step.data | {"resolution": resolution})
        followers = _follow(peers, transaction, moved, step)
        note = "\n".join(t for t in (reason.to_citizen(report.language), body.message) if t)
        messages = citizens.status_messages(
            [replace(moved, version=moved.version + 1), *followers], note=note, at=at
        )
        return moved, [step], [*messages, *map(classify, followers)]

    return change(peers, by, code, decide, ReportShape, shape_of)


def _follow(peers: Desk, transaction: Transaction, moved: Report, step: Step) -> Sequence[Report]:
    """Reports that were merged into this one get its status, each with a step of its own."""
    written = []
    for merged in peers.reports.load_many(moved.merged):
        follows = replace(
            merged, status=moved.status, reason=moved.reason, updated_at=moved.updated_at,
            closed_at=moved.closed_at, resolution=moved.resolution,
        )  # fmt: skip
        data = {"from": merged.status, "to": moved.status, "reason": moved.reason, "with": moved.code}
        written.append(write(transaction, follows, [Step("status", step.at, step.actor, data)]))
    return written
