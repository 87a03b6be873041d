"""GET /staff/statistics: counts of the reports that came in a period, and what became of them.

The counters are kept by the table's stream, a second or two behind; a period of any length is one Query.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from desk.domain.clock import HANOI, epoch_ms, iso, local, parse
from desk.domain.counting import Counts, median
from desk.domain.report import CLOSED
from desk.storage import keys
from desk.storage.statistics import Statistics as Counters
from desk.storage.table import Item
from staff.auth import Reader
from staff.bodies import moment_in_query
from staff.desk import Desk, desk
from staff.routing import new_router
from staff.search import moment
from staff.shapes import Shape

router = new_router()

MONTH = timedelta(days=30)
# A day without reports is a figure too, but not over centuries.
FILLED = timedelta(days=400)


class Ratings(Shape):
    """What citizens thought of it, one to five stars."""

    count: int
    average: float | None
    by_stars: dict[str, int]


class Standing(Shape):
    """All reports of the agency as they stand now, whenever they came. `workload`: open ones by person."""

    open: int
    overdue: int
    unassigned: int
    by_status: dict[str, int]
    workload: dict[str, int]


class Statistics(Shape):
    """Reports that were filed on the days of the period. `overdue`: open beyond their deadline now; `late`: a step
    was ever missed.

    `median_hours`: from filing (or coming over from another agency) until first `verifying`, `in_progress` and
    `needs_info`, and to each kind of closing; to within five per cent.
    """

    since: str
    until: str
    total: int
    open: int
    closed: int
    overdue: int
    late: int
    unassigned: int
    by_status: dict[str, int]
    by_day: dict[str, int]
    by_category: dict[str, int]
    by_ward: dict[str, int]
    by_channel: dict[str, int]
    by_assignee: dict[str, int]
    by_outcome: dict[str, int]
    median_hours: dict[str, float]
    ratings: Ratings
    now: Standing


@router.get("/staff/statistics", compress=True, tags=["agency"], operation_id="readStatistics")
def read_statistics(
    person: Reader,
    since: Annotated[
        str,
        moment_in_query("30 days ago unless given; whole days of Hanoi count.", alias="from"),
    ] = "",
    to: Annotated[str, moment_in_query("Now unless given; included.")] = "",
) -> Statistics:
    """Counts by status, day (of Hanoi), category, ward, way in and person; times; ratings. Merged reports are
    counted as the one that they were merged into. The counters follow within seconds of a change."""
    peers = desk()
    until = moment(to, "query.to", end=True) or peers.now()
    start = moment(since, "query.from") or until - MONTH
    first, last = start.astimezone(HANOI).date(), until.astimezone(HANOI).date()
    counters = Counters(peers.table)
    days = counters.between(person.agency, first, last) if first <= last else {}
    late = _just_late(peers, person.agency)
    standing = _standing(counters.now(person.agency), len(late))
    return figures(days, start, until, _filed_between(late, first, last), standing)


def figures(
    days: Mapping[str, Counts], start: datetime, until: datetime, just_late: int, now: Standing
) -> Statistics:
    """The figures of a period from the counters of its days."""
    whole: Counter[str] = Counter()
    for counts in days.values():
        whole.update(counts)
    by: defaultdict[str, dict[str, int]] = defaultdict(dict)
    buckets: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for name, n in whole.items():
        kind, _, key = name.partition(":")
        if kind == "hours":
            status, _, number = key.partition(":")
            buckets[status][int(number)] = n
        elif key:
            by[kind][key] = n
    closed = sum(by["status"].get(s, 0) for s in CLOSED)
    stars = sum(int(s) * n for s, n in by["stars"].items())
    rated = sum(by["stars"].values())
    by_day = _filled(start, until) | {day: c["total"] for day, c in days.items() if c.get("total")}
    return Statistics(
        since=iso(start), until=iso(until), total=whole["total"], open=whole["total"] - closed, closed=closed,
        overdue=whole["overdue"] + just_late, late=whole["late"] + just_late,
        unassigned=by["open"].get("none", 0),
        by_status=by["status"], by_day=by_day, by_category=by["category"], by_ward=by["ward"],
        by_channel=by["channel"], by_assignee=by["assignee"], by_outcome=by["outcome"],
        median_hours={s: m for s, known in buckets.items() if (m := median(known)) is not None},
        ratings=Ratings(
            count=rated, average=round(stars / rated, 2) if rated else None, by_stars=by["stars"]
        ),
        now=now,
    )  # fmt: skip


def _standing(counts: Counts, just_late: int) -> Standing:
    by: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, n in counts.items():
        kind, _, key = name.partition(":")
        by[kind][key] = n
    return Standing(
        open=sum(by["open"].values()),
        overdue=counts.get("overdue", 0) + just_late,
        unassigned=by["open"].get("none", 0),
        by_status=by["status"],
        workload={who: n for who, n in by["open"].items() if who != "none"},
    )


def _just_late(peers: Desk, agency: str) -> list[Item]:
    """What came due since the last look at the deadlines (every quarter of an hour): not flagged yet."""
    until = keys.by_time(epoch_ms(peers.now()), "~")
    return peers.table.query_all(keys.due_pk(agency), index="gsi1", between=("0", until))


def _filed_between(rows: Iterable[Item], first: date, last: date) -> int:
    days = (local(parse(row["card"]["created_at"])).date() for row in rows if "card" in row)
    return sum(first <= day <= last for day in days)


def _filled(start: datetime, until: datetime) -> dict[str, int]:
    """Every day of a period at zero, unless it is very long."""
    if not timedelta() <= until - start <= FILLED:
        return {}
    first, last = start.astimezone(HANOI).date(), until.astimezone(HANOI).date()
    return {(first + timedelta(days=n)).isoformat(): 0 for n in range((last - first).days + 1)}
