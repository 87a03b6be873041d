"""Reports in the table: one versioned item each, its timeline and its search rows beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk import agencies
from desk.domain.clock import epoch_ms, parse
from desk.domain.deadline import is_stale, next_due, with_deadlines
from desk.domain.report import Report
from desk.domain.timeline import Entry, Step, chain
from desk.errors import Conflict, NotFound
from desk.storage import calendar, keys
from desk.storage.outbox import Task, put_tasks
from desk.storage.table import Item, Table, Transaction

# How often a change is tried again when another writer was first.
_ATTEMPTS = 6
# What a list of reports shows; the indexes carry it.
_CARD = [
    "code",
    "agency",
    "status",
    "category",
    "urgency",
    "confidence",
    "created_at",
    "updated_at",
    "deadline",
    "assignee",
    "citizen",
    "plates",
    "when",
    "place",
    "ward",
    "location",
    "missing",
    "duplicates",
    "flags",
    "channel",
    "merged_into",
    "closed_at",
    "language",
]
_SUMMARY = 160
# What waits for the citizen stands behind everything that has a deadline.
NO_DEADLINE = 10**13 - 1

type Change = tuple[Report, Sequence[Step], Sequence[Task]]


def card(report: Report) -> dict[str, Any]:
    """A report as a list shows it."""
    data = report.as_dict()
    shown = {name: data[name] for name in _CARD}
    return shown | {
        "summary": report.text[:_SUMMARY],
        "evidence_count": len(report.evidence),
        "taken_at": report.deadlines.get("steps", {}).get("receive", {}).get("ended"),
        "stars": (report.rating or {}).get("stars"),
        "outcome": (report.resolution or {}).get("kind") or None,
    }


def to_item(report: Report) -> Item:
    """The item of a report, with its places in the indexes."""
    order = keys.by_time(epoch_ms(parse(report.created_at)), report.code)
    item = keys.report(report.code) | report.as_dict() | {"entity": "report", "card": card(report)}
    if report.merged_into is None:
        facets = {
            "gsi1": "ALL",
            "gsi2": f"STATUS#{report.status}",
            "gsi3": f"CATEGORY#{report.category}",
            "gsi4": report.ward and f"WARD#{report.ward}",
            "gsi5": report.assignee and f"ASSIGNEE#{report.assignee}",
        }
        for index, facet in facets.items():
            if facet:
                item |= {f"{index}pk": f"{report.agency}#{facet}", f"{index}sk": order}
        if report.is_open:
            due = epoch_ms(parse(report.deadline)) if report.deadline else NO_DEADLINE
            item |= {"gsi6pk": keys.open_pk(report.agency), "gsi6sk": keys.by_time(due, report.code)}
    return item


def write(transaction: Transaction, report: Report, steps: Iterable[Step]) -> Report:
    """Add a report and the next steps of its timeline to a transaction; returns the report as it will be.

    Its deadlines are worked out here, and when it reached its status is noted, so that nobody who changes a
    report can forget them.
    """
    agency = agencies.agency(report.agency)
    if report.status not in report.reached:
        report = replace(report, reached={**report.reached, str(report.status): report.updated_at})
    if is_stale(report, agency):
        report = with_deadlines(report, agency, calendar.overrides(transaction.table, report.agency))
    report = _watch(transaction, report)
    entries = chain(steps, seq=report.timeline_seq, head=report.timeline_head)
    following = replace(report, version=report.version + 1)
    if entries:
        following = replace(following, timeline_seq=entries[-1].seq, timeline_head=entries[-1].hash)
    transaction.put_version(to_item(following), report.version)
    for entry in entries:
        transaction.put_new(keys.timeline(report.code, entry.seq) | entry.as_dict() | {"entity": "timeline"})
    return following


def _watch(transaction: Transaction, report: Report) -> Report:
    """List the report under the time at which it is due next. The report remembers where it is listed: most
    changes leave the deadline alone and then write nothing for it."""
    due = next_due(report)
    place = due and {
        "gsi1pk": keys.due_pk(report.agency),
        "gsi1sk": keys.by_time(epoch_ms(parse(due.at)), report.code),
    }
    listed = place and f"{place['gsi1pk']}#{place['gsi1sk']}"
    if listed == report.deadlines.get("listed"):
        return report
    if place:
        names = {"entity": "deadline", "agency": report.agency, "code": report.code}
        shown = {"card": {"created_at": report.created_at}}
        transaction.put(keys.deadline(report.code) | place | names | shown)
    else:
        transaction.delete(keys.deadline(report.code))
    return replace(report, deadlines={**report.deadlines, "listed": listed})


@dataclass(frozen=True, slots=True)
class Reports:
    """Reading and changing reports."""

    table: Table

    def load(self, code: str) -> Report:
        """A report by its code. Raises NotFound."""
        item = self.table.get(keys.report(code))
        if item is None:
            raise NotFound(f"no report {code}")
        return Report.from_dict(item)

    def load_many(self, codes: Iterable[str]) -> list[Report]:
        """Reports by code, in the order asked; unknown codes are left out."""
        return [Report.from_dict(i) for i in self.table.get_many([keys.report(c) for c in codes])]

    def change(
        self, code: str, decide: Callable[[Report], Change | None], *, expected: int | None = None
    ) -> Report:
        """Read a report, let `decide` say what becomes of it, and write all of it in one transaction.

        `decide` is called again with the newer report when another writer was first; None means that nothing
        is to be done. With `expected` (the version the caller saw) a difference raises Conflict at once.
        """
        for attempt in range(_ATTEMPTS):
            report = self.load(code)
            if expected is not None and report.version != expected:
                raise Conflict(f"report {code} has changed since version {expected}")
            change = decide(report)
            if change is None:
                return report
            changed, steps, tasks = change
            transaction = self.table.transaction()
            written = write(transaction, changed, steps)
            put_tasks(transaction, tasks)
            try:
                transaction.commit()
                return written
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def append(self, code: str, *steps: Step, tasks: Sequence[Task] = ()) -> Report:
        """Add steps to a report's timeline, and nothing else."""
        return self.change(code, lambda report: (report, steps, tasks))

    def timeline(self, code: str) -> list[Entry]:
        """All steps of a report, oldest first."""
        items = self.table.query_all(keys.report_pk(code), prefix="TIMELINE#", consistent=True)
        names = Entry.__dataclass_fields__
        return [Entry(**{n: i[n] for n in names}) for i in items]
