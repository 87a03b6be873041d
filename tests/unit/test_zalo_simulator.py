"""The simulator towards the desk and the citizen: webhooks, retries, control API, media, restart."""

import hashlib
import json
import time
from typing import Any

import httpx

from local.zalo.server import running
from local.zalo.testing import Desk, Zalo, expected_mac, until
from local.zalo.webhooks import signature

pytest_plugins = ["tests.simulated_zalo"]


def test_the_signature_is_a_plain_digest_of_app_id_body_timestamp_and_oa_secret() -> None:
    body = (
        b'{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
        b'"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
        b'"event_name":"user_send_text","message":{"text":"message","msg_id":"96d3cdf3af150460909"},'
        b'"timestamp":"154390853474"}'
    )
    known = "mac=d6b2f460776baf661c24636ed1650d166ae50c282a0408ac80ef5550f76d0d05"
    assert signature("360846524940903967", body, "154390853474", "test-oa-secret") == known


def test_a_text_reaches_the_desk_signed_over_its_bytes(zalo: Zalo, desk: Desk) -> None:
    msg_id = zalo.say("minh", text="Xe 29A-123.45 vượt đèn đỏ")
    until(lambda: desk.received)
    headers, body = desk.received[0]
    event = json.loads(body)
    assert headers["x-zevent-signature"] == expected_mac(body)
    assert headers["x-zevent-server"] == "OA OpenAPI"
    assert headers["user-agent"] == "ZaloWebhook"
    assert "num_retry" not in headers
    assert event["message"] == {"text": "Xe 29A-123.45 vượt đèn đỏ", "msg_id": msg_id}
    assert list(event) == [
        *("app_id", "sender", "user_id_by_app", "recipient", "event_name", "message", "timestamp"),
    ]
    assert event["recipient"]["id"] == "388613280878808645"
    assert int(event["sender"]["id"]) > 2**53
    assert event["sender"]["id"] == zalo.user_id("minh") != event["user_id_by_app"]
    assert len(msg_id) == 20
    assert len(event["timestamp"]) == 13
    until(lambda: zalo.chat("minh")[0]["state"] == "received")


def test_every_kind_has_the_payload_of_its_event(zalo: Zalo, desk: Desk) -> None:
    zalo.say("lan", kind="location", lat=21.0285, lon=105.8542, text="Hồ Gươm")
    zalo.say("lan", kind="video", url="http://elsewhere.test/v.mp4")
    zalo.say("lan", kind="audio", url="http://elsewhere.test/v.amr")
    zalo.say("lan", kind="sticker", sticker="cam-on")
    first = zalo.say("lan", kind="button", text="menu:report")
    zalo.say("lan", text="trả lời", quote=first)
    zalo.say("lan", kind="contact", text="Anh Tuấn", phone="84900000009")
    zalo.say("lan", kind="image", urls=["http://elsewhere.test/a.jpg", "http://elsewhere.test/b.jpg"])
    until(lambda: len(desk.received) == 8)
    names = [event["event_name"].removeprefix("user_send_") for event in desk.events()]
    assert names == ["location", "video", "audio", "sticker", "text", "text", "business_card", "image"]
    messages = [event["message"] for event in desk.events()]
    where = {"coordinates": {"latitude": "21.0285", "longitude": "105.8542"}}
    assert messages[0]["attachments"] == [{"type": "location", "payload": where}]
    assert messages[0]["text"] == "Hồ Gươm"
    assert set(messages[1]["attachments"][0]["payload"]) == {"thumbnail", "description", "url"}
    assert messages[2]["attachments"][0]["payload"] == {"url": "http://elsewhere.test/v.amr"}
    assert set(messages[3]["attachments"][0]["payload"]) == {"id", "url"}
    assert messages[4]["text"] == "menu:report"
    assert messages[5]["quote_msg_id"] == first
    card = messages[6]["attachments"][0]
    assert (card["type"], json.loads(card["payload"]["description"])["phone"]) == ("link", "84900000009")
    assert len(messages[7]["attachments"]) == 2
    assert "text" not in messages[7]


def test_an_upload_is_served_byte_for_byte_with_ranges(zalo: Zalo, desk: Desk) -> None:
    content = bytes(range(256)) * 4000
    form = {"oa": "csgt", "kind": "file"}
    upload = {"file": ("đơn.pdf", content, "application/pdf")}
    zalo.post("/sim/citizens/minh/messages", data=form, files=upload)
    until(lambda: desk.received)
    payload = desk.events("user_send_file")[0]["message"]["attachments"][0]["payload"]
    checksum = hashlib.md5(content).hexdigest()
    assert (payload["size"], payload["type"], payload["checksum"]) == ("1024000", "pdf", checksum)
    whole = httpx.get(payload["url"])
    assert (whole.content, whole.headers["content-type"]) == (content, "application/pdf")
    part = httpx.get(payload["url"], headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, content[100:200])
    zalo.post("/sim/faults", json={"path": "/media/*", "status": 404})
    assert httpx.get(payload["url"]).status_code == 404
    assert httpx.get(payload["url"]).status_code == 200


def test_a_delivery_that_fails_is_retried_on_the_ladder_with_the_same_body(zalo: Zalo, desk: Desk) -> None:
    desk.statuses = [503] * 5
    zalo.say("minh", text="một")
    until(lambda: len(desk.received) == 1)
    for wait, expected in ((29, 1), (1, 2), (300, 3), (900, 4), (1800, 5), (3599, 5), (2, 6)):
        zalo.advance(wait)
        assert len(desk.received) == expected
    assert [headers.get("num_retry") for headers, _ in desk.received] == [None, "1", "2", "3", "4", "5"]
    assert len({body for _, body in desk.received}) == 1
    assert all(headers["x-zevent-signature"] == expected_mac(body) for headers, body in desk.received)
    assert zalo.chat("minh")[0]["state"] == "received"


def test_after_the_last_retry_the_app_hears_nothing_until_it_subscribes_again(zalo: Zalo, desk: Desk) -> None:
    desk.statuses = [500] * 6
    zalo.say("minh", text="một")
    zalo.advance(2 * 3600)
    assert len(desk.received) == 6
    assert zalo.get("/sim/deliveries").json()[0]["state"] == "abandoned"
    zalo.say("minh", text="hai")
    assert zalo.get("/sim/deliveries").json()[1]["state"] == "dropped"
    zalo.post("/sim/webhook", json={"subscribed": True})
    zalo.say("minh", text="ba")
    until(lambda: len(desk.received) == 7)


def test_a_slow_answer_counts_as_none_and_brings_a_duplicate(zalo: Zalo, desk: Desk) -> None:
    zalo.simulator.config.webhook_timeout_s = 0.2
    desk.delay_s = {"chậm": 0.5}
    zalo.say("minh", text="chậm")
    until(lambda: zalo.get("/sim/deliveries").json()[0]["attempts"])
    desk.delay_s = {}
    zalo.advance(30)
    assert [event["message"]["text"] for event in desk.events()] == ["chậm", "chậm"]
    assert zalo.get("/sim/deliveries").json()[0]["state"] == "delivered"


def test_a_lost_answer_brings_a_duplicate_and_a_refused_signature_does_not(zalo: Zalo, desk: Desk) -> None:
    zalo.post("/sim/faults", json={"path": "webhook", "status": 502})
    zalo.say("minh", text="một")
    until(lambda: len(desk.received) == 1)
    zalo.advance(30)
    assert len(desk.received) == 2
    desk.statuses = [401]
    zalo.say("minh", text="hai")
    until(lambda: len(desk.received) == 3)
    zalo.advance(7200)
    assert len(desk.received) == 3


def test_one_citizen_keeps_order_and_does_not_hold_up_another(zalo: Zalo, desk: Desk) -> None:
    desk.delay_s = {"chậm": 1.0}
    zalo.say("minh", text="chậm")
    for number in range(5):
        zalo.say("minh", text=f"m{number}")
    began = time.monotonic()
    zalo.say("lan", text="nhanh")
    until(lambda: any(e["message"]["text"] == "nhanh" for e in desk.events()))
    assert time.monotonic() - began < 0.8
    until(lambda: len(desk.received) == 7)
    texts = [event["message"]["text"] for event in desk.events()]
    assert [text for text in texts if text != "nhanh"] == ["chậm", "m0", "m1", "m2", "m3", "m4"]


def test_follow_chatnow_seen_reaction_and_withdrawal_are_told(zalo: Zalo, desk: Desk) -> None:
    assert zalo.act("minh", "chatnow") == {"told": True}
    assert zalo.act("minh", "chatnow") == {"told": False}
    zalo.act("minh", "follow")
    sent = zalo.consult("minh")["data"]["message_id"]
    assert zalo.act("minh", "seen")["msg_ids"] == [sent]
    assert zalo.chat("minh")[0]["state"] == "seen"
    zalo.act("minh", "react", msg_id=sent, icon="/-heart")
    zalo.act("minh", "submit_info", info={"phone": "84911111111"})
    zalo.act("minh", "withdraw")
    zalo.act("minh", "unfollow")
    names = [
        *("user_click_chatnow", "follow", "oa_send_text", "user_received_message", "user_seen_message"),
        *("user_reacted_message", "user_submit_info", "user_withdraw", "unfollow"),
    ]
    until(lambda: len(desk.received) == len(names))
    assert [event["event_name"] for event in desk.events()] == names
    follow, received, seen = (desk.events(name)[0] for name in (names[1], names[3], names[4]))
    assert follow["follower"]["id"] == zalo.user_id("minh")
    assert not {"sender", "recipient"} & set(follow)
    assert received["sender"]["id"] == seen["sender"]["id"] == "388613280878808645"
    assert received["message"] == {"msg_id": sent}
    assert seen["message"] == {"msg_ids": [sent]}
    assert desk.events("user_submit_info")[0]["info"]["phone"] == "84911111111"


def test_a_phone_that_was_off_receives_when_it_comes_back(zalo: Zalo, desk: Desk) -> None:
    zalo.say("minh", text="chào")
    zalo.post("/sim/citizens", json={"id": "minh", "online": False})
    zalo.consult("minh")
    assert zalo.chat("minh")[1]["state"] == "sent"
    zalo.post("/sim/citizens", json={"id": "minh", "online": True})
    assert zalo.chat("minh")[1]["state"] == "received"
    until(lambda: desk.events("user_received_message"))


def test_the_console_pings_unsigned_and_tests_with_strangers(zalo: Zalo, desk: Desk) -> None:
    zalo.post("/sim/webhook/ping")
    zalo.post("/sim/webhook/test", json={"oa": "csgt"})
    (ping_headers, ping), (test_headers, test) = desk.received
    assert ping == b"{}"
    assert "x-zevent-signature" not in ping_headers
    assert test_headers["x-zevent-signature"] == expected_mac(test)
    assert json.loads(test)["message"]["msg_id"] == "This is message id"


def test_nonsense_is_refused_with_a_reason(zalo: Zalo) -> None:
    for body in (
        {"oa": "nobody", "kind": "text", "text": "a"},
        {"oa": "csgt", "kind": "poem", "text": "a"},
        {"oa": "csgt", "kind": "text"},
        {"oa": "csgt", "kind": "image"},
        {"oa": "csgt", "kind": "location", "lat": 121, "lon": 0},
        {"oa": "csgt", "kind": "image", "sample": "../config.py"},
    ):
        answer = zalo.post("/sim/citizens/minh/messages", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]
    assert zalo.chat("minh") == []


def test_a_restart_keeps_chats_tokens_clock_and_what_is_still_to_deliver(
    settings: dict[str, Any], desk: Desk, tmp_path: Any
) -> None:
    state = tmp_path / "zalo.sqlite"
    desk.statuses = [503]
    with running(settings, state) as simulator, Zalo(simulator) as zalo:
        pair = zalo.pair
        zalo.say("minh", text="trước")
        until(lambda: desk.received)
        until(lambda: zalo.get("/sim/deliveries").json()[0]["state"] == "retrying")
        upload = {"file": ("a.txt", b"abc", "text/plain")}
        zalo.post("/sim/citizens/lan/messages", data={"oa": "csgt", "kind": "file"}, files=upload)
        zalo.advance(5)
    with running(settings, state) as simulator, Zalo(simulator) as zalo:
        assert zalo.get("/sim/clock").json()["offset_s"] > 4.9
        assert [message["text"] for message in zalo.chat("minh")] == ["trước"]
        url = zalo.chat("lan")[0]["attachments"][0]["payload"]["url"]
        assert httpx.get(url).content == b"abc"
        assert zalo.call("GET", "/v2.0/oa/getoa", pair["access_token"])["error"] == 0
        zalo.advance(30)
        assert [headers.get("num_retry") for headers, _ in desk.received] == [None, None, "1"]


def test_a_cancelled_grant_kills_the_tokens_and_is_told(zalo: Zalo, desk: Desk) -> None:
    assert zalo.call("GET", "/v2.0/oa/getoa")["error"] == 0
    zalo.post("/sim/tokens/revoke", json={"oa": "csgt"})
    assert zalo.call("GET", "/v2.0/oa/getoa")["error"] == -220
    assert zalo.refresh(zalo.pair["refresh_token"])["error"] == -14014
    zalo.post("/sim/events", json={"oa": "csgt", "event": {"event_name": "create_group", "group_id": "g"}})
    until(lambda: len(desk.received) == 2)
    assert [event["event_name"] for event in desk.events()] == ["permission_revoked", "create_group"]
    assert all(headers["x-zevent-signature"] == expected_mac(body) for headers, body in desk.received)
