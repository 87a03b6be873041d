"""The list of who may get news, in sixteen partitions that are read without a scan.

A citizen's row is written together with their conversation whenever what it says changes: who follows, which
topics, and the day of their last message. Nobody who said stop has a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk.domain.news import Reader
from desk.storage import keys
from desk.storage.table import Item, Table, Transaction


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of all agencies."""

    table: Table

    def after(self, agency: str, shard: int, last: str = "") -> Iterator[tuple[str, Reader]]:
        """Readers of a shard in the order of their pseudonyms, those behind `last`."""
        pk = keys.readers_pk(agency, shard)
        start: Item | None = {"pk": pk, "sk": last} if last else None
        while True:
            page = self.table.query(pk, start=start, limit=1000, consistent=True)
            for item in page.items:
                yield item["sk"], _reader(item)
            if page.next is None:
                return
            start = page.next

    def count(self, agency: str, audience: str, topics: Sequence[str] = ()) -> int:
        """How many readers an audience has now: one read of the whole list, so on somebody's wish only."""
        return sum(
            who.wants(audience, topics)
            for shard in range(keys.READER_SHARDS)
            for _, who in self.after(agency, shard)
        )


def put(transaction: Transaction, agency: str, citizen: str, who: Reader | None) -> None:
    """Add a citizen's row to a transaction, or its removal."""
    key = keys.reader(agency, citizen)
    if who is None:
        transaction.delete(key)
        return
    row = {"entity": "reader", "following": who.following or None, "topics": list(who.topics) or None}
    transaction.put(key | row | {"day": who.day})


def _reader(item: Item) -> Reader:
    return Reader(bool(item.get("following")), tuple(item.get("topics", ())), item["day"])
