"""What became of the looks of a day: of each, and counted.

Written by place, not counted up: a page holds some sixty looks of a day at 30,000, each under a piece of its watch's
id, and says for each what is known. What comes twice writes the same once more. Three things are told of a look, by
three writers that may overtake one another, so each has a place of its own: that it waits for the source (`d:`),
what it led to (`l:`), and how far its message came (`m:`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from desk.domain.clock import HANOI
from desk.domain.reminder import Outcome, Watch
from desk.storage import keys
from desk.storage.sendings import Figures, state_of
from desk.storage.table import Item, Table, Transaction

_KEEP = timedelta(days=180)
_MARK = timedelta(days=7)
DOWN, LOOK, MESSAGE = "d:", "l:", "m:"


def place(citizen: str, watch_id: str, day: str) -> dict[str, str]:
    """Where a look stands in the figures. Looks of one page are done one after another, as the run reads them: by
    shard, then by citizen."""
    return {"day": day, "page": f"{keys.watch_shard(watch_id):02d}{citizen[2:3]}", "place": watch_id[:10]}


def mark(transaction: Transaction, watch: Watch, became: Outcome) -> None:
    """Add that a look said nothing, for the stream to count. One that tells is known by its message."""
    day = watch.due.isoformat()
    item = keys.looked(watch.agency, watch.id, day) | {
        "entity": "looked",
        "agency": watch.agency,
        "look": place(watch.citizen, watch.id, day),
        "became": str(became),
        "ttl": _until(day, _MARK),
    }
    transaction.put(item)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is known of a look."""

    agency: str
    day: str
    page: str
    name: str
    state: str


def read(item: Mapping[str, Any]) -> Note | None:
    """What an item of the table tells of a look, if anything: its mark, its message in the outbox or the ledger, or
    its row that was put off."""
    match item.get("entity"):
        case "looked":
            return _note(item["agency"], item["look"], LOOK, item["became"])
        case "outbox" if told := item["payload"].get("look"):
            return _note(item["payload"]["agency"], told, LOOK, Outcome.TOLD)
        case "chat" if (told := item.get("look")) and (state := state_of(item)):
            return _note(item["agency"], told, MESSAGE, state)
        case "look" if item.get("put_off"):
            return _note(item["agency"], place(item["citizen"], item["watch"], item["due"]), DOWN, "down")
    return None


def _note(agency: str, at: Mapping[str, str], kind: str, state: str) -> Note:
    return Note(agency, at["day"], at["page"], kind + at["place"], str(state))


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The looks of a day. `done`: looked at; `reminded`: those that told something; `silent`: the others, by
    reason; `put_off`: those that wait because the source was down."""

    done: int = 0
    reminded: Figures = field(default_factory=Figures)
    silent: Mapping[str, int] = field(default_factory=dict)
    put_off: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """The figures of all agencies' looks."""

    table: Table

    def note(self, agency: str, day: str, page: str, states: Mapping[str, str]) -> None:
        """Write what is known of looks of one page: one write, however many."""
        values: Item = {"entity": "looks", "ttl": _until(day, _KEEP), **states}
        self.table.update(keys.looks_page(agency, day, page), values)

    def figures(self, agency: str, day: date) -> DayFigures:
        """What became of a day's looks: about one read unit for two hundred of them."""
        return count(self.table.query_all(keys.looks_pk(agency, day.isoformat()), prefix="PAGE#"))


def count(pages: Iterable[Mapping[str, Any]]) -> DayFigures:
    """The figures that pages hold. A message says more than the look that wrote it, a look more than its delay."""
    became: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    put_off = 0
    for page in pages:
        by: dict[str, dict[str, str]] = {DOWN: {}, LOOK: {}, MESSAGE: {}}
        for name, state in page.items():
            if name[:2] in by:
                by[name[:2]][name[2:]] = state
        told = by[LOOK] | dict.fromkeys(by[MESSAGE], str(Outcome.TOLD))
        became.update(told.values())
        messages.update(by[MESSAGE].values())
        put_off += len(by[DOWN].keys() - told.keys())
    reminded = became.pop(Outcome.TOLD, 0)
    return DayFigures(
        done=reminded + became.total(),
        reminded=Figures.counted(reminded, messages),
        silent=dict(sorted(became.items())),
        put_off=put_off,
    )


def _until(day: str, keep: timedelta) -> int:
    return int((datetime.combine(date.fromisoformat(day), time(), HANOI) + keep).timestamp())
