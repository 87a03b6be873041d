"""Moves what was just played into the past: the readings of the clock in the rows of one report, nothing else.

A story knows when its phases really began and when they are to have begun. Every time in the report, its
timeline, chat, evidence and conversation is moved with the phase it lies in; then the timeline is chained anew,
and deadlines, time facts and duplicates are worked out from the new times by the product's own code.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from classification.classify import classify
from desk import agencies
from desk.domain import deadline, facts
from desk.domain.clock import epoch_ms, parse
from desk.domain.counting import day_of
from desk.domain.report import Report, Status
from desk.domain.timeline import GENESIS, Step, chain
from desk.errors import Conflict
from desk.storage import keys, reports
from desk.storage.table import Item, Table
from schedule.recount import recount

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
# Whole numbers between these are milliseconds of this decade.
_MS = (1_500_000_000_000, 2_500_000_000_000)


@dataclass(frozen=True, slots=True)
class Phase:
    """From when on something really happened (seconds since 1970), and when it is to have happened."""

    real: float
    told: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Moves times. What lies before the first phase moves with it."""

    phases: Sequence[Phase]

    def moment(self, at: datetime) -> datetime:
        """Where a moment comes to lie."""
        phase = next((p for p in reversed(self.phases) if p.real <= at.timestamp()), self.phases[0])
        return phase.told + timedelta(seconds=at.timestamp() - phase.real)

    def all(self, value: Any) -> Any:
        """A value with every time in it moved."""
        match value:
            case dict():
                return {k: self.all(v) for k, v in value.items()}
            case list() | tuple():
                return type(value)(self.all(v) for v in value)
            case str() if _MOMENT.match(value):
                at = parse(value)
                moved = self.moment(at).astimezone(at.tzinfo)
                return moved.isoformat(timespec="milliseconds" if "." in value else "seconds")
            case int() if _MS[0] < value < _MS[1]:
                return epoch_ms(self.moment(datetime.fromtimestamp(value / 1000, UTC)))
        return value


class Past:
    """The desk table, written behind the product's back."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._left: list[tuple[str, str]] = []

    def settle(self) -> None:
        """After the last move: what the statistics counted on the day of writing is counted where it lies now."""
        for code, day in self._left:
            self._table.delete(keys.counted(code, day))
        recount(self._table)

    def move(self, agency: str, code: str, phases: Sequence[Phase]) -> None:
        """Move a report with all that belongs to it; its citizen must have no other."""
        shift = Shift(phases)
        for attempt in range(8):
            try:
                report = self._report(agency, code, shift)
                break
            except Conflict:
                if attempt == 7:
                    raise
        for item in self._table.get_many([keys.evidence(e) for e in report.evidence]):
            self._table.put(shift.all(item))
        self._citizen(agency, report, shift)
        classify(self._table, code)

    def _report(self, agency: str, code: str, shift: Shift) -> Report:
        """The report and its timeline. What was found by comparing at the real time is left out."""
        store = reports.Reports(self._table)
        known = store.load(code)
        steps = [
            Step(e.kind, shift.all(e.at), e.actor, shift.all(e.data))
            for e in store.timeline(code)
            if e.kind != "compared"
        ]
        entries = chain(steps, seq=0, head=GENESIS)
        moved = Report.from_dict(shift.all(known.as_dict()))
        moved = replace(moved, duplicates=(), first_reporter=None, deadlines={}, deadline=None)
        moved = _with_deadlines(_with_time(moved, agency), steps, agency)
        if day_of(moved) != day_of(known):
            self._left.append((code, day_of(known)))
        moved = replace(moved, timeline_seq=len(entries), timeline_head=entries[-1].hash)
        transaction = self._table.transaction()
        reports.write(transaction, moved, [])
        for entry in entries:
            transaction.put(keys.timeline(code, entry.seq) | entry.as_dict() | {"entity": "timeline"})
        for seq in range(len(entries) + 1, known.timeline_seq + 1):
            transaction.delete(keys.timeline(code, seq))
        transaction.commit()
        return moved

    def _citizen(self, agency: str, report: Report, shift: Shift) -> None:
        """Conversation, chat with its delivery ledger, and the pointer to the report."""
        pk = keys.citizen_pk(agency, report.citizen)
        for item in list(self._table.query_all(pk)):
            moved = shift.all(item)
            kind, *rest = item["sk"].split("#", 2)
            if rest:
                moved["sk"] = f"{kind}#{shift.all(int(rest[0])):013d}#{rest[1]}"
                self._table.delete({"pk": pk, "sk": item["sk"]})
            self._table.put(moved)
            if item.get("zalo_msg_id"):
                self._point(agency, item["zalo_msg_id"], moved)

    def _point(self, agency: str, message: str, moved: Item) -> None:
        """From Zalo's id of a message of ours to its row in the ledger, for receipts that come later."""
        place = keys.sent(agency, message)
        if known := self._table.get(place):
            self._table.put(known | {"ledger": {"pk": moved["pk"], "sk": moved["sk"]}})


def _with_time(report: Report, agency: str) -> Report:
    """When it happened, read anew: "this morning" is another morning now."""
    at = epoch_ms(parse(report.first_message_at or report.created_at))
    return replace(report, when=facts.of_text(report.text, at=at, agency=agency).when)


def _with_deadlines(report: Report, steps: Sequence[Step], agency: str) -> Report:
    """The clock of the agency run through the report's life again."""
    own = agencies.agency(agency)
    life = replace(report, status=Status.RECEIVED, updated_at=report.created_at, closed_at=None)
    life = deadline.with_deadlines(life, own, {})
    for step in steps:
        if step.kind == "status":
            life = replace(life, status=Status(step.data["to"]), updated_at=step.at)
            life = deadline.with_deadlines(life, own, {})
    return replace(report, deadlines=life.deadlines, deadline=life.deadline)
