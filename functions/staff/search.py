"""Finding reports: one Query on the index that narrows most, the other filters on the cards it carries.

A cursor is the sort key of the last row shown (creation time and code, which never change), so that rows
written, changed or removed meanwhile neither push others onto the next page nor off it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desk.domain import code as codes
from desk.domain.clock import HANOI, epoch_ms, iso, parse
from desk.domain.report import CLOSED, OPEN
from desk.errors import Invalid
from desk.language.normalize import fold, tokens
from desk.language.plates import find_plates
from desk.storage.reports import Reports, card
from desk.storage.table import Item, Table
from staff import cursors
from staff.cursors import decode, encode

_EARLIEST, _LATEST = "0" * 13, "9" * 13
# Far from where arithmetic with time zones would run over.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
# A page that its filters leave empty goes on this often before it hands a cursor back.
_MOST_QUERIES = 6
_MOST_PLATE_ROWS = 4000
_MIN_PLATE = 3
_FILTERED_STEP = 300

type Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty means any. `since` and `until` bound the creation time, both included.

    `by_deadline` puts open reports first that are due first; so does asking for overdue ones.
    """

    agency: str
    status: str = ""
    category: str = ""
    assignee: str = ""
    ward: str = ""
    plate: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue_at: datetime | None = None
    by_deadline: bool = False

    @property
    def due_first(self) -> bool:
        """Whether the order is that of the deadlines: only open reports have one, and a search has its own."""
        told = self.by_deadline or self.overdue_at
        return bool(told and not self.words.strip() and not self.plate and _statuses(self.status) <= OPEN)


def moment(text: str, field: str, *, end: bool = False) -> datetime | None:
    """A time or a date (a day in Hanoi; with `end` its last moment), within a sane range. Raises Invalid."""
    return min(max(_FIRST, found), _LAST) if (found := _read_moment(text, field, end=end)) else None


def _read_moment(text: str, field: str, *, end: bool) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == 10:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), HANOI)
            return day + timedelta(days=1, milliseconds=-1) if end else day
        # A plus that a browser turned into a space.
        return parse(re.sub(r" (\d\d:\d\d)$", r"+\1", text))
    except OverflowError:
        return _LAST
    except ValueError as error:
        raise Invalid(
            "a date (2026-11-24) or a time with an offset is wanted", field=field, code="invalid_request"
        ) from error


def find(table: Table, wanted: Wanted, *, cursor: str = "", limit: int = 50) -> tuple[list[Card], str | None]:
    """A page of cards, newest first, and the cursor of the next page. Raises Invalid."""
    upper = _just_before(decode(cursor, cursors.REPORT)) if cursor else _bound(wanted.until, _LATEST) + "#~"
    lower = _bound(wanted.since, _EARLIEST)
    if cursor and wanted.until:
        upper = min(upper, _bound(wanted.until, _LATEST) + "#~")
    if lower > upper:
        return [], None
    if wanted.words.strip() and not _words(wanted.words):
        return [], None
    if named := codes.find(wanted.words):
        return _by_code(table, wanted, named), None
    if wanted.plate:
        return _by_plate(table, wanted, lower, upper, limit)
    if wanted.due_first:
        lower = decode(cursor, cursors.REPORT) + " " if cursor else _EARLIEST
        upper = f"{_bound(wanted.overdue_at, _LATEST)}#~"
        return _by_index(table, wanted, lower, upper, limit) if lower < upper else ([], None)
    return _by_index(table, wanted, lower, upper, limit)


def _bound(when: datetime | None, otherwise: str) -> str:
    if when is None:
        return otherwise
    return f"{max(0, epoch_ms(when)):013d}"


def _just_before(order: str) -> str:
    """The largest sort key below `order`: codes are of one length, and "~" is above their alphabet."""
    return f"{order[:-1]}{chr(ord(order[-1]) - 1)}~"


def _by_index(
    table: Table, wanted: Wanted, lower: str, upper: str, limit: int
) -> tuple[list[Card], str | None]:
    words = _words(wanted.words)
    index, partition = _index(wanted, words)
    where, values, names = _filter(wanted, index)
    step = limit + 1 if where is None else 2 * limit + 1
    found: list[tuple[str, Card]] = []
    start: Item | None = None
    for _ in range(_MOST_QUERIES):
        page = table.query(
            f"{wanted.agency}#{partition}", index=index, between=(lower, upper), forward=wanted.due_first,
            limit=step, start=start, where=where, values=values, names=names,
        )  # fmt: skip
        found += [(item[f"{index}sk"], item["card"]) for item in page.items]
        # What passes is rare: read more at a time.
        step, start = min(2 * step, _FILTERED_STEP), page.next
        if start is None or len(found) > limit:
            break
    more = len(found) > limit or start is not None
    shown = found[:limit]
    if not more:
        return [c for _, c in shown], None
    last = shown[-1][0] if len(found) > limit else start[f"{index}sk"]  # type: ignore[index]
    return [c for _, c in shown], encode(last)


def _index(wanted: Wanted, words: list[str]) -> tuple[str, str]:
    """The index that narrows most, and the partition of it without its agency."""
    if words:
        return "gsi1", f"WORD#{max(words, key=len)}"
    if wanted.due_first:
        return "gsi6", "OPEN"
    if wanted.assignee and wanted.assignee != "none":
        return "gsi5", f"ASSIGNEE#{wanted.assignee}"
    if wanted.ward:
        return "gsi4", f"WARD#{wanted.ward}"
    if wanted.category:
        return "gsi3", f"CATEGORY#{wanted.category}"
    if wanted.status and wanted.status not in {"open", "closed"}:
        return "gsi2", f"STATUS#{wanted.status}"
    return "gsi1", "ALL"


def _filter(wanted: Wanted, index: str) -> tuple[str | None, dict[str, Any], dict[str, str]]:
    """What the index has not narrowed yet, as a FilterExpression on the card."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    plain = {"category": "gsi3", "ward": "gsi4", "assignee": "gsi5"}
    for name, own_index in plain.items():
        value = getattr(wanted, name)
        if value == "none" and name == "assignee":
            parts.append("attribute_not_exists(#card.assignee)")
        elif value and index != own_index:
            parts.append(f"#card.{name} = :{name}")
            values[f":{name}"] = value
    statuses = sorted(_statuses(wanted.status))
    if statuses and index != "gsi2":
        names = [f":status{n}" for n in range(len(statuses))]
        parts.append(f"#card.#status IN ({', '.join(names)})")
        values |= dict(zip(names, statuses, strict=True))
    if index == "gsi6" and (wanted.since or wanted.until):
        parts.append("#card.created_at BETWEEN :since AND :until")
        values |= {":since": iso(wanted.since or _FIRST), ":until": iso(wanted.until or _LAST)}
    if wanted.overdue_at and index != "gsi6":
        parts.append("#card.deadline < :overdue")
        values[":overdue"] = iso(wanted.overdue_at)
    searched = _words(wanted.words)
    others = searched if wanted.plate else [w for w in searched if w != max(searched, key=len)]
    for n, word in enumerate(others):
        parts.append(f"contains(#card.words, :word{n})")
        values[f":word{n}"] = word
    if wanted.words or wanted.plate:
        # Search rows of a merged report stay; the report is found as the one it was merged into.
        parts.append("attribute_not_exists(#card.merged_into)")
    where = " AND ".join(parts) or None
    used = {"#card": "card"} | ({"#status": "status"} if where and "#status" in where else {})
    return where, values, used if where else {}


def _statuses(status: str) -> frozenset[str]:
    groups: dict[str, frozenset[str]] = {"open": OPEN, "closed": CLOSED, "": frozenset()}
    return groups.get(status, frozenset({status}))


def _words(text: str) -> list[str]:
    """Words as the search rows have them."""
    return list(dict.fromkeys(w for t in tokens(text) if len(w := fold(t)) > 1))


def _by_code(table: Table, wanted: Wanted, named: tuple[str, ...]) -> list[Card]:
    """Reports by their code, whatever the other filters say: whoever names one wants that one."""
    return [card(r) for r in Reports(table).load_many(named) if r.agency == wanted.agency]


def plate_pattern(text: str) -> str:
    """A plate as typed, without separators; "?" for each digit that is not known. Raises Invalid."""
    found = find_plates(f"biển số {text}")
    compact = found[0].compact if found else re.sub(r"[^0-9A-ZĐ?]", "", text.upper().rstrip("X*._- "))
    known = compact.split("?")[0]
    if len(known) < _MIN_PLATE:
        raise Invalid(
            f"at least the first {_MIN_PLATE} characters of a plate are wanted",
            field="query.plate",
            code="invalid_request",
        )
    return compact


def _by_plate(
    table: Table, wanted: Wanted, lower: str, upper: str, limit: int
) -> tuple[list[Card], str | None]:
    """Rows of all plates that begin so, put in the order of time here: their index is ordered by plate."""
    compact = plate_pattern(wanted.plate)
    fits = re.compile(re.escape(compact).replace(r"\?", "."))
    where, values, names = _filter(wanted, "gsi1")
    found: dict[str, Card] = {}
    read, start = 0, None
    while True:
        page = table.query(
            f"{wanted.agency}#PLATE", index="gsi1", prefix=compact.split("?")[0], start=start,
            where=where, values=values, names=names,
        )  # fmt: skip
        for item in page.items:
            term, order = item["gsi1sk"].split("#", 1)
            if lower <= order <= upper and fits.match(term):
                found[order] = item["card"]
        read, start = read + len(page.items), page.next
        if start is None:
            break
        if read > _MOST_PLATE_ROWS:
            raise Invalid("too many plates begin so", field="query.plate", code="invalid_request")
    orders = sorted(found, reverse=True)
    shown = orders[:limit]
    return [found[o] for o in shown], encode(shown[-1]) if len(orders) > limit else None


def cards_between(table: Table, agency: str, since: datetime, until: datetime) -> Iterator[Card]:
    """Cards of all reports of a period, Query by Query. Merged reports are left out."""
    start: Item | None = None
    between = (_bound(since, _EARLIEST), f"{_bound(until, _LATEST)}#~")
    while between[0] < between[1]:
        page = table.query(f"{agency}#ALL", index="gsi1", start=start, between=between)
        yield from (item["card"] for item in page.items)
        if page.next is None:
            return
        start = page.next
