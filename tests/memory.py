"""A DynamoDB client over dictionaries, for many items and many examples: the few operations that the looks use.

Keeps the conditions of `desk.storage.table` (absent, or at a version) and the order of sort keys. The same code runs
on an emulator in `tests/integration`.
"""

import threading
from bisect import bisect_right, insort
from collections import defaultdict
from typing import Any

from botocore.exceptions import ClientError

type Image = dict[str, Any]


class MemoryDynamo:
    """Tables by name; each partition keeps its sort keys in order."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str, str], Image] = {}
        self._order: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._lock = threading.Lock()

    def get_item(self, *, TableName: str, Key: Image, **_: Any) -> Image:  # noqa: N803 - DynamoDB's names
        """One item by key."""
        found = self._items.get(_place(TableName, Key))
        return {"Item": found} if found else {}

    def query(self, *, TableName: str, ExpressionAttributeValues: Image, **given: Any) -> Image:  # noqa: N803
        """A page of a partition, in order."""
        pk = ExpressionAttributeValues[":pk"]["S"]
        keys = self._order.get((TableName, pk), [])
        start, limit = given.get("ExclusiveStartKey"), given.get("Limit") or len(keys)
        first = bisect_right(keys, start["sk"]["S"]) if start else 0
        page = [self._items[TableName, pk, sk] for sk in keys[first : first + limit]]
        more = first + limit < len(keys)
        return {"Items": page, **({"LastEvaluatedKey": page[-1]} if more else {})}

    def update_item(self, *, TableName: str, Key: Image, UpdateExpression: str, **given: Any) -> Image:  # noqa: N803
        """Set attributes of an item, whether it was there or not."""
        names, values = given["ExpressionAttributeNames"], given.get("ExpressionAttributeValues", {})
        with self._lock:
            found = self._items.get(_place(TableName, Key))
            if given.get("ConditionExpression") == "attribute_exists(pk)" and found is None:
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
            pairs = [one.split(" = ") for one in UpdateExpression.removeprefix("SET ").split(", ")]
            item = (found or Key) | {names[name]: values[value] for name, value in pairs}
            self.put(TableName, item)
        return {"Attributes": item}

    def transact_write_items(self, *, TransactItems: list[Image]) -> None:  # noqa: N803
        """All writes, or none when a condition does not hold."""
        writes = [next(iter(item.items())) for item in TransactItems]
        with self._lock:
            kept = [self._holds(write) for _, write in writes]
            if not all(kept):
                reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in kept]
                error: Any = {
                    "Error": {"Code": "TransactionCanceledException"},
                    "CancellationReasons": reasons,
                }
                raise ClientError(error, "TransactWriteItems")
            for operation, write in writes:
                self.put(write["TableName"], write["Item"]) if operation == "Put" else self._delete(write)

    def items(self, table: str) -> list[Image]:
        """Everything in a table."""
        return [item for place, item in self._items.items() if place[0] == table]

    def put(self, table: str, item: Image) -> None:
        """Put one item whatever was there."""
        place = _place(table, item)
        if place not in self._items:
            insort(self._order[place[:2]], place[2])
        self._items[place] = item

    def _delete(self, write: Image) -> None:
        place = _place(write["TableName"], write["Key"])
        if self._items.pop(place, None):
            self._order[place[:2]].remove(place[2])

    def _holds(self, write: Image) -> bool:
        found = self._items.get(_place(write["TableName"], write.get("Item") or write["Key"]))
        match write.get("ConditionExpression"):
            case None:
                return True
            case "attribute_not_exists(pk)":
                return found is None
            case "version = :v":
                return found is not None and found["version"] == write["ExpressionAttributeValues"][":v"]
        raise NotImplementedError(write["ConditionExpression"])


class MemorySqs:
    """A queue that takes everything."""

    def send_message_batch(self, **_: Any) -> Image:
        """Taken."""
        return {}


def _place(table: str, key: Image) -> tuple[str, str, str]:
    return table, key["pk"]["S"], key["sk"]["S"] if "sk" in key else ""
