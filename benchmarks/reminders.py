"""A day of scheduled looks: calls and time for each reminder, and whether citizens who are not due cost anything.

`python -m benchmarks.reminders [due]`: 30,000 due unless named, in tables in memory. What is due is queued beside
1,000 and then beside 30,000 citizens who are not: that must cost the same. Then every look is done, by eight
workers, each tenth one twice, against a source in this process. Then the stream brings what follows from that, and
three states of each message, to the figures, 50 records a batch. Calls are what AWS is paid for; the time is this
machine's alone, without the network.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import batched, count
from typing import Any

from desk.domain.pseudonym import pseudonym
from desk.domain.reminder import Kind, Watch
from desk.logs import logger, metrics
from desk.lookups.model import Card
from desk.storage import watches
from desk.storage.links import Link
from desk.storage.looked import Looked
from desk.storage.outbox import task_id
from desk.storage.secrets import Secrets
from desk.storage.table import Item, Table, dump, load
from dispatch.looks import Looks
from lookup.desk import Desk
from lookup.looks import look
from schedule import looks
from tests.memory import MemoryDynamo, MemorySqs

DAY = date(2026, 12, 1)
ENDS = DAY + timedelta(days=30)
FEW, MANY = 1_000, 30_000
WORKERS = 8
_MORNING = datetime(2026, 12, 1, 1, tzinfo=UTC)


class Ends:
    """A source in this process: everybody's card ends on the same day."""

    def card(self, subject: str) -> Card:
        """Always the same card."""
        return Card(ENDS - timedelta(days=364), ENDS, "01001", "BV", None, _MORNING)


@dataclass
class Counted:
    """Counts the calls to a client, and the items that its queries return."""

    client: Any
    calls: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            self.calls[name] += 1
            answer = real(**arguments)
            if name == "query":
                self.read += len(answer["Items"])
            return answer

        return call


@dataclass
class Stage:
    """What one stage took."""

    items: int
    seconds: float = 0.0
    read: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def each(self) -> float:
        """Calls for one item."""
        return self.calls.total() / max(1, self.items)

    def line(self, name: str) -> str:
        """One line of the report."""
        kinds = ", ".join(f"{n / max(1, self.items):.3f} {call}" for call, n in self.calls.most_common())
        return (
            f"  {name:<28}{self.seconds:7.1f} s{self.items / self.seconds:9,.0f} /s   {self.each:.3f} calls each "
            f"({kinds})"
        )


class Bench:
    """Tables in memory, and what is counted."""

    def __init__(self) -> None:
        self.memory = MemoryDynamo()
        self.dynamodb, self.sqs = Counted(self.memory), Counted(MemorySqs())
        source: Any = Ends()
        noon = round(_MORNING.timestamp() * 1000)
        desk, people = Table(self.dynamodb, "desk"), Table(self.dynamodb, "identity")
        self.desk = Desk(desk, people, Secrets(None, ""), lambda _: source, lambda: noon)

    @contextmanager
    def stage(self, items: int) -> Iterator[Stage]:
        """Measure what happens inside."""
        for counted in (self.dynamodb, self.sqs):
            counted.calls.clear()
        self.dynamodb.read = 0
        begun, made = time.perf_counter(), Stage(items)
        yield made
        made.seconds, made.read = time.perf_counter() - begun, self.dynamodb.read
        made.calls = self.dynamodb.calls + self.sqs.calls
        metrics.clear_metrics()
        print()

    def fill(self, numbers: Iterable[int], due: date, spread: int = 1) -> None:
        """Citizens with a link to themselves and a watch, `spread` over so many days from `due` on."""
        for n in numbers:
            citizen = pseudonym("a key", "bhxh", str(n))
            day = due + timedelta(days=n % spread)
            watch = Watch(
                "bhxh", citizen, task_id(citizen), Kind.CARD, f"p-{n}", ENDS.isoformat(), day, DAY, version=1
            )
            link = asdict(Link(f"p-{n}", "self", "N. V. An", "•••789", "2026-11-24T08:00:00+07:00"))
            for item in watches.items(watch):
                self._put("desk", item)
            self._put("identity", {"pk": f"LINKS#bhxh#{citizen}", "links": [link], "version": 1})

    def _put(self, table: str, item: Item) -> None:
        self.memory.put(table, dump(item))

    def queue(self, due: int) -> tuple[Stage, list[dict[str, Any]]]:
        """Queue what is due."""
        send, tasks = looks.sender(self.sqs, "lookups"), list[dict[str, Any]]()

        def both(some: Any) -> None:
            send(some)
            tasks.extend(some)
            _progress("queued", len(tasks), due)

        with self.stage(due) as took:
            run = looks.run(self.desk.table, both, "bhxh", day=DAY)
        assert run.finished_at
        assert len(tasks) == len({t["watch"] for t in tasks}) == due
        return took, tasks

    def fastest(self, due: int) -> tuple[Stage, list[dict[str, Any]]]:
        """The fastest of three passes: the rows stay until they are looked at."""
        return min((self.queue(due) for _ in range(3)), key=lambda pair: pair[0].seconds)

    def do(self, tasks: list[dict[str, Any]]) -> Stage:
        """Do every look, and each tenth one twice."""
        numbers = count(1)

        def one(task: dict[str, Any]) -> str:
            became = look(self.desk, task)
            metrics.clear_metrics()
            _progress("looked", next(numbers), len(tasks))
            return became

        with self.stage(len(tasks)) as took, ThreadPoolExecutor(WORKERS) as pool:
            became = Counter(pool.map(one, tasks))
        assert became == {"told": len(tasks)}, became
        assert {look(self.desk, task) for task in tasks[::10]} == {"done"}
        assert watches.left(self.desk.table, "bhxh", DAY) == 0
        return took

    def figure(self, due: int) -> Stage:
        """Bring to the figures what the looks wrote, in the order they wrote it, and how far the messages came: sent
        and delivered in that order, seen in any."""
        told = [item for item in self.memory.items("desk") if item["entity"] == {"S": "outbox"}]
        states = [[_ledger_row(item, state) for item in told] for state in ("sent", "delivered", "seen")]
        random.Random(1).shuffle(states[-1])  # citizens read when they like
        looks_of, numbers = Looks(Looked(self.desk.table)), count(1)
        with self.stage(due) as took:
            for images in (told, *states):
                for some in batched(images, 50, strict=False):
                    batch = [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}} for image in some]
                    assert looks_of.take(batch) is None
                    _progress("batches counted", next(numbers), 4 * due // 50)
        found = looks_of.looked.figures("bhxh", DAY)
        assert (found.done, found.reminded.recipients, found.reminded.seen) == (due, due, due), found
        return took


def main(due: int) -> None:
    """Measure and print."""
    logger.setLevel("ERROR")
    bench = Bench()
    bench.fill(range(due), DAY)
    bench.fill(range(due, due + FEW), DAY + timedelta(days=1), 300)
    few, _ = bench.fastest(due)
    bench.fill(range(due + FEW, due + MANY), DAY + timedelta(days=1), 300)
    many, tasks = bench.fastest(due)
    done = bench.do(tasks)
    counted = bench.figure(due)
    print(f"{due:,} reminders in a run")
    print(few.line(f"queueing, {FEW:,} not due"))
    print(many.line(f"queueing, {MANY:,} not due"))
    print(done.line("looking and telling"))
    print(counted.line("figures from the stream"))
    print(
        f"  {MANY:,} not due beside {FEW:,}: {many.calls.total() / few.calls.total():.2f} times the calls, "
        f"{many.read / few.read:.2f} times the items read, {many.seconds / few.seconds:.2f} times the time"
    )
    print(
        f"  calls for each reminder, queueing and telling: {many.each + done.each:.2f}; "
        f"for the figures: {counted.each:.2f}"
    )


def _ledger_row(outbox: dict[str, Any], state: str) -> dict[str, Any]:
    payload = load(outbox)["payload"]
    return dump(payload | {"pk": "CITIZEN", "sk": "CHAT", "entity": "chat", "state": state})


def _progress(what: str, number: int, of: int) -> None:
    if number % 500 == 0 or number == of:
        print(f"\r  {number:,} of {of:,} {what}", end="", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
