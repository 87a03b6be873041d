"""Closing a report: the agency's reasons, and the proof that a repair asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desk.agencies import Agency
from desk.domain.report import CLOSED, Report, Status
from desk.errors import Invalid
from staff.facts import CATEGORIES
from staff.problems import Problem


@dataclass(frozen=True, slots=True)
class Told:
    """A reason: one of the agency's list, or free words (then `id` is empty).

    `kind` says what the citizen really got: fixed, answered, or rejected.
    """

    id: str
    label: str
    kind: str
    vi: str = ""
    en: str = ""

    def to_citizen(self, language: str) -> str:
        """What the citizen reads; free words are the officer's note to the file."""
        return self.en or self.vi if language == "en" else self.vi


def closes(status: Status) -> bool:
    """Whether the status ends the work."""
    return status in CLOSED


def told_reason(agency: Agency, status: Status, text: str) -> Told:
    """The reason for a status. Raises Invalid for a listed one that does not fit the status."""
    for row in agency.data["reasons"]:
        if row["id"] == text:
            if status not in row["for"]:
                fitting = ", ".join(r["id"] for r in agency.data["reasons"] if status in r["for"])
                raise Invalid(
                    f"this reason is not for {status}; these are: {fitting}",
                    field="body.reason",
                    code="reason_does_not_fit",
                )
            return Told(row["id"], row["label"], row.get("kind", ""), row.get("vi", ""), row.get("en", ""))
    kinds = {Status.RESOLVED: agency.data["closing"]["free_kind"], Status.REJECTED: "rejected"}
    return Told("", text, kinds.get(status, ""))


def proof(
    agency: Agency, report: Report, reason: Told, reference: str | None, evidence: Sequence[str]
) -> dict[str, Any]:
    """How a report was settled. Raises Problem for evidence of another report, Invalid when the repair of a road
    lacks a photo and a reference."""
    foreign = [e for e in evidence if e not in report.evidence]
    if foreign:
        raise Problem("foreign-evidence", foreign[0], field="body.evidence")
    owner = CATEGORIES.get(report.category, {}).get("agency")
    needs = agency.data["closing"].get("proof") and owner == agency.id and reason.kind == "fixed"
    if needs and not (reference or evidence):
        raise Invalid(
            "a repair is closed with a photo (evidence) or a reference, or with a reason that says answered",
            field="body.reference",
            code="proof_needed",
        )
    return {
        "reason": reason.id or None,
        "label": reason.label,
        "kind": reason.kind,
        "reference": reference or None,
        "evidence": list(evidence),
    }
