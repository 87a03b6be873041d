"""Articles at the simulated Zalo: published once, whatever is slow, lost or refused on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from desk.domain.news import Article, Audience, State, begin
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.news import News
from desk.storage.sendings import Runs
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from local.zalo.server import running
from schedule import publishing
from schedule.news import work
from schedule.publishing import Zalo, advance
from tests.world import AGENCY, World, make_world


@pytest.fixture
def world() -> Iterator[World]:
    with make_world() as made:
        made.clock.at = datetime.now(UTC)
        yield made


@pytest.fixture
def zalo(world: World) -> Iterator[httpx.Client]:
    agency = AGENCY | {"oa_secret_key": "k", "access_token": "access-1", "refresh_token": "refresh-1"}
    with (
        running({"webhook_url": "", "agencies": {"csgt": agency}}) as simulator,
        httpx.Client(base_url=simulator.config.base_url) as client,
    ):
        yield client


@pytest.fixture
def peer(world: World, zalo: httpx.Client) -> Iterator[Zalo]:
    url = str(zalo.base_url).rstrip("/")
    with transport.client() as http:
        tokens = Tokens(world.tokens_table, world.secrets, http, url, world.clock)
        yield Zalo(tokens, ZaloApi(http, url, url), "csgt")


@pytest.fixture
def news(world: World) -> News:
    return News(world.table)


def draft(world: World, **changed: Any) -> Article:
    at = world.clock().isoformat()
    made = Article("csgt", "n1", "Phân luồng đường Láng", at, at, summary="Từ 20/11", body="Một\n\nHai")
    return replace(made, **{"topics": ("traffic",)} | changed)


def publish(news: News, world: World, **changed: Any) -> Article:
    begun = begin(draft(world, **changed), "publish", world.clock(), "lan")
    assert begun
    return news.save(begun)


def shown(zalo: httpx.Client) -> list[dict[str, Any]]:
    return list(zalo.get("/sim/articles", params={"oa": "csgt"}).json())


def fault(zalo: httpx.Client, action: str, **what: Any) -> None:
    zalo.post("/sim/faults", json={"path": f"/v2.0/article/{action}"} | what).raise_for_status()


def process(zalo: httpx.Client) -> Any:
    """In place of waiting, the simulator's clock goes on."""
    return lambda _seconds: zalo.post("/sim/clock", json={"advance_s": 2})


def test_an_article_is_created_verified_and_put_on_the_shelf(world, zalo, peer, news):
    done = advance(news, peer, publish(news, world), world.clock(), sleep=process(zalo))
    (public,) = shown(zalo)
    assert (done.state, done.zalo_id, done.url) == (State.PUBLISHED, public["id"], public["link_view"])
    assert [b["content"] for b in public["body"]] == ["Một", "Hai"]
    assert [c.url for c in news.latest("csgt")] == [done.url]
    assert news.due("csgt", world.clock() + timedelta(days=1)) == []


def test_a_changed_article_is_updated_not_made_again_and_hidden_when_told(world, zalo, peer, news):
    done = advance(news, peer, publish(news, world), world.clock(), sleep=process(zalo))
    again = begin(replace(done, title="Đã thông xe"), "edit", world.clock(), "lan")
    done = advance(news, peer, news.save(again), world.clock(), sleep=process(zalo))
    assert [a["title"] for a in shown(zalo)] == ["Đã thông xe"]
    assert [c.title for c in news.latest("csgt")] == ["Đã thông xe"]
    hidden = advance(
        news, peer, news.save(begin(done, "hide", world.clock(), "lan")), world.clock(), sleep=process(zalo)
    )
    assert hidden.state == State.HIDDEN and shown(zalo) == [] and news.latest("csgt") == []


def test_a_lost_answer_makes_no_second_article(world, zalo, peer, news, monkeypatch):
    article = publish(news, world)
    with monkeypatch.context() as patch:
        patch.setattr("desk.zalo.transport.call.__kwdefaults__", {"limit_s": 0.3})
        fault(zalo, "create", delay_s=1)
        article = advance(news, peer, article, world.clock(), sleep=process(zalo))
    assert (article.state, article.error) == (State.PUBLISHING, "timeout")
    process(zalo)(0)
    world.clock.advance(minutes=2)
    article = advance(news, peer, article, world.clock(), sleep=process(zalo))
    assert article.state == State.PUBLISHED and len(shown(zalo)) == 1
    assert article.zalo_id == shown(zalo)[0]["id"]


def test_a_create_that_did_nothing_is_repeated(world, zalo, peer, news):
    fault(zalo, "create", status=500)
    article = advance(news, peer, publish(news, world), world.clock(), sleep=process(zalo))
    assert article.state == State.PUBLISHING
    assert advance(news, peer, article, world.clock(), sleep=process(zalo)) == article  # may be in flight
    world.clock.advance(minutes=2)
    assert advance(news, peer, article, world.clock(), sleep=process(zalo)).state == State.PUBLISHED
    assert len(shown(zalo)) == 1


def test_slow_processing_is_waited_for(world, zalo, peer, news):
    article = advance(news, peer, publish(news, world), world.clock(), sleep=lambda _s: None)
    assert (article.state, article.error) == (State.PUBLISHING, "article_in_progress")
    assert news.due("csgt", world.clock()) == []
    process(zalo)(0)
    world.clock.advance(minutes=1)
    assert advance(news, peer, article, world.clock()).state == State.PUBLISHED
    assert len(shown(zalo)) == 1


def test_a_refusal_is_told_and_can_be_mended(world, zalo, peer, news):
    fault(zalo, "create", error=-210)
    failed = advance(news, peer, publish(news, world), world.clock())
    assert (failed.state, failed.error, failed.due_at) == (State.FAILED, "parameter_too_long", "")
    again = news.save(begin(failed, "publish", world.clock(), "lan"))
    assert advance(news, peer, again, world.clock(), sleep=process(zalo)).state == State.PUBLISHED


def test_an_expired_token_is_renewed_on_the_way(world, zalo, peer, news):
    zalo.post("/sim/clock", json={"advance_s": 26 * 3600})
    done = advance(news, peer, publish(news, world), world.clock(), sleep=process(zalo))
    assert done.state == State.PUBLISHED


def test_of_two_workers_one_makes_the_article(world, zalo, peer, news):
    article = publish(news, world)
    advance(news, peer, article, world.clock(), sleep=process(zalo))
    with pytest.raises(Conflict):
        advance(news, peer, article, world.clock(), sleep=process(zalo))
    assert len(shown(zalo)) == 1


def test_the_job_publishes_at_the_time_and_sends_in_the_same_minute(world, zalo, peer, news, monkeypatch):
    monkeypatch.setattr(publishing.time, "sleep", process(zalo))
    at = world.clock() + timedelta(hours=1)
    scheduled = draft(world, state=State.SCHEDULED, due_at=at.isoformat(), audience=Audience.FOLLOWERS)
    news.save(scheduled)
    world.table.put(keys.reader("csgt", "c_one") | {"following": True, "day": "2999-01-01"})

    class Queue:
        def get_queue_attributes(self, **_: Any) -> Any:
            return {"Attributes": {"ApproximateNumberOfMessages": "0"}}

    def job() -> dict[str, int]:
        return work(world.table, ["csgt"], lambda _name: peer, Queue(), "outgoing", world.clock())

    monkeypatch.setattr("schedule.sending.is_night", lambda _now: False)
    assert job() == {} and shown(zalo) == []
    world.clock.advance(hours=1)
    assert job() == {"published": 1, "messages": 1}
    assert job() == {}
    run = Runs(world.table).find("csgt", "n1")
    assert run and (run.state, run.started_by) == ("done", "")
    assert len(shown(zalo)) == 1
