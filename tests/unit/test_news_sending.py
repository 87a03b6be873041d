"""Sending to readers: killed before or after any write, run twice, cancelled: nobody is left out, nobody doubled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from desk.domain.news import Audience, Reader
from desk.storage import keys, readers
from desk.storage import sendings as run_store
from desk.storage.outbox import task_id
from desk.storage.sendings import CANCELLED, DONE, RUNNING, Run, Runs, state_of
from desk.storage.table import Table, dump
from dispatch.figures import Figures
from schedule import sending
from tests.world import World, make_world

WRITES = {"put_item", "update_item", "delete_item", "batch_write_item", "transact_write_items"}
PEOPLE = [f"c_{n:020d}" for n in range(9)]
FOLLOWERS = PEOPLE[:8]
BHYT = PEOPLE[4:]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Mortal:
    """A client that dies before or after its n-th write."""

    client: Any
    left: int
    after: bool

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.client, name)
        if name not in WRITES:
            return call

        def write(**arguments: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Killed
            answer = call(**arguments)
            if self.left == 0:
                raise Killed
            return answer

        return write


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, make_world() as made:
        patch.setattr(keys, "READER_SHARDS", 2)
        patch.setattr(sending, "PAGE", 3)
        for citizen in PEOPLE:
            transaction = made.table.transaction()
            topics = ("bhyt",) if citizen in BHYT else ()
            who = Reader(citizen in FOLLOWERS, topics, "2026-11-20")
            readers.put(transaction, "bhxh", citizen, who)
            transaction.commit()
        yield made


def start(world: World, article: str, **changed: Any) -> Run:
    at = world.clock().isoformat()
    values = {
        "audience": str(Audience.FOLLOWERS),
        "created_at": at,
        "text": "Tin",
        "state": RUNNING,
    } | changed
    transaction = world.table.transaction()
    run_store.begin(transaction, Run(agency="bhxh", article=article, **values))
    transaction.commit()
    found = Runs(world.table).find("bhxh", article)
    assert found
    return found


def addressed(world: World, article: str) -> list[str]:
    """Whose message is in the outbox: one item for each, under an id made of article and citizen."""
    wanted = {c: keys.outbox(task_id("send", "news", "bhxh", article, c)) for c in PEOPLE}
    found = {item["pk"]: item["payload"]["citizen"] for item in world.table.get_many(wanted.values())}
    assert all(found[key["pk"]] == c for c, key in wanted.items() if key["pk"] in found)
    return sorted(found.values())


def go_on(table: Table, world: World, article: str, budget: int = 1000) -> int:
    run = Runs(world.table).find("bhxh", article)
    assert run
    return sending.go_on(table, run, world.clock(), budget)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_write_and_begun_again_each_reader_is_addressed_once(world: World, after: bool) -> None:
    for point in range(1, 60):
        article = f"n-{after}-{point}"
        start(world, article)
        mortal = Table(Mortal(world.table.client, point, after), world.table.name)
        try:
            go_on(mortal, world, article)
        except Killed:
            go_on(world.table, world, article)
        else:
            break  # it needed no more writes than this
        assert addressed(world, article) == FOLLOWERS, point
        run = Runs(world.table).find("bhxh", article)
        assert run and (run.state, run.expected) == (DONE, len(FOLLOWERS))
    assert point > 12


def test_a_second_worker_beside_the_first_sends_the_same_messages(world: World) -> None:
    start(world, "n-twice")
    ids = []
    while go_on(world.table, world, "n-twice", budget=1):
        ids.append(addressed(world, "n-twice"))
        page = Runs(world.table).last_page(Runs(world.table).find("bhxh", "n-twice"), 0)  # type: ignore[arg-type]
        if page:  # as if another worker had released it but not said so
            place = keys.run_page("bhxh", "n-twice", page.shard, page.number)
            world.table.update(place, {"released": None})
            run = Runs(world.table).find("bhxh", "n-twice")
            assert run
            sending._release(world.table, Runs(world.table), run, page)
    assert addressed(world, "n-twice") == FOLLOWERS
    assert len(ids) > 2


def test_topics_choose_readers_and_a_budget_spreads_the_run(world: World) -> None:
    start(world, "n-topic", audience="topics", topics=("bhyt", "pension"))
    sent = [go_on(world.table, world, "n-topic", budget=2) for _ in range(9)]
    assert sum(sent) == len(BHYT) and max(sent) <= 2 + 3
    assert addressed(world, "n-topic") == BHYT


def test_a_cancelled_run_goes_no_further(world: World) -> None:
    run = start(world, "n-stop")
    go_on(world.table, world, "n-stop", budget=1)
    some = addressed(world, "n-stop")
    transaction = world.table.transaction()
    run_store.end(transaction, Runs(world.table).find("bhxh", run.article) or run, CANCELLED, "now")
    transaction.commit()
    assert go_on(world.table, world, "n-stop") == 0
    assert addressed(world, "n-stop") == some and 0 < len(some) < len(FOLLOWERS)
    assert not Runs(world.table).running("bhxh", "n-stop")


def test_nothing_is_sent_at_night(world: World) -> None:
    start(world, "n-night")
    run = Runs(world.table).find("bhxh", "n-night")
    night = world.clock().replace(hour=16)  # 23:00 in Hanoi
    assert run and sending.go_on(world.table, run, night, 1000) == 0


def test_who_has_been_silent_too_long_is_passed_over_and_counted(world: World) -> None:
    later = world.clock().replace(month=12, day=4)
    run = start(world, "n-late")
    assert sending.go_on(world.table, run, later, 1000) == 0
    found = Runs(world.table).figures("bhxh", "n-late")
    assert (found.recipients, found.skipped, found.waiting) == (8, {"window_closed": 8}, 0)


def test_with_a_template_nobody_is_passed_over(world: World) -> None:
    later = world.clock().replace(month=12, day=4)
    run = start(world, "n-template", template={"id": "410", "data": {"t": "Tin"}})
    assert sending.go_on(world.table, run, later, 1000) == len(FOLLOWERS)
    key = keys.outbox(task_id("send", "news", "bhxh", "n-template", FOLLOWERS[0]))
    assert (world.table.get(key) or {})["payload"]["template"] == {"id": "410", "data": {"t": "Tin"}}


def test_a_run_waits_for_the_queue_to_be_emptied() -> None:
    class Queue:
        def get_queue_attributes(self, **_: Any) -> Any:
            return {"Attributes": {"ApproximateNumberOfMessages": "1990"}}

    assert sending.allowance(Queue(), "outgoing") == 10


def record(world: World, citizen: str, article: str, page: str, place: str, **row: Any) -> dict[str, Any]:
    news = {"article": article, "page": page, "place": place}
    image = {"agency": "bhxh", "citizen": citizen, "purpose": "news", "news": news, "entity": "chat"} | row
    return {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1", "NewImage": dump(image)}}


def test_figures_come_from_the_ledger_and_a_batch_that_comes_twice_changes_nothing(world: World) -> None:
    run = start(world, "n-figures")
    go_on(world.table, world, "n-figures")
    places = {}
    for item in world.table.query_all(keys.run_pk("bhxh", "n-figures"), prefix="PAGE#"):
        for n, citizen in enumerate(item["recipients"]):
            places[citizen] = (item["sk"].removeprefix("PAGE#"), str(n))
    rows: list[dict[str, Any]] = [
        {"state": "attempting"},
        {"state": "sent"},
        {"state": "delivered"},
        {"state": "seen"},
        {"state": "unknown"},
        {"state": "held", "reason": "night"},
        {"state": "refused", "reason": "not_a_follower", "error_code": -213},
        {"state": "refused", "reason": "opted_out"},
    ]
    batch = [
        record(world, c, run.article, *places[c], **row) for c, row in zip(FOLLOWERS, rows, strict=False)
    ]
    batch.insert(0, record(world, FOLLOWERS[3], run.article, *places[FOLLOWERS[3]], state="sent"))
    for _ in range(2):
        assert Figures(Runs(world.table)).take(batch) is None
    found = Runs(world.table).figures("bhxh", "n-figures")
    assert (found.recipients, found.sent, found.delivered, found.seen) == (8, 3, 2, 1)
    assert (found.waiting, found.unknown) == (2, 1)
    assert (found.refused, found.skipped) == ({"not_a_follower": 1}, {"opted_out": 1})
    gone = record(world, FOLLOWERS[0], "n-nothing", "00#00000", "1", state="sent")
    assert Figures(Runs(world.table)).take([gone]) is None  # a run that was forgotten
    assert state_of({"state": "queued"}) is None
    assert json.dumps(found.refused)
