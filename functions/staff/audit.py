"""GET /staff/audit: what staff saw and took away."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.storage import keys
from staff import cursors
from staff.auth import Auditor
from staff.desk import desk
from staff.routing import new_router
from staff.shapes import Audit, AuditEntry

router = new_router()


@router.get("/staff/audit", compress=True, tags=["agency"], operation_id="readAudit")
def read_audit(
    person: Auditor,
    cursor: Annotated[str, Query(max_length=200, json_schema_extra={"pattern": cursors.AUDIT})] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Audit:
    """Identities disclosed, dossiers and exports taken, connections made; newest first."""
    pk = keys.audit_pk(person.agency)
    start = {"pk": pk, "sk": cursors.decode(cursor, cursors.AUDIT)} if cursor else None
    page = desk().table.query(pk, forward=False, limit=limit, start=start)
    names = AuditEntry.model_fields
    return Audit(
        items=[AuditEntry(**{n: i[n] for n in names if i.get(n) is not None}) for i in page.items],
        next=cursors.encode(page.next["sk"]) if page.next else None,
    )
