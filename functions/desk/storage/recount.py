"""Counting again: after a change of what is counted, after a restore, or whenever somebody doubts the figures.

Reports may change meanwhile: every report is counted by its mark as always, and a counter that is not the sum of
its marks is replaced only if nobody touched it while the sum was made.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import batched

from desk.domain.clock import HANOI, epoch_ms
from desk.domain.counting import NOW, Counts
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.reports import Reports
from desk.storage.statistics import Statistics, named
from desk.storage.table import Item

_ATTEMPTS = 20
# What stands in the counters of NOW as well as in those of the days.
_STANDING = ("status:", "open:", "overdue")


def recount_day(statistics: Statistics, agencies: Sequence[str], day: date) -> dict[str, int]:
    """Count every report of a day again and mend its counters; says how many of each were wrong."""
    found: Counter[str] = Counter()
    codes = dict.fromkeys(_filed(statistics, agencies, day)) | dict.fromkeys(_marked(statistics, day))
    for some in batched(codes, 100, strict=False):
        for report in Reports(statistics.table).load_many(some):
            found["reports"] += 1
            found["miscounted"] += statistics.count(report)
    for agency in agencies:
        found["mended"] += _mend_day(statistics, agency, day)
    return dict(found)


def recount_now(statistics: Statistics, agencies: Sequence[str]) -> int:
    """Mend the counters of open reports from those of the days; says for how many agencies they were wrong."""
    return sum(_mend_now(statistics, agency) for agency in agencies)


def _filed(statistics: Statistics, agencies: Sequence[str], day: date) -> Iterator[str]:
    start = datetime.combine(day, datetime.min.time(), HANOI)
    between = (f"{epoch_ms(start):013d}", f"{epoch_ms(start + timedelta(days=1)) - 1:013d}#~")
    for agency in agencies:
        for row in statistics.table.query_all(f"{agency}#ALL", index="gsi1", between=between):
            yield row["card"]["code"]


def _marked(statistics: Statistics, day: date) -> Iterator[str]:
    """Reports that are counted on the day: those that were merged since stand in no list."""
    for row in statistics.table.query_all(keys.counted_pk(day.isoformat()), consistent=True):
        yield row["sk"]


def _mend_day(statistics: Statistics, agency: str, day: date) -> bool:
    place = keys.counters(agency, day.isoformat())

    def summed() -> Counts:
        total: Counter[str] = Counter()
        marks = statistics.table.query_all(keys.counted_pk(day.isoformat()), consistent=True)
        for row in (row for mark in marks for row in mark["rows"]):
            if (row["agency"], row["day"]) == (agency, day.isoformat()):
                total.update(row["counts"])
        return dict(total)

    return _mend(statistics, place, summed)


def _mend_now(statistics: Statistics, agency: str) -> bool:
    def summed() -> Counts:
        total: defaultdict[str, int] = defaultdict(int)
        rows = statistics.table.query_all(
            keys.counters_pk(agency), between=("DAY#0", "DAY#9~"), consistent=True
        )
        for name, n in (pair for row in rows for pair in named(row).items() if pair[0].startswith(_STANDING)):
            total[name] += n
        return dict(total)

    return _mend(statistics, keys.counters(agency, NOW), summed)


def _mend(statistics: Statistics, place: Item, summed: Callable[[], Counts]) -> bool:
    for _ in range(_ATTEMPTS):
        before = statistics.table.get(place) or {}
        right = summed()
        if right == named(before):
            return False
        version = before.get("version", 0)
        transaction = statistics.table.transaction()
        transaction.put_version(place | right | {"version": version + 1}, version)
        try:
            transaction.commit()
            return True
        except Conflict:
            continue
    raise Conflict("the counters are too busy to be mended")
