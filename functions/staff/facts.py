"""What an officer says about a report, in the form in which the desk keeps facts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from desk.domain.clock import HANOI, local
from desk.domain.report import Report
from desk.errors import Invalid
from desk.language.features import taxonomy
from desk.language.places import find_place
from desk.language.plates import find_plates
from desk.language.wards import ward_at, wards

CATEGORIES = {row["id"]: row for row in taxonomy()}


def plate(text: str) -> dict[str, Any]:
    """A plate as the desk keeps it; one of no known kind, such as a foreign one, as it is written."""
    found = find_plates(f"biển số {text}")
    if len(found) != 1:
        known = "".join(c for c in text.upper() if c.isalnum())
        return {
            "text": text,
            "compact": known,
            "kind": "unknown",
            "readings": [],
            "partial": False,
            "confidence": 0.5,
        }
    data = asdict(found[0]) | {"text": text, "kind": str(found[0].kind)}
    data.pop("span")
    return data


def when(text: str, field: str) -> dict[str, Any]:
    """A day or a moment as the desk keeps it. Raises Invalid."""
    try:
        if len(text) == 10:
            start = datetime.combine(date.fromisoformat(text), datetime.min.time(), HANOI)
            end = start + timedelta(days=1) - timedelta(seconds=1)
            iso, precision = text, "date"
        else:
            read = datetime.fromisoformat(text)
            start = end = local(read) if read.tzinfo else read.replace(tzinfo=HANOI)
            iso, precision = start.isoformat(timespec="seconds"), "exact"
    except (ValueError, OverflowError) as error:
        raise Invalid("a date or a time is wanted", field=field, code="invalid_request") from error
    spoken = {"start": start.isoformat(), "end": end.isoformat(), "words": text}
    return {"iso": iso, "precision": precision, **spoken}


def place(text: str) -> dict[str, Any]:
    """A place as the desk keeps it: the officer's words, and what is recognised in them."""
    found = find_place(text)
    if found is None:
        return {"text": text, "ward_candidates": [], "confidence": 1.0}
    data = asdict(found) | {"text": text}
    data.pop("span")
    return data


def ward(code: str, field: str) -> str:
    """A ward's code. Raises Invalid for one that does not exist."""
    if code not in wards():
        raise Invalid("no such ward", field=field, code="invalid_request")
    return code


def category(name: str, field: str) -> str:
    """A category's id. Raises Invalid for one that does not exist."""
    if name != "other" and name not in CATEGORIES:
        raise Invalid("no such category", field=field, code="invalid_request")
    return name


def told(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The fields of a report that facts as told come to. `prefix` is where they stand, for error messages."""
    known: dict[str, Any] = {}
    if "plates" in values:
        read = [plate(p) for p in values["plates"] or ()]
        known["plates"] = tuple({p["compact"]: p for p in read}.values())
    if "when" in values:
        known["when"] = when(values["when"], f"{prefix}.when") if values["when"] else None
    if "place" in values:
        known["place"] = place(values["place"]) if values["place"] else None
    if "location" in values:
        known["location"] = values["location"]
        if values["location"] and not values.get("ward"):
            known["ward"] = ward_at(values["location"]["lat"], values["location"]["lon"])
    if "ward" in values:
        known["ward"] = ward(values["ward"], f"{prefix}.ward") if values["ward"] else None
    if known.get("place") and not known.get("ward") and known["place"].get("ward"):
        known.setdefault("ward", known["place"]["ward"])
    return known


def with_told(report: Report, known: Mapping[str, Any], actor: str) -> Report:
    """The report with facts that a person gave: no later reading overwrites them."""
    by = report.facts_by | dict.fromkeys(known, actor)
    return replace(report, **dict(known), facts_by=by)


def short(value: Any) -> Any:
    """A fact as a timeline shows it."""
    match value:
        case {"iso": iso}:
            return iso
        case {"text": text}:
            return text
        case Sequence() if not isinstance(value, str):
            return [p["compact"] for p in value]
    return value
