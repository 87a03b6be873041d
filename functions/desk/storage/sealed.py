"""What is too private for the desk table: it lies in the identity table, under its key, for a short while.

Three kinds: the proof that a citizen is giving, the one-time code that was sent for it, and sealed messages, whose
text or phone only the notification function sees when it sends them. Everything expires by itself (TTL).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desk.storage.table import Item, Table, Transaction

PROOF_S = 30 * 60
# As long as an answer may wait to be sent, and a little.
SEALED_S = 26 * 3600


def proof_key(agency: str, citizen: str) -> Item:
    """What a citizen has given so far."""
    return {"pk": f"PROOF#{agency}#{citizen}"}


def code_key(agency: str, citizen: str) -> Item:
    """The one-time code that a citizen is to write."""
    return {"pk": f"CODE#{agency}#{citizen}"}


def sealed_key(ref: str) -> Item:
    """The private part of a message."""
    return {"pk": f"SEALED#{ref}"}


@dataclass(frozen=True, slots=True)
class Sealed:
    """The identity table, as far as what is sealed goes."""

    table: Table

    def read(self, key: Item, *, now: float) -> Item | None:
        """An item that has not expired at `now` (s): DynamoDB itself may take days to delete it."""
        item = self.table.get(key)
        return item if item and item.get("ttl", 0) > now else None

    def put(self, transaction: Transaction, key: Item, values: Mapping[str, Any], expires_s: int) -> None:
        """Add an item to a transaction of the desk table. `expires_s`: seconds since 1970."""
        transaction.put({**key, **values, "ttl": expires_s}, table=self.table.name)

    def drop(self, transaction: Transaction, key: Item) -> None:
        """Add a deletion."""
        transaction.delete(key, table=self.table.name)
