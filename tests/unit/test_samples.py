"""Every sample of events/ is up to date and is understood by its handler."""

import json
from typing import Any

import pytest

from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo import events
from events import make
from tests.unit.test_webhook import FakeDynamo, FakeQueue
from webhook.app import respond
from webhook.receive import Receiver

SAMPLES = make.files()


class SampleSecrets:
    """The credentials that a body's own app and OA would have."""

    def __init__(self, body: dict[str, Any]) -> None:
        oa = next(iter(make.routing.oa_ids(body)), "388613280878808645")
        self.value = {"oa_id": oa, "app_id": str(body.get("app_id", "")), "oa_secret_key": make.OA_SECRET_KEY}

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        return {"SecretString": json.dumps(self.value if SecretId.endswith("/csgt") else {})}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_the_script_makes(name: str) -> None:
    assert json.loads((make.HERE / f"{name}.json").read_text("utf-8")) == SAMPLES[name]


def test_there_is_no_sample_without_a_maker() -> None:
    found = {str(p.relative_to(make.HERE).with_suffix("")) for p in make.HERE.glob("*/*.json")}
    assert found == SAMPLES.keys() | {f"zalo/{name}" for name in make.bodies()}


@pytest.mark.parametrize("name", [n for n in SAMPLES if n.startswith("webhook/") and n != "webhook/verifier"])
def test_the_webhook_acknowledges_every_event_and_keeps_it(name: str) -> None:
    body = json.loads(SAMPLES[name]["body"])
    queue, dynamo = FakeQueue(), FakeDynamo()
    secrets = Secrets(SampleSecrets(body), "langnghe/test")
    receiver = Receiver(sqs=queue, inbox_url="inbox", table=Table(dynamo, "desk"), secrets=secrets)
    assert respond(SAMPLES[name], receiver)["statusCode"] == 200
    leaves_no_trace = name in {"webhook/url_save_ping", "webhook/console_test__user_send_text"}
    assert len(queue.sent) + len(dynamo.items) == (0 if leaves_no_trace else 1)


EXPECTED = {
    "user_send_text": events.Incoming, "user_send_image__multiple": events.Incoming,
    "user_send_location": events.Incoming, "user_send_business_card": events.Incoming,
    "anonymous_send_image": events.Incoming, "follow": events.Followed, "unfollow": events.Followed,
    "user_click_chatnow": events.Followed, "user_received_message": events.Receipt,
    "user_received_message__zns": events.Receipt, "user_seen_message": events.Receipt, "oa_send_text": events.Echo,
    "oa_send_text__admin": events.Echo, "user_withdraw": events.Withdrawn, "user_submit_info": events.Submitted,
    "user_submit_info__old": events.Submitted, "permission_revoked": events.Revoked,
    "user_send_group_text": events.Unknown, "change_oa_daily_quota": events.Unknown,
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in make.bodies() if n != "url_save_ping"])
def test_every_body_is_read(name: str) -> None:
    envelope = make.inbox(name, make.bodies()[name])
    event = events.parse(
        json.loads(envelope["body"]), envelope["oa_id"], arrived=1_795_489_200_000, server=envelope["server"]
    )
    assert isinstance(event, EXPECTED.get(name, object))
    if isinstance(event, events.Incoming):
        assert event.user_id and event.message.id and event.user_id != envelope["oa_id"]


def test_what_is_read_of_messages() -> None:
    def message(name: str) -> Any:
        envelope = make.inbox(name, make.bodies()[name])
        event = events.parse(json.loads(envelope["body"]), envelope["oa_id"], arrived=1_795_489_200_000)
        assert isinstance(event, events.Incoming)
        return event.message

    assert len(message("user_send_image__multiple").media) == 2
    assert message("user_send_image").text == ""
    assert message("user_send_location").location == (10.7923119, 106.7820651)
    assert message("user_send_text__quote").quote == "48687128d04c9410cd5f"
    assert message("user_send_file").media[0].size == 1_024_000
    assert message("user_send_link").text == "https://example.com/page"
    # Zalo's own sample has twelve digits: no time of this century, so ours counts.
    assert message("user_send_text").at == 1_795_489_200_000
