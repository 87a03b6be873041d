"""From what the desk keeps to what the API shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desk.domain.report import Report
from desk.storage import keys
from desk.storage.evidence import EvidenceBucket
from desk.storage.table import Item, Table
from staff.shapes import EvidenceShape, ReportShape, Summary

# What a person decides on: a change of these is what If-Match guards. Left out is what the desk adds by
# itself and what merely being looked at changes, so that opening a picture does not spoil an edit.
_DECIDED = (
    "agency status reason text evidence category urgency plates when place ward location assignee merged_into "
    "merged handled_by_person resolution transfer rating closed_at"
).split()


def etag(report: Report) -> str:
    """The entity tag of a report, quoted."""
    data = report.as_dict()
    text = json.dumps({n: data[n] for n in _DECIDED}, sort_keys=True, default=str, ensure_ascii=False)
    return f'"{hashlib.sha256(_canonical(text).encode()).hexdigest()[:20]}"'


def _canonical(text: str) -> str:
    """The table gives 1.0 back as 1: both must have one tag."""
    return json.dumps(_plain(json.loads(text)), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {k: _plain(v) for k, v in value.items() if v is not None}
        case list():
            return [_plain(v) for v in value]
        case float() if value.is_integer():
            return int(value)
    return value


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """Plates, time and place in their short form."""
    when, place = data.get("when") or {}, data.get("place") or {}
    return {
        "plates": [p["compact"] for p in data.get("plates") or ()],
        "when": when.get("iso"),
        "place": place.get("text"),
    }


def summary(card: Mapping[str, Any]) -> Summary:
    """A list's row from the card that the indexes carry."""
    known = {n: card[n] for n in Summary.model_fields if n in card}
    lists = {n: list(card.get(n) or ()) for n in ("missing", "duplicates", "flags")}
    return Summary(**known | lists | _facts(card))


def evidence_items(table: Table, reports: Iterable[Report]) -> list[Item]:
    """The evidence of reports, in its order."""
    return table.get_many([keys.evidence(e) for r in reports for e in r.evidence])


def evidence(item: Item, bucket: EvidenceBucket) -> EvidenceShape:
    """A piece of evidence."""
    known = {n: item[n] for n in EvidenceShape.model_fields if item.get(n) is not None}
    return EvidenceShape(**known, thumbnail_url=bucket.thumbnail_link(item))


def report(found: Report, items: Sequence[Item], bucket: EvidenceBucket) -> ReportShape:
    """A report with its evidence."""
    data = found.as_dict()
    known = {n: data[n] for n in ReportShape.model_fields if n in data}
    details = {
        # Without what is absent: as the table gives them back, so that two readings are one.
        "plate_details": [_plain(p) for p in found.plates],
        "when_details": found.when and _plain(found.when),
        "place_details": found.place and _plain(found.place),
        "first_message_at": found.first_message_at or None,
        "evidence": [evidence(i, bucket) for i in items],
        "etag": etag(found),
    }
    return ReportShape(**known | _facts(data) | details)
