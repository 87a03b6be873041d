"""Looks for earlier reports of the same thing: by plate, else by kind in the same time, and by the look of its
pictures; one or two Queries, and one read of the looks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from desk.domain import duplicates
from desk.domain.clock import epoch_ms, parse
from desk.domain.report import Report
from desk.storage import keys
from desk.storage.reports import Reports
from desk.storage.table import Table

_CANDIDATES = 20
_PLATES = 2
_PICTURES = 10


def with_duplicates(table: Table, report: Report, seen: frozenset[str] = frozenset()) -> Report:
    """The report with its likely duplicates, best first, and whether it is the first of them.

    `seen` are the codes of reports with pictures that look like its own: also the same citizen's, because a clip that
    is used again is to be noticed.
    """
    codes = [*seen, *(c for c in _candidates(table, report) if c not in seen)]
    others = [
        r
        for r in Reports(table).load_many(codes)
        if r.citizen != report.citizen or r.code in report.merged or r.code in seen
    ]
    looks = _looks(table, [report, *others])
    found: list[dict[str, Any]] = []
    for other in others:
        likeness = duplicates.compare(report, other, looks.get(report.code, ()), looks.get(other.code, ()))
        if likeness.score >= duplicates.LIKELY:
            earlier = duplicates.is_earlier(other, report)
            found.append(
                {
                    "code": other.code,
                    "score": likeness.score,
                    "reasons": list(likeness.reasons),
                    "earlier": earlier,
                }
            )
    found.sort(key=lambda d: (-d["score"], d["code"]))
    strangers = {r.code for r in others if r.citizen != report.citizen}
    first = not any(d["earlier"] and d["code"] in strangers for d in found)
    compared = replace(report, duplicates=tuple(found[:5]))
    if report.merged or report.merged_into:
        return compared  # decided when they were merged, perhaps by a person
    return replace(compared, first_reporter=first if found else None)


def _candidates(table: Table, report: Report) -> list[str]:
    at = parse(report.first_message_at or report.created_at)
    window = duplicates.WINDOW.get(report.agency, timedelta(days=7))
    start, end = f"{epoch_ms(at - window):013d}", f"{epoch_ms(at + window):013d}"
    found: dict[str, None] = {}
    for plate in report.plates[:_PLATES]:
        term = plate["compact"]
        page = table.query(
            f"{report.agency}#PLATE",
            index="gsi1",
            between=(f"{term}#{start}", f"{term}#{end}"),
            forward=False,
            limit=_CANDIDATES,
        )
        found |= dict.fromkeys(item["code"] for item in page.items)
    if not report.plates and report.category != "other":
        page = table.query(
            f"{report.agency}#CATEGORY#{report.category}",
            index="gsi3",
            between=(start, end),
            forward=False,
            limit=_CANDIDATES,
        )
        found |= dict.fromkeys(item["card"]["code"] for item in page.items)
    found.pop(report.code, None)
    return list(found)


def _looks(table: Table, reports: list[Report]) -> dict[str, list[str]]:
    """Perceptual hashes of the pictures of some reports."""
    wanted = [keys.evidence(e) for r in reports for e in r.evidence[:_PICTURES]] if len(reports) > 1 else []
    looks: dict[str, list[str]] = {}
    for item in table.get_many(wanted):
        known: Any = item.get("phash")
        if known and item.get("report"):
            looks.setdefault(item["report"], []).append(known)
    return looks
