"""The simulated Zalo's broadcasts: who gets them, what is refused, and what they use up."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.zalo.clock import HANOI
from local.zalo.server import running
from local.zalo.testing import APP_ID, APP_SECRET, OA_ID, OA_SECRET, Zalo

PEOPLE = {
    "young": {"age": 20, "gender": "female"},
    "old": {"age": 70, "gender": "male", "location": 2, "city": 4},
    "unsaid": {},
}
QUOTA = 9
ARTICLE = {
    "type": "normal",
    "title": "Phân luồng",
    "description": "Từ 20/11",
    "cover": {},
    "body": [{"type": "text", "content": "Nội dung"}],
}


@pytest.fixture(scope="module")
def zalo() -> Iterator[Zalo]:
    agency = {"oa_id": OA_ID, "app_id": APP_ID, "app_secret": APP_SECRET, "oa_secret_key": OA_SECRET}
    config = {"webhook_url": "", "agencies": {"csgt": agency}, "broadcast_quota": QUOTA}
    with running(config) as simulator, Zalo(simulator) as client:
        hour = simulator.clock.local().astimezone(HANOI).hour
        client.advance(((10 - hour) % 24) * 3600)
        for name, known in PEOPLE.items():
            client.post("/sim/citizens", json={"id": name} | known)
            client.act(name, "follow")
        client.act("stranger", "chatnow")
        yield client


@pytest.fixture(scope="module")
def article(zalo: Zalo) -> str:
    return make(zalo, status="show")


def make(zalo: Zalo, **changed: Any) -> str:
    token = zalo.call("POST", "/v2.0/article/create", json=ARTICLE | changed)["data"]["token"]
    zalo.advance(2)
    return str(zalo.call("POST", "/v2.0/article/verify", json={"token": token})["data"]["id"])


def broadcast(zalo: Zalo, article: str, target: Any) -> dict[str, Any]:
    payload = {"template_type": "media", "elements": [{"media_type": "article", "attachment_id": article}]}
    message = {"attachment": {"type": "template", "payload": payload}}
    return zalo.call("POST", "/v2.0/oa/message", json={"recipient": {"target": target}, "message": message})


def count(zalo: Zalo) -> dict[str, int]:
    people = (*PEOPLE, "stranger")
    return {name: sum(m["kind"] == "article" for m in zalo.chat(name)) for name in people}


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        ({"gender": "0"}, {"young", "old", "unsaid"}),
        ({"gender": "0", "ages": "2,3"}, {"young"}),
        ({"gender": "1,2"}, {"young", "old"}),
        ({"gender": 1, "ages": 7}, {"old"}),
        ({"cities": "9"}, {"young", "unsaid"}),
        ({"cities": "9", "locations": "2"}, {"young", "unsaid"}),
        ({"locations": "2"}, {"old"}),
    ],
)
def test_an_article_reaches_the_followers_in_the_target(
    zalo: Zalo, article: str, target: Any, reached: set[str]
) -> None:
    before = count(zalo)
    answer = broadcast(zalo, article, target)
    assert answer["error"] == 0 and answer["data"]["message_id"]
    assert {name for name, n in count(zalo).items() if n > before[name]} == reached


@pytest.mark.parametrize(
    "target", [None, [], {"age": "1"}, {"ages": "8"}, {"ages": ""}, {"gender": "male"}, {"cities": "9;4"}]
)
def test_a_wrong_target_reaches_nobody(zalo: Zalo, article: str, target: Any) -> None:
    before = count(zalo)
    assert broadcast(zalo, article, target)["error"] == -201
    assert count(zalo) == before


def test_the_silent_are_reached_a_hidden_article_is_refused_and_the_quota_ends(
    zalo: Zalo, article: str
) -> None:
    zalo.pair = zalo.refresh(zalo.pair["refresh_token"])
    assert broadcast(zalo, make(zalo), {"gender": "0"})["error"] == -201
    assert broadcast(zalo, "none", {"gender": "0"})["error"] == -201
    before = count(zalo)
    chat = zalo.simulator.world.chat(zalo.simulator.config.agencies["csgt"], "old")
    zalo.simulator.world.save_chat(chat | {"last_interaction": 0})
    assert zalo.consult("old")["error"] == -230
    assert broadcast(zalo, article, {"gender": "1"})["error"] == 0
    assert count(zalo)["old"] == before["old"] + 1
    # Others here may have used some of it.
    rest = [broadcast(zalo, article, {"gender": "0"})["error"] for _ in range(QUOTA)]
    assert set(rest) <= {0, -211}
    assert rest[-1] == -211
