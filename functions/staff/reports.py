"""Reading one report: as it stands, its timeline, the chat with its citizen, who the citizen is."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from desk.domain.clock import iso, utc
from desk.domain.report import Report
from desk.domain.timeline import Step, first_break
from desk.storage import keys
from desk.storage.table import Item
from staff import citizens, cursors, views
from staff.auth import Reader, Supervisor
from staff.bodies import Body, Reason
from staff.desk import desk
from staff.routing import new_router
from staff.shapes import Chat, ChatMessage, Identity, ReportShape, Timeline, TimelineEntry
from staff.writing import append, audit_row

router = new_router()

Code = Annotated[str, Path(pattern=r"^[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}$", description="Tracking code.")]


@router.get("/staff/reports/<code>", compress=True, tags=["reports"], operation_id="readReport")
def read_report(code: Code, person: Reader) -> Response[ReportShape]:
    """A report; the ETag is for If-Match."""
    found = desk().report(code, person)
    return Response(200, "application/json", shape_of(found), {"ETag": views.etag(found)})


def shape_of(found: Report) -> ReportShape:
    """A report with its evidence, as the API shows it."""
    peers = desk()
    return views.report(found, views.evidence_items(peers.table, [found]), peers.bucket)


@router.get("/staff/reports/<code>/timeline", compress=True, tags=["reports"], operation_id="readTimeline")
def read_timeline(code: Code, person: Reader) -> Timeline:
    """Every step, oldest first, with the check of the chain: a changed, missing or cut-off step shows."""
    peers = desk()
    found = peers.report(code, person)
    entries = peers.reports.timeline(code)
    broken = first_break(entries)
    # A step appended between the two reads is no fault; a missing end is.
    known = next((e for e in entries if e.seq == found.timeline_seq), None)
    if broken is None and (known is None or known.hash != found.timeline_head):
        broken = found.timeline_seq
    return Timeline(
        items=[TimelineEntry(**e.as_dict()) for e in entries],
        verified=broken is None,
        broken_at=broken,
        head=entries[-1].hash if entries else found.timeline_head,
    )


@router.get(
    "/staff/reports/<code>/conversation", compress=True, tags=["reports"], operation_id="readConversation"
)
def read_conversation(
    code: Code,
    person: Reader,
    cursor: Annotated[str, Query(max_length=300, json_schema_extra={"pattern": cursors.MESSAGE})] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Chat:
    """The chat as the citizen saw it, with what became of each message of ours."""
    peers = desk()
    found = peers.report(code, person)
    home, state = citizens.home(found), citizens.chat(peers, found)
    start = None
    if cursor:
        start = {
            "pk": keys.citizen_pk(home, found.citizen),
            "sk": f"CHAT#{cursors.decode(cursor, cursors.MESSAGE)}",
        }
    page = peers.ledger.history(home, found.citizen, limit=limit, start=start)
    # Another agency than the one written to sees what is about this report, not the citizen's other matters.
    rows = page.items if home == person.agency else [i for i in page.items if _about(i, found)]
    return Chat(
        items=[_chat_message(i) for i in reversed(rows)],
        next=cursors.encode(page.next["sk"].removeprefix("CHAT#")) if page.next else None,
        handled_by_person=found.handled_by_person,
        person_until=citizens.person_until(state, peers.now()),
        reachable=state is not None,
        plan=citizens.plan(peers, home, state, "staff"),
    )


def _about(item: Item, found: Report) -> bool:
    return item.get("report") == found.code or item.get("message") in found.messages


def _chat_message(item: Item) -> ChatMessage:
    _, ms, name = item["sk"].split("#", 2)
    known: dict[str, Any] = {n: item[n] for n in ChatMessage.model_fields if item.get(n) is not None}
    if item["direction"] == "out":
        known["by"] = "person" if item.get("by") == "person" or item.get("purpose") == "staff" else "desk"
    if item.get("lat") is not None:
        known["location"] = {"lat": item["lat"], "lon": item["lon"]}
    return ChatMessage(**known | {"id": item.get("message") or name, "at": iso(utc(int(ms)))})


class Disclosure(Body):
    """Why somebody must know who the citizen is."""

    reason: Reason


@router.post("/staff/reports/<code>/identity", tags=["reports"], operation_id="discloseIdentity")
def disclose_identity(code: Code, person: Supervisor, body: Disclosure) -> Response[Identity]:
    """Break-glass: who the citizen is. It is recorded before it is answered, each time."""
    peers = desk()
    step = Step("identity_viewed", iso(peers.now()), person.actor, {"reason": body.reason})
    row = audit_row(peers, person, "identity_viewed", report=code, reason=body.reason)
    found = append(peers, person, code, step, audit=row)
    who = peers.identities.get(citizens.home(found), found.citizen)
    shown: dict[str, str | None] = {}
    if who:
        shown = {n: getattr(who, n) or None for n in ("name", "phone", "address", "zalo_user_id")}
    return Response(
        200, "application/json", Identity(citizen=found.citizen, **shown), {"Cache-Control": "no-store"}
    )
