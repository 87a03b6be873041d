"""What one report adds to the statistics: counters by the day on which it was filed, and of how things stand now.

Counters can only be added up, so a median comes from a histogram: each bucket of hours is ten per cent wider than
the one before, and its middle is within five per cent of whatever fell into it.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from desk.domain.clock import local, parse
from desk.domain.deadline import OVERDUE, running_step
from desk.domain.report import CLOSED, Report, Status

NOW = "NOW"
"""The counters that are of no day: open reports as they stand."""
FIRST_H = 0.1
GROWTH = 1.1
# Reached once, on the way; when a report is closed counts as of its last closing.
_ON_THE_WAY = (Status.VERIFYING, Status.IN_PROGRESS, Status.NEEDS_INFO)

type Counts = dict[str, int]


def day_of(report: Report) -> str:
    """The day (of Hanoi) on which a report was filed; it never changes."""
    return local(parse(report.created_at)).date().isoformat()


def contribution(report: Report) -> dict[tuple[str, str], Counts]:
    """Counters by agency and by day or NOW.

    A report that was merged counts as the one it was merged into, but its reporter's rating is their own.
    """
    counts = Counter(_stars(report))
    now: Counter[str] = Counter()
    if report.merged_into is None:
        counts.update(_what(report))
        now.update(_standing(report))
    found = {(report.agency, day_of(report)): dict(counts), (report.agency, NOW): dict(now)}
    return {key: names for key, names in found.items() if names}


def _stars(report: Report) -> Iterator[str]:
    if report.rating:
        yield f"stars:{report.rating['stars']}"


def _what(report: Report) -> Iterator[str]:
    yield "total"
    yield f"category:{report.category}"
    yield f"ward:{report.ward or 'none'}"
    yield f"channel:{report.channel}"
    yield f"assignee:{report.assignee or 'none'}"
    yield from _standing(report)
    if any(f.startswith(OVERDUE) for f in report.flags):
        yield "late"
    if not report.is_open:
        yield f"outcome:{(report.resolution or {}).get('kind') or 'none'}"
    for status, hours in _hours(report).items():
        yield f"hours:{status}:{bucket(hours)}"


def _standing(report: Report) -> Iterator[str]:
    """What changes while a report is worked on."""
    yield f"status:{report.status}"
    if not report.is_open:
        return
    yield f"open:{report.assignee or 'none'}"
    running = running_step(report)
    if running and OVERDUE + running in report.flags:
        yield "overdue"


def _hours(report: Report) -> Mapping[str, float]:
    """Hours from filing (or from coming to this agency) to each status that was reached."""
    begun = parse(report.begun_at)
    reached = {s: report.reached[s] for s in _ON_THE_WAY if s in report.reached}
    if report.status in CLOSED and report.closed_at:
        reached[report.status] = report.closed_at
    return {s: max(0.0, (parse(at) - begun).total_seconds() / 3600) for s, at in reached.items()}


def bucket(hours: float) -> int:
    """The bucket of a duration; bucket 0 is up to six minutes."""
    return 0 if hours <= FIRST_H else math.ceil(math.log(hours / FIRST_H, GROWTH) - 1e-9)


def middle(number: int) -> float:
    """The hours that a bucket stands for."""
    return round(FIRST_H * GROWTH ** (number - 0.5), 2) if number else FIRST_H / 2


def median(buckets: Mapping[int, int]) -> float | None:
    """The median in hours, to within five per cent; None when nothing was counted."""
    total = sum(buckets.values())
    passed = 0
    for number in sorted(buckets):
        passed += buckets[number]
        if passed * 2 >= total > 0:
            return middle(number)
    return None
