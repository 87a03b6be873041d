"""A DynamoDB table in this process, for reading a great many items, that counts what its reads would cost.

It takes what `desk.storage.table` sends for reads. Read units are worked out by DynamoDB's rules from the items that
a read evaluates: the sizes of what an index projects, 4 KB a unit, half of it for reads that may be a moment old.
Filters are evaluated by moto's parser. `tests/unit/test_load.py` holds its answers to those of the emulator.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem

from tests.tables import template

type Image = dict[str, Any]

_PAGE_BYTES = 1024 * 1024
# A filter looks at attributes alone.
_KEY = DynamoType({"S": ""})


@dataclass
class Cost:
    """What reads cost."""

    calls: int = 0
    units: float = 0.0
    evaluated: int = 0


@dataclass
class Partition:
    """Items in the order of their sort key."""

    rows: list[tuple[str, Image]] = field(default_factory=list)
    sorted: bool = True

    def add(self, sort: str, image: Image) -> None:
        self.rows.append((sort, image))
        self.sorted = False

    def between(self, low: str, high: str) -> list[tuple[str, Image]]:
        if not self.sorted:
            self.rows.sort(key=lambda row: row[0])
            self.sorted = True
        first = bisect_left(self.rows, low, key=lambda row: row[0])
        return self.rows[first : bisect_right(self.rows, high, key=lambda row: row[0])]


class MemoryClient:
    """The reads of a boto3 DynamoDB client. A put adds: an item is put once."""

    def __init__(self) -> None:
        properties = template()["Resources"]["DeskTable"]["Properties"]
        self.projected = {
            index["IndexName"]: frozenset(index["Projection"]["NonKeyAttributes"])
            for index in properties["GlobalSecondaryIndexes"]
        }
        self.cost = Cost()
        self._last: tuple[dict[str, Any], Image] = ({}, {})
        self._items: dict[tuple[str, str], Image] = {}
        self._partitions: defaultdict[tuple[str, str], Partition] = defaultdict(Partition)

    def put(self, item: Image) -> None:
        """Add an item (plain data) to the table and to the indexes whose keys it has."""
        image = {k: _wire(v) for k, v in item.items() if v is not None and k != "card"}
        if "card" in item:
            image["card"] = self._shared(item["card"])
        pk, sk = image["pk"]["S"], image["sk"]["S"]
        self._items[pk, sk] = image
        self._partitions["", pk].add(sk, image)
        for index in self.projected:
            if f"{index}pk" in image:
                self._partitions[index, image[f"{index}pk"]["S"]].add(image[f"{index}sk"]["S"], image)

    def _seen(self, image: Image, index: str) -> Image:
        """What an index shows of an item."""
        if not index:
            return image
        shown = self.projected[index] | {"pk", "sk", f"{index}pk", f"{index}sk"}
        return {k: v for k, v in image.items() if k in shown}

    def _shared(self, card: dict[str, Any]) -> Image:
        """A card in wire form; search rows of a report share theirs."""
        if self._last[0] is not card:
            self._last = card, _wire(card)
        return self._last[1]

    def query(self, **sent: Any) -> dict[str, Any]:
        """One page, as DynamoDB pages: at most `Limit` items or 1 MB, before the filter."""
        index, values = sent.get("IndexName") or "", sent["ExpressionAttributeValues"]
        pk_name, sk_name = (f"{index}pk", f"{index}sk") if index else ("pk", "sk")
        low, high = "", "\U0010ffff"
        if ":from" in values:
            low, high = values[":from"]["S"], values[":to"]["S"]
        elif ":prefix" in values:
            low, high = values[":prefix"]["S"], values[":prefix"]["S"] + "\U0010ffff"
        rows = self._partitions[index, values[":pk"]["S"]].between(low, high)
        forward = sent.get("ScanIndexForward", True)
        if start := sent.get("ExclusiveStartKey"):
            at = start[sk_name]["S"]
            rows = [r for r in rows if (r[0] > at if forward else r[0] < at)]
        ordered = rows if forward else reversed(rows)
        evaluated, size, more = [], 0, False
        for _, image in ordered:
            if len(evaluated) == sent.get("Limit", -1) or size > _PAGE_BYTES:
                more = True
                break
            evaluated.append(self._seen(image, index))
            size += item_size(evaluated[-1])
        self._charge(1, _units(size, consistent=bool(sent.get("ConsistentRead"))), len(evaluated))
        answer: dict[str, Any] = {"Items": _filtered(evaluated, sent)}
        if more:
            last = evaluated[-1]
            answer["LastEvaluatedKey"] = {n: last[n] for n in {"pk", "sk", pk_name, sk_name}}
        return answer

    def get_item(self, TableName: str, Key: Image, ConsistentRead: bool = False) -> dict[str, Any]:  # noqa: N803
        """One item."""
        image = self._items.get((Key["pk"]["S"], Key["sk"]["S"]))
        self._charge(1, _units(item_size(image or {}), consistent=ConsistentRead), 1)
        return {"Item": image} if image else {}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Some items; each is rounded up by itself."""
        [(name, request)] = RequestItems.items()
        found = [self._items.get((k["pk"]["S"], k["sk"]["S"])) for k in request["Keys"]]
        consistent = bool(request.get("ConsistentRead"))
        self._charge(1, sum(_units(item_size(i or {}), consistent=consistent) for i in found), len(found))
        return {"Responses": {name: [i for i in found if i]}}

    def _charge(self, calls: int, units: float, evaluated: int) -> None:
        self.cost.calls += calls
        self.cost.units += units
        self.cost.evaluated += evaluated


def _wire(value: Any) -> Image:
    """A plain value in DynamoDB's wire form: what `desk.storage.table.dump` makes, in a third of the time."""
    match value:
        case str():
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case dict():
            return {"M": {k: _wire(v) for k, v in value.items() if v is not None}}
    return {"L": [_wire(v) for v in value]}


def _filtered(images: Iterable[Image], sent: dict[str, Any]) -> list[Image]:
    if not sent.get("FilterExpression"):
        return list(images)
    passes = get_filter_expression(
        sent["FilterExpression"],
        sent.get("ExpressionAttributeNames") or {},
        sent["ExpressionAttributeValues"],
    )
    return [i for i in images if passes.expr(MotoItem(_KEY, None, i))]


def _units(size: int, *, consistent: bool) -> float:
    return max(1, math.ceil(size / 4096)) * (1.0 if consistent else 0.5)


def item_size(image: Image) -> int:
    """Bytes of an item as DynamoDB counts them: names and values in UTF-8, three bytes for a list or a map and one
    for each of its entries, half a byte for a digit."""
    return sum(len(name.encode()) + _value_size(value) for name, value in image.items())


def _value_size(value: Image) -> int:
    [(kind, held)] = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return len(held.strip("-0.").replace(".", "")) // 2 + 2
        case "M":
            return 3 + sum(1 + len(k.encode()) + _value_size(v) for k, v in held.items())
        case "L":
            return 3 + sum(1 + _value_size(v) for v in held)
    return 1
