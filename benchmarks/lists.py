"""What a page of the staff's lists costs at 1,000 and at 100,000 reports: calls, read units, and their ratio.

`python -m benchmarks.lists [large]` (100,000 unless named). The list's own code runs against a table in this process
(`tests/load/memory.py`); its read units are worked out by DynamoDB's rules from the items that each Query evaluated.
An emulator would answer the same (a test compares the two), but does not measure what AWS charges for.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from desk.domain.clock import epoch_ms, parse
from desk.domain.report import Report
from desk.storage import keys
from desk.storage.table import Table
from staff.cursors import encode
from staff.search import Wanted, find
from tests.load.memory import Cost, MemoryClient
from tests.load.reports import PEOPLE, UNTIL, reports, rows

# Rows of other words lie in partitions that are never read here.
WORDS = {"taxi", "den", "do"}
SMALL, LARGE, PAGE = 1_000, 100_000, 50
GOAL = 1.05


@dataclass(frozen=True, slots=True)
class Row:
    """A list: its filters, and whether a page far down is read."""

    name: str
    filters: dict[str, Any]
    deep: bool = False


def lists(some: Report) -> Iterator[Row]:
    """The lists of the console, with values that `some` report has."""
    plate = some.plates[0]["compact"]
    yield Row("newest first", {})
    yield Row("what is due first", {"by_deadline": True})
    yield Row("overdue", {"overdue_at": UNTIL})
    yield Row("by status", {"status": "resolved"})
    yield Row("by category", {"category": some.category})
    yield Row("by ward", {"ward": some.ward})
    yield Row("by assignee", {"assignee": PEOPLE[0]})
    yield Row("by category and status", {"category": some.category, "status": "resolved"})
    yield Row("by plate", {"plate": plate})
    yield Row("by the beginning of a plate", {"plate": f"{plate[:3]}-{plate[3:6]}.xx"})
    yield Row("by a word", {"words": "taxi"})
    yield Row("by two words", {"words": "đèn đỏ"})
    yield Row("by code", {"words": some.code})
    yield Row("newest first, three quarters down", {}, deep=True)


def main(large: int) -> None:
    """Prints a table."""
    begun = time.perf_counter()
    small_table, small = filled(SMALL)
    large_table, big = filled(large)
    print(f"filled with {SMALL:,} and {large:,} reports in {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{'a page of ' + str(PAGE):38}{'rows':>9}{'calls':>9}{'read units':>16}{'ratio':>8}{'ms':>9}")
    worst = 0.0
    for one, other in zip(lists(small[-1]), lists(big[-1]), strict=True):
        (n1, a, _), (n2, b, ms) = measure(small_table, small, one), measure(large_table, big, other)
        # Fewer rows cost less: a page is compared with a page as full.
        ratio = b.units / a.units if n1 == n2 else (b.units / max(1, n2)) / (a.units / max(1, n1))
        worst = max(worst, ratio)
        print(
            f"{one.name:38}{n1:>4}{n2:>5}{a.calls:>5}{b.calls:>4}{a.units:>8.1f}{b.units:>8.1f}"
            f"{ratio:>8.2f}{ms:>9.1f}"
        )
    print(f"largest ratio {worst:.2f} (goal {GOAL})")


def filled(count: int) -> tuple[Table, list[Report]]:
    """A table with so many reports, and the reports."""
    client, made = MemoryClient(), list(reports(count))
    for n, report in enumerate(made):
        for row in rows(report):
            if not row["sk"].startswith("INDEX#WORD#") or row["sk"].removeprefix("INDEX#WORD#") in WORDS:
                client.put(row)
        if n % 10_000 == 9_999:
            print(f"  {n + 1:,} reports …", file=sys.stderr, flush=True)
    return Table(client, "desk"), made


def measure(table: Table, made: list[Report], row: Row) -> tuple[int, Cost, float]:
    """Rows shown, cost and milliseconds of one page."""
    client = cast(MemoryClient, table.client)
    cursor = ""
    if row.deep:
        report = made[len(made) // 4]
        cursor = encode(keys.by_time(epoch_ms(parse(report.created_at)), report.code))
    find(table, Wanted(agency="csgt", **row.filters), cursor=cursor, limit=PAGE)  # sorts the partition
    client.cost = Cost()
    begun = time.perf_counter()
    cards, _ = find(table, Wanted(agency="csgt", **row.filters), cursor=cursor, limit=PAGE)
    return len(cards), client.cost, (time.perf_counter() - begun) * 1e3


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
