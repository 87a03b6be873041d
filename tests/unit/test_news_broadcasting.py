"""Broadcasts at the simulated Zalo: handed over once, whatever is slow, lost, refused or killed on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from desk.domain.broadcast import IN_FLIGHT, Broadcast, Segment, State, order
from desk.domain.clock import parse, utc
from desk.domain.news import Article
from desk.domain.news import State as ArticleState
from desk.storage.broadcasts import Broadcasts
from desk.storage.news import News
from desk.storage.table import Table
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from local.zalo.server import running
from local.zalo.testing import Zalo as Simulated
from schedule.broadcasting import hand_over
from schedule.news import work
from schedule.publishing import Zalo
from tests.faults import Died, FaultyClient
from tests.world import AGENCY, World, make_world

PATH = "/v2.0/oa/message"
CARD = {
    "type": "normal",
    "title": "Phân luồng",
    "description": "Từ 20/11",
    "cover": {},
    "status": "show",
    "body": [{"type": "text", "content": "Nội dung"}],
}


@dataclass
class Bench:
    """A desk with one published article, and a Zalo with a follower who was silent for long."""

    world: World
    zalo: Simulated
    peer: Zalo
    article: Article

    @property
    def broadcasts(self) -> Broadcasts:
        return Broadcasts(self.world.table)

    @property
    def row(self) -> Broadcast:
        found = self.broadcasts.find("csgt", "n1")
        assert found
        return found

    def order(self, segment: Segment | None = None, at: datetime | None = None) -> Broadcast:
        now = self.world.clock()
        made = order(None, "csgt", "n1", segment or Segment(), at or now, "lan", now)
        assert made
        return self.broadcasts.save(made)

    def job(self, table: Table | None = None) -> str:
        return hand_over(table or self.world.table, self.peer, "n1", self.world.clock())

    def fault(self, **what: Any) -> None:
        self.zalo.post("/sim/faults", json={"path": PATH} | what).raise_for_status()

    def received(self, citizen: str = "silent") -> int:
        return sum(m["kind"] == "article" for m in self.zalo.chat(citizen))

    def calls(self) -> int:
        return len(self.zalo.get("/sim/calls", params={"path": PATH}).json())


@pytest.fixture
def bench() -> Iterator[Bench]:
    agency = AGENCY | {"oa_secret_key": "k", "access_token": "access-1", "refresh_token": "refresh-1"}
    config = {"webhook_url": "", "agencies": {"csgt": agency}}
    with make_world() as world, running(config) as simulator, Simulated(simulator) as zalo:
        zalo.pair = {"access_token": "access-1"}
        zalo.advance(((10 - simulator.clock.local().hour) % 24) * 3600)
        world.clock.at = utc(simulator.clock.now_ms())
        zalo.act("silent", "follow")
        zalo.simulator.world.save_chat(
            zalo.simulator.world.chat(simulator.config.agencies["csgt"], "silent") | {"last_interaction": 0}
        )
        token = zalo.call("POST", "/v2.0/article/create", json=CARD)["data"]["token"]
        zalo.advance(2)
        zalo_id = zalo.call("POST", "/v2.0/article/verify", json={"token": token})["data"]["id"]
        at = world.clock().isoformat()
        article = Article(
            "csgt", "n1", "Phân luồng", at, at, state=ArticleState.PUBLISHED, zalo_id=zalo_id, published_at=at
        )
        url = simulator.config.base_url
        with transport.client() as http:
            tokens = Tokens(world.tokens_table, world.secrets, http, url, world.clock)
            peer = Zalo(tokens, ZaloApi(http, url, url), "csgt")
            yield Bench(world, zalo, peer, News(world.table).save(article))


def test_it_is_handed_over_once_and_reaches_the_silent(bench: Bench) -> None:
    bench.order()
    assert bench.job() == "sent"
    assert bench.row.message_id and parse(bench.row.sent_at) == parse(bench.row.attempt_at)
    assert [bench.job() for _ in range(3)] == ["nothing"] * 3
    assert (bench.received(), bench.calls()) == (1, 1)
    assert News(bench.world.table).due("csgt", bench.world.clock() + timedelta(days=9)) == []


def test_the_job_finds_what_is_due_at_its_time_and_not_before(bench: Bench) -> None:
    bench.order(at=bench.world.clock() + timedelta(hours=1))

    def work_once() -> dict[str, int]:
        return work(bench.world.table, ["csgt"], lambda _n: bench.peer, None, "", bench.world.clock())

    assert work_once() == {} and bench.received() == 0
    bench.world.clock.advance(hours=1)
    assert work_once() == {"broadcast_sent": 1}
    assert work_once() == {} and bench.received() == 1


def test_the_segment_is_what_zalo_is_asked_for(bench: Bench) -> None:
    bench.zalo.post("/sim/citizens", json={"id": "silent", "age": 70, "gender": "female"})
    bench.order(Segment(("18-24",), "female", "hanoi"))
    assert bench.job() == "sent" and bench.received() == 0
    (call,) = bench.zalo.get("/sim/calls", params={"path": PATH}).json()
    assert call["body"]["recipient"] == {"target": {"gender": "2", "ages": "2", "cities": "9"}}


@pytest.mark.parametrize("fault", [{"delay_s": 1.0}, {"status": 500, "after": True}, {"status": 500}])
def test_a_lost_answer_is_unknown_and_never_repeated_by_itself(
    bench: Bench, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.order()
    with monkeypatch.context() as patch:
        patch.setattr("desk.zalo.transport.call.__kwdefaults__", {"limit_s": 0.3})
        bench.fault(**fault)
        assert bench.job() == "unknown"
    assert bench.row.error in {"timeout", "http_500"} and bench.row.doubt
    for _ in range(5):
        bench.world.clock.advance(hours=9)
        assert bench.job() == "nothing"
    assert bench.calls() == 1


def test_killed_before_or_after_any_write_or_in_the_call_it_goes_out_at_most_once(bench: Bench) -> None:
    """Of each of the ways to die: afterwards the job runs for hours, and the follower has one message or none; one
    only where the broadcast says so or says that it does not know."""
    seen = set()
    for number in range(8):
        for when in ("before", "after"):
            for row in ("RUN", "BROADCAST"):
                bench.world.table.delete({"pk": "NEWSRUN#csgt#n1", "sk": row})
            bench.order()
            before = bench.received()
            dying = Table(FaultyClient(bench.world.dynamodb, {(number, when)}), bench.world.table.name)
            try:
                bench.job(dying)
            except Died:
                seen.add((number, when))
            for _ in range(4):
                bench.world.clock.advance(minutes=10)
                bench.job()
            got = bench.received() - before
            assert got <= 1
            assert bench.row.state in ((State.SENT, State.UNKNOWN) if got else (State.UNKNOWN,))
            bench.world.clock.at -= timedelta(minutes=40)
    assert len(seen) == 8, "four calls to the table, before and after each"


@pytest.mark.parametrize("reached", [True, False])
def test_killed_in_the_very_call(bench: Bench, reached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    real = httpx.Client.stream

    def dies(*arguments: Any, **options: Any) -> Any:
        if reached:
            with real(*arguments, **options) as response:
                response.read()
        raise Died

    bench.order()
    with monkeypatch.context() as patch:
        patch.setattr(httpx.Client, "stream", dies)
        with pytest.raises(Died):
            bench.job()
    assert bench.row.state == State.SENDING
    assert bench.job() == "nothing", "it may still be at work"
    bench.world.clock.advance(seconds=IN_FLIGHT.total_seconds())
    assert bench.job() == "unknown" and bench.row.error == "killed"
    assert bench.job() == "nothing"
    assert bench.received() == reached


def test_a_person_sends_again_or_takes_it_for_sent(bench: Bench) -> None:
    bench.order()
    bench.fault(status=500)
    assert bench.job() == "unknown"
    again = bench.row.again("chưa ai nhận được", "lan", bench.world.clock(), bench.world.clock())
    assert again
    bench.broadcasts.save(again)
    bench.fault(error=-224)
    assert bench.job() == "unknown", "refused this time, but the first attempt is as unknown as before"
    assert bench.row.error == "package_too_low"
    again = bench.row.again("đã nâng gói", "lan", bench.world.clock(), bench.world.clock())
    assert again
    bench.broadcasts.save(again)
    assert bench.job() == "sent" and not bench.row.doubt
    assert bench.received() == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (-224, "package_too_low"),
        (-223, "api_not_authorised"),
        (-201, "invalid_parameter"),
        (-200, "send_failed"),
        (-999, "-999"),
    ],
)
def test_a_refusal_ends_it_with_its_reason(bench: Bench, code: int, reason: str) -> None:
    bench.order()
    bench.fault(error=code)
    assert bench.job() == "refused"
    assert (bench.row.error, bench.row.due_at) == (reason, "")
    assert bench.job() == "nothing" and bench.received() == 0
    repeated = order(bench.row, "csgt", "n1", Segment(), bench.world.clock(), "lan", bench.world.clock())
    assert repeated
    bench.broadcasts.save(repeated)
    assert bench.job() == "sent" and bench.received() == 1


@pytest.mark.parametrize(
    ("fault", "minutes"),
    [
        ({"error": -32}, 2),
        ({"error": -214}, 2),
        ({"error": -211}, 60),
        ({"status": 503}, 2),
        ({"status": 429}, 2),
    ],
)
def test_what_passes_is_waited_for_longer_each_time(bench: Bench, fault: Any, minutes: int) -> None:
    bench.order()
    bench.fault(times=2, **fault)
    assert bench.job() == "waiting"
    assert bench.job() == "nothing"
    bench.world.clock.advance(minutes=minutes)
    assert bench.job() == "waiting"
    bench.world.clock.advance(minutes=minutes)
    assert bench.job() == "nothing", "the second pause is twice as long"
    bench.world.clock.advance(minutes=minutes)
    assert bench.job() == "sent" and bench.received() == 1


def test_out_of_quota_for_a_day_is_given_up(bench: Bench) -> None:
    bench.zalo.simulator.config.broadcast_quota = 0
    bench.order()
    states = []
    for _ in range(48):
        states.append(bench.job())
        bench.world.clock.advance(minutes=30)
    assert "refused" in states and bench.row.error == "oa_quota"
    assert bench.calls() <= 6 and bench.received() == 0


def test_at_night_it_waits_for_the_morning(bench: Bench) -> None:
    bench.order(at=bench.world.clock() + timedelta(hours=12, minutes=30))
    bench.world.clock.advance(hours=12, minutes=30)
    assert bench.job() == "waiting" and bench.row.error == "night"
    assert bench.job() == "nothing" and bench.calls() == 0
    morning = parse(bench.row.due_at) + timedelta(minutes=1)
    bench.zalo.advance((morning - bench.world.clock()).total_seconds() + 12.5 * 3600)
    bench.world.clock.at = morning
    assert bench.job() == "sent" and bench.received() == 1


def test_an_expired_token_is_renewed_on_the_way(bench: Bench) -> None:
    bench.zalo.advance(26 * 3600)
    bench.order()
    assert bench.job() == "sent"
    assert bench.calls() == 2


def test_a_cancelled_one_sends_nothing_and_of_cancelling_and_handing_over_one_wins(bench: Bench) -> None:
    found = bench.order()
    cancelled = found.cancelled()
    assert cancelled
    real = bench.broadcasts.find

    class Overtaken(FaultyClient):
        """Staff cancel between the job's reading and its writing."""

        def __getattr__(self, name: str) -> Any:
            if name == "transact_write_items":
                bench.broadcasts.save(cancelled)
            return super().__getattr__(name)

    assert bench.job(Table(Overtaken(bench.world.dynamodb), bench.world.table.name)) == "busy"
    assert real("csgt", "n1") == replace(cancelled, version=2)
    assert bench.job() == "nothing" and bench.calls() == 0


def test_while_the_article_is_changed_it_waits_and_then_goes_out(bench: Bench) -> None:
    news = News(bench.world.table)
    changing = news.save(
        replace(bench.article, state=ArticleState.PUBLISHING, due_at=bench.article.updated_at)
    )
    bench.order()
    assert bench.job() == "waiting" and bench.row.error == "article_not_published"
    news.save(replace(changing, state=ArticleState.PUBLISHED, due_at=""))
    bench.world.clock.advance(minutes=2)
    assert bench.job() == "sent"
