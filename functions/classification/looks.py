"""Which reports have a picture that looks like one of this report's: an index by bands of their hashes.

A bucket lists the latest pictures whose hashes agree in one band. One BatchGet reads the buckets of a report's
pictures; what is missing there is written in one transaction. A video has the hash of the still that Zalo sends.
"""

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


def seen_before(table: Table, report: Report) -> frozenset[str]:
    """The codes of other reports with a picture that looks like one of this report's; its own are remembered.

    Safe to repeat. Raises Conflict when other writers are first again and again.
    """
    pictures = _pictures(table, report)
    for attempt in range(_ATTEMPTS):
        buckets = _buckets(table, report.agency, pictures)
        try:
            _remember(table, report.code, pictures, buckets)
            return _alike(report, pictures, buckets)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _pictures(table: Table, report: Report) -> list[_Picture]:
    items = table.get_many([keys.evidence(e) for e in report.evidence])
    known = [i for i in items if i.get("phash") and i.get("report") == report.code]
    return [_Picture(i["id"], i["phash"]) for i in known[:_PICTURES]]


def _places(agency: str, picture: _Picture) -> list[Item]:
    return [keys.likeness(agency, band, bits) for band, bits in enumerate(bands(picture.look))]


def _buckets(table: Table, agency: str, pictures: list[_Picture]) -> dict[str, Item]:
    places = {place["pk"]: place for picture in pictures for place in _places(agency, picture)}
    found = {item["pk"]: item for item in table.get_many(places.values())} if places else {}
    return {pk: found.get(pk, place | {"entity": "likeness", "seen": []}) for pk, place in places.items()}


def _remember(table: Table, code: str, pictures: list[_Picture], buckets: dict[str, Item]) -> None:
    transaction = table.transaction()
    agency = {pk: pk.split("#")[1] for pk in buckets}
    for pk, bucket in buckets.items():
        known = {entry["evidence"] for entry in bucket["seen"]}
        new: list[dict[str, Any]] = [
            {"evidence": p.evidence, "look": p.look, "report": code}
            for p in pictures
            if p.evidence not in known and pk in {place["pk"] for place in _places(agency[pk], p)}
        ]
        if new:
            version = bucket.get("version", 0)
            seen = [*bucket["seen"], *new][-_BUCKET:]
            transaction.put_version(bucket | {"seen": seen, "version": version + 1}, version)
    transaction.commit()


def _alike(report: Report, pictures: list[_Picture], buckets: dict[str, Item]) -> frozenset[str]:
    return frozenset(
        entry["report"]
        for bucket in buckets.values()
        for entry in bucket["seen"]
        if entry["report"] != report.code and any(alike(entry["look"], p.look) for p in pictures)
    )
