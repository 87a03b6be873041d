"""What an agency knows, as staff left it: their entries over the packaged ones, and the imported lists of facilities
and of offices.

Every change counts up a number (HEAD). A reader keeps what it has for a few minutes, then reads that number, and the
rest only when it moved.
"""

import base64
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from desk import agencies
from desk.domain import offices
from desk.domain.enquiries import Knowledge, packaged
from desk.domain.knowledge import Base, Entry
from desk.domain.knowledge import packaged as packaged_entries
from desk.domain.offices import Offices
from desk.language import facility_rows
from desk.language.facilities import Directory
from desk.storage import calendar, keys
from desk.storage.table import Item, Plus, Table, Transaction

HOLD_S = 30


@dataclass(slots=True)
class _Held:
    head: int
    until: float
    knowledge: Knowledge


@dataclass(slots=True)
class Library:
    """What every agency knows, read seldom: one GetItem every half minute for an agency that is asked."""

    table: Table
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, _Held] = field(default_factory=dict)

    def of(self, agency: str) -> Knowledge:
        """What an agency knows, at most HOLD_S old."""
        now, held = self.clock(), self._held.get(agency)
        if held and now < held.until:
            return held.knowledge
        head = int((self.table.get(keys.knowledge_head(agency), consistent=False) or {}).get("count", 0))
        if held and held.head == head:
            held.until = now + HOLD_S
            return held.knowledge
        known = self._read(agency) if head else packaged(agencies.agency(agency))
        known = replace(known, days=lambda: calendar.overrides(self.table, agency))
        self._held[agency] = _Held(head, now + HOLD_S, known)
        return known

    def _read(self, agency: str) -> Knowledge:
        shipped = packaged(agencies.agency(agency))
        base = Base(entries(self.table, agency).values(), agency)
        return Knowledge(
            base,
            _once(lambda: facilities_of(self.table, agency), shipped.directory),
            _once(lambda: offices_of(self.table, agency), shipped.offices),
        )


def _once[T](imported: Callable[[], T | None], shipped: Callable[[], T] | None) -> Callable[[], T] | None:
    """The imported list, or the one that ships, read when somebody asks for it first."""
    return cache(lambda: imported() or shipped()) if shipped else None


def entries(table: Table, agency: str) -> dict[str, Entry]:
    """All entries by id: the packaged ones, and over them what staff wrote. One Query."""
    known = {entry.id: entry for entry in packaged_entries(agency)}
    for item in table.query_all(keys.knowledge_pk(agency), prefix="ENTRY#"):
        known[item["id"]] = Entry.from_dict(item)
    return known


def entry(table: Table, agency: str, wanted: str) -> Entry | None:
    """One entry as it stands, packaged or written by staff."""
    item = table.get(keys.knowledge_entry(agency, wanted))
    if item:
        return Entry.from_dict(item)
    return next((e for e in packaged_entries(agency) if e.id == wanted), None)


def versions(table: Table, agency: str, wanted: str) -> list[Entry]:
    """Earlier versions of an entry, the newest first."""
    items = table.query_all(keys.knowledge_pk(agency), prefix=f"WAS#{wanted}#")
    return sorted((Entry.from_dict(i) for i in items), key=lambda e: -e.version)


def put_entry(transaction: Transaction, agency: str, new: Entry, was: Entry | None) -> Entry:
    """Add the next version of an entry, the version before it to its history, and the change of the head."""
    written = replace(new, version=was.version + 1 if was else 1)
    item = keys.knowledge_entry(agency, new.id) | written.as_dict() | {"entity": "knowledge"}
    transaction.put_version(item, was.version if was else 0)
    if was is not None:
        old = keys.knowledge_was(agency, was.id, was.version) | was.as_dict() | {"entity": "knowledge_was"}
        transaction.put(old)
    count_up(transaction, agency)
    return written


def count_up(transaction: Transaction, agency: str) -> None:
    """Note that something changed: whoever holds what was before reads anew."""
    transaction.update(keys.knowledge_head(agency), {"count": Plus()}, condition=None)


@dataclass(frozen=True, slots=True)
class Imported:
    """A list that was imported, as lines; `told` is what else is remembered of it (who, when)."""

    lines: tuple[str, ...]
    as_of: str
    source: str
    told: Item = field(default_factory=dict)


def put_list(transaction: Transaction, agency: str, key: Item, listed: Imported) -> None:
    """Replace an imported list (`keys.facilities`, `keys.offices`), and note that something changed."""
    packed = base64.b64encode(gzip.compress("\n".join(listed.lines).encode(), mtime=0)).decode()
    values = {"as_of": listed.as_of, "source": listed.source, "count": len(listed.lines), "lines": packed}
    transaction.put(key | values | {"entity": "list"} | listed.told)
    count_up(transaction, agency)


def imported(table: Table, key: Item) -> Imported | None:
    """A list that was imported, None when there is none."""
    item = table.get(key, consistent=False)
    if item is None:
        return None
    lines = gzip.decompress(base64.b64decode(item["lines"])).decode().splitlines()
    told: Item = {name: item[name] for name in ("imported_at", "imported_by") if name in item}
    return Imported(tuple(lines), item["as_of"], item["source"], told)


def facilities_of(table: Table, agency: str) -> Directory | None:
    """The imported list of health facilities."""
    found = imported(table, keys.facilities(agency))
    return Directory(map(facility_rows.parse, found.lines), found.as_of, found.source) if found else None


def offices_of(table: Table, agency: str) -> Offices | None:
    """The imported list of the agency's offices."""
    found = imported(table, keys.offices(agency))
    return Offices(map(offices.parse, found.lines), found.as_of, found.source) if found else None
