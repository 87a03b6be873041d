"""What an agency decided about single days: days off and days worked that no library knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk.storage import keys
from desk.storage.table import Table


@dataclass(frozen=True, slots=True)
class Day:
    """Whether a day is worked, and why."""

    works: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """An agency's decisions; version 0 when it never made any."""

    days: Mapping[date, Day]
    version: int = 0


def load(table: Table, agency: str) -> Calendar:
    """The calendar of an agency."""
    item = table.get(keys.calendar(agency))
    if item is None:
        return Calendar({})
    days = {date.fromisoformat(d): Day(v["works"], v.get("note", "")) for d, v in item["days"].items()}
    return Calendar(days, item["version"])


def save(table: Table, agency: str, days: Mapping[date, Day], *, expected: int) -> Calendar:
    """Replace the calendar of version `expected`. Raises Conflict when somebody else was first.

    A report is measured by the new calendar when it changes next, and at the latest before it is escalated.
    """
    saved = Calendar(days, expected + 1)
    item = keys.calendar(agency) | {
        "entity": "calendar",
        "agency": agency,
        "days": {day.isoformat(): {"works": d.works, "note": d.note} for day, d in sorted(days.items())},
        "version": saved.version,
    }
    transaction = table.transaction()
    transaction.put_version(item, expected)
    transaction.commit()
    return saved


def overrides(table: Table, agency: str) -> dict[date, bool]:
    """Of which days an agency decided that they are worked or not, for the working clock."""
    return {day: decided.works for day, decided in load(table, agency).days.items()}
