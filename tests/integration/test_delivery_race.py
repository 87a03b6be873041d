"""One message, many workers: conditional writes let one of them call Zalo."""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from desk.errors import Conflict, Unavailable
from desk.storage import keys
from desk.storage.held import release_due
from desk.storage.identity import Identities
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from notification.files import Files
from notification.send import Desk, deliver
from tests.tables import create_table
from tests.world import AGENCY
from tests.zalo_server import zalo_server

WORKERS = 16
PERSON = "c_abcdefghij0123456789"


@pytest.fixture
def zalo():
    with zalo_server() as server:
        numbers = iter(range(1, 1000))

        def respond(_request):
            time.sleep(0.05)
            return {"error": 0, "data": {"message_id": f"m-{next(numbers)}"}}

        server.respond = respond
        yield server


@pytest.fixture
def make_desk(ministack, zalo):
    options = {"endpoint_url": ministack, "region_name": "ap-southeast-1"}
    dynamodb, secrets_manager = boto3.client("dynamodb", **options), boto3.client("secretsmanager", **options)
    name = f"delivery-{uuid.uuid4().hex[:8]}"
    desk_table = Table(dynamodb, create_table(dynamodb, "DeskTable", f"{name}-desk"))
    people = Identities(Table(dynamodb, create_table(dynamodb, "IdentityTable", f"{name}-identity")))
    tokens_table = Table(dynamodb, create_table(dynamodb, "TokensTable", f"{name}-tokens"))
    secrets = Secrets(secrets_manager, name)
    secrets.write("agency/csgt", AGENCY)
    secrets.write("tokens/csgt", {"access_token": "a", "refresh_token": "r", "version": 1})
    people.put_if_new("csgt", PERSON, "U-1")
    opened = []

    def make():
        http = transport.client()
        opened.append(http)
        return Desk(
            ledger=Ledger(desk_table),
            identities=people,
            tokens=Tokens(tokens_table, secrets, http, zalo.url),
            api=ZaloApi(http, zalo.url, zalo.url),
            files=Files(desk_table, None, ""),
            seconds_left=lambda: 30,
        )

    yield make
    for http in opened:
        http.close()


def task(number=1):
    return {
        "outbox_id": f"outbox-{number}",
        "kind": "send",
        "agency": "csgt",
        "citizen": PERSON,
        "created_at": datetime.now(UTC).isoformat(),
        "purpose": "answer",
        "text": "Đã nhận phản ánh.",
    }


def together(work, count):
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        try:
            return work(number)
        except (Conflict, Unavailable) as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.parametrize("_round", range(3))
def test_of_16_workers_with_one_message_one_sends_it(make_desk, zalo, _round):
    desks, message = [make_desk() for _ in range(WORKERS)], task()
    outcomes = together(lambda n: deliver(desks[n], message), WORKERS)
    assert len(zalo.requests) == 1
    sent = [o for o in outcomes if not isinstance(o, Exception)]
    assert {e.state for e in sent} == {"sent"}
    # Who was late is told to come again, and then finds it done.
    assert deliver(desks[0], message).state == "sent"
    assert len(zalo.requests) == 1


def test_a_held_message_comes_back_through_the_index_and_the_queue(make_desk, zalo, ministack):
    sqs = boto3.client("sqs", endpoint_url=ministack, region_name="ap-southeast-1")
    queue = sqs.create_queue(QueueName=f"held-{uuid.uuid4().hex[:8]}.fifo", Attributes={"FifoQueue": "true"})[
        "QueueUrl"
    ]
    desk, now = make_desk(), datetime.now(UTC)
    usual, zalo.respond = zalo.respond, lambda _request: {"error": -32}
    entry = deliver(desk, task())
    assert entry.state == "held"
    assert release_due(desk.ledger, sqs, queue, ["csgt", "duytu"], now) == 0
    later = now + timedelta(minutes=3)
    # Twice within five minutes is once: the queue knows the message.
    assert release_due(desk.ledger, sqs, queue, ["csgt", "duytu"], later) == 1
    assert release_due(desk.ledger, sqs, queue, ["csgt", "duytu"], later) == 1
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    zalo.respond = usual
    desk = replace(desk, clock=lambda: later)
    assert [deliver(desk, json.loads(m["Body"])).state for m in messages] == ["sent"]
    assert release_due(desk.ledger, sqs, queue, ["csgt"], later + timedelta(minutes=9)) == 0


def test_receipts_that_race_with_the_answer_all_count(make_desk, zalo):
    desk = make_desk()
    for number in range(10):
        ledger, message = desk.ledger, task(number)
        entry = ledger.attempting(ledger.open(message), channel="cs", at=datetime.now(UTC))
        zalo_id = f"race-{number}"

        def work(worker: int, ledger: Ledger = ledger, entry=entry, zalo_id: str = zalo_id):
            now = datetime.now(UTC)
            if worker == 0:
                return ledger.sent(entry, zalo_id, at=now)
            return (ledger.mark_delivered if worker == 1 else ledger.mark_seen)("csgt", zalo_id, now)

        together(work, 3)
        item = ledger.table.get(entry.key)
        assert (item["state"], "delivered_at" in item, "seen_at" in item) == ("seen", True, True)
        assert ledger.table.get(keys.sent("csgt", zalo_id))["ledger"] == entry.key
