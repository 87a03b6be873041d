"""What the public page counts: the road faults of a year, counted once a day.

Until today's counting is done, visitors see yesterday's: the first of them has it begun in the background. Nobody
waits for it but the very first visitor of a young desk.
"""

import gzip
import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from desk.domain.clock import HANOI, local, parse
from desk.errors import AlreadyDone, Unavailable
from desk.storage import keys
from desk.storage.statistics import Statistics
from staff import jobs
from staff.auth import Person, Role
from staff.desk import Desk
from staff.facts import CATEGORIES
from staff.search import cards_between

DAYS = 365
# About 1.1 km from north to south, 1.0 km from east to west.
SQUARE = 0.01
KEEP_S = 40 * 86400
# What is counted while a visitor waits.
AT_ONCE = 20_000
# A part of rows stays far below the 400 KB of an item.
_PART = 20_000
_OUTCOMES = {"fixed": "fixed", "answered": "answered", "rejected": "rejected", "none": "fixed"}
# Of the last day asked for, by agency: a process reads it once.
_known: dict[str, tuple[str, dict["Row", int]]] = {}


class Row(NamedTuple):
    """Reports that are alike in all that is shown."""

    month: str
    ward: str
    category: str
    outcome: str
    lat: float | None
    lon: float | None


def row_of(card: Mapping[str, Any], agency: str) -> Row | None:
    """What of a report may be counted; None for one that is not about a road."""
    if CATEGORIES.get(card["category"], {}).get("agency") != agency:
        return None
    place = card.get("location") or {}
    lat, lon = (_square(place[n]) if n in place else None for n in ("lat", "lon"))
    outcome = _OUTCOMES.get(card.get("outcome") or "none", "fixed")
    status = card["status"]
    became = {"resolved": outcome, "rejected": "rejected"}.get(status, "open")
    month = local(parse(card["created_at"])).strftime("%Y-%m")
    return Row(month, card.get("ward") or "none", card["category"], became, lat, lon)


def _square(degrees: float) -> float:
    """The middle of the square that a coordinate lies in."""
    return round((degrees // SQUARE + 0.5) * SQUARE, 4)


def latest(peers: Desk, agency: str) -> tuple[date, dict[Row, int]]:
    """The newest counting, and the day before which its reports were filed. Raises Unavailable while the first one
    of a large desk is being made."""
    today = local(peers.now()).date()
    if (rows := _read(peers, agency, today.isoformat())) is not None:
        return today, rows
    page = peers.table.query(keys.public(agency, "")["pk"], prefix="20", forward=False, limit=1)
    if page.items:
        _begin(peers, agency, today)
        day = str(page.items[0]["sk"])
        return date.fromisoformat(day), _read(peers, agency, day) or {}
    days = Statistics(peers.table).between(agency, today - timedelta(days=DAYS), today)
    if sum(counts.get("total", 0) for counts in days.values()) > AT_ONCE:
        _begin(peers, agency, today)
        raise Unavailable("the counting is being made")
    return today, count(peers, agency, today)


def make(peers: Desk, person: Person, job: str, arguments: dict[str, Any]) -> None:
    """Count in the background."""
    rows = count(peers, person.agency, date.fromisoformat(arguments["day"]))
    jobs.progress(peers, person.agency, job, state="done", rows=sum(rows.values()))


def count(peers: Desk, agency: str, day: date) -> dict[Row, int]:
    """Count the reports of the year before a day, and keep the counts for its visitors."""
    until = datetime.combine(day, datetime.min.time(), HANOI)
    cards = cards_between(
        peers.table, agency, until - timedelta(days=DAYS), until - timedelta(milliseconds=1)
    )
    rows = Counter(row for c in cards if (row := row_of(c, agency)))
    ttl = int(time.time()) + KEEP_S
    parts = list(batched(rows.items(), _PART, strict=False))
    for number, part in enumerate(parts):
        packed = gzip.compress(json.dumps([[*r, n] for r, n in part]).encode())
        place = keys.public(agency, f"part#{day.isoformat()}#{number}")
        peers.table.put(place | {"entity": "public", "rows": packed, "ttl": ttl})
    whole = keys.public(agency, day.isoformat()) | {"entity": "public", "parts": len(parts), "ttl": ttl}
    peers.table.put(whole)
    return dict(rows)


def _read(peers: Desk, agency: str, day: str) -> dict[Row, int] | None:
    if (kept := _known.get(agency)) and kept[0] == day:
        return kept[1]
    whole = peers.table.get(keys.public(agency, day), consistent=False)
    if whole is None:
        return None
    places = [keys.public(agency, f"part#{day}#{n}") for n in range(whole.get("parts", 0))]
    rows: dict[Row, int] = {}
    for part in peers.table.get_many(places):
        rows |= {Row(*r[:-1]): r[-1] for r in json.loads(gzip.decompress(bytes(part["rows"])))}
    _known[agency] = day, rows
    return rows


def _begin(peers: Desk, agency: str, day: date) -> None:
    """Have the day counted, once; should that fail, it is tried again within the hour."""
    hour = f"begun#{day.isoformat()}#{local(peers.now()):%H}"
    try:
        peers.table.put_new(keys.public(agency, hour) | {"entity": "public", "ttl": int(time.time()) + 86400})
    except AlreadyDone:
        return
    jobs.start(peers, Person("desk", agency, Role.OFFICER), "public", day=day.isoformat())
