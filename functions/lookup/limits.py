"""How often somebody may try to link: per citizen, per number, and in all. Numbers are counted under a keyed hash.

The counters go up in the transaction of the attempt, so that a doubled delivery counts once and none can pass beside
another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.domain.clock import local, utc
from desk.storage import keys
from desk.storage.table import Item, Plus, Transaction
from lookup.desk import Desk

PER_CITIZEN_A_DAY = 5
PER_NUMBER_A_DAY = 5
PER_AGENCY_AN_HOUR = 300


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of attempts in a window of time."""

    key: Item
    most: int
    ttl: int


def of(desk: Desk, agency: str, citizen: str, number: str) -> list[Counter]:
    """The three counters of an attempt. A card and the insurance number in it are one number."""
    now = utc(desk.now())
    day, hour = local(now).strftime("%Y-%m-%d"), local(now).strftime("%Y-%m-%dT%H")
    ttl = int(now.timestamp()) + 2 * 86400
    number = number[-10:] if len(number) == 15 else number
    return [
        Counter(keys.limit(agency, "citizen", citizen, day), PER_CITIZEN_A_DAY, ttl),
        Counter(
            keys.limit(agency, "number", desk.blind("limit", agency, number), day), PER_NUMBER_A_DAY, ttl
        ),
        Counter(keys.limit(agency, "all", "", hour), PER_AGENCY_AN_HOUR, ttl),
    ]


def reached(desk: Desk, counters: Sequence[Counter]) -> bool:
    """Whether one of them stands at its end."""
    most = {(c.key["pk"], c.key["sk"]): c.most for c in counters}
    found = desk.table.get_many([c.key for c in counters])
    return any(item.get("attempts", 0) >= most[item["pk"], item["sk"]] for item in found)


def count_up(transaction: Transaction, counters: Sequence[Counter]) -> None:
    """Count the attempt. The commit raises Conflict when another attempt was the last that was allowed."""
    for counter in counters:
        transaction.update(
            counter.key,
            {"attempts": Plus(), "entity": "limit", "ttl": counter.ttl},
            condition="attribute_not_exists(attempts) OR attempts < :most",
            bound={":most": counter.most},
        )
