"""GET /staff/audit: what staff saw and took away."""

import base64
import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.errors import Invalid
from desk.storage import keys
from staff.auth import Auditor
from staff.desk import desk
from staff.routing import new_router
from staff.shapes import Audit, AuditEntry

router = new_router()


@router.get("/staff/audit", compress=True, tags=["agency"], operation_id="readAudit")
def read_audit(
    person: Auditor,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Audit:
    """Identities disclosed, dossiers and exports taken, connections made; newest first."""
    pk = keys.audit_pk(person.agency)
    start = {"pk": pk, "sk": _decode(cursor)} if cursor else None
    page = desk().table.query(pk, forward=False, limit=limit, start=start)
    names = AuditEntry.model_fields
    return Audit(
        items=[AuditEntry(**{n: i[n] for n in names if i.get(n) is not None}) for i in page.items],
        next=base64.urlsafe_b64encode(page.next["sk"].encode()).decode().rstrip("=") if page.next else None,
    )


def _decode(cursor: str) -> str:
    try:
        sk = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        sk = ""
    if not re.fullmatch(r"\d{13}#[0-9a-f]{32}", sk):
        raise Invalid("this cursor is none of ours", field="query.cursor", code="invalid_request")
    return sk
