"""What the API answers, as models: they check every answer and describe it in the OpenAPI document."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from desk.domain.report import Status


class Shape(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid")


class Point(Shape):
    """A place on the earth (WGS 84, degrees)."""

    lat: float
    lon: float


class EvidenceShape(Shape):
    """One attachment: what it is and what became of it. `state`: pending, stored, failed, rejected."""

    id: str
    kind: str
    state: str
    reason: str | None = Field(None, description="Why there is no file: dead_link, too_large, not_media …")
    content_type: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    received_at: str
    sent_at: str | None = None
    stored_at: str | None = None
    file_name: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    recompressed: bool | None = Field(None, description="Looks as if a chat app had shrunk it.")
    exif: dict[str, Any] | None = None
    version_id: str | None = None
    source_host: str | None = None
    by: str | None = Field(None, description="The officer who added it; absent for a citizen's own.")
    withdrawn: bool = Field(False, description="The citizen took the message back; the original is kept.")
    thumbnail_url: str | None = Field(
        None, description="Valid for five minutes; looking at it is not recorded."
    )


class Summary(Shape):
    """A report as a list shows it."""

    code: str
    agency: str
    status: Status
    category: str
    urgency: str
    confidence: float
    created_at: str
    updated_at: str
    deadline: str | None = None
    assignee: str | None = None
    citizen: str = Field(description="A pseudonym.")
    plates: list[str] = Field(description='Without separators, such as "29A12345"; a partial one as known.')
    when: str | None = Field(None, description="ISO 8601: a moment, or a date alone.")
    place: str | None = None
    ward: str | None = None
    location: Point | None = None
    missing: list[str]
    duplicates: list[dict[str, Any]]
    channel: str
    flags: list[str]
    language: str
    closed_at: str | None = None
    summary: str = ""
    evidence_count: int = 0


class ReportShape(Shape):
    """A report with everything that is known."""

    code: str
    agency: str
    status: Status
    reason: str
    category: str
    urgency: str
    confidence: float
    alternatives: list[tuple[str, float]]
    words: list[str] = Field(description="What in the text led to the category.")
    created_at: str
    updated_at: str
    first_message_at: str | None = None
    deadline: str | None = None
    deadlines: dict[str, Any]
    assignee: str | None = None
    citizen: str
    channel: str
    language: str
    text: str
    plates: list[str]
    plate_details: list[dict[str, Any]]
    when: str | None = None
    when_details: dict[str, Any] | None = None
    place: str | None = None
    place_details: dict[str, Any] | None = None
    ward: str | None = None
    location: Point | None = None
    evidence: list[EvidenceShape]
    missing: list[str]
    duplicates: list[dict[str, Any]]
    flags: list[str]
    suggested_agency: str | None = None
    facts_by: dict[str, str] = Field(description="Who filled a fact: desk, machine, or staff:<name>.")
    readings: list[dict[str, Any]] = Field([], description="What machines read in pictures and recordings.")
    merged_into: str | None = None
    merged: list[str]
    first_reporter: bool | None = None
    handled_by_person: str | None = Field(None, description="The officer in the chat; the bot is silent.")
    resolution: dict[str, Any] | None = None
    rating: dict[str, Any] | None = None
    closed_at: str | None = None
    transfer: dict[str, Any] | None = None
    version: int
    etag: str


class ReportList(Shape):
    """A page of reports, newest first."""

    items: list[Summary]
    next: str | None = Field(None, description="The cursor of the next page.")


class TimelineEntry(Shape):
    """A step of the timeline; `hash` covers the step and the hash before it."""

    seq: int
    kind: str
    at: str
    actor: str
    data: dict[str, Any]
    previous: str
    hash: str


class Timeline(Shape):
    """The whole timeline, oldest first. `verified`: every step fits the chain and none is missing."""

    items: list[TimelineEntry]
    next: None = None
    verified: bool
    broken_at: int | None = None
    head: str


class Link(Shape):
    """A short-lived address of an original. Having asked for it stands in the timeline."""

    id: str
    url: str
    download_url: str
    thumbnail_url: str | None = None
    expires_at: str
    content_type: str
    bytes: int
    sha256: str
    file_name: str | None = None


class Plan(Shape):
    """How a message to the citizen would go: `send`, `hold` (until `until`), or `refuse`."""

    outcome: Literal["send", "hold", "refuse"]
    channel: str | None = None
    cost_vnd: int = 0
    until: str | None = None
    reason: str | None = None
    free_until: str | None = None
    window_ends_at: str | None = None


class MessageAccepted(Shape):
    """A message that is on its way; the conversation shows what became of it."""

    id: str
    text: str
    at: str
    plan: Plan
    etag: str


class ChatMessage(Shape):
    """One message as the citizen saw it. Of ours: how far it came."""

    id: str
    direction: Literal["in", "out"]
    at: str
    kind: str = "text"
    text: str | None = None
    by: str | None = Field(None, description="Of ours: desk, or person.")
    purpose: str | None = None
    report: str | None = None
    buttons: list[dict[str, Any]] = []
    evidence: list[str] = []
    quote: str | None = None
    location: Point | None = None
    state: str | None = None
    reason: str | None = None
    channel: str | None = None
    cost_vnd: int | None = None
    attempt_at: str | None = None
    sent_at: str | None = None
    delivered_at: str | None = None
    seen_at: str | None = None
    error_code: int | None = None
    error_family: str | None = None
    due_at: str | None = None


class Chat(Shape):
    """The conversation, oldest first; `next` leads to earlier messages. `plan`: how an answer now would go."""

    items: list[ChatMessage]
    next: str | None = None
    handled_by_person: str | None = None
    person_until: str | None = None
    reachable: bool = Field(description="False when the citizen has no chat with us, or is forgotten.")
    plan: Plan


class Identity(Shape):
    """Who is behind the pseudonym. Having asked stands in the timeline and in the audit."""

    citizen: str
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    zalo_user_id: str | None = None


class AuditEntry(Shape):
    """Something that an auditor wants to see."""

    at: str
    actor: str
    action: str
    report: str | None = None
    reason: str | None = None
    data: dict[str, Any] = {}


class Audit(Shape):
    """A page of the audit, newest first."""

    items: list[AuditEntry]
    next: str | None = None


class Noted(Shape):
    """A note among staff; `seq` is its place in the timeline."""

    seq: int
    at: str
    actor: str
    text: str
    etag: str
