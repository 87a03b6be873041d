"""Having machines read the pictures and recordings of a report; it costs money, so an officer asks for it."""

from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk.domain.clock import iso
from desk.domain.readings import family
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.settings import settings
from desk.storage import keys
from desk.storage.outbox import read_task
from desk.storage.table import Transaction
from staff.auth import Officer
from staff.bodies import Body
from staff.changes import workable
from staff.desk import desk
from staff.problems import Problem
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, Decision, change

router = new_router()

# What one request may cost at most.
_MOST = 20


class Reading(Body):
    """Which evidence is to be read; all of it when none is named. What was read before is not read again."""

    evidence: list[Annotated[str, StringConstraints(max_length=200)]] = Field([], max_length=_MOST)


@router.post("/staff/reports/<code>/read", status_code=202, tags=["reports"], operation_id="readEvidence")
def read_report(code: Code, person: Officer, by: Calling, body: Reading) -> Response[ReportShape]:
    """Have plates in pictures and words in recordings read by machines. The answer is the report as it is; what is read
    appears in `readings` a little later, as facts only where nobody has said any."""
    peers = desk()

    def decide(report: Report, _: Transaction) -> Decision:
        if not settings().machine_reading:
            raise Problem("reading-off")
        if set(body.evidence) - set(workable(report).evidence):
            raise Problem("foreign-evidence", field="body.evidence")
        wanted = body.evidence or list(report.evidence)
        read = {r["evidence"] for r in report.readings}
        items = peers.table.get_many([keys.evidence(e) for e in wanted if e not in read])
        stored = [i for i in items if i.get("state") == "stored" and not i.get("withdrawn")]
        names = [i["id"] for i in stored if family(i) in {"image", "audio"}][:_MOST]
        if not names:
            raise Problem("nothing-to-read")
        at = iso(peers.now())
        step = Step("reading_asked", at, person.actor, {"evidence": names})
        task = read_task(report, names, report.version)
        return replace(report, updated_at=at), [step], [task]

    return change(peers, by, code, decide, ReportShape, shape_of, status=202)
