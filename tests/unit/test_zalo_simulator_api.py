"""The simulator towards the desk's calls: Open API and ZBS, with the platform's rules and errors."""

import hashlib
import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from local.zalo.testing import Desk, Zalo, until

pytest_plugins = ["tests.simulated_zalo"]
DAY = 24 * 3600


def into_hours(zalo: Zalo, hour: int) -> None:
    """Move the clock to the next time that it is this hour in Vietnam."""
    now = zalo.simulator.clock.local()
    zalo.advance(((hour - now.hour) % 24) * 3600 + (30 - now.minute) * 60 % 3600)


# Consultation messages


def test_a_message_is_answered_with_its_id_and_quota_and_shows_in_the_chat(zalo: Zalo, desk: Desk) -> None:
    asked = zalo.say("minh", text="Chào")
    buttons = [
        {"title": "Báo vi phạm", "type": "oa.query.show", "payload": "menu:report"},
        {"title": "Gọi 113", "type": "oa.open.phone", "payload": {"phone_code": "113"}},
    ]
    attachment = {"type": "template", "payload": {"buttons": buttons}}
    message = {"text": "Chào anh", "quote_message_id": asked, "attachment": attachment}
    answer = zalo.consult("minh", message)
    assert answer["error"] == 0
    assert answer["data"]["user_id"] == zalo.user_id("minh")
    assert answer["data"]["quota"] == {"quota_type": "reply", "remain": "7", "total": "8"}
    assert re.fullmatch("[0-9a-f]{20}", answer["data"]["message_id"])
    shown = zalo.chat("minh")[-1]
    assert (shown["from"], shown["text"], shown["quote"]) == ("oa", "Chào anh", asked)
    assert [button["payload"] for button in shown["buttons"]] == ["menu:report", "113"]
    until(lambda: desk.events("user_received_message"))
    assert desk.events("oa_send_text")[0]["message"]["msg_id"] == answer["data"]["message_id"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "a" * 2000}, 0),
        ({"text": "a" * 2001}, -210),
        ({"text": " "}, -201),
        ({}, -201),
        ({"text": "a", "quote_message_id": "nothing"}, -201),
        ({"attachment": {"type": "file", "payload": {"token": "nothing"}}}, -201),
        ({"attachment": {"type": "video", "payload": {}}}, -233),
    ],
)
def test_a_message_body_is_checked(zalo: Zalo, message: dict[str, Any], code: int) -> None:
    zalo.say("minh", text="Chào")
    body = {"recipient": {"user_id": zalo.user_id("minh")}, "message": message}
    assert zalo.call("POST", "/v3.0/oa/message/cs", json=body)["error"] == code


def test_the_window_closes_after_seven_days_and_never_opens_for_strangers(zalo: Zalo) -> None:
    zalo.say("minh", text="Chào")
    zalo.advance(7 * DAY - 60)
    zalo.pair = zalo.refresh(zalo.pair["refresh_token"])
    assert zalo.consult("minh")["error"] == 0
    zalo.advance(120)
    assert zalo.consult("minh")["error"] == -230
    assert zalo.consult("lan")["error"] == -232
    zalo.act("lan", "follow")
    assert zalo.consult("lan")["error"] == 0
    unknown = {"recipient": {"user_id": "123"}, "message": {"text": "a"}}
    assert zalo.call("POST", "/v3.0/oa/message/cs", json=unknown)["error"] == -201


def test_replies_are_free_for_48_hours_then_cost_the_package(zalo: Zalo) -> None:
    zalo.simulator.config.package_quota = 1
    zalo.say("minh", text="Chào")
    assert [zalo.consult("minh")["data"]["quota"]["remain"] for _ in range(8)] == list("76543210")
    assert zalo.consult("minh")["data"]["quota"]["quota_type"] == "sub_quota"
    assert zalo.consult("minh")["error"] == -211
    zalo.say("minh", text="Còn đó không")
    body = {"user_id": zalo.user_id("minh")}
    quota = zalo.call("POST", "/v3.0/oa/quota/message", json=body)["data"]
    assert quota["cs_reply"] == {"remain": "8", "total": "8"}
    zalo.advance(49 * 3600)
    zalo.pair = zalo.refresh(zalo.pair["refresh_token"])
    assert zalo.consult("minh")["error"] == -211


def test_who_left_or_refuses_is_not_reached(zalo: Zalo) -> None:
    zalo.say("minh", text="Chào")
    zalo.act("minh", "unfollow")
    assert zalo.consult("minh")["error"] == -213
    zalo.say("minh", text="Tôi quay lại")
    assert zalo.consult("minh")["error"] == 0
    zalo.act("minh", "block")
    assert zalo.consult("minh")["error"] == -244
    zalo.act("minh", "block", error=-217)
    assert zalo.consult("minh")["error"] == 0
    card = {"title": "Thông tin", "subtitle": "Để liên hệ", "image_url": "https://x.test/a.png"}
    payload = {"template_type": "request_user_info", "elements": [card]}
    assert zalo.consult("minh", {"attachment": {"type": "template", "payload": payload}})["error"] == -217
    zalo.act("minh", "unblock")
    assert zalo.consult("minh", {"attachment": {"type": "template", "payload": payload}})["error"] == 0


def test_the_minute_has_its_limit(zalo: Zalo) -> None:
    zalo.simulator.config.rate_limit = 3
    zalo.advance(60 - zalo.simulator.clock.now() % 60)
    headers = {"access_token": zalo.pair["access_token"]}
    answers = [zalo.get("/v2.0/oa/getoa", headers=headers) for _ in range(4)]
    assert [a.headers.get("x-ratelimit-remain") for a in answers[:3]] == ["2", "1", "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "3"
    assert answers[3].json()["error"] == -32
    zalo.advance(60)
    assert zalo.call("GET", "/v2.0/oa/getoa")["error"] == 0


def test_uploads_have_limits_and_are_gone_after_seven_days(zalo: Zalo) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")

    def upload(kind: str, name: str, content: bytes) -> dict[str, Any]:
        return zalo.call("POST", f"/v2.0/oa/upload/{kind}", files={"file": (name, content)})

    assert upload("image", "a.png", picture.getvalue() + bytes(1 << 20))["error"] == -210
    assert upload("image", "a", picture.getvalue())["error"] == -201
    assert upload("image", "a.png", b"<html>")["error"] == -201
    assert upload("file", "a.exe", b"MZ")["error"] == -201
    image = upload("image", "a.png", picture.getvalue())["data"]["attachment_id"]
    token = upload("file", "a.pdf", b"%PDF-1.4")["data"]["token"]
    element = {"media_type": "image", "attachment_id": image}
    media = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    zalo.say("minh", text="Chào")
    assert zalo.consult("minh", {"attachment": media, "text": "Ảnh"})["error"] == 0
    assert zalo.consult("minh", {"attachment": {"type": "file", "payload": {"token": token}}})["error"] == 0
    url = zalo.chat("minh")[1]["attachments"][0]["payload"]["url"]
    assert httpx.get(url).content == picture.getvalue()
    zalo.advance(7 * DAY)
    zalo.pair = zalo.refresh(zalo.pair["refresh_token"])
    zalo.say("minh", text="Chào")
    assert zalo.consult("minh", {"attachment": media})["error"] == -100


# Other endpoints


def test_profiles_lists_tags_and_history_tell_what_happened(zalo: Zalo) -> None:
    zalo.act("minh", "follow")
    zalo.say("minh", text="một")
    zalo.consult("minh")
    user = zalo.user_id("minh")
    detail = zalo.call("GET", "/v3.0/oa/user/detail", params={"data": f'{{"user_id":"{user}"}}'})["data"]
    assert (detail["user_id"], detail["display_name"], detail["user_is_follower"]) == (
        user,
        "Nguyễn Văn Minh",
        True,
    )
    zalo.call("POST", "/v2.0/oa/tag/tagfollower", json={"user_id": user, "tag_name": "nóng"})
    assert zalo.call("GET", "/v2.0/oa/tag/gettagsofoa")["data"] == ["nóng"]
    query = {"data": '{"offset":0,"count":50,"tag_name":"nóng"}'}
    assert zalo.call("GET", "/v3.0/oa/user/getlist", params=query)["data"]["users"] == [{"user_id": user}]
    query = {"data": f'{{"user_id":"{user}","offset":0,"count":10}}'}
    history = zalo.call("GET", "/v2.0/oa/conversation", params=query)["data"]
    assert [(item["src"], item["message"]) for item in history] == [(0, "Chào bạn"), (1, "một")]
    query = {"data": '{"offset":0,"count":11}'}
    assert zalo.call("GET", "/v2.0/oa/listrecentchat", params=query)["error"] == -201


def test_an_article_is_processed_hidden_shown_and_broadcast_by_day_only(zalo: Zalo) -> None:
    article = {
        "type": "normal",
        "title": "Phân luồng đường Láng",
        "author": "Phòng CSGT",
        "description": "Từ 20/11",
        "cover": {"cover_type": "photo", "photo_url": "https://x.test/a.jpg", "status": "show"},
        "body": [{"type": "text", "content": "Nội dung"}],
    }
    token = zalo.call("POST", "/v2.0/article/create", json=article)["data"]["token"]
    assert zalo.call("POST", "/v2.0/article/verify", json={"token": token})["error"] == -214
    zalo.advance(2)
    key = zalo.call("POST", "/v2.0/article/verify", json={"token": token})["data"]["id"]
    assert zalo.get("/sim/articles", params={"oa": "csgt"}).json() == []
    zalo.call("POST", "/v2.0/article/update", json=article | {"id": key, "status": "show"})
    zalo.advance(2)
    assert [a["id"] for a in zalo.get("/sim/articles", params={"oa": "csgt"}).json()] == [key]
    payload = {"template_type": "media", "elements": [{"media_type": "article", "attachment_id": key}]}
    message = {"attachment": {"type": "template", "payload": payload}}
    body = {"recipient": {"target": {"gender": "0"}}, "message": message}
    zalo.act("minh", "follow")
    into_hours(zalo, 22)
    zalo.pair = zalo.refresh(zalo.pair["refresh_token"])
    assert zalo.call("POST", "/v2.0/oa/message", json=body)["error"] == -234
    zalo.advance(8 * 3600)
    assert zalo.call("POST", "/v2.0/oa/message", json=body)["error"] == 0
    assert zalo.chat("minh")[-1]["elements"][0]["title"] == "Phân luồng đường Láng"
    zalo.call("POST", "/v2.0/article/remove", json={"id": key})
    assert zalo.call("GET", "/v2.0/article/getslice", params={"offset": 0, "limit": 10})["data"]["total"] == 0


def test_the_v2_message_endpoint_only_reacts_and_broadcasts(zalo: Zalo, desk: Desk) -> None:
    asked = zalo.say("minh", text="Chào")
    to = {"recipient": {"user_id": zalo.user_id("minh")}}
    assert zalo.call("POST", "/v2.0/oa/message", json=to | {"message": {"text": "a"}})["error"] == -240
    action = {"react_icon": "/-heart", "react_message_id": asked}
    assert zalo.call("POST", "/v2.0/oa/message", json=to | {"sender_action": action})["error"] == 0
    assert zalo.chat("minh")[0]["reactions"] == {"oa": ["/-heart"]}
    until(lambda: desk.events("oa_reacted_message"))


def test_zbs_reaches_a_phone_or_its_hash_and_tells_the_delivery(zalo: Zalo, desk: Desk) -> None:
    body = {
        "phone": "84900000001",
        "template_id": "410",
        "template_data": {"code": "HN-1"},
        "tracking_id": "t-1",
    }
    answer = zalo.call("POST", "/message/template", json=body)
    assert answer["data"]["quota"] == {"dailyQuota": "500", "remainingQuota": "499"}
    assert zalo.chat("minh")[-1]["text"] == "Mã HN-1"
    until(lambda: desk.received[1:])
    headers = next(headers for headers, raw in desk.received if b"tracking_id" in raw)
    event = desk.events("user_received_message")[0]
    assert headers["x-zevent-server"] == "ZNS"
    assert event["recipient"]["id"] == "84900000001"
    assert event["message"]["tracking_id"] == "t-1"
    digest = hashlib.sha256(b"84900000001").hexdigest()
    assert zalo.call("POST", "/message/template/hashphone", json=body | {"phone": digest})["error"] == 0
    query = {"message_id": answer["data"]["msg_id"]}
    assert zalo.call("GET", "/message/status", params=query)["data"]["status"] == 1
    for change, code in (
        ({"phone": "0900000001"}, -108),
        ({"phone": "84999999999"}, -118),
        ({"template_id": "9"}, -109),
        ({"template_data": {}}, -1121),
        ({"template_data": {"code": "x" * 21}}, -130),
        ({"tracking_id": "t 1"}, -132),
        ({"sending_mode": "2"}, -161),
    ):
        assert zalo.call("POST", "/message/template", json=body | change)["error"] == code
    assert zalo.call("POST", "/message/template", "bad token", json=body)["error"] == -124
    zalo.simulator.config.zbs_daily_quota = 2
    assert zalo.call("POST", "/message/template", json=body)["error"] == -144


def test_a_template_by_user_id_needs_no_window_but_must_be_allowed(zalo: Zalo) -> None:
    body = {"user_id": zalo.user_id("minh"), "template_id": "410", "template_data": {"code": "HN-2"}}
    assert zalo.call("POST", "/v3.0/oa/message/template", json=body)["error"] == 0
    refused = body | {"template_id": "411", "template_data": {}}
    assert zalo.call("POST", "/v3.0/oa/message/template", json=refused)["error"] == -249


def test_faults_strike_before_or_after_the_deed_and_calls_are_kept_without_secrets(zalo: Zalo) -> None:
    zalo.say("minh", text="Chào")
    zalo.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", "error": -32, "times": 2})
    assert [zalo.consult("minh")["error"] for _ in range(3)] == [-32, -32, 0]
    zalo.post("/sim/faults", json={"path": "/v3.0/oa/message/cs", "status": 500, "after": True})
    body = {"recipient": {"user_id": zalo.user_id("minh")}, "message": {"text": "mất trả lời"}}
    headers = {"access_token": zalo.pair["access_token"]}
    assert zalo.post("/v3.0/oa/message/cs", headers=headers, json=body).status_code == 500
    assert zalo.chat("minh")[-1]["text"] == "mất trả lời"
    calls = zalo.get("/sim/calls", params={"path": "/v3.0/oa/message/cs"}).json()
    assert [(call["status"], call["agency"]) for call in calls[-2:]] == [(200, "csgt"), (500, "csgt")]
    zalo.refresh(zalo.pair["refresh_token"])
    everything = zalo.get("/sim/calls").text
    assert zalo.pair["access_token"] not in everything
    assert zalo.pair["refresh_token"] not in everything


def test_an_anonymous_conversation_goes_both_ways(zalo: Zalo, desk: Desk) -> None:
    zalo.post("/sim/citizens", json={"id": "ai-do", "anonymous": True})
    zalo.say("ai-do", text="Xin hỏi")
    until(lambda: desk.received)
    event = desk.events("anonymous_send_text")[0]
    to = {"anonymous_id": event["sender"]["id"], "conversation_id": event["message"]["conversation_id"]}
    answer = zalo.call("POST", "/v2.0/oa/message", json={"recipient": to, "message": {"text": "Chào bạn"}})
    assert answer["error"] == 0
    assert zalo.chat("ai-do")[-1]["text"] == "Chào bạn"
    until(lambda: desk.events("oa_send_anonymous_text"))


def test_a_changed_article_reads_as_before_until_it_is_processed(zalo: Zalo) -> None:
    article = {
        "type": "normal",
        "title": "Trước",
        "description": "Mô tả",
        "cover": {"cover_type": "photo", "status": "hide"},
        "body": [{"type": "text", "content": "Nội dung"}],
        "status": "show",
    }
    zalo.call("POST", "/v2.0/article/create", json=article)
    assert zalo.get("/sim/articles", params={"oa": "csgt"}).json() == []
    zalo.advance(2)
    (first,) = zalo.get("/sim/articles", params={"oa": "csgt"}).json()
    assert zalo.get(f"/articles/{first['id']}").status_code == 200
    zalo.call("POST", "/v2.0/article/update", json=article | {"id": first["id"], "title": "Sau"})
    (still,) = zalo.get("/sim/articles", params={"oa": "csgt"}).json()
    zalo.advance(2)
    (then,) = zalo.get("/sim/articles", params={"oa": "csgt"}).json()
    assert (still["title"], then["title"]) == ("Trước", "Sau")
    assert then["total_view"] == 1
