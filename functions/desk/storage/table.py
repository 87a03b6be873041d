"""DynamoDB in the words of the desk: items are plain dicts, a change is one transaction.

Numbers come back as int or float. None is not stored: an absent attribute reads as None through `.get`.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import batched
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from desk.errors import AlreadyDone, Conflict, Unavailable

type Item = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_THROTTLED = {
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
}


def _plain(value: Any) -> Any:
    """A value that DynamoDB accepts: floats as Decimal, tuples as lists, None left out of maps."""
    match value:
        case bool():
            return value
        case float():
            return Decimal(str(value))
        case Mapping():
            return {str(k): _plain(v) for k, v in value.items() if v is not None}
        case list() | tuple():
            return [_plain(v) for v in value]
    return value


def _native(value: Any) -> Any:
    match value:
        case Binary():
            return bytes(value.value)  # type: ignore[attr-defined]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {k: _native(v) for k, v in value.items()}
        case list():
            return [_native(v) for v in value]
        case set():
            return {_native(v) for v in value}
    return value


def dump(item: Mapping[str, Any]) -> dict[str, Any]:
    """A plain dict in DynamoDB's wire form."""
    return {k: _serialize(_plain(v)) for k, v in item.items() if v is not None}


def load(image: Mapping[str, Any]) -> Item:
    """DynamoDB's wire form as a plain dict (also for stream records)."""
    return {k: _native(_deserialize(v)) for k, v in image.items()}


@dataclass(frozen=True, slots=True)
class Plus:
    """In an update: add to a number, which counts as 0 while it is absent."""

    amount: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a Query: `next` is where to go on, None at the end."""

    items: list[Item]
    next: Item | None


@dataclass(slots=True)
class Transaction:
    """Writes that all happen or none (at most 100, at most 4 MB). Reads nothing back."""

    table: "Table"
    _writes: list[dict[str, Any]] = field(default_factory=list)
    _marks: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._writes)

    def mark(self, item: Item) -> None:
        """Put an item whose presence means that this transaction was done before."""
        self._marks.add(len(self._writes))
        self.put_new(item)

    def put_new(self, item: Item, table: str | None = None) -> None:
        """Put an item that must not exist."""
        self._add("Put", table, Item=dump(item), ConditionExpression="attribute_not_exists(pk)")

    def put(self, item: Item, table: str | None = None) -> None:
        """Put an item whatever was there."""
        self._add("Put", table, Item=dump(item))

    def put_version(self, item: Item, expected: int) -> None:
        """Put an item over its version `expected`; 0 means that it must not exist."""
        if expected == 0:
            self.put_new(item)
            return
        self._add(
            "Put",
            None,
            Item=dump(item),
            ConditionExpression="version = :v",
            ExpressionAttributeValues=dump({":v": expected}),
        )

    def update(
        self,
        key: Item,
        values: Mapping[str, Any],
        *,
        condition: str | None = "attribute_exists(pk)",
        bound: Mapping[str, Any] | None = None,
        table: str | None = None,
    ) -> None:
        """Set attributes of an item; None removes one, `Plus` adds. `bound` holds the values of `condition`."""
        self._add("Update", table, Key=dump(key), **_update(values, condition, bound or {}))

    def delete(self, key: Item, table: str | None = None) -> None:
        """Delete an item; its absence is fine."""
        self._add("Delete", table, Key=dump(key))

    def delete_version(self, key: Item, expected: int) -> None:
        """Delete an item in its version `expected`."""
        self._add(
            "Delete",
            None,
            Key=dump(key),
            ConditionExpression="version = :v",
            ExpressionAttributeValues=dump({":v": expected}),
        )

    def _add(self, operation: str, table: str | None, **arguments: Any) -> None:
        self._writes.append({operation: {"TableName": table or self.table.name, **arguments}})

    def commit(self) -> None:
        """Write. Raises AlreadyDone when a mark exists, Conflict when another condition fails or another
        transaction is at work on the same items, Unavailable when DynamoDB asks to slow down."""
        if not self._writes:
            return
        try:
            self.table.client.transact_write_items(TransactItems=self._writes)
        except ClientError as error:
            raise self._explain(error) from error

    def _explain(self, error: ClientError) -> Exception:
        code = error.response["Error"]["Code"]
        if code == "TransactionCanceledException":
            reasons = [r.get("Code", "None") for r in error.response.get("CancellationReasons", [])]
            if any(r == "ConditionalCheckFailed" and i in self._marks for i, r in enumerate(reasons)):
                return AlreadyDone("this event was handled before")
            if any(r in _THROTTLED or r == "ThrottlingError" for r in reasons):
                return Unavailable("the table asks to slow down")
            if any(r in {"ConditionalCheckFailed", "TransactionConflict"} for r in reasons):
                return Conflict("another writer was first")
        if code in _THROTTLED:
            return Unavailable("the table asks to slow down")
        return error


@dataclass(frozen=True, slots=True)
class Table:
    """One DynamoDB table. `client` is a boto3 DynamoDB client."""

    client: Any
    name: str

    def get(self, key: Item, *, consistent: bool = True) -> Item | None:
        """One item, or None."""
        answer = self.client.get_item(TableName=self.name, Key=dump(key), ConsistentRead=consistent)
        return load(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Item]) -> list[Item]:
        """Items by key, in the order asked; absent ones are left out. 100 keys a call."""
        wanted = list({(k["pk"], k["sk"]): k for k in keys}.values())
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), 100):
            pending = {
                self.name: {"Keys": [dump(k) for k in wanted[start : start + 100]], "ConsistentRead": True}
            }
            while pending:
                answer = self.client.batch_get_item(RequestItems=pending)
                for image in answer["Responses"].get(self.name, []):
                    item = load(image)
                    found[item["pk"], item["sk"]] = item
                pending = answer.get("UnprocessedKeys") or {}
        return [found[k["pk"], k["sk"]] for k in wanted if (k["pk"], k["sk"]) in found]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        index: str | None = None,
        between: tuple[str, str] | None = None,
        forward: bool = True,
        limit: int | None = None,
        start: Item | None = None,
        where: str | None = None,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        consistent: bool = False,
    ) -> Page:
        """One page of a Query on the table or on an index (`gsi1` … `gsi6`).

        `prefix` and `between` (both ends included) narrow the sort key, `where` filters what was read.
        """
        pk_name, sk_name = (f"{index}pk", f"{index}sk") if index else ("pk", "sk")
        condition, bound = f"{pk_name} = :pk", {":pk": pk, **(values or {})}
        if between:
            condition += f" AND {sk_name} BETWEEN :from AND :to"
            bound |= {":from": between[0], ":to": between[1]}
        elif prefix:
            condition += f" AND begins_with({sk_name}, :prefix)"
            bound[":prefix"] = prefix
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": dump(bound),
            "ScanIndexForward": forward,
            "IndexName": index,
            "Limit": limit,
            "ExclusiveStartKey": dump(start) if start else None,
            "FilterExpression": where,
            "ExpressionAttributeNames": names,
            "ConsistentRead": True if consistent and not index else None,
        }
        answer = self.client.query(**{k: v for k, v in arguments.items() if v is not None})
        last = answer.get("LastEvaluatedKey")
        return Page([load(i) for i in answer["Items"]], load(last) if last else None)

    def query_all(self, pk: str, **options: Any) -> list[Item]:
        """Every item of a Query, page after page. For collections that are small by nature."""
        items: list[Item] = []
        page = self.query(pk, **options)
        items += page.items
        while page.next:
            page = self.query(pk, **(options | {"start": page.next}))
            items += page.items
        return items

    def put(self, item: Item) -> None:
        """Put one item whatever was there."""
        self.client.put_item(TableName=self.name, Item=dump(item))

    def put_many(self, items: Iterable[Item]) -> None:
        """Put items whatever was there, 25 a call, not as one: safe only for items that are put again alike.

        Raises Unavailable when DynamoDB keeps asking to slow down.
        """
        for some in batched(items, 25, strict=False):
            pending: dict[str, Any] = {self.name: [{"PutRequest": {"Item": dump(item)}} for item in some]}
            for pause in (0.05, 0.2, 0.5, 1.0, 2.0):
                pending = self.client.batch_write_item(RequestItems=pending).get("UnprocessedItems") or {}
                if not pending:
                    break
                time.sleep(pause)
            else:
                raise Unavailable("the table asks to slow down")

    def put_new(self, item: Item) -> None:
        """Put one item that must not exist. Raises AlreadyDone when it does."""
        try:
            self.client.put_item(
                TableName=self.name, Item=dump(item), ConditionExpression="attribute_not_exists(pk)"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise AlreadyDone("the item exists") from error
            raise

    def update(
        self,
        key: Item,
        values: Mapping[str, Any],
        *,
        condition: str | None = None,
        bound: Mapping[str, Any] | None = None,
    ) -> Item:
        """Set attributes (None removes one) and return the item as it is then.

        Raises Conflict when `condition` (with its values in `bound`, its attribute names plain) fails.
        """
        try:
            answer = self.client.update_item(
                TableName=self.name,
                Key=dump(key),
                ReturnValues="ALL_NEW",
                **_update(values, condition, bound or {}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Conflict("the condition does not hold") from error
            raise
        return load(answer["Attributes"])

    def delete(self, key: Item) -> None:
        """Delete one item; its absence is fine."""
        self.client.delete_item(TableName=self.name, Key=dump(key))

    def transaction(self) -> Transaction:
        """A new, empty transaction on this table."""
        return Transaction(self)


def _update(values: Mapping[str, Any], condition: str | None, bound: Mapping[str, Any]) -> dict[str, Any]:
    sets = {k: v for k, v in values.items() if v is not None and not isinstance(v, Plus)}
    removes = [k for k, v in values.items() if v is None]
    sums = {k: v.amount for k, v in values.items() if isinstance(v, Plus)}
    # A counter may be called `ward:00004`; a placeholder may not.
    mark = {k: k if k.isascii() and k.isidentifier() else f"n{n}" for n, k in enumerate(values)}
    expression = ""
    if sets:
        expression += "SET " + ", ".join(f"#{mark[k]} = :{mark[k]}" for k in sets)
    if removes:
        expression += " REMOVE " + ", ".join(f"#{mark[k]}" for k in removes)
    if sums:
        expression += " ADD " + ", ".join(f"#{mark[k]} :{mark[k]}" for k in sums)
    arguments: dict[str, Any] = {
        "UpdateExpression": expression.strip(),
        "ExpressionAttributeNames": {f"#{mark[k]}": k for k in values},
    }
    all_bound = {f":{mark[k]}": v for k, v in (sets | sums).items()} | dict(bound)
    if all_bound:
        arguments["ExpressionAttributeValues"] = dump(all_bound)
    if condition:
        arguments["ConditionExpression"] = condition
    return arguments
