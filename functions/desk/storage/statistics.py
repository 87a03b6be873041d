"""The statistics: counters that the stream keeps, and for each report what of it is counted already.

A report's mark says which version is counted and with what; counters change by the difference, in the same
transaction. Therefore a record that comes twice, late or not at all does no harm, and the counters are at every
moment the sum of the marks.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.domain.counting import NOW, Counts, contribution, day_of
from desk.domain.report import Report
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.table import Item, Plus, Table

# Reports of one day share a counter: whoever finds it busy comes again.
_ATTEMPTS = 12
_KEYS = {"pk", "sk", "entity", "version"}

type All = dict[tuple[str, str], Counts]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Keeping and reading the counters of all agencies."""

    table: Table

    def count(self, report: Report) -> bool:
        """Count a report as it stands; False when this or a newer version is counted already. Raises Conflict."""
        for attempt in range(_ATTEMPTS):
            mark = self.table.get(keys.counted(report.code, day_of(report))) or {}
            if mark.get("report_version", 0) > report.version:
                return False
            change = _difference(_counts(mark), contribution(report))
            if not change and mark.get("report_version") == report.version:
                return False
            try:
                self._write(report, mark, change)
                return True
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2 ** min(attempt, 5)))  # noqa: S311 - no secret
        raise AssertionError("unreachable")

    def _write(self, report: Report, mark: Item, change: All) -> None:
        seen = mark.get("version", 0)
        transaction = self.table.transaction()
        rows = [{"agency": a, "day": d, "counts": c} for (a, d), c in contribution(report).items()]
        transaction.put_version(
            keys.counted(report.code, day_of(report))
            | {"entity": "counted", "report_version": report.version, "rows": rows, "version": seen + 1},
            seen,
        )
        for (agency, day), counts in change.items():
            values: dict[str, Any] = {name: Plus(n) for name, n in counts.items()}
            transaction.update(keys.counters(agency, day), values | {"version": Plus()}, condition=None)
        transaction.commit()

    def now(self, agency: str) -> Counts:
        """Open reports as they stand."""
        return named(self.table.get(keys.counters(agency, NOW), consistent=False) or {})

    def between(self, agency: str, first: date, last: date) -> dict[str, Counts]:
        """Counters by the day of filing, both days included: one Query."""
        days = (keys.counters(agency, d.isoformat())["sk"] for d in (first, last))
        rows = self.table.query_all(keys.counters_pk(agency), between=(next(days), next(days)))
        return {row["sk"].removeprefix("DAY#"): named(row) for row in rows}


def named(item: Item) -> Counts:
    """The counters of an item; what came back to zero is left out."""
    return {name: n for name, n in item.items() if name not in _KEYS and n}


def _counts(mark: Item) -> All:
    return {(row["agency"], row["day"]): row["counts"] for row in mark.get("rows", ())}


def _difference(before: All, after: All) -> All:
    found: All = {}
    for key in before.keys() | after.keys():
        change = Counter(after.get(key, {}))
        change.subtract(before.get(key, {}))
        if counts := {name: n for name, n in change.items() if n}:
            found[key] = counts
    return found
