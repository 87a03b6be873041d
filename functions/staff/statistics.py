"""GET /staff/statistics: counts of the reports that came in a period, and what became of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import mean, median
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.domain.clock import HANOI, iso, local, parse
from desk.domain.report import CLOSED
from staff.auth import Reader
from staff.bodies import MOMENT_OR_NONE
from staff.desk import desk
from staff.routing import new_router
from staff.search import cards_between, moment
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


class Statistics(Shape):
    """Reports created in the period. `overdue`: open beyond their deadline now; `late`: a step was ever missed.

    `median_hours`: from filing to being taken up (`verifying`) and to each kind of closing.
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


@router.get("/staff/statistics", compress=True, tags=["agency"], operation_id="readStatistics")
def read_statistics(
    person: Reader,
    since: Annotated[
        str,
        Query(
            alias="from",
            max_length=40,
            json_schema_extra=MOMENT_OR_NONE,
            description="30 days ago unless given.",
        ),
    ] = "",
    to: Annotated[
        str, Query(max_length=40, json_schema_extra=MOMENT_OR_NONE, description="Now unless given; included.")
    ] = "",
) -> Statistics:
    """Counts by status, day (of Hanoi), category, ward, way in and person; times; ratings. Merged reports are
    counted as the one that they were merged into."""
    peers = desk()
    until = moment(to, "query.to", end=True) or peers.now()
    start = moment(since, "query.from") or until - MONTH
    return figures(cards_between(peers.table, person.agency, start, until), start, until, peers.now())


def figures(
    cards: Iterable[Mapping[str, Any]], start: datetime, until: datetime, now: datetime
) -> Statistics:
    """The figures of a period from the cards of its reports."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    hours: dict[str, list[float]] = defaultdict(list)
    total = overdue = late = unassigned = 0
    at = iso(now)
    days = _days(start, until)
    for card in cards:
        total += 1
        closed = card["status"] in CLOSED
        counts["status"][card["status"]] += 1
        counts["category"][card["category"]] += 1
        counts["ward"][card.get("ward") or "none"] += 1
        counts["channel"][card["channel"]] += 1
        counts["assignee"][card.get("assignee") or "none"] += 1
        days[local(parse(card["created_at"])).date().isoformat()] += 1
        unassigned += not card.get("assignee") and not closed
        overdue += not closed and bool(card.get("deadline")) and card["deadline"] < at
        late += any(f.startswith("overdue:") for f in card.get("flags") or ())
        if card.get("taken_at"):
            hours["verifying"].append(_hours(card, "taken_at"))
        if closed and card.get("closed_at"):
            hours[card["status"]].append(_hours(card, "closed_at"))
            counts["outcome"][card.get("outcome") or "none"] += 1
        if card.get("stars"):
            counts["stars"][str(card["stars"])] += 1
    stars = [int(s) for s in counts["stars"].elements()]
    closed_count = sum(counts["status"][s] for s in CLOSED)
    return Statistics(
        since=iso(start), until=iso(until), total=total, open=total - closed_count, closed=closed_count,
        overdue=overdue, late=late, unassigned=unassigned,
        by_status=dict(counts["status"]), by_day=dict(days), by_category=dict(counts["category"]),
        by_ward=dict(counts["ward"]), by_channel=dict(counts["channel"]), by_assignee=dict(counts["assignee"]),
        by_outcome=dict(counts["outcome"]),
        median_hours={name: round(median(known), 2) for name, known in hours.items()},
        ratings=Ratings(
            count=len(stars), average=round(mean(stars), 2) if stars else None, by_stars=dict(counts["stars"])
        ),
    )  # fmt: skip


def _days(start: datetime, until: datetime) -> Counter[str]:
    """Every day of a period at zero, unless it is very long."""
    if not timedelta() <= until - start <= FILLED:
        return Counter()
    first, last = start.astimezone(HANOI).date(), until.astimezone(HANOI).date()
    return Counter({(first + timedelta(days=n)).isoformat(): 0 for n in range((last - first).days + 1)})


def _hours(card: Mapping[str, Any], name: str) -> float:
    return (parse(card[name]) - parse(card["created_at"])).total_seconds() / 3600
