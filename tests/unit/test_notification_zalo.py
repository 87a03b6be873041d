"""Sending against the simulator: its windows, quotas, tokens, faults and receipts."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from desk.storage import keys
from desk.storage.held import release_due
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from local.zalo.server import running
from local.zalo.testing import until
from notification.files import Files
from notification.send import LOOK_AFTER, Desk, deliver
from tests.world import AGENCY, make_world

PERSON = "c_abcdefghij0123456789"
TEMPLATES = [{"id": "410", "text": "Mã <code>", "params": [{"name": "code", "max": 20}]}]


class Zalo(httpx.Client):
    """The simulator's control API."""

    def say(self, text="Chào"):
        body = {"oa": "csgt", "kind": "text", "text": text}
        self.post("/sim/citizens/lan/messages", json=body).raise_for_status()

    def chat(self):
        return self.get("/sim/citizens/lan/messages", params={"oa": "csgt"}).json()

    def heard(self):
        return [m["text"] for m in self.chat() if m["from"] != "citizen"]

    def fault(self, **fault):
        self.post("/sim/faults", json={"path": "/v3.0/oa/message/cs"} | fault).raise_for_status()

    def advance(self, **step):
        seconds = timedelta(**step).total_seconds()
        self.post("/sim/clock", json={"advance_s": seconds}).raise_for_status()


@pytest.fixture
def world():
    with make_world() as made:
        made.clock.at = datetime.now(UTC)
        yield made


@pytest.fixture
def zalo(world):
    agency = AGENCY | {
        "name": "CSGT",
        "oa_secret_key": "k",
        "access_token": "access-1",
        "refresh_token": "refresh-1",
        "templates": TEMPLATES,
    }
    with (
        running({"webhook_url": "", "agencies": {"csgt": agency}}) as simulator,
        Zalo(base_url=simulator.config.base_url) as client,
    ):
        client.post("/sim/citizens", json={"id": "lan", "name": "Lan"})
        client.say()
        people = {c["id"]: c for c in client.get("/sim/citizens").json()}
        world.identities.put_if_new("csgt", PERSON, people["lan"]["user_ids"]["csgt"])
        interaction = {"last_interaction_at": world.clock().isoformat(), "version": 1}
        world.table.put(keys.state("csgt", PERSON) | interaction)
        yield client


@pytest.fixture
def desk(world, zalo):
    url = str(zalo.base_url).rstrip("/")
    with transport.client() as http:
        yield Desk(
            ledger=world.ledger,
            identities=world.identities,
            tokens=Tokens(world.tokens_table, world.secrets, http, url, world.clock),
            api=ZaloApi(http, url, url),
            files=Files(world.table, None, ""),
            seconds_left=lambda: 30,
            clock=world.clock,
            sleep=lambda _s: None,
        )


@pytest.fixture
def task(world):
    created_at = world.clock().isoformat()

    def make(number=1, **changed):
        return {
            "outbox_id": f"outbox-{number}",
            "kind": "send",
            "agency": "csgt",
            "citizen": PERSON,
            "created_at": created_at,
            "purpose": "answer",
            "report": "CSGT-7K3M-92",
            "text": f"Tin {number}",
            "buttons": [],
            "coalesce": None,
            "template": None,
        } | changed

    return make


def release(world, desk):
    queued = []

    class Queue:
        def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 - boto3's own names
            queued.extend(Entries)
            return {"Successful": Entries}

    release_due(world.ledger, Queue(), "outgoing", ["csgt"], world.clock())
    return [deliver(desk, json.loads(entry["MessageBody"])).state for entry in queued]


def test_the_phone_shows_the_message_and_its_buttons(desk, zalo, task):
    buttons = [{"title": "Theo dõi", "payload": "#status"}, {"title": "Gọi 113", "phone": "113"}]
    assert deliver(desk, task(buttons=buttons)).state == "sent"
    shown = zalo.chat()[-1]
    assert shown["text"] == "Tin 1"
    assert [b["title"] for b in shown["buttons"]] == ["Theo dõi", "Gọi 113"]


def test_a_slow_answer_makes_it_unknown_and_asking_zalo_makes_it_sent(desk, zalo, task, world, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("desk.zalo.transport.call.__kwdefaults__", {"limit_s": 0.3})
        zalo.fault(delay_s=1)
        assert deliver(desk, task()).state == "unknown"
    until(zalo.heard)
    world.clock.advance(seconds=LOOK_AFTER.total_seconds())
    assert release(world, desk) == ["sent"]
    assert zalo.heard() == ["Tin 1"]


def test_a_server_error_before_the_work_is_repeated_once_it_shows(desk, zalo, task, world):
    zalo.fault(status=500)
    assert deliver(desk, task()).state == "unknown"
    outcomes = []
    for _ in range(3):
        world.clock.advance(seconds=LOOK_AFTER.total_seconds())
        outcomes += release(world, desk)
    assert outcomes == ["unknown", "sent"]
    assert zalo.heard() == ["Tin 1"]


def test_an_unavailable_zalo_is_waited_for(desk, zalo, task, world):
    zalo.fault(status=503, times=6)
    assert deliver(desk, task()).state == "held"
    world.clock.advance(minutes=3)
    assert release(world, desk) == ["held"]
    world.clock.advance(minutes=5)
    assert release(world, desk) == ["sent"]
    assert zalo.heard() == ["Tin 1"]


def test_an_expired_token_costs_the_citizen_nothing(desk, zalo, task, world):
    zalo.advance(hours=26)
    zalo.say()
    assert deliver(desk, task()).state == "sent"
    assert desk.tokens.current("csgt").version == 2


def test_after_seven_days_the_template_goes_to_the_user(desk, zalo, task):
    zalo.advance(days=8)
    template = {"id": "410", "data": {"code": "CSGT-7K3M-92"}}
    entry = deliver(desk, task(purpose="status", template=template))
    assert (entry.state, entry.item["channel"]) == ("sent", "template")
    assert "Mã CSGT-7K3M-92" in str(zalo.chat()[-1])


def test_after_seven_days_without_a_template_the_reason_stands_in_the_ledger(desk, zalo, task):
    zalo.advance(days=8)
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"], entry.item["error_code"]) == ("refused", "window_closed", -230)
    assert zalo.heard() == []


def test_somebody_unknown_to_zalo_is_refused_not_retried(desk, zalo, task, world):
    world.identities.put_if_new("csgt", "c_nobody", "1")
    entry = deliver(desk, task(citizen="c_nobody"))
    assert (entry.state, entry.item["reason"]) == ("refused", "invalid_parameter")


def test_a_tap_that_we_did_not_hear_of_keeps_the_window_open(desk, zalo, task, world):
    week = (world.clock() - timedelta(days=8)).isoformat()
    world.table.put(keys.state("csgt", PERSON) | {"last_interaction_at": week, "version": 1})
    assert deliver(desk, task()).state == "sent"


def test_a_picture_by_address_carries_its_caption(desk, zalo, task):
    assert deliver(desk, task(image_url="https://a.vn/p.jpg")).state == "sent"
    shown = zalo.chat()[-1]
    assert (shown["kind"], shown["text"]) == ("image", "Tin 1")


def test_a_quote_shows_what_it_answers(desk, zalo, task):
    asked = zalo.chat()[0]["msg_id"]
    assert deliver(desk, task(quote_msg_id=asked)).state == "sent"
    assert zalo.chat()[-1]["quote"] == asked


def test_a_run_that_was_stopped_sends_nothing_more(desk, zalo, task, world, monkeypatch):
    monkeypatch.setattr("desk.zalo.plan.is_night", lambda _now: False)
    news = {"article": "n1", "page": "00#00000", "place": "3"}
    world.table.put(keys.run("csgt", "n1") | {"state": "running", "version": 1})
    assert deliver(desk, task(1, purpose="news", report=None, news=news)).state == "sent"
    world.table.put(keys.run("csgt", "n1") | {"state": "cancelled", "version": 2})
    entry = deliver(desk, task(2, purpose="news", report=None, news=news))
    assert (entry.state, entry.item["reason"], entry.item["news"]) == ("refused", "called_off", news)
    assert zalo.heard() == ["Tin 1"]


def test_a_held_message_of_an_article_still_knows_its_place(desk, zalo, task, world, monkeypatch):
    monkeypatch.setattr("desk.zalo.plan.is_night", lambda _now: False)
    news = {"article": "n1", "page": "00#00000", "place": "3"}
    zalo.fault(error=-32)
    assert deliver(desk, task(purpose="news", report=None, news=news)).state == "held"
    world.clock.advance(minutes=1)
    assert release(world, desk) == ["sent"]
    (row,) = world.table.query_all(keys.citizen_pk("csgt", PERSON), prefix="CHAT#")
    assert (row["state"], row["news"]) == ("sent", news)
