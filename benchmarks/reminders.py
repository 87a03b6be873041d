"""The scheduled looks on the emulator: calls and time for each reminder, and whether citizens who are not due cost.

`python -m benchmarks.reminders [due]` (2,000 unless named; 30,000 for the full size). Two tables with the same
looks due, one beside 1,000 and one beside 30,000 citizens who are not: queueing must cost the same. Then every
look is done, by eight workers, against a source in this process; the time is that of the emulator, the calls are
what AWS would be paid for.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched, count
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from desk.domain.reminder import Kind, Watch
from desk.logs import logger, metrics
from desk.lookups.model import Card
from desk.lookups.sources import Source
from desk.storage import runs, watches
from desk.storage.links import Link
from desk.storage.outbox import task_id
from desk.storage.secrets import Secrets
from desk.storage.table import Item, Table, dump
from local.cloud import Cloud
from lookup.desk import Desk
from lookup.looks import look
from schedule import looks
from tests.conftest import free_ports
from tests.tables import create_table

DAY = date(2026, 12, 1)
ENDS = DAY + timedelta(days=30)
NOT_DUE = (1_000, 30_000)
WORKERS = 8


class Ends(Source):
    """A source in this process: everybody's card ends on the same day."""

    def card(self, subject: str) -> Card:
        """Always the same card."""
        return Card(
            ENDS - timedelta(days=364), ENDS, "01001", "BV", None, datetime(2026, 12, 1, 1, tzinfo=UTC)
        )


@dataclass
class Stage:
    """What one stage took."""

    items: int
    seconds: float
    calls: Counter[str]

    @property
    def each(self) -> float:
        """Calls for one item."""
        return self.calls.total() / max(1, self.items)

    def line(self, name: str) -> str:
        """One line of the report."""
        per = ", ".join(f"{n / max(1, self.items):.3f} {call}" for call, n in self.calls.most_common())
        rate = self.items / self.seconds
        return f"  {name:<34}{self.seconds:7.1f} s {rate:8,.0f} /s {self.each:7.3f} calls each ({per})"


class Bench:
    """An emulator, its clients, and the count of the calls to it."""

    def __init__(self, endpoint: str) -> None:
        many = Config(max_pool_connections=WORKERS * 2)
        self.dynamodb = boto3.client("dynamodb", endpoint_url=endpoint, config=many)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, config=many)
        self.calls: Counter[str] = Counter()
        for made in (self.dynamodb, self.sqs):
            made.meta.events.register("before-call", lambda model, **_: self.calls.update([model.name]))

    @contextmanager
    def stage(self, items: int) -> Iterator[Stage]:
        """Measure what happens inside."""
        self.calls.clear()
        begun, made = time.perf_counter(), Stage(items, 0.0, Counter())
        yield made
        made.seconds, made.calls = time.perf_counter() - begun, Counter(self.calls)

    def desk(self, name: str) -> Desk:
        """The lookup function's peers over tables of their own."""
        made = [Table(self.dynamodb, create_table(self.dynamodb, kind, f"{kind}-{name}"))
                for kind in ("DeskTable", "IdentityTable")]  # fmt: skip
        noon = round(datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp() * 1000)
        return Desk(made[0], made[1], Secrets(None, ""), lambda _: Ends(), lambda: noon)  # type: ignore[arg-type]

    def fill(self, table: Table, items: Iterable[Item], what: str) -> None:
        """Write many items, quickly."""

        def write(some: tuple[Item, ...]) -> int:
            requests = [{"PutRequest": {"Item": dump(item)}} for item in some]
            while requests:
                answer = self.dynamodb.batch_write_item(RequestItems={table.name: requests})
                requests = answer.get("UnprocessedItems", {}).get(table.name, [])
            return len(some)

        with ThreadPoolExecutor(WORKERS) as pool:
            done = 0
            for wrote in pool.map(write, batched(items, 25, strict=False)):
                done += wrote
                _progress(what, done)
        print()


def watch_of(number: int, due: date) -> Watch:
    """The watch of one citizen."""
    citizen = f"c_{number:06d}"
    return Watch(
        "bhxh", citizen, task_id(citizen), Kind.CARD, f"p-{number}", ENDS.isoformat(), due, DAY, version=1
    )


def rows(numbers: Iterable[int], due: date, spread: int = 1) -> Iterator[Item]:
    """The two rows of each watch; `spread`: over so many days from `due` on."""
    for number in numbers:
        yield from watches.items(watch_of(number, due + timedelta(days=number % spread)))


def linked(numbers: Iterable[int]) -> Iterator[Item]:
    """Everybody is linked to themselves."""
    for number in numbers:
        link = Link(f"p-{number}", "self", "N. V. An", "•••789", "2026-11-24T08:00:00+07:00")
        values = {name: getattr(link, name) for name in Link.__dataclass_fields__}
        yield {"pk": f"LINKS#bhxh#c_{number:06d}", "links": [values], "version": 1}


def queue(bench: Bench, desk: Desk, due: int, name: str) -> tuple[Stage, list[dict[str, Any]]]:
    """Queue what is due."""
    url = bench.sqs.create_queue(QueueName=f"lookups-{name}")["QueueUrl"]
    send, tasks = looks.sender(bench.sqs, url), list[dict[str, Any]]()

    def both(some: Any) -> None:
        send(some)
        metrics.clear_metrics()
        tasks.extend(some)
        _progress("queued", len(tasks))

    with bench.stage(due) as took:
        run = looks.run(desk.table, both, "bhxh", day=DAY)
    print()
    assert run == runs.latest(desk.table, "bhxh")
    assert run.finished_at
    assert len(tasks) == len({t["watch"] for t in tasks}) == due
    return took, tasks


def do(bench: Bench, desk: Desk, tasks: list[dict[str, Any]]) -> Stage:
    """Do every look, and each tenth one twice."""
    numbers = count(1)

    def one(task: dict[str, Any]) -> str:
        became = look(desk, task)
        metrics.clear_metrics()
        _progress("looked", next(numbers))
        return became

    with bench.stage(len(tasks)) as took, ThreadPoolExecutor(WORKERS) as pool:
        became = Counter(pool.map(one, tasks))
    print()
    again = Counter(look(desk, task) for task in tasks[::10])
    assert became == {"told": len(tasks)}, became
    assert again == {"done": len(tasks[::10])}, again
    assert watches.left(desk.table, "bhxh", DAY, DAY) == 0
    return took


def main(due: int) -> None:
    """Measure and print."""
    logger.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(Path(folder), free_ports(1))
        cloud.start()
        try:
            measure(Bench(f"http://127.0.0.1:{cloud.port}"), due)
        finally:
            cloud.stop()


def measure(bench: Bench, due: int) -> None:
    """All stages on one emulator."""
    stages: dict[str, Stage] = {}
    for others in NOT_DUE:
        desk = bench.desk(str(others))
        bench.fill(desk.table, rows(range(due), DAY), f"{due:,} due")
        bench.fill(
            desk.table, rows(range(due, due + others), DAY + timedelta(days=1), 300), f"{others:,} not due"
        )
        stages[f"queueing beside {others:,}"], tasks = queue(bench, desk, due, str(others))
    bench.fill(desk.identities, linked(range(due)), "links")
    stages["looking and telling"] = do(bench, desk, tasks)
    print(f"\n{due:,} reminders in a run")
    for name, took in stages.items():
        print(took.line(name))
    few, many, _ = stages.values()
    print(f"  30,000 not due beside 1,000: {many.calls.total() / few.calls.total():.2f} times the calls, "
          f"{many.seconds / few.seconds:.2f} times the time")  # fmt: skip
    print(
        f"  calls for each reminder, queueing and telling: {many.each + stages['looking and telling'].each:.2f}"
    )


def _progress(what: str, number: int) -> None:
    if number % 250 == 0:
        print(f"\r  {number:,} {what}", end="", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
