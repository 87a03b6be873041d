"""Scheduled looks on an emulator that keeps conditions: two runs at once, workers side by side that die."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desk.domain.reminder import Kind, Watch
from desk.errors import Conflict, Unavailable
from desk.lookups.model import Card
from desk.lookups.sources import SourceDown
from desk.storage import runs, watches
from desk.storage.links import Link, Links
from desk.storage.outbox import task_id
from desk.storage.secrets import Secrets
from desk.storage.table import Table, load
from lookup.desk import Desk
from lookup.looks import look
from schedule import looks
from tests.faults import Died, FaultyClient
from tests.tables import create_table

DAY = date(2026, 12, 1)
ENDS = DAY + timedelta(days=30)
CITIZENS = 40
NOON = round(datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp() * 1000)


class Sometimes:
    """A source that fails now and then. The cards of every fourth citizen were renewed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def card(self, subject: str) -> Card:
        if self.chance.random() < 0.1:
            raise SourceDown("no answer")
        ends = ENDS + timedelta(days=365 if int(subject[2:]) % 4 == 0 else 0)
        return Card(DAY, ends, "01001", "BV", None, datetime(2026, 12, 1, tzinfo=UTC))


def test_two_runs_and_workers_that_die_tell_everybody_once(
    aws: Callable[[str], Any], desk_table: Table
) -> None:
    chance = random.Random(20261201)
    dynamodb = aws("dynamodb")
    identities = Table(dynamodb, create_table(dynamodb, "IdentityTable", f"people-{uuid.uuid4().hex[:12]}"))
    for n in range(CITIZENS):
        citizen = f"c_{n}"
        Links(identities).add("bhxh", citizen, Link(f"p-{n}", "self", "N. V. An", "•••789", "2026-11-24"))
        day = DAY - timedelta(days=n % 2)
        watch = Watch("bhxh", citizen, task_id(citizen), Kind.CARD, f"p-{n}", ENDS.isoformat(), day, DAY)
        transaction = desk_table.transaction()
        watches.write(transaction, None, watch)
        transaction.commit()

    def worker(task: dict[str, Any]) -> str:
        deaths = {(chance.randrange(8), chance.choice(["before", "after"])) for _ in range(2)}
        table = Table(FaultyClient(dynamodb, deaths), desk_table.name)
        source: Any = Sometimes(chance)
        try:
            return look(Desk(table, identities, Secrets(None, ""), lambda _: source, lambda: NOON), task)
        except (Died, Conflict, Unavailable) as error:
            return type(error).__name__

    became: Counter[str] = Counter()
    for hour in range(40):
        at = datetime(2026, 12, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        tasks = scheduled_twice(desk_table, at)
        with ThreadPoolExecutor(4) as pool:
            # The queue may bring each of them twice.
            became.update(pool.map(worker, [*tasks, *tasks[::2]]))
        if not any(watches.left(desk_table, "bhxh", DAY - timedelta(days=n)) for n in (0, 1)):
            break
    assert [watches.left(desk_table, "bhxh", DAY - timedelta(days=n)) for n in (0, 1)] == [0, 0]
    assert {"Died", "down", "done"} <= became.keys(), became

    items = [load(i) for i in dynamodb.scan(TableName=desk_table.name)["Items"]]
    told = Counter(i["payload"]["citizen"] for i in items if i["entity"] == "outbox")
    assert told == Counter(f"c_{n}" for n in range(CITIZENS) if n % 4)
    assert len([i for i in items if i["entity"] == "watch"]) == CITIZENS
    rows = Counter(i["due"] for i in items if i["entity"] == "look")
    assert rows == {"2026-12-24": CITIZENS * 3 // 4, "2027-12-01": CITIZENS // 4}


def scheduled_twice(table: Table, at: datetime) -> list[dict[str, Any]]:
    """Two runs of the same hour at once; at least one comes to its end."""
    tasks: list[dict[str, Any]] = []

    def one(_: int) -> str:
        try:
            return looks.run(table, tasks.extend, "bhxh", clock=lambda: at).finished_at
        except Conflict:
            return ""

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(one, range(2)))
    last = runs.latest(table, "bhxh")
    assert any(ended)
    assert last and last.finished_at
    return tasks
