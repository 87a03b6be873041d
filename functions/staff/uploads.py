"""POST /staff/reports/{code}/evidence: a picture that an officer adds, such as the repaired road.

It comes inside the request (a picture of a phone made smaller fits; a Lambda takes 6 MB), so that there is one
step and nothing half done. Stored like citizens' originals: once, hashed, locked; the item says who added it.
"""

import base64
import binascii
import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk.domain.clock import iso
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import Invalid
from desk.picture import look
from desk.sniff import HEAD_BYTES, Content, sniff
from desk.storage.evidence import file_name, original_key, pending, settled, thumbnail_key
from desk.storage.table import Item, Transaction
from staff import views
from staff.auth import Officer
from staff.bodies import Body
from staff.changes import workable
from staff.desk import Desk, desk
from staff.reports import Code
from staff.routing import new_router
from staff.shapes import ReportShape
from staff.writing import Calling, Decision, change

router = new_router()

MAX_BYTES = 4 * 1024 * 1024
MAX_BODY = MAX_BYTES * 4 // 3 + 4096
_MOST = 50


class Upload(Body):
    """A picture, in base64."""

    data: Annotated[str, StringConstraints(min_length=4, max_length=MAX_BYTES * 4 // 3 + 4)] = Field(
        description="JPEG, PNG, WebP, GIF, HEIC or AVIF; at most 4 MB before encoding.",
        json_schema_extra={"contentEncoding": "base64"},
    )
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""


def takes(method: str, path: str) -> bool:
    """Whether a request may be as large as a picture."""
    return method == "POST" and path.startswith("/staff/reports/") and path.endswith("/evidence")


@router.post("/staff/reports/<code>/evidence", status_code=201, tags=["reports"], operation_id="addEvidence")
def add_evidence(code: Code, person: Officer, by: Calling, body: Upload) -> Response[ReportShape]:
    """Add a picture to a report; the timeline names who did. The same picture twice is there once."""
    peers = desk()
    data, content = _picture(body.data)
    digest = hashlib.sha256(data).hexdigest()
    name = hashlib.sha256(f"{code}|{digest}".encode()).hexdigest()[:32]
    stored: list[Item] = []

    def decide(report: Report, transaction: Transaction) -> Decision:
        if name in workable(report).evidence:
            return None
        if len(report.evidence) >= _MOST:
            raise Invalid(f"a report holds at most {_MOST} files", field="body.data", code="invalid_request")
        at = iso(peers.now())
        if not stored:
            known = pending(
                name, agency=report.agency, citizen=report.citizen, kind="image", msg_id="", sent_at=at,
                received_at=at, report=code, file_name=body.file_name or None,
            )  # fmt: skip
            known |= {"by": person.name, "sha256": digest, "extension": content.extension}
            stored.append(_stored(peers, known, data, content))
        transaction.put(stored[0])
        added = replace(report, evidence=(*report.evidence, name), updated_at=at)
        return added, [Step("evidence_added", at, person.actor, settled(stored[0]))], []

    def answer(report: Report) -> ReportShape:
        # It is asked before the item is written.
        items = [*views.evidence_items(peers.table, [report]), *stored]
        known = {i["id"]: i for i in items}
        return views.report(report, list(known.values()), peers.bucket)

    return change(peers, by, code, decide, ReportShape, answer, status=201)


def _picture(text: str) -> tuple[bytes, Content]:
    """The bytes and what they are. Raises Invalid for anything that is no picture."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("not base64", field="body.data", code="invalid_request") from error
    content = sniff(data[:HEAD_BYTES])
    if content.family != "image" or len(data) > MAX_BYTES:
        raise Invalid("a picture of at most 4 MB is wanted", field="body.data", code="invalid_request")
    return data, content


def _stored(peers: Desk, item: Item, data: bytes, content: Content) -> Item:
    """Put the original and its thumbnail; returns the item as it will be. Raises Unavailable."""
    file, seen = BytesIO(data), look(BytesIO(data))
    if seen.damaged:
        raise Invalid("the picture does not open", field="body.data", code="invalid_request")
    key = original_key(item["agency"], item["id"], item["received_at"])
    original = peers.bucket.put(
        key, file, sha256=item["sha256"], size=len(data), content_type=content.content_type,
        file_name=file_name(item), source="staff",
    )  # fmt: skip
    known: dict[str, Any] = {"width": seen.width, "height": seen.height, "exif": dict(seen.exif) or None}
    if seen.thumbnail:
        known["thumbnail_key"] = thumbnail_key(key)
        peers.bucket.put_bytes(known["thumbnail_key"], seen.thumbnail, "image/jpeg")
    return (
        item
        | known
        | {
            "state": "stored",
            "stored_at": item["received_at"],
            "key": original.key,
            "version_id": original.version_id,
            "bytes": len(data),
            "content_type": content.content_type,
        }
    )
