"""What goes over the wire to Zalo, and what is made of the answers."""

import hashlib
import hmac
import io
import json

import pytest

from desk.zalo import messages, transport
from desk.zalo.api import Access, ZaloApi
from desk.zalo.errors import Action, NoAnswer, ZaloError
from tests.zalo_server import Answer, zalo_server

ACCESS = Access("token-1")


@pytest.fixture
def zalo():
    with zalo_server() as server:
        yield server


@pytest.fixture
def api(zalo):
    with transport.client() as http:
        yield ZaloApi(http, zalo.url, zalo.url)


@pytest.fixture
def impatient(monkeypatch):
    """Time-outs of a test's length."""
    monkeypatch.setattr("desk.zalo.transport.call.__kwdefaults__", {"limit_s": 0.3})


def test_a_consultation_message_goes_out_as_zalo_documents_it(zalo, api):
    zalo.respond = lambda _: {
        "error": 0,
        "message": "Success",
        "data": {
            "message_id": "m-1",
            "user_id": "U",
            "sent_time": "1795493879430",
            "quota": {"quota_type": "reply", "remain": "7", "total": "8"},
        },
    }
    sent = api.send(ACCESS, "U", messages.text("Chào bạn", quote="q-1"))
    request = zalo.requests[0]
    assert (request.method, request.path) == ("POST", "/v3.0/oa/message/cs")
    assert request.headers["access_token"] == "token-1"
    assert "authorization" not in request.headers
    assert "appsecret_proof" not in request.headers
    assert request.json == {
        "recipient": {"user_id": "U"},
        "message": {"text": "Chào bạn", "quote_message_id": "q-1"},
    }
    assert (sent.message_id, sent.at_ms) == ("m-1", 1795493879430)
    assert sent.quota.as_item() == {"type": "reply", "remain": 7, "total": 8}


def test_get_parameters_travel_as_json_in_one_field(zalo, api):
    zalo.respond = lambda _: {"error": 0, "data": {"display_name": "Lan", "user_id": "U"}}
    assert api.user(ACCESS, "U")["display_name"] == "Lan"
    assert zalo.requests[0].path == "/v3.0/oa/user/detail"
    assert json.loads(zalo.requests[0].query["data"]) == {"user_id": "U"}


def test_the_proof_is_the_keyed_digest_of_the_token(zalo, api):
    api.oa(Access.proven("token-1", "app-secret"))
    expected = hmac.new(b"app-secret", b"token-1", hashlib.sha256).hexdigest()
    assert zalo.requests[0].headers["appsecret_proof"] == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            messages.text("Chọn", buttons=[{"title": "Có"}, {"title": "Xem", "url": "https://x.vn"}]),
            {
                "text": "Chọn",
                "attachment": {
                    "type": "template",
                    "payload": {
                        "buttons": [
                            {"title": "Có", "type": "oa.query.show", "payload": "Có"},
                            {"title": "Xem", "type": "oa.open.url", "payload": {"url": "https://x.vn"}},
                        ]
                    },
                },
            },
        ),
        (
            messages.text(
                "Gọi", buttons=[{"title": "1022", "phone": "1022"}, {"title": "A", "payload": "#a"}]
            ),
            {
                "text": "Gọi",
                "attachment": {
                    "type": "template",
                    "payload": {
                        "buttons": [
                            {"title": "1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
                            {"title": "A", "type": "oa.query.hide", "payload": "#a"},
                        ]
                    },
                },
            },
        ),
        (
            messages.image(url="https://a.vn/p.jpg", caption="Ảnh"),
            {
                "text": "Ảnh",
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "media",
                        "elements": [{"media_type": "image", "url": "https://a.vn/p.jpg"}],
                    },
                },
            },
        ),
        (messages.file("tok"), {"attachment": {"type": "file", "payload": {"token": "tok"}}}),
    ],
)
def test_each_kind_of_message_has_its_shape(message, expected):
    assert message == expected


def test_a_picture_by_address_and_upload_at_once_is_refused():
    with pytest.raises(ValueError, match="either"):
        messages.image(url="https://a.vn/p.jpg", attachment_id="1")


def test_a_template_goes_to_the_user_or_to_the_phone(zalo, api):
    zalo.respond = lambda r: (
        {"error": 0, "data": {"msg_id": "z-1", "quota": {"dailyQuota": "500", "remainingQuota": "499"}}}
        if r.path == "/message/template"
        else {"error": 0, "data": {"message_id": "t-1"}}
    )
    assert api.send_template(ACCESS, "U", "410", {"code": "A"}).message_id == "t-1"
    by_phone = api.send_template_to_phone(ACCESS, "84912345678", "410", {"code": "A"}, "track-1")
    assert (by_phone.message_id, by_phone.quota.remain) == ("z-1", 499)
    assert zalo.requests[0].path == "/v3.0/oa/message/template"
    assert zalo.requests[1].json == {
        "phone": "84912345678",
        "template_id": "410",
        "template_data": {"code": "A"},
        "tracking_id": "track-1",
    }


def test_an_upload_carries_the_file_and_its_name(zalo, api):
    zalo.respond = lambda _: {"error": 0, "data": {"token": "tok-1"}}
    assert api.upload(ACCESS, "file", "biên bản.pdf", io.BytesIO(b"%PDF-1.7"), "application/pdf") == "tok-1"
    request = zalo.requests[0]
    assert request.path == "/v2.0/oa/upload/file"
    assert b'name="file"' in request.body
    assert b"%PDF-1.7" in request.body


def test_a_reaction_and_a_broadcast_use_the_older_address(zalo, api):
    api.react(ACCESS, "U", "m-1", "/-heart")
    api.broadcast(ACCESS, "art-1", {"cities": "4"})
    assert [r.path for r in zalo.requests] == ["/v2.0/oa/message"] * 2
    assert zalo.requests[0].json["sender_action"] == {"react_icon": "/-heart", "react_message_id": "m-1"}
    element = zalo.requests[1].json["message"]["attachment"]["payload"]["elements"][0]
    assert element == {"media_type": "article", "attachment_id": "art-1"}


@pytest.mark.parametrize("code", [-216, "-216"])
def test_an_error_in_a_good_answer_is_an_error(zalo, api, code):
    zalo.respond = lambda _: {"error": code, "message": "Access token is invalid"}
    with pytest.raises(ZaloError) as caught:
        api.send(ACCESS, "U", messages.text("a"))
    assert (caught.value.family, caught.value.code) == ("oa", -216)
    assert caught.value.action is Action.REFRESH_TOKEN


def test_the_phone_template_has_the_errors_of_its_own_family(zalo, api):
    zalo.respond = lambda _: {"error": -118, "message": "x"}
    with pytest.raises(ZaloError) as caught:
        api.send_template_to_phone(ACCESS, "84912345678", "410", {}, "t")
    assert (caught.value.family, caught.value.reason) == ("zbs", "recipient_cannot_receive")


@pytest.mark.parametrize(
    ("answer", "action"),
    [
        (Answer(b"<html>", 500), Action.AMBIGUOUS),
        (Answer(b"<html>", 502), Action.AMBIGUOUS),
        (Answer(b"<html>", 504), Action.AMBIGUOUS),
        (Answer(b"not json"), Action.AMBIGUOUS),
        (Answer([1]), Action.AMBIGUOUS),
        (Answer(drop=True), Action.AMBIGUOUS),
        (Answer(b"", 503), Action.RETRY),
        (Answer(b"", 429), Action.LATER),
        (Answer(b"", 401), Action.REFRESH_TOKEN),
        (Answer(b"", 404), Action.HUMAN),
        (Answer(b"", 302), Action.HUMAN),
        (Answer({"error": -230}, 400), Action.DROP),
        (Answer({"error": -200}, 500), Action.RETRY),
    ],
)
def test_an_odd_answer_to_a_send_says_what_may_follow(zalo, api, answer, action):
    zalo.respond = lambda _: answer
    with pytest.raises(ZaloError) as caught:
        api.send(ACCESS, "U", messages.text("a"))
    assert caught.value.action is action
    assert isinstance(caught.value, NoAnswer) == (action is Action.AMBIGUOUS)
    assert len(zalo.requests) == 1


@pytest.mark.parametrize("answer", [Answer(b"<html>", 502), Answer(drop=True), Answer(b"not json")])
def test_a_question_that_got_no_answer_may_be_asked_again(zalo, api, answer):
    zalo.respond = lambda _: answer
    with pytest.raises(ZaloError) as caught:
        api.user(ACCESS, "U")
    assert caught.value.action is Action.RETRY


def test_a_send_that_times_out_is_ambiguous(zalo, api, impatient):
    zalo.respond = lambda _: Answer({"error": 0}, delay_s=0.8)
    with pytest.raises(NoAnswer) as caught:
        api.send(ACCESS, "U", messages.text("a"))
    assert caught.value.reason == "timeout"


def test_an_answer_that_drips_ends_at_the_limit(zalo, api, impatient):
    zalo.respond = lambda _: Answer({"error": 0, "data": {"message_id": "m" * 40}}, drip_s=0.05)
    with pytest.raises(NoAnswer):
        api.send(ACCESS, "U", messages.text("a"))


def test_a_connection_that_was_never_made_may_be_tried_again():
    with transport.client() as http, pytest.raises(ZaloError) as caught:
        ZaloApi(http, "http://127.0.0.1:9", "").send(ACCESS, "U", messages.text("a"))
    assert caught.value.action is Action.RETRY


def test_an_endless_answer_is_cut_off(zalo, api, monkeypatch):
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 100)
    zalo.respond = lambda _: {"error": 0, "data": {"x": "y" * 1000}}
    with pytest.raises(NoAnswer):
        api.send(ACCESS, "U", messages.text("a"))


def test_tokens_do_not_show_when_printed():
    assert "token-1" not in repr(ACCESS)
    assert "secret" not in repr(Access.proven("t", "secret"))


@pytest.mark.parametrize("length", [1, 1999, 2000, 2001, 4001, 9000])
def test_a_long_text_is_cut_into_pieces_that_zalo_takes(length):
    text = ("Một dòng chữ không dài lắm.\n" * 400)[:length].strip() or "a"
    pieces = messages.split(text)
    assert all(0 < len(p) <= messages.MAX_TEXT for p in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_word_without_end_is_cut_hard():
    assert [len(p) for p in messages.split("a" * 4500)] == [2000, 2000, 500]
