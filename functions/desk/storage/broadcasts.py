"""Broadcasts of articles: one row beside the run of the desk's own messages, changed only over its version."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desk.domain.broadcast import Broadcast
from desk.domain.clock import epoch_ms, parse
from desk.storage import keys
from desk.storage.table import Table, Transaction


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """The broadcasts of all agencies."""

    table: Table

    def find(self, agency: str, article: str) -> Broadcast | None:
        """The broadcast of an article, None when none was ever ordered."""
        return self.of(agency, [article]).get(article)

    def of(self, agency: str, articles: Iterable[str]) -> dict[str, Broadcast]:
        """The broadcasts of some articles, by their ids."""
        found = self.table.get_many(keys.broadcast(agency, article) for article in articles)
        return {item["article"]: Broadcast.from_dict(item) for item in found}

    def save(self, broadcast: Broadcast) -> Broadcast:
        """Write a change. Raises Conflict when somebody else changed it first."""
        transaction = self.table.transaction()
        written = put(transaction, broadcast)
        transaction.commit()
        return written


def put(transaction: Transaction, broadcast: Broadcast) -> Broadcast:
    """Add a broadcast's next version, listed among what is due while the desk has something to do about it."""
    written = replace(broadcast, version=broadcast.version + 1)
    item = keys.broadcast(written.agency, written.article) | written.as_dict() | {"entity": "broadcast"}
    if written.due_at:
        due = f"{epoch_ms(parse(written.due_at)):013d}#{written.article}"
        item |= {"gsi1pk": keys.news_due_pk(written.agency), "gsi1sk": due, "code": written.article}
    transaction.put_version(item, broadcast.version)
    return written
