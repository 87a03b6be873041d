"""The webhook, one test for each way to come in and each way to fail."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from desk import agencies
from desk.storage.secrets import Secrets
from desk.storage.table import Table, load
from desk.zalo import signature
from webhook.app import MAX_BYTES, respond
from webhook.receive import Receiver

OA, APP, SECRET, PREVIOUS = "388613280878808645", "360846524940903967", "oa-secret", "older-secret"
NOW = 1_795_500_000.0


class FakeSecretsManager:
    """Credentials of csgt alone; counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.value = {
            "oa_id": OA,
            "app_id": APP,
            "app_secret": "s",
            "oa_secret_key": SECRET,
            "oa_secret_key_previous": PREVIOUS,
        }

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.calls += 1
        return {"SecretString": json.dumps(self.value if SecretId.endswith("/csgt") else {})}


@dataclass
class FakeQueue:
    sent: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False

    def send_message(self, **message: Any) -> None:
        if self.broken:
            raise EndpointConnectionError(endpoint_url="sqs")
        self.sent.append(message)


@dataclass
class FakeDynamo:
    items: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    broken: bool = False

    def put_item(self, *, TableName: str, Item: Any, ConditionExpression: str) -> None:  # noqa: N803
        if self.broken:
            raise EndpointConnectionError(endpoint_url="dynamodb")
        item = load(Item)
        key = (item["pk"], item["sk"])
        if key in self.items:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
        self.items[key] = item


class Webhook:
    """The receiver with its peers, and a way to send it signed bodies."""

    def __init__(self) -> None:
        self.queue, self.dynamo, self.manager = FakeQueue(), FakeDynamo(), FakeSecretsManager()
        self.clock = 1000.0
        self.receiver = Receiver(
            sqs=self.queue,
            inbox_url="inbox",
            table=Table(self.dynamo, "desk"),
            secrets=Secrets(self.manager, "langnghe/test", clock=lambda: self.clock),
            verifier="zalo_verifierAbC1.html",
            now=lambda: NOW,
        )

    def post(
        self,
        body: bytes,
        *,
        mac: str | None = "",
        encoded: bool = False,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        if mac == "":
            mac = sign(body)
        sent = {"content-type": "application/json", **(headers or {})}
        if mac is not None:
            sent["x-zevent-signature"] = f"mac={mac}"
        text = (
            base64.b64encode(body).decode() if encoded else body.decode("latin-1" if mac is None else "utf-8")
        )
        event = {
            "requestContext": {"http": {"method": "POST", "path": "/webhooks/zalo"}},
            "headers": sent,
            "body": text,
            "isBase64Encoded": encoded,
        }
        return respond(event, self.receiver)

    def envelope(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.queue.sent[-1]["MessageBody"])
        return found

    @property
    def traces(self) -> int:
        return len(self.queue.sent) + len(self.dynamo.items)


def sign(body: bytes, secret: str = SECRET, app: str = APP, timestamp: str = "1795500000000") -> str:
    return signature.digest(app, body, timestamp, secret)


def text_event(**changed: Any) -> bytes:
    event = {
        "app_id": APP,
        "sender": {"id": "246845883529197922"},
        "recipient": {"id": OA},
        "event_name": "user_send_text",
        "message": {"text": "xe vượt đèn đỏ", "msg_id": "96d3cdf3af150460909"},
        "timestamp": "1795500000000",
    } | changed
    return json.dumps(event, ensure_ascii=False).encode()


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


def test_a_signed_message_is_queued_whole(webhook: Webhook) -> None:
    body = text_event()
    assert webhook.post(body)["statusCode"] == 200
    envelope = webhook.envelope()
    assert envelope["body"].encode() == body
    assert (envelope["agency"], envelope["oa_id"]) == ("csgt", OA)
    assert webhook.queue.sent[0]["MessageDeduplicationId"] == envelope["event_id"]


def test_a_base64_body_is_verified_over_the_bytes_it_stands_for(webhook: Webhook) -> None:
    assert webhook.post(text_event(), encoded=True)["statusCode"] == 200
    assert webhook.envelope()["body"].encode() == text_event()


def test_the_previous_secret_still_counts(webhook: Webhook) -> None:
    body = text_event()
    assert webhook.post(body, mac=sign(body, PREVIOUS))["statusCode"] == 200


def test_a_secret_rotated_a_moment_ago_is_read_anew(webhook: Webhook) -> None:
    webhook.post(text_event())
    webhook.manager.value |= {"oa_secret_key": "brand-new", "oa_secret_key_previous": ""}
    body = text_event()
    assert webhook.post(body, mac=sign(body, "brand-new"))["statusCode"] == 200


def test_bad_signatures_do_not_become_calls_to_secrets_manager(webhook: Webhook) -> None:
    for _ in range(50):
        assert webhook.post(text_event(), mac="0" * 64)["statusCode"] == 401
    assert webhook.manager.calls <= 2 * len(agencies.names())


@pytest.mark.parametrize("mac", [None, "0" * 64, sign(text_event(), "wrong"), sign(text_event(), app="1")])
def test_a_bad_signature_is_refused_and_leaves_no_trace(webhook: Webhook, mac: str | None) -> None:
    assert webhook.post(text_event(), mac=mac)["statusCode"] == 401
    assert webhook.traces == 0


def test_another_apps_id_is_refused(webhook: Webhook) -> None:
    body = text_event(app_id="999999999999999999")
    assert webhook.post(body, mac=sign(body, app="999999999999999999"))["statusCode"] == 401


def test_the_save_ping_is_acknowledged_without_a_trace(webhook: Webhook) -> None:
    assert webhook.post(b"{}", mac=None)["statusCode"] == 200
    assert webhook.traces == 0


def test_the_console_test_is_acknowledged_without_a_trace(webhook: Webhook) -> None:
    body = text_event(
        sender={"id": "1"}, recipient={"id": "2"},
        message={"msg_id": "This is message id", "text": "This is testing message"},
    )  # fmt: skip
    assert webhook.post(body)["statusCode"] == 200
    assert webhook.traces == 0


def test_an_unsigned_console_test_is_refused(webhook: Webhook) -> None:
    body = text_event(message={"msg_id": "This is message id", "text": "This is testing message"})
    assert webhook.post(body, mac=None)["statusCode"] == 401


def test_a_large_body_is_too_large(webhook: Webhook) -> None:
    fits = text_event(message={"text": "", "msg_id": "m"})
    padded = text_event(message={"text": "x" * (MAX_BYTES - len(fits)), "msg_id": "m"})
    assert len(padded) == MAX_BYTES
    assert webhook.post(padded)["statusCode"] == 200
    assert webhook.post(padded + b" ", mac=sign(padded + b" "))["statusCode"] == 413


def test_malformed_json_with_a_valid_signature_is_parked(webhook: Webhook) -> None:
    body = text_event()[:-1]
    assert webhook.post(body)["statusCode"] == 200
    (item,) = webhook.dynamo.items.values()
    assert item["pk"] == "PARKED#csgt"
    assert item["body"].encode() == body


def test_malformed_json_without_a_valid_signature_is_refused(webhook: Webhook) -> None:
    assert webhook.post(text_event()[:-1], mac="0" * 64)["statusCode"] == 401
    assert webhook.post(b"[" * 5000, mac=None)["statusCode"] == 401
    assert webhook.post(b"\xff\xfe", mac=None, encoded=True)["statusCode"] == 401
    assert webhook.traces == 0


def test_a_genuine_event_of_an_unknown_oa_is_parked(webhook: Webhook) -> None:
    assert webhook.post(text_event(recipient={"id": "777"}))["statusCode"] == 200
    assert [i["entity"] for i in webhook.dynamo.items.values()] == ["parked"]


def test_an_event_that_nobody_knows_is_queued(webhook: Webhook) -> None:
    assert webhook.post(text_event(event_name="user_did_something_new"))["statusCode"] == 200
    assert len(webhook.queue.sent) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"event_name": "oa_send_text", "sender": {"id": OA}, "recipient": {"id": "1"}},
        {"event_name": "user_seen_message", "sender": {"id": OA}, "recipient": {"id": "1"}},
        {"event_name": "follow", "oa_id": OA, "follower": {"id": "1"}},
        {"event_name": "user_withdraw", "oa_id": OA, "user_id": "1"},
        {"event_name": "change_oa_daily_quota", "oaId": OA},
        {
            "event_name": "user_send_group_text",
            "oa_id": OA,
            "sender": {"id": "1"},
            "recipient": {"id": "group"},
        },
    ],
)
def test_every_family_finds_its_oa(webhook: Webhook, event: dict[str, Any]) -> None:
    body = json.dumps(
        {"app_id": APP, "timestamp": "1795500000000", "message": {"msg_id": "x"}, **event}
    ).encode()
    assert webhook.post(body)["statusCode"] == 200
    assert webhook.envelope()["agency"] == "csgt"


def test_a_redelivery_is_the_same_event_and_notes_its_retry(webhook: Webhook) -> None:
    webhook.post(text_event())
    webhook.post(text_event(), headers={"num_retry": "2"})
    first, second = webhook.queue.sent
    assert first["MessageDeduplicationId"] == second["MessageDeduplicationId"]
    assert webhook.envelope()["num_retry"] == "2"


def test_two_reactions_to_one_message_are_two_events(webhook: Webhook) -> None:
    for icon in ("/-strong", "/-heart"):
        webhook.post(
            text_event(event_name="user_reacted_message", message={"msg_id": "m", "react_icon": icon})
        )
    assert len({m["MessageDeduplicationId"] for m in webhook.queue.sent}) == 2


def test_citizens_have_their_own_groups(webhook: Webhook) -> None:
    webhook.post(text_event())
    webhook.post(text_event(sender={"id": "999"}))
    assert len({m["MessageGroupId"] for m in webhook.queue.sent}) == 2


def test_when_the_queue_refuses_the_table_keeps_the_event(webhook: Webhook) -> None:
    webhook.queue.broken = True
    assert webhook.post(text_event())["statusCode"] == 200
    (item,) = webhook.dynamo.items.values()
    assert item["pk"].startswith("FALLBACK#")
    assert item["envelope"]["body"].encode() == text_event()
    assert webhook.post(text_event())["statusCode"] == 200
    assert len(webhook.dynamo.items) == 1


def test_when_nothing_keeps_it_zalo_must_come_again(webhook: Webhook) -> None:
    webhook.queue.broken = webhook.dynamo.broken = True
    assert webhook.post(text_event())["statusCode"] == 503


def test_the_verification_file_is_served(webhook: Webhook) -> None:
    event: dict[str, Any] = {"requestContext": {"http": {"method": "GET", "path": "/zalo_verifierAbC1.html"}}}
    answer = respond(event, webhook.receiver)
    assert answer["statusCode"] == 200
    assert 'content="AbC1"' in answer["body"]
    event["requestContext"]["http"]["path"] = "/zalo_verifierOther.html"
    assert respond(event, webhook.receiver)["statusCode"] == 404
