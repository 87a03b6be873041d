"""Each message once: what the ledger says before and after each call, and what follows from it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from desk.errors import Conflict, Invalid, Unavailable
from desk.settings import settings
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.held import release_due
from desk.storage.ledger import Ledger
from desk.storage.sealed import sealed_key
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.oauth import TokenPair
from desk.zalo.tokens import Tokens
from notification import app
from notification import send as send_module
from notification.app import process
from notification.files import Files
from notification.send import IN_FLIGHT, LOOK_AFTER, LOOKS, Desk, deliver
from tests.world import make_world
from tests.zalo_server import Answer, zalo_server

CS, QUOTA, CHAT = "/v3.0/oa/message/cs", "/v3.0/oa/quota/message", "/v2.0/oa/conversation"
TEMPLATE, ZBS = "/v3.0/oa/message/template", "/message/template"
PERSON, USER = "c_abcdefghij0123456789", "2512523625412515"


class Bucket:
    """An S3 with one object."""

    def __init__(self, content):
        self.content = content

    def get_object(self, **_arguments):
        return {"Body": type("Body", (), {"read": lambda _s: self.content})()}


@pytest.fixture
def world():
    with make_world() as made:
        made.identities.put_if_new("csgt", PERSON, USER)
        made.table.put(
            keys.state("csgt", PERSON)
            | {"last_interaction_at": (made.clock() - timedelta(minutes=3)).isoformat(), "version": 1}
        )
        yield made


@pytest.fixture
def zalo():
    with zalo_server() as server:
        server.answers = {}
        server.number = 0

        def respond(request):
            answer = server.answers.get(request.path)
            if isinstance(answer, list):
                answer = answer.pop(0) if answer else None
            if answer is not None:
                return answer
            server.number += 1
            quota = {"quota_type": "reply", "remain": "7", "total": "8"}
            return {"error": 0, "data": {"message_id": f"m-{server.number}", "quota": quota}}

        server.respond = respond
        yield server


@pytest.fixture
def desk(world, zalo):
    with transport.client() as http:
        yield Desk(
            ledger=world.ledger,
            identities=world.identities,
            tokens=Tokens(world.tokens_table, world.secrets, http, zalo.url, world.clock, lambda _s: None),
            api=ZaloApi(http, zalo.url, zalo.url),
            files=Files(world.table, Bucket(b"%PDF-1.7"), "evidence"),
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
            "text": "Đã nhận phản ánh của anh/chị.",
            "buttons": [],
            "coalesce": None,
            "template": None,
        } | changed

    return make


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("desk.zalo.transport.call.__kwdefaults__", {"limit_s": 0.2})


def release(world, desk):
    """What the schedule and the queue do with held messages."""
    queued = []

    class Queue:
        def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 - boto3's own names
            queued.extend(Entries)
            return {"Successful": Entries}

    release_due(world.ledger, Queue(), "outgoing", ["csgt"], world.clock())
    return [deliver(desk, json.loads(entry["MessageBody"])) for entry in queued]


def test_a_message_is_sent_and_the_ledger_says_so(desk, zalo, task, world):
    entry = deliver(desk, task(buttons=[{"title": "Theo dõi", "payload": "#status"}]))
    sent = zalo.calls(CS)[0].json
    assert sent["recipient"] == {"user_id": USER}
    assert sent["message"]["text"] == "Đã nhận phản ánh của anh/chị."
    assert sent["message"]["attachment"]["payload"]["buttons"][0]["payload"] == "#status"
    kept = world.ledger.history("csgt", PERSON).items[0]
    assert kept == entry.item
    assert kept["state"] == "sent"
    assert kept["channel"] == "cs"
    assert kept["zalo_msg_id"] == "m-1"
    assert kept["quota"] == {"type": "reply", "remain": 7, "total": 8}
    assert kept["cost_vnd"] == 0
    assert kept["direction"] == "out"
    assert kept["report"] == "CSGT-7K3M-92"
    assert "gsi1pk" not in kept
    pointer = world.table.get(keys.sent("csgt", "m-1"))
    assert pointer["report"] == "CSGT-7K3M-92"
    assert pointer["ledger"] == entry.key


def test_the_ledger_knows_of_the_attempt_before_zalo_does(desk, zalo, task, world):
    seen = []
    usual = zalo.respond

    def respond(request):
        seen.append(world.ledger.history("csgt", PERSON).items[0])
        return usual(request)

    zalo.respond = respond
    deliver(desk, task())
    assert seen[0]["state"] == "attempting"
    assert seen[0]["attempt_at"] == world.clock().isoformat(timespec="milliseconds")


@pytest.mark.parametrize("times", [2, 5])
def test_a_message_that_comes_again_is_not_sent_again(desk, zalo, task, times):
    states = [deliver(desk, task()).state for _ in range(times)]
    assert states == ["sent"] * times
    assert len(zalo.calls(CS)) == 1


def test_a_timeout_leaves_the_message_unknown_and_it_is_never_sent_again(desk, zalo, task, world, impatient):
    zalo.answers[CS] = Answer({"error": 0, "data": {"message_id": "late"}}, delay_s=0.5)
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"]) == ("unknown", "timeout")
    zalo.answers[CHAT] = {"error": 0, "data": []}
    for _ in range(LOOKS + 3):
        deliver(desk, task())
        world.clock.advance(seconds=LOOK_AFTER.total_seconds() + 1)
        release(world, desk)
    assert len(zalo.calls(CS)) == 1
    assert len(zalo.calls(CHAT)) == LOOKS
    entry = deliver(desk, task())
    assert entry.state == "unknown"
    assert "gsi1pk" not in entry.item


@pytest.mark.parametrize("answer", [Answer(drop=True), Answer(b"<html>", 502), Answer(b"??")])
def test_an_answer_that_was_lost_is_as_ambiguous_as_a_timeout(desk, zalo, task, answer):
    zalo.answers[CS] = answer
    assert deliver(desk, task()).state == "unknown"
    assert deliver(desk, task()).state == "unknown"
    assert len(zalo.calls(CS)) == 1


def test_an_unknown_message_that_zalo_has_is_found_and_counts_as_sent(desk, zalo, task, world):
    zalo.answers[CS] = Answer(drop=True)
    deliver(desk, task())
    now_ms = int(world.clock().timestamp() * 1000)
    chat = [
        {"src": 1, "message_id": "u-1", "message": task()["text"], "time": now_ms},
        {"src": 0, "message_id": "old", "message": task()["text"], "time": now_ms - 60_000},
        {"src": 0, "message_id": "m-9", "message": task()["text"], "time": now_ms + 40},
    ]
    zalo.answers[CHAT] = {"error": 0, "data": chat}
    assert release(world, desk) == []
    world.clock.advance(seconds=LOOK_AFTER.total_seconds())
    (entry,) = release(world, desk)
    assert (entry.state, entry.item["zalo_msg_id"]) == ("sent", "m-9")
    assert "reason" not in entry.item
    assert len(zalo.calls(CS)) == 1


def chat_at(world, *messages):
    """A conversation as Zalo lists it: (src, id, text, seconds from now)."""
    now_ms = int(world.clock().timestamp() * 1000)
    listed = [
        {"src": src, "message_id": number, "message": text, "time": now_ms + 1000 * seconds}
        for src, number, text, seconds in messages
    ]
    return {"error": 0, "data": listed}


def look(world, desk, times):
    states = []
    for _ in range(times):
        world.clock.advance(seconds=LOOK_AFTER.total_seconds())
        states += [entry.state for entry in release(world, desk)]
    return states


def test_an_unknown_message_that_zalo_shows_to_be_absent_goes_out_once_more(desk, zalo, task, world):
    zalo.answers[CS] = [Answer(b"", 500)]
    zalo.answers[CHAT] = chat_at(world, (1, "u-1", "Chào", -60))
    assert deliver(desk, task()).state == "unknown"
    assert look(world, desk, 1) == ["unknown"]
    assert look(world, desk, 1) == ["sent"]
    assert len(zalo.calls(CS)) == 2
    assert look(world, desk, 3) == []


def test_a_message_is_repeated_only_once(desk, zalo, task, world):
    zalo.answers[CS] = [Answer(drop=True)] * 9
    zalo.answers[CHAT] = chat_at(world, (1, "u-1", "Chào", -60))
    deliver(desk, task())
    assert set(look(world, desk, 8)) == {"unknown"}
    assert len(zalo.calls(CS)) == 2


@pytest.mark.parametrize(
    "listed",
    [
        [],  # proves nothing
        [(1, f"u-{n}", "A lô", 9 - n) for n in range(10)],  # does not reach back to the attempt
        [(0, "m-7", "something of ours in another form", 1), (1, "u-1", "Chào", -60)],
    ],
)
def test_a_chat_that_proves_nothing_leaves_the_message_unknown(desk, zalo, task, world, listed):
    zalo.answers[CS] = [Answer(drop=True)]
    zalo.answers[CHAT] = chat_at(world, *listed)
    deliver(desk, task())
    assert set(look(world, desk, LOOKS + 2)) == {"unknown"}
    assert len(zalo.calls(CS)) == 1


def test_a_message_of_the_same_words_that_is_known_already_does_not_stand_for_another(
    desk, zalo, task, world
):
    deliver(desk, task(1))
    zalo.answers[CS] = Answer(drop=True)
    deliver(desk, task(2))
    now_ms = int(world.clock().timestamp() * 1000)
    zalo.answers[CHAT] = {
        "error": 0,
        "data": [{"src": 0, "message_id": "m-1", "message": task()["text"], "time": now_ms}],
    }
    world.clock.advance(seconds=LOOK_AFTER.total_seconds())
    (entry,) = release(world, desk)
    assert entry.state == "unknown"


def test_a_function_that_died_in_the_call_leaves_the_message_unknown(desk, zalo, task, world):
    world.ledger.attempting(world.ledger.open(task()), channel="cs", at=world.clock())
    with pytest.raises(Unavailable):
        deliver(desk, task())
    world.clock.advance(seconds=IN_FLIGHT.total_seconds() + 1)
    assert deliver(desk, task()).item["reason"] == "interrupted"
    assert deliver(desk, task()).state == "unknown"
    assert zalo.calls(CS) == []


def test_an_answer_that_could_not_be_recorded_is_not_sent_again(desk, zalo, task, world, monkeypatch):
    def fail(*_args, **_named):
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "sent", fail)
        with pytest.raises(ClientError):
            deliver(desk, task())
    world.clock.advance(seconds=IN_FLIGHT.total_seconds() + 1)
    assert deliver(desk, task()).state == "unknown"
    assert len(zalo.calls(CS)) == 1


def test_two_workers_on_one_message_make_one_call(desk, zalo, task, world):
    entry = world.ledger.open(task())
    world.ledger.attempting(entry, channel="cs", at=world.clock())
    with pytest.raises(Conflict):
        world.ledger.attempting(entry, channel="cs", at=world.clock())


@pytest.mark.parametrize(
    ("code", "reason"), [(-213, "not_a_follower"), (-230, "window_closed"), (-244, "restricted_by_citizen")]
)
def test_a_refusal_is_recorded_with_its_reason(desk, zalo, task, code, reason):
    zalo.answers[CS] = {"error": code, "message": "x"}
    entry = deliver(desk, task())
    assert entry.state == "refused"
    assert (entry.item["reason"], entry.item["error_code"], entry.item["error_family"]) == (
        reason,
        code,
        "oa",
    )
    deliver(desk, task())
    assert len(zalo.calls(CS)) == 1


def test_a_message_that_must_wait_is_held_and_goes_out_when_it_is_due(desk, zalo, task, world):
    zalo.answers[CS] = [{"error": -32, "message": "rate limit"}]
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"]) == ("held", "rate_limit")
    assert entry.item["gsi1pk"] == "HELD#csgt"
    assert deliver(desk, task()).state == "held"
    assert release(world, desk) == []
    world.clock.advance(minutes=2)
    (entry,) = release(world, desk)
    assert entry.state == "sent"
    assert entry.attempts == 2
    assert not {"gsi1pk", "due_at", "reason", "error_code"} & entry.item.keys()
    assert release(world, desk) == []


def test_a_held_message_does_not_keep_the_next_one_waiting(desk, zalo, task):
    zalo.answers[CS] = [{"error": -218}]
    assert deliver(desk, task(1)).state == "held"
    assert deliver(desk, task(2)).state == "sent"


def test_zalo_down_for_a_while_only_delays_a_message(desk, zalo, task, world):
    zalo.answers[CS] = [Answer(b"", 503)] * 9
    states = [deliver(desk, task()).state]
    while states[-1] == "held":
        world.clock.advance(minutes=30)
        states += [e.state for e in release(world, desk)]
    assert states == ["held", "held", "held", "sent"]


def test_a_failure_that_did_nothing_is_tried_again_at_once(desk, zalo, task):
    zalo.answers[CS] = [{"error": -200}, {"error": -200}]
    assert deliver(desk, task()).state == "sent"
    assert len(zalo.calls(CS)) == 3


def test_an_expired_token_is_refreshed_and_the_message_sent(desk, zalo, task):
    zalo.answers[CS] = [{"error": -216}]
    zalo.answers["/v4/oa/access_token"] = {"access_token": "access-2", "refresh_token": "r-2"}
    assert deliver(desk, task()).state == "sent"
    assert [c.headers["access_token"] for c in zalo.calls(CS)] == ["access-1", "access-2"]


def test_a_lost_grant_holds_messages_until_a_person_has_connected_again(desk, zalo, task, world):
    zalo.answers[CS] = [{"error": -216}]
    zalo.answers["/v4/oa/access_token"] = {"error": -14014}
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"]) == ("held", "reconnect_needed")
    world.clock.advance(minutes=3)
    desk.tokens.connect("csgt", TokenPair("access-9", "r-9", world.clock() + timedelta(hours=25)))
    (entry,) = release(world, desk)
    assert entry.state == "sent"


def test_an_unanswered_refresh_does_not_make_the_message_unknown(desk, zalo, task):
    zalo.answers[CS] = [{"error": -216}]
    zalo.answers["/v4/oa/access_token"] = Answer(drop=True)
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"]) == ("held", "refresh_unanswered")


def test_buttons_that_zalo_refuses_are_written_out(desk, zalo, task):
    zalo.answers[CS] = [{"error": -233}]
    buttons = [{"title": "Theo dõi"}, {"title": "Trang chủ", "url": "https://a.vn"}]
    assert deliver(desk, task(buttons=buttons)).state == "sent"
    plain = zalo.calls(CS)[1].json["message"]
    assert "attachment" not in plain
    assert plain["text"].endswith("• Theo dõi\n• Trang chủ: https://a.vn")


def test_a_long_text_goes_in_parts_and_goes_on_where_it_stopped(desk, zalo, task, world):
    text = "\n\n".join(str(n) * 1500 for n in (1, 2, 3))
    ok = {"error": 0, "data": {"message_id": "m-part"}}
    zalo.answers[CS] = [ok, {"error": -32}]
    entry = deliver(desk, task(text=text, quote_msg_id="q", buttons=[{"title": "A"}]))
    assert (entry.state, entry.parts_sent) == ("held", 1)
    world.clock.advance(minutes=5)
    (entry,) = release(world, desk)
    assert entry.state == "sent"
    sent = [c.json["message"] for c in zalo.calls(CS)]
    assert [m["text"][0] for m in sent] == ["1", "2", "2", "3"]
    assert [m.get("quote_message_id") for m in sent] == ["q", None, None, None]
    assert ["attachment" in m for m in sent] == [False, False, False, True]


def test_a_file_is_uploaded_and_sent(desk, zalo, task, world):
    world.table.put(
        keys.evidence("e-1")
        | {
            "state": "stored",
            "content_type": "application/pdf",
            "bytes": 8,
            "key": "k",
            "file_name": "bb.pdf",
        }
    )
    zalo.answers["/v2.0/oa/upload/file"] = {"error": 0, "data": {"token": "tok-1"}}
    assert deliver(desk, task(file_evidence="e-1")).state == "sent"
    assert zalo.calls(CS)[1].json["message"] == {
        "attachment": {"type": "file", "payload": {"token": "tok-1"}}
    }


@pytest.mark.parametrize(
    "item", [{}, {"state": "pending"}, {"content_type": "video/mp4"}, {"bytes": 9_000_000}]
)
def test_a_file_that_zalo_does_not_take_is_refused_and_the_text_still_goes(desk, zalo, task, world, item):
    stored = {"state": "stored", "content_type": "application/pdf", "bytes": 8, "key": "k"}
    if item:
        world.table.put(keys.evidence("e-1") | stored | item)
    entry = deliver(desk, task(file_evidence="e-1"))
    assert (entry.state, entry.item["reason"], entry.parts_sent) == ("refused", "file_not_sendable", 1)


def lapsed(world, zalo):
    last = world.clock() - timedelta(days=8)
    world.table.put(keys.state("csgt", PERSON) | {"last_interaction_at": last.isoformat(), "version": 1})
    zalo.answers[QUOTA] = {"error": 0, "data": {"last_interaction": str(int(last.timestamp() * 1000))}}


def test_outside_the_window_zalo_is_asked_before_the_message_is_given_up(desk, zalo, task, world):
    lapsed(world, zalo)
    tap = int((world.clock() - timedelta(hours=1)).timestamp() * 1000)
    zalo.answers[QUOTA] = {"error": 0, "data": {"last_interaction": str(tap), "cs_reply": {"remain": "8"}}}
    assert deliver(desk, task()).state == "sent"


def test_when_zalo_does_not_tell_the_window_its_answer_to_the_message_does(desk, zalo, task, world):
    lapsed(world, zalo)
    zalo.answers[QUOTA] = Answer(b"", 404)
    zalo.answers[CS] = {"error": -230}
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"], entry.item["error_code"]) == ("refused", "window_closed", -230)


def test_outside_the_window_nothing_is_sent_without_a_template(desk, zalo, task, world):
    lapsed(world, zalo)
    entry = deliver(desk, task())
    assert (entry.state, entry.item["reason"]) == ("refused", "window_closed")
    assert zalo.calls(CS) == []


def test_outside_the_window_a_template_goes_to_the_user_and_failing_that_to_the_phone(
    desk, zalo, task, world
):
    lapsed(world, zalo)
    world.identities.set_phone("csgt", PERSON, "0912 345 678")
    zalo.answers[TEMPLATE] = {"error": -249}
    zalo.answers[ZBS] = {"error": 0, "data": {"msg_id": "z-1"}}
    template = {"id": "410", "data": {"code": "CSGT-7K3M-92"}, "phone_ref": "identity"}
    entry = deliver(desk, task(purpose="status", template=template))
    assert (entry.state, entry.item["channel"], entry.item["cost_vnd"]) == ("sent", "zbs", 300)
    assert zalo.calls(ZBS)[0].json["phone"] == "84912345678"
    assert zalo.calls(ZBS)[0].json["tracking_id"] == "outbox-1"
    assert "84912345678" not in str(world.ledger.history("csgt", PERSON).items)
    assert world.table.get(keys.budget("csgt", "2026-11"))["spent_vnd"] == 300


def test_a_window_that_closed_without_our_knowing_falls_back_to_the_template(desk, zalo, task):
    zalo.answers[CS] = {"error": -230}
    entry = deliver(desk, task(purpose="status", template={"id": "410", "data": {}}))
    assert (entry.state, entry.item["channel"]) == ("sent", "template")


def seal(world, desk, ref="ref", *, seconds=300, **private):
    expires = int(world.clock().timestamp()) + seconds
    desk.identities.table.put(sealed_key(ref) | private | {"ttl": expires})


def test_a_sealed_answer_is_read_when_it_is_sent_and_kept_nowhere(world, desk, zalo, task):
    picture = b"\x89PNG-table"
    seal(world, desk, text="Thẻ BHYT của N. V. An còn hạn.", picture=picture)
    zalo.answers["/v2.0/oa/upload/image"] = {"error": 0, "data": {"attachment_id": "picture-1"}}
    entry = deliver(desk, task(text="[Kết quả tra cứu]", sealed="ref"))
    assert entry.state == "sent"
    said, shown = (call.json["message"] for call in zalo.calls(CS))
    assert said["text"] == "Thẻ BHYT của N. V. An còn hạn."
    assert "picture-1" in json.dumps(shown)
    stored = str(world.table.client.scan(TableName=world.table.name)["Items"])
    assert "N. V. An" not in stored and "Kết quả tra cứu" in stored


def test_a_sealed_code_goes_to_the_sealed_phone_or_nowhere(world, desk, zalo, task):
    desk.identities.set_phone("csgt", PERSON, "0912000000")
    otp = {"purpose": "otp", "text": "", "template": {"id": "9", "phone_ref": "sealed"}}
    seal(world, desk, "one", phone="84981111111", template_data={"otp": "739154"})
    assert deliver(desk, task(1, sealed="one", **otp)).state == "sent"
    (call,) = zalo.calls(ZBS)
    assert (call.json["phone"], call.json["template_data"]) == ("84981111111", {"otp": "739154"})
    seal(world, desk, "two", phone="", template_data={"otp": "739155"})
    assert deliver(desk, task(2, sealed="two", **otp)).item["reason"] == "no_template"
    assert len(zalo.calls(ZBS)) == 1 and not zalo.calls(CS)


def test_what_has_expired_is_not_sent_as_a_placeholder(world, desk, zalo, task):
    seal(world, desk, text="Thẻ BHYT còn hạn.", seconds=-1)
    entry = deliver(desk, task(text="[Kết quả tra cứu]", sealed="ref"))
    assert (entry.state, entry.item["reason"]) == ("refused", "expired")
    assert not zalo.calls(CS)


def test_a_one_time_code_goes_to_the_phone_and_lies_in_no_table(desk, zalo, task, world):
    world.identities.set_phone("csgt", PERSON, 84912345678)
    zalo.answers[ZBS] = {"error": 0, "data": {"msg_id": "z-1"}}
    otp = task(purpose="otp", text="Mã 739154", template={"id": "9", "data": {"otp": "739154"}})
    assert deliver(desk, otp).state == "sent"
    assert zalo.calls(ZBS)[0].json["template_data"] == {"otp": "739154"}
    assert zalo.calls(CS) == []
    assert "739154" not in str(world.ledger.history("csgt", PERSON).items)


def test_a_one_time_code_that_must_wait_is_refused_instead(desk, zalo, task, world):
    world.identities.set_phone("csgt", PERSON, 84912345678)
    zalo.answers[ZBS] = {"error": -144}
    entry = deliver(desk, task(purpose="otp", template={"id": "9", "data": {"otp": "739154"}}))
    assert (entry.state, entry.item["reason"]) == ("refused", "daily_limit")


def test_a_status_in_the_night_is_held_and_replaced_by_the_next(desk, zalo, task, world):
    world.clock.advance(hours=14)  # 00:00 in Hanoi
    midnight = {"purpose": "status", "created_at": world.clock().isoformat()}
    first = task(1, **midnight, text="Đang xác minh", coalesce="status:CSGT-7K3M-92")
    assert deliver(desk, first).item["reason"] == "night"
    world.clock.advance(hours=1)
    second = task(2, **midnight, text="Đã xử lý", coalesce="status:CSGT-7K3M-92")
    assert deliver(desk, second).state == "held"
    other = task(3, **midnight, text="Khác", coalesce="status:CSGT-OTHER")
    assert deliver(desk, other).state == "held"
    world.clock.advance(hours=5)
    outcomes = {e.item["outbox_id"]: e.state for e in release(world, desk)}
    assert outcomes == {"outbox-1": "refused", "outbox-2": "sent", "outbox-3": "sent"}
    assert sorted(c.json["message"]["text"] for c in zalo.calls(CS)) == ["Khác", "Đã xử lý"]


def test_a_forgotten_citizen_is_not_written_to(desk, zalo, task, world):
    world.identities.delete("csgt", PERSON)
    assert deliver(desk, task()) is None
    assert zalo.requests == []
    assert world.ledger.history("csgt", PERSON).items == []


def test_somebody_without_an_account_is_answered_in_their_conversation(desk, zalo, task, world):
    world.identities.table.put(
        {"pk": "CITIZEN#csgt#c_anon", "zalo_user_id": "anon-1", "anonymous": True, "conversation_id": "v-1"}
    )
    assert deliver(desk, task(citizen="c_anon")).state == "sent"
    (call,) = zalo.calls("/v2.0/oa/message")
    assert call.json["recipient"] == {"anonymous_id": "anon-1", "conversation_id": "v-1"}


def test_a_task_that_is_none_is_said_to_be_so(desk):
    with pytest.raises(Invalid):
        deliver(desk, {"kind": "send", "agency": "csgt"})


def test_no_call_is_begun_with_too_little_time_left(desk, zalo, task, world, monkeypatch):
    hurried = Desk(
        **{f: getattr(desk, f) for f in ("ledger", "identities", "tokens", "api", "files", "clock", "sleep")},
        seconds_left=lambda: send_module.CALL_S - 1,
    )
    assert deliver(hurried, task()).item["reason"] == "out_of_time"
    assert zalo.requests == []
    (entry,) = release(world, desk)
    assert entry.state == "sent"


def batch(*tasks):
    """An SQS event of a FIFO queue."""
    return {
        "Records": [
            {
                "messageId": f"sqs-{n}",
                "receiptHandle": "r",
                "body": json.dumps(t),
                "attributes": {"MessageGroupId": f"csgt-{t.get('citizen')}", "ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-southeast-1:1:outgoing.fifo",
                "awsRegion": "ap-southeast-1",
            }
            for n, t in enumerate(tasks)
        ]
    }


def failed(answer):
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]]


def test_a_batch_goes_out_in_its_order(desk, zalo, task):
    assert failed(process(batch(*[task(n, text=str(n)) for n in range(5)]), None, desk)) == []
    assert [c.json["message"]["text"] for c in zalo.calls(CS)] == list("01234")


def test_a_failure_keeps_its_citizen_waiting_and_nobody_else(desk, zalo, task, world):
    world.identities.put_if_new("csgt", "c_other", "777")
    world.ledger.attempting(world.ledger.open(task(1)), channel="cs", at=world.clock())
    event = batch(task(1), task(2), task(3, citizen="c_other"))
    assert failed(process(event, None, desk)) == ["sqs-0", "sqs-1"]
    assert [c.json["recipient"]["user_id"] for c in zalo.calls(CS)] == ["777"]


def test_a_batch_in_which_everything_fails_is_reported_not_raised(desk, task, world):
    world.ledger.attempting(world.ledger.open(task(1)), channel="cs", at=world.clock())
    assert failed(process(batch(task(1)), None, desk)) == ["sqs-0"]
    assert failed(process(batch(task(2)), None, desk)) == []


def test_a_batch_of_nothing_is_done(desk, zalo):
    assert failed(process({"Records": []}, None, desk)) == []


def test_updates_of_one_report_in_a_batch_become_the_last_of_them(desk, zalo, task):
    key = "status:CSGT-7K3M-92"
    event = batch(
        task(1, purpose="status", text="1", coalesce=key),
        task(2, text="2"),
        task(3, purpose="status", text="3", coalesce=key),
    )
    process(event, None, desk)
    assert [c.json["message"]["text"] for c in zalo.calls(CS)] == ["2", "3"]


def test_something_that_is_no_task_does_not_block_the_queue(desk, zalo, task):
    assert failed(process(batch({"kind": "send", "citizen": PERSON}, task(2)), None, desk)) == []
    assert len(zalo.calls(CS)) == 1


class Context:
    """As much of Lambda's context as is looked at."""

    def get_remaining_time_in_millis(self):
        return 30_000


def test_the_function_is_wired_to_its_peers(zalo, task, world, monkeypatch):
    environment = {
        "TABLE": world.table.name,
        "IDENTITY_TABLE": world.identities.table.name,
        "TOKENS_TABLE": world.tokens_table.name,
        "SECRET_PREFIX": world.secrets._prefix,
        "ZALO_OAUTH_URL": zalo.url,
        "ZALO_OPENAPI_URL": zalo.url,
        "ZALO_BUSINESS_URL": zalo.url,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    caches = (settings, client, app._secrets)
    for cached in caches:
        cached.cache_clear()
    now = datetime.now(UTC).isoformat()
    assert failed(app.handler(batch(task(created_at=now)), Context())) == []
    assert zalo.calls(CS)[0].json["message"] == {"text": task()["text"]}
    for cached in caches:
        cached.cache_clear()


def test_nothing_about_a_person_is_logged(desk, zalo, task, world, capsys, caplog):
    world.identities.set_phone("csgt", PERSON, "0912345678")
    for answer in (None, {"error": -213, "message": f"user {USER}"}, Answer(drop=True), {"error": -32}):
        zalo.answers[CS] = answer
        process(batch(task(zalo.number + 100 * len(zalo.requests), text="Bí mật CANARY")), None, desk)
    shown = "".join(capsys.readouterr()) + "".join(str(vars(record)) for record in caplog.records)
    assert shown.count("'state': ") == 4
    for secret in (USER, "CANARY", "0912345678", "84912345678", "access-1", "refresh-1", "app-secret"):
        assert secret not in shown
