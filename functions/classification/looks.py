"""Which reports have a picture that looks like one of this report's: an index by bands of their hashes.

A bucket lists the latest pictures whose hashes agree in one band. One BatchGet reads the buckets of a report's
pictures; what is missing there is written in one transaction. A video has the hash of the still that Zalo sends.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from desk.domain.looks import alike, bands
from desk.domain.report import Report
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.table import Item, Table

# A report has few pictures; more than these (of four buckets each) would make the transaction large.
_PICTURES = 10
# Pictures kept in a bucket: a common pattern (a grey sky over a street) must not grow without end.
_BUCKET = 40
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class _Picture:
    evidence: str
    look: str


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A bucket as the table holds it, and those of the report's pictures that fall into it."""

    item: Item
    pictures: list[_Picture]


def seen_before(table: Table, report: Report) -> frozenset[str]:
    """The codes of other reports with a picture that looks like one of this report's; its own are remembered.

    Safe to repeat. Raises Conflict when other writers are first again and again.
    """
    pictures = _pictures(table, report)
    for attempt in range(_ATTEMPTS):
        buckets = _buckets(table, report.agency, pictures)
        try:
            _remember(table, report, buckets)
            return _alike(report, pictures, buckets)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _pictures(table: Table, report: Report) -> list[_Picture]:
    items = table.get_many([keys.evidence(e) for e in report.evidence])
    known = [i for i in items if i.get("phash") and i.get("report") == report.code]
    return [_Picture(i["id"], i["phash"]) for i in known[:_PICTURES]]


def _buckets(table: Table, agency: str, pictures: list[_Picture]) -> list[_Bucket]:
    """The buckets that the pictures fall into; one that nobody filled yet is empty."""
    places: dict[str, Item] = {}
    falling: dict[str, list[_Picture]] = defaultdict(list)
    for picture in pictures:
        for band, bits in enumerate(bands(picture.look)):
            place = keys.likeness(agency, band, bits)
            places[place["pk"]] = place
            falling[place["pk"]].append(picture)
    found = {item["pk"]: item for item in table.get_many(places.values())} if places else {}
    return [
        _Bucket(found.get(pk, place | {"entity": "likeness", "seen": []}), falling[pk])
        for pk, place in places.items()
    ]


def _remember(table: Table, report: Report, buckets: list[_Bucket]) -> None:
    transaction = table.transaction()
    for bucket in buckets:
        known = {entry["evidence"] for entry in bucket.item["seen"]}
        new: list[dict[str, Any]] = [
            {"evidence": p.evidence, "look": p.look, "report": report.code}
            for p in bucket.pictures
            if p.evidence not in known
        ]
        if new:
            version = bucket.item.get("version", 0)
            seen = [*bucket.item["seen"], *new][-_BUCKET:]
            transaction.put_version(bucket.item | {"seen": seen, "version": version + 1}, version)
    transaction.commit()


def _alike(report: Report, pictures: list[_Picture], buckets: list[_Bucket]) -> frozenset[str]:
    return frozenset(
        entry["report"]
        for bucket in buckets
        for entry in bucket.item["seen"]
        if entry["report"] != report.code and any(alike(entry["look"], p.look) for p in pictures)
    )
