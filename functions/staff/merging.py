"""Reports about the same: handled together, and apart again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso
from desk.domain.report import Report, Status
from desk.domain.timeline import Step
from desk.errors import NotFound
from desk.storage.outbox import Task, put_tasks
from desk.storage.reports import write
from desk.storage.table import Transaction
from staff import citizens
from staff.auth import Person, Supervisor
from staff.bodies import Body, Reason
from staff.changes import workable
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, Decision, change, classify

router = new_router()


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
        was = {"status": report.status, "closed_at": report.closed_at, "merged": list(report.merged)}
        left = replace(
            report, merged_into=target.code, merged=(), first_reporter=first == code, status=target.status,
            closed_at=target.closed_at, resolution=target.resolution, updated_at=at,
        )  # fmt: skip
        told = _tell(peers, report, "merged", at, into=target.code)
        return left, [Step("merged", at, person.actor, {"into": target.code, "was": was, **decided})], told

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


class Unmerge(Body):
    """Why the two are not the same after all."""

    reason: Reason


@router.post("/staff/reports/<code>/unmerge", tags=["reports"], operation_id="unmergeReport")
def unmerge(code: Code, person: Supervisor, by: Calling, body: Unmerge) -> Response[ReportShape]:
    """Handle a merged report on its own again: it comes back to the lists with the status that it had, and takes
    along what had been merged into it before. Both timelines say so, the citizen is told."""
    peers = desk()

    def decide(report: Report, transaction: Transaction) -> Decision:
        if report.merged_into is None:
            raise Problem("not-merged")
        at, target = iso(peers.now()), peers.report(report.merged_into, person)
        was = _before_merging(peers, report)
        own = [c for c in was.get("merged", ()) if c in target.merged]
        step = Step("unmerged", at, person.actor, {"code": code, "reason": body.reason})
        rest = replace(target, merged=tuple(c for c in target.merged if c not in {code, *own}), updated_at=at)
        followers = [
            (replace(r, merged_into=code, updated_at=at), Step("merged", at, person.actor, {"into": code}))
            for r in peers.reports.load_many(own)
        ]
        for changed, noted in ((rest, step), *followers):
            put_tasks(transaction, [classify(write(transaction, changed, [noted]))])
        status = Status(was.get("status", Status.RECEIVED))
        apart = replace(
            report, merged_into=None, merged=tuple(own), first_reporter=None, status=status, resolution=None,
            closed_at=was.get("closed_at"), updated_at=at,
        )  # fmt: skip
        noted = Step("unmerged", at, person.actor, {"from": target.code, "reason": body.reason})
        return apart, [noted], _tell(peers, report, "unmerged", at)

    return change(peers, by, code, decide, ReportShape, shape_of)


def _before_merging(peers: Desk, report: Report) -> dict[str, Any]:
    """What the report was when it was merged, as its timeline says."""
    steps = [e for e in peers.reports.timeline(report.code) if e.kind == "merged" and "was" in e.data]
    return dict(steps[-1].data["was"]) if steps else {}


def _tell(peers: Desk, report: Report, key: str, at: str, **values: str) -> list[Task]:
    if not citizens.chat(peers, report):
        return []
    home = agencies.of_code(report.code)
    text = home.text(key, english=report.language == "en", code=report.code, **values)
    return [citizens.message(report, "status", text, at, key, *values.values(), report.version)]
