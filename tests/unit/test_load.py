"""The table in which read units are measured answers as DynamoDB's emulators do, and counts as DynamoDB does."""

import json

import boto3
import pytest
from moto import mock_aws

from benchmarks.lists import lists
from desk.storage.table import Table, dump
from staff.search import Wanted, find
from tests.load.memory import MemoryClient, item_size
from tests.load.reports import fill, reports, rows
from tests.tables import create_table

COUNT = 60


@pytest.mark.parametrize("limit", [4])
def test_every_list_is_the_same_as_from_an_emulator(limit: int) -> None:
    memory = MemoryClient()
    for report in reports(COUNT):
        for row in rows(report):
            memory.put(row)
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        table = Table(dynamodb, create_table(dynamodb, "DeskTable", "desk"))
        fill(table, COUNT)
        for row in lists(list(reports(COUNT))[-1]):
            wanted, cursor = Wanted(agency="csgt", **row.filters), ""
            for _ in range(3):
                here = find(Table(memory, "desk"), wanted, cursor=cursor, limit=limit)
                assert json.dumps(here, default=str) == json.dumps(
                    find(table, wanted, cursor=cursor, limit=limit), default=str
                ), row.name
                if not (cursor := here[1] or ""):
                    break


def test_an_item_is_as_large_as_dynamodb_says() -> None:
    # Developer guide, "DynamoDB Item sizes and formats".
    assert item_size(dump({"pk": "ab"})) == 4
    assert item_size(dump({"n": 12345})) == 1 + 4
    assert item_size(dump({"m": {"a": "é"}})) == 1 + 3 + 1 + 1 + 2
    assert item_size(dump({"l": ["a", True]})) == 1 + 3 + 1 + 1 + 1 + 1


def test_a_read_is_charged_for_what_it_evaluates_and_not_for_what_it_returns() -> None:
    client = MemoryClient()
    for n in range(10):
        client.put({"pk": "a", "sk": f"{n}", "text": "x" * 1000, "n": n})
    page = Table(client, "desk").query("a", where="n > :n", values={":n": 8}, limit=8)
    assert (page.items, client.cost.evaluated, client.cost.units) == ([], 8, 1.0)  # 8 KB, read eventually
    assert client.cost.calls == 1
