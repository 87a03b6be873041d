"""Looking at evidence: a short-lived address of the original, and a step in the timeline for having asked."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from desk.domain.clock import iso
from desk.domain.timeline import Step
from desk.errors import NotFound
from desk.storage import keys
from desk.storage.evidence import LINK_S
from staff.auth import Reader
from staff.desk import desk
from staff.problems import Problem
from staff.reports import Code
from staff.routing import new_router
from staff.shapes import Link
from staff.writing import append

router = new_router()


@router.get("/staff/reports/<code>/evidence/<evidence_id>", tags=["reports"], operation_id="openEvidence")
def open_evidence(
    code: Code, evidence_id: Annotated[str, Path(max_length=200)], person: Reader
) -> Response[Link]:
    """Addresses of an original, valid for five minutes. The request is recorded in the timeline."""
    peers = desk()
    found = peers.report(code, person)
    item = peers.table.get(keys.evidence(evidence_id)) if evidence_id in found.evidence else None
    if item is None:
        raise NotFound(f"no evidence {evidence_id} in report {code}")
    if item["state"] != "stored":
        raise Problem(
            "not-stored", f"its state is {item['state']}", state=item["state"], reason=item.get("reason")
        )
    now = peers.now()
    seen = {"evidence": evidence_id, "sha256": item["sha256"], "version_id": item["version_id"]}
    append(peers, person, code, Step("evidence_viewed", iso(now), person.actor, seen))
    link = Link(
        id=evidence_id,
        url=peers.bucket.link(item),
        download_url=peers.bucket.link(item, save=True),
        thumbnail_url=peers.bucket.thumbnail_link(item),
        expires_at=iso(now + timedelta(seconds=LINK_S)),
        content_type=item["content_type"],
        bytes=item["bytes"],
        sha256=item["sha256"],
        file_name=item.get("file_name"),
    )
    return Response(200, "application/json", link, {"Cache-Control": "no-store"})
