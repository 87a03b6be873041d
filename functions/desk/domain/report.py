"""A report: something that somebody must act on, and the rules by which it moves from status to status."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from desk.domain.timeline import GENESIS, Step
from desk.errors import Invalid


class Status(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    VERIFYING = "verifying"
    IN_PROGRESS = "in_progress"
    NEEDS_INFO = "needs_info"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REOPENED = "reopened"


FORGOTTEN = "forgotten"
"""Who a reporter is after their data were deleted."""

REPLIED = "replied"
"""Flag: the citizen wrote to the officer who is in the chat."""

OPEN = frozenset({Status.RECEIVED, Status.VERIFYING, Status.IN_PROGRESS, Status.NEEDS_INFO, Status.REOPENED})
CLOSED = frozenset({Status.RESOLVED, Status.REJECTED})

_NEXT: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: OPEN | CLOSED,
    Status.VERIFYING: frozenset({Status.IN_PROGRESS, Status.NEEDS_INFO, *CLOSED}),
    Status.IN_PROGRESS: frozenset({Status.VERIFYING, Status.NEEDS_INFO, *CLOSED}),
    Status.NEEDS_INFO: frozenset({Status.VERIFYING, Status.IN_PROGRESS, *CLOSED}),
    Status.REOPENED: frozenset({Status.VERIFYING, Status.IN_PROGRESS, Status.NEEDS_INFO, *CLOSED}),
    Status.RESOLVED: frozenset({Status.REOPENED}),
    Status.REJECTED: frozenset({Status.REOPENED}),
}


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it stands. Times are ISO 8601 in UTC; `citizen` is a pseudonym.

    `facts_by` names who filled a fact: the desk's reading of the words, a machine that read a picture or a recording
    (`readings`), or the officer who corrected it; a corrected fact is never overwritten by a later reading. `reached`
    is when it first came to each status.
    """

    code: str
    agency: str
    citizen: str
    created_at: str
    updated_at: str
    status: Status = Status.RECEIVED
    reason: str = ""
    channel: str = "zalo"
    text: str = ""
    messages: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    first_message_at: str = ""
    category: str = "other"
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    words: tuple[str, ...] = ()
    urgency: str = "normal"
    plates: tuple[dict[str, Any], ...] = ()
    when: dict[str, Any] | None = None
    place: dict[str, Any] | None = None
    ward: str | None = None
    location: dict[str, float] | None = None
    missing: tuple[str, ...] = ()
    duplicates: tuple[dict[str, Any], ...] = ()
    flags: tuple[str, ...] = ()
    suggested_agency: str | None = None
    facts_by: dict[str, str] = field(default_factory=dict)
    readings: tuple[dict[str, Any], ...] = ()
    assignee: str | None = None
    deadline: str | None = None
    deadlines: dict[str, Any] = field(default_factory=dict)
    merged_into: str | None = None
    merged: tuple[str, ...] = ()
    first_reporter: bool | None = None
    handled_by_person: str | None = None
    resolution: dict[str, Any] | None = None
    rating: dict[str, Any] | None = None
    closed_at: str | None = None
    reached: dict[str, str] = field(default_factory=dict)
    transfer: dict[str, Any] | None = None
    language: str = "vi"
    version: int = 0
    timeline_seq: int = 0
    timeline_head: str = GENESIS

    @property
    def is_open(self) -> bool:
        """True while somebody must still act."""
        return self.status in OPEN

    @property
    def begun_at(self) -> str:
        """When the agency that holds it got it: filed, or came over from another agency."""
        came: str | None = (self.transfer or {}).get("at")
        return came or self.created_at

    def flagged(self, *flags: str) -> "Report":
        """With these flags too, each once."""
        return replace(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def unflagged(self, *flags: str) -> "Report":
        """Without these flags."""
        return replace(self, flags=tuple(f for f in self.flags if f not in flags))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the table."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Report":
        """The report that `as_dict` gave; unknown attributes are ignored, absent ones take their default."""
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        known["status"] = Status(known["status"])
        for name in (
            "messages",
            "evidence",
            "words",
            "plates",
            "missing",
            "duplicates",
            "flags",
            "merged",
            "readings",
        ):
            if name in known:
                known[name] = tuple(known[name])
        known["alternatives"] = tuple((c, float(p)) for c, p in known.get("alternatives", ()))
        return cls(**known)


def change_status(
    report: Report, to: Status, *, reason: str, at: str, actor: str, data: Mapping[str, Any] | None = None
) -> tuple[Report, Step]:
    """Move a report to another status.

    `data` is kept with the step (a message to the citizen, a reference). Raises Invalid when the move is not
    allowed or a closing or a question comes without a reason.
    """
    if to not in _NEXT[report.status]:
        allowed = ", ".join(sorted(_NEXT[report.status]))
        raise Invalid(
            f"a report that is {report.status} cannot become {to}; it can become {allowed}",
            field="body.status",
            code="status_not_allowed",
        )
    if to in CLOSED | {Status.NEEDS_INFO} and not reason.strip():
        raise Invalid(f"{to} needs a reason", field="body.reason", code="reason_needed")
    moved = replace(report, status=to, reason=reason, updated_at=at, closed_at=at if to in CLOSED else None)
    step = Step("status", at, actor, {"from": report.status, "to": to, "reason": reason, **(data or {})})
    return moved.unflagged("answered", REPLIED), step
