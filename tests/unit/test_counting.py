"""Counters kept by the stream: exact whatever comes twice, late or not at all, and made again when asked."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from desk.domain.counting import contribution
from desk.domain.report import Report, Status
from desk.domain.timeline import Step
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.recount import recount_day, recount_now
from desk.storage.reports import Reports, to_item, write
from desk.storage.statistics import Statistics
from desk.storage.table import Table, dump
from dispatch.counts import Counting
from tests.tables import create_table

DAY = "2026-11-24"
AT = f"{DAY}T01:00:00.000+00:00"
NAMES = ("bhxh", "csgt", "duytu")


@pytest.fixture
def statistics() -> Iterator[Statistics]:
    with mock_aws():
        yield Statistics(new_table())


def new_table() -> Table:
    dynamodb = boto3.client("dynamodb")
    return Table(dynamodb, create_table(dynamodb, "DeskTable", f"desk-{random.randrange(10**9)}"))


def report(code: str = "CS-0000-0000", **changed: Any) -> Report:
    return Report(code=code, agency="csgt", citizen="c", created_at=AT, updated_at=AT, version=1, **changed)


def counters(table: Table) -> dict[tuple[str, str], dict[str, int]]:
    """Every counter of the table that is not zero."""
    statistics = Statistics(table)
    found = {}
    for name in NAMES:
        days = statistics.between(name, date(2026, 1, 1), date(2027, 1, 1))
        found |= {(name, day): counts for day, counts in days.items() if counts}
        if now := statistics.now(name):
            found[name, "NOW"] = now
    return found


def summed(reports: list[Report]) -> dict[tuple[str, str], dict[str, int]]:
    """What the counters must be."""
    total: dict[tuple[str, str], Counter[str]] = {}
    for one in reports:
        for key, counts in contribution(one).items():
            total.setdefault(key, Counter()).update(counts)
    return {key: dict(counts) for key, counts in total.items()}


@st.composite
def histories(draw: st.DrawFn) -> list[list[Report]]:
    """Versions of some reports, as they may follow each other."""
    lives = []
    for n in range(draw(st.integers(1, 3))):
        life = [report(f"CS-0000-000{n}")]
        for version in range(2, draw(st.integers(2, 6))):
            change = draw(
                st.sampled_from(
                    [
                        {"status": Status.IN_PROGRESS},
                        {"status": Status.RESOLVED, "closed_at": "2026-11-25T01:00:00.000+00:00"},
                        {"agency": "duytu", "status": Status.RECEIVED},
                        {"category": "pothole"},
                        {"assignee": "an"},
                        {"merged_into": "CS-9999-9999"},
                        {"merged_into": None},
                        {"rating": {"stars": 5}},
                        {"flags": ("overdue:receive",), "deadlines": {"steps": {"receive": {}}}},
                        {},
                    ]
                )
            )
            life.append(replace(life[-1], version=version, **change))
        lives.append(life)
    return lives


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.randoms(use_true_random=False))
def test_records_that_come_twice_late_or_never_count_as_the_newest(
    lives: list[list[Report]], chance: random.Random
) -> None:
    with mock_aws():
        table = new_table()
        records = [v for life in lives for v in life[:-1] if chance.random() < 0.8]
        records += [life[-1] for life in lives] + [v for v in records if chance.random() < 0.4]
        chance.shuffle(records)
        for version in records:
            Statistics(table).count(version)
        assert counters(table) == summed([life[-1] for life in lives])


def record(found: Report, number: int, kind: str = "MODIFY") -> dict[str, Any]:
    image = dump(to_item(found))
    keys_of = {k: image[k] for k in ("pk", "sk")}
    return {
        "eventName": kind,
        "dynamodb": {"Keys": keys_of, "NewImage": image, "SequenceNumber": str(number)},
    }


class Queue:
    def __init__(self, works: bool = True) -> None:
        self.works, self.sent = works, []

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - as boto3 has it
        if not self.works:
            raise boto3.client("sqs").exceptions.ClientError({"Error": {"Code": "Busy"}}, "SendMessage")
        self.sent.append(json.loads(MessageBody))


def test_a_batch_counts_each_report_once_as_its_newest_image(statistics: Statistics) -> None:
    queue = Queue()
    other = {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "OUTBOX"}}, "SequenceNumber": "1"}}
    late = replace(report(), version=2, status=Status.IN_PROGRESS)
    assert Counting(statistics, queue, "url").take([other, record(report(), 2), record(late, 3)]) is None
    assert counters(statistics.table) == summed([late])
    assert queue.sent == []


def test_what_cannot_be_counted_is_put_off_and_never_holds_up_the_outbox(statistics: Statistics) -> None:
    class Busy(Statistics):
        __slots__ = ()

        def count(self, _report: Report) -> bool:
            raise Conflict("busy")

    queue = Queue()
    assert Counting(Busy(statistics.table), queue, "url").take([record(report(), 7)]) is None
    assert queue.sent == [{"kind": "count", "report": "CS-0000-0000"}]
    assert Counting(Busy(statistics.table), Queue(works=False), "url").take([record(report(), 7)]) == "7"


def test_counters_that_went_wrong_are_mended(statistics: Statistics) -> None:
    table = statistics.table
    one, two = filed(table, "CS-0000-0001"), filed(table, "CS-0000-0002")
    filed(table, "CS-0000-0003")  # never counted
    for known in (one, two):
        statistics.count(known)
    # A change that was lost: two was merged, and stands in no list any more.
    Reports(table).change(
        two.code, lambda r: (replace(r, merged_into=one.code), [Step("merged", AT, "staff:an")], [])
    )
    table.update(keys.counters("csgt", DAY), {"total": 99, "ward:00004": 7})
    table.update(keys.counters("csgt", "NOW"), {"overdue": 3})
    found = recount_day(statistics, NAMES, date(2026, 11, 24))
    assert found == {"reports": 3, "miscounted": 2, "mended": 1}
    assert recount_now(statistics, NAMES) == 1
    right = summed([Reports(table).load(f"CS-0000-000{n}") for n in (1, 2, 3)])
    assert counters(table) == right
    assert recount_day(statistics, NAMES, date(2026, 11, 24)) == {"reports": 3, "miscounted": 0, "mended": 0}
    assert recount_now(statistics, NAMES) == 0


def filed(table: Table, code: str) -> Report:
    transaction = table.transaction()
    written = write(transaction, replace(report(code), version=0), [Step("received", AT, "c")])
    transaction.commit()
    return written
