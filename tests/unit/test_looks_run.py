"""Queueing what is due, over a table in memory: nothing missed, nothing but what is due read."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.reminder import Kind, Watch
from desk.errors import Conflict, Unavailable
from desk.storage import keys, runs, watches
from desk.storage.outbox import task_id
from desk.storage.table import Table, dump
from schedule import jobs, looks
from tests.faults import Died, FaultyClient
from tests.memory import MemoryDynamo
from tests.world import World, make_world

DAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 08:00 in Hanoi
WHEN = st.sampled_from(["before", "after"])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(looks, "FIRST_LOOK_BACK", timedelta(days=2))
    monkeypatch.setattr(keys, "WATCH_SHARDS", 3)
    with make_world() as made:
        yield made


def watch_of(citizen: str, due: date = DAY) -> Watch:
    return Watch(
        "bhxh", citizen, task_id(citizen), Kind.CARD, "p-1", "2026-12-31", due, date(2026, 1, 1), version=1
    )


def put(table: Table, citizen: str, due: date = DAY) -> Watch:
    watch = watch_of(citizen, due)
    transaction = table.transaction()
    watches.write(transaction, None, watch)
    transaction.commit()
    return watch


def end(table: Table, watch: Watch) -> None:
    transaction = table.transaction()
    watches.write(transaction, watch, None)
    transaction.commit()


class Queue:
    """Takes tasks; fails when told to."""

    def __init__(self) -> None:
        self.tasks: list[dict[str, Any]] = []
        self.fail_after: int | None = None

    def __call__(self, tasks: Sequence[dict[str, Any]]) -> None:
        if self.fail_after is not None and len(self.tasks) >= self.fail_after:
            raise Unavailable("no queue")
        self.tasks += tasks

    @property
    def citizens(self) -> Counter[str]:
        return Counter(task["citizen"] for task in self.tasks)


def run(world: World, queue: Queue, at: datetime = AT, **options: Any) -> runs.Run:
    return looks.run(world.table, queue, "bhxh", clock=lambda: at, **options)


def test_what_is_due_and_what_was_left_behind_is_queued_once(world: World) -> None:
    for n in range(20):
        put(world.table, f"c_{n}", DAY - timedelta(days=n % 3))
    for n in range(20):
        put(world.table, f"later_{n}", DAY + timedelta(days=1 + n))
    queue = Queue()
    done = run(world, queue)
    assert queue.citizens == Counter(f"c_{n}" for n in range(20))
    assert (done.queued, bool(done.finished_at), done.day) == (20, True, "2026-12-01")
    task = queue.tasks[0]
    assert (task["kind"], task["agency"], task["day"]) == ("look", "bhxh", "2026-12-01")
    assert len({t["outbox_id"] for t in queue.tasks}) == 20


def test_a_second_run_of_the_hour_queues_nothing_the_next_hour_what_is_left(world: World) -> None:
    kept, settled = put(world.table, "c_1"), put(world.table, "c_2")
    queue = Queue()
    run(world, queue)
    end(world.table, settled)
    run(world, queue, AT + timedelta(minutes=59))
    assert len(queue.tasks) == 2
    again = run(world, queue, AT + timedelta(hours=1))
    assert (again.queued, queue.tasks[2]["watch"]) == (1, kept.id)
    assert queue.tasks[2]["outbox_id"] in {t["outbox_id"] for t in queue.tasks[:2]}


def test_days_that_left_nothing_behind_are_not_read_again_and_those_that_did_are(world: World) -> None:
    kept = put(world.table, "c_1", DAY)
    queue = Queue()
    for n in range(4):
        run(world, queue, AT + timedelta(days=n))
    known = runs.latest(world.table, "bhxh")
    assert known and (known.open_since, known.day, len(queue.tasks)) == ("2026-12-01", "2026-12-04", 4)
    assert {t["day"] for t in queue.tasks} == {"2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"}
    end(world.table, kept)
    assert run(world, queue, AT + timedelta(days=4)).open_since == "2026-12-05"
    put(world.table, "c_2", date(2026, 12, 6))
    run(world, queue, AT + timedelta(days=4, hours=1), day=date(2027, 3, 1))
    assert run(world, queue, AT + timedelta(days=6)).queued == 1


def test_a_named_day_is_always_a_new_pass(world: World) -> None:
    put(world.table, "c_1", DAY + timedelta(days=5))
    queue = Queue()
    assert run(world, queue).queued == 0
    assert run(world, queue, day=DAY + timedelta(days=5)).queued == 1
    assert run(world, queue, AT + timedelta(seconds=1), day=DAY + timedelta(days=5)).queued == 1


def test_a_run_out_of_time_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "PAGE", 2)
    for n in range(20):
        put(world.table, f"c_{n}")
    queue, turns = Queue(), iter([True] * 9 + [False])
    first = run(world, queue, go_on=lambda: next(turns))
    assert not first.finished_at
    assert first.queued == len(queue.tasks) > 0
    # An hour later by the clock it is still the same run.
    done = run(world, queue, AT + timedelta(hours=1), name=first.name)
    assert done.finished_at
    assert queue.citizens == Counter(f"c_{n}" for n in range(20))


def test_of_two_runs_at_once_the_slower_one_stops(world: World) -> None:
    for n in range(30):
        put(world.table, f"c_{n}")
    slow, fast = Queue(), Queue()

    def overtake(tasks: Sequence[dict[str, Any]]) -> None:
        if not slow.tasks:
            run(world, fast)
        slow(tasks)

    with pytest.raises(Conflict):
        looks.run(world.table, overtake, "bhxh", clock=lambda: AT)
    assert set(fast.citizens) == {f"c_{n}" for n in range(30)}
    with pytest.raises(Conflict):
        run(world, slow, name="2026-11-30T20")


@settings(max_examples=60, deadline=None)
@given(
    fails=st.lists(st.integers(0, 40), max_size=6),
    deaths=st.sets(st.tuples(st.integers(0, 120), WHEN), max_size=4),
)
def test_wherever_a_run_dies_the_next_one_leaves_nobody_out(
    fails: list[int], deaths: set[tuple[int, str]]
) -> None:
    """Each try dies when the queue has taken so many, or at a call to the table; the tries of one hour together
    queue everybody. Only what was queued just before a death comes twice."""
    memory, queue = MemoryDynamo(), Queue()
    for n in range(40):
        for item in watches.items(watch_of(f"c_{n}", DAY - timedelta(days=n % 2))):
            memory.put("desk", dump(item))
    table = Table(FaultyClient(memory, deaths), "desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looks, "PAGE", 2)
        patch.setattr(looks, "FIRST_LOOK_BACK", timedelta(days=2))
        for limit in [*fails, *[None] * (len(deaths) + 1)]:
            queue.fail_after = limit
            try:
                looks.run(table, queue, "bhxh", clock=lambda: AT)
            except (Unavailable, Died):
                continue
    assert set(queue.citizens) == {f"c_{n}" for n in range(40)}
    assert len(queue.tasks) <= 40 + 2 * len(deaths)


def test_only_what_is_due_is_read(world: World) -> None:
    """As many calls, and as few items, with many citizens who are not due as with none."""
    for n in range(10):
        put(world.table, f"c_{n}")

    def read(at: datetime) -> tuple[int, int]:
        seen: list[int] = []

        def count(parsed: dict[str, Any], **_: Any) -> None:
            seen.append(parsed["ScannedCount"])

        world.dynamodb.meta.events.register("after-call.dynamodb.Query", count)
        run(world, Queue(), at)
        world.dynamodb.meta.events.unregister("after-call.dynamodb.Query", count)
        return len(seen), sum(seen)

    before = read(AT)
    for n in range(50):
        put(world.table, f"later_{n}", DAY + timedelta(days=1 + n % 300))
    # The three days that may hold rows, shard by shard; then the two empty ones are behind.
    assert before == (3 * keys.WATCH_SHARDS, 10)
    assert read(AT + timedelta(hours=1)) == (keys.WATCH_SHARDS, 10)


def test_what_a_queue_refuses_is_sent_again_and_in_the_end_said(world: World) -> None:
    class Refusing:
        def __init__(self, times: int) -> None:
            self.times = times
            self.taken: list[dict[str, Any]] = []

        def send_message_batch(self, **sent: Any) -> dict[str, Any]:
            entries = sent["Entries"]
            refused = entries[:1] if self.times else []
            self.times -= bool(self.times)
            self.taken += [e for e in entries if e not in refused]
            return {"Failed": [{"Id": e["Id"]} for e in refused]}

    tasks = [{"n": n} for n in range(25)]
    sqs = Refusing(2)
    looks.sender(sqs, "url")(tasks)
    assert sorted(json.loads(e["MessageBody"])["n"] for e in sqs.taken) == list(range(25))
    with pytest.raises(Unavailable):
        looks.sender(Refusing(99), "url")(tasks)


def test_the_job_queues_for_the_agencies_that_remind_and_goes_on_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world.table, "c_1", datetime.now(UTC).date() - timedelta(days=1))
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="lookups")["QueueUrl"]
    called: list[dict[str, str]] = []
    monkeypatch.setenv("LOOKS_QUEUE_URL", url)
    jobs.settings.cache_clear()
    monkeypatch.setattr(jobs, "_table", lambda: world.table)
    monkeypatch.setattr(jobs, "client", lambda service: boto3.client(service))
    monkeypatch.setattr(jobs, "_call_again", called.append)
    monkeypatch.setattr(jobs, "_LOOKS_S", 0)
    assert jobs.JOBS["looks"]() == {"queued": 0, "unfinished": 1}
    monkeypatch.setattr(jobs, "_LOOKS_S", 60)
    assert called[0]["agency"] == "bhxh"
    assert jobs.JOBS["looks"]() == {"queued": 1}
    assert jobs.JOBS["looks"](day="2026-01-01") == {"queued": 0}
    taken = sqs.receive_message(QueueUrl=url)["Messages"]
    assert [json.loads(m["Body"])["citizen"] for m in taken] == ["c_1"]
    jobs.settings.cache_clear()
