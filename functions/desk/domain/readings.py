"""What machines read for a report: kept apart from what people said, and used only where people said nothing.

A reading is {"evidence", "kind": picture | voice, "source": its place as an officer sees it ("ảnh 2"), "plates",
"text", "confidence", "seconds", "at", "error"}. A fact that came from one is marked `machine` in `facts_by`: whatever
people say or correct later takes its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from desk.domain.facts import MACHINE, Facts
from desk.domain.report import Report
from desk.language.plates import Plate


def family(item: Mapping[str, Any]) -> str:
    """What a piece of evidence is (image, audio, …): by its bytes when they are here, else as it was announced."""
    return str(item.get("content_type") or item["kind"]).split("/")[0]


def picture(
    evidence: str, source: str, plates: Sequence[tuple[Plate, float]], at: str, error: str | None = None
) -> dict[str, Any]:
    """The reading of a picture."""
    read = []
    for plate, confidence in plates:
        data = asdict(plate) | {"kind": str(plate.kind), "confidence": round(confidence, 3)}
        data.pop("span")
        read.append(data | {"by": MACHINE, "source": f"đọc từ {source}", "evidence": evidence})
    return {
        "evidence": evidence, "kind": "picture", "source": source, "plates": read, "at": at, "error": error,
    }  # fmt: skip


def voice(
    evidence: str,
    source: str,
    text: str,
    confidence: float,
    seconds: float,
    at: str,
    error: str | None = None,
) -> dict[str, Any]:
    """The reading of a recording."""
    return {
        "evidence": evidence, "kind": "voice", "source": source, "text": text, "confidence": confidence,
        "seconds": seconds, "at": at, "error": error,
    }  # fmt: skip


def with_reading(report: Report, reading: dict[str, Any], heard: Facts | None = None) -> Report:
    """The report with a reading in the place of an earlier one of the same evidence, and the facts that it alone knows.

    `heard` are the facts told in the words of a recording.
    """
    others = tuple(r for r in report.readings if r["evidence"] != reading["evidence"])
    known: dict[str, Any] = {}
    plates = reading.get("plates") or (heard and _sourced(heard.plates, reading))
    if plates and (not report.plates or report.facts_by.get("plates") == MACHINE):
        seen = {p["compact"]: p for p in (*report.plates, *plates)}
        known["plates"] = tuple(seen.values())
    if heard:
        said = {"when": heard.when, "place": heard.place}
        known |= {
            fact: value | {"by": MACHINE, "source": f"đọc từ {reading['source']}"}
            for fact, value in said.items()
            if value and getattr(report, fact) is None
        }
        if report.category == "other" and heard.category != "other":
            known |= {"category": heard.category, "confidence": heard.confidence}
    by = report.facts_by | dict.fromkeys((f for f in known if f != "confidence"), MACHINE)
    return replace(report, readings=(*others, reading), facts_by=by, **known)


def _sourced(plates: Sequence[dict[str, Any]], reading: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    more = {"by": MACHINE, "source": f"đọc từ {reading['source']}", "evidence": reading["evidence"]}
    return tuple(p | more for p in plates)
