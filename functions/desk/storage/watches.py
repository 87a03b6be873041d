"""Watches of citizens, each with a row in the bucket of the day on which it is looked at next.

The row is the work: it is there until its look is done, and goes in the same transaction that writes what the
look led to. Whatever crashes or runs twice, a look counts once.
"""

from contextlib import suppress
from dataclasses import fields, replace
from datetime import date

from desk.domain.reminder import Kind, Watch
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.table import Item, Page, Table, Transaction


def file_key(name: str) -> Item:
    """Where the identity table keeps the code of a watched file, by the id of the watch."""
    return {"pk": f"WATCHED#{name}"}


def load(table: Table, agency: str, citizen: str, name: str) -> Watch | None:
    """One watch by id."""
    item = table.get(keys.watch(agency, citizen, name))
    return _from_item(item) if item else None


def of_citizen(table: Table, agency: str, citizen: str) -> list[Watch]:
    """All that one citizen wants to be told of."""
    pk = keys.citizen_pk(agency, citizen)
    return [_from_item(item) for item in table.query_all(pk, prefix="WATCH#", consistent=True)]


def items(watch: Watch) -> list[Item]:
    """A watch as it is stored: itself and its row. For loading many at once."""
    return [_item(watch), _row(watch)]


def write(transaction: Transaction, before: Watch | None, after: Watch | None) -> None:
    """Begin (no `before`), move or end (no `after`) a watch together with its row in the day buckets.

    The transaction fails with Conflict when somebody else changed the watch since `before` was read.
    """
    if before and (after is None or after.due != before.due):
        transaction.delete(_row_key(before))
    if after is None:
        if before:
            transaction.delete_version(_key(before), before.version)
        return
    after = replace(after, version=(before.version if before else 0) + 1)
    transaction.put_version(_item(after), after.version - 1)
    transaction.put(_row(after))


def erase(table: Table, agency: str, citizen: str) -> list[str]:
    """Forget what a citizen wanted to be told of; returns the ids. Safe beside a look that is being done: what
    it writes meanwhile is a row without a watch, and goes at its next look."""
    known = of_citizen(table, agency, citizen)
    for watch in known:
        table.delete(_row_key(watch))
        table.delete(_key(watch))
    return [watch.id for watch in known]


def due(table: Table, agency: str, day: date, shard: int, *, after: str = "", limit: int) -> Page:
    """Rows of one shard of a day."""
    pk = keys.look_pk(agency, day.isoformat(), shard)
    return table.query(pk, start={"pk": pk, "sk": after} if after else None, limit=limit)


def left(table: Table, agency: str, day: date, *, at_most: int = 1000) -> int:
    """How many looks of a day are still to be done, counting `at_most` of each shard."""
    shards = range(keys.WATCH_SHARDS)
    return sum(len(due(table, agency, day, shard, limit=at_most).items) for shard in shards)


def put_off(table: Table, agency: str, day: str, citizen: str, name: str) -> None:
    """Say in a row that its look waits for the source. A row that is gone meanwhile is let be."""
    with suppress(Conflict):
        table.update(
            keys.look(agency, day, citizen, name), {"put_off": True}, condition="attribute_exists(pk)"
        )


def forget_row(table: Table, agency: str, day: str, citizen: str, name: str) -> None:
    """Take a row out of the buckets whose watch is gone."""
    table.delete(keys.look(agency, day, citizen, name))


def _key(watch: Watch) -> Item:
    return keys.watch(watch.agency, watch.citizen, watch.id)


def _row_key(watch: Watch) -> Item:
    return keys.look(watch.agency, watch.due.isoformat(), watch.citizen, watch.id)


def _row(watch: Watch) -> Item:
    return _row_key(watch) | {
        "entity": "look",
        "agency": watch.agency,
        "citizen": watch.citizen,
        "watch": watch.id,
        "due": watch.due.isoformat(),
    }


def _item(watch: Watch) -> Item:
    data = {f.name: getattr(watch, f.name) for f in fields(watch)}
    dates = {"due": watch.due.isoformat(), "since": watch.since.isoformat()}
    return _key(watch) | data | dates | {"kind": str(watch.kind), "entity": "watch"}


def _from_item(item: Item) -> Watch:
    known = {f.name: item[f.name] for f in fields(Watch)}
    dates = {name: date.fromisoformat(item[name]) for name in ("due", "since")}
    return Watch(**known | dates | {"kind": Kind(item["kind"])})
