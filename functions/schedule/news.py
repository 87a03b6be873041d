"""The news job: publications and broadcasts that are due, and runs that have readers left. Every minute, and when
staff ask."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.errors import Conflict
from desk.logs import count, warn
from desk.storage.news import News
from desk.storage.sendings import RUNNING, Runs
from desk.storage.table import Item, Table
from schedule.broadcasting import hand_over
from schedule.publishing import Zalo, advance
from schedule.sending import allowance, go_on


def work(
    table: Table,
    names: Iterable[str],
    zalo_of: Callable[[str], Zalo],
    sqs: Any,
    outgoing_url: str,
    now: datetime,
) -> dict[str, int]:
    """Do what is due for these agencies; says how many articles and broadcasts came to which state and how many
    messages left."""
    done: Counter[str] = Counter()
    news, allowed = News(table), _Once(lambda: allowance(sqs, outgoing_url))
    for name in names:
        # Publications first: a run that one of them begins starts in the same minute.
        due = news.due(name, now)
        for row in _of(due, "article"):
            with _alone(done, row):
                done[_publish(news, zalo_of(name), row["code"], now)] += 1
        for row in _of(due, "broadcast"):
            with _alone(done, row):
                done[f"broadcast_{hand_over(table, zalo_of(name), row['code'], now)}"] += 1
        for row in _of(news.due(name, now), "run"):
            with _alone(done, row):
                done["messages"] += _send(table, name, row["code"], now, allowed)
    if done["failed"]:
        count("NewsFailed", done["failed"])
    if done["messages"]:
        count("NewsMessages", done["messages"])
    return dict(done)


@dataclass
class _Once:
    """What may be put on the outgoing queue in this turn: asked for once, by the first run that needs it."""

    ask: Callable[[], int]
    left: int | None = None

    def now(self) -> int:
        """What is left of it."""
        if self.left is None:
            self.left = self.ask()
        return max(0, self.left)


def _publish(news: News, zalo: Zalo, article_id: str, now: datetime) -> str:
    try:
        return str(advance(news, zalo, news.load(zalo.agency, article_id), now).state)
    except Conflict:
        return "busy"  # another worker has it


def _send(table: Table, agency: str, article_id: str, now: datetime, allowed: _Once) -> int:
    run = Runs(table).find(agency, article_id)
    if run is None or run.state != RUNNING:
        return 0
    budget = allowed.now()
    sent = go_on(table, run, now, budget) if budget else 0
    allowed.left = budget - sent
    return sent


@contextmanager
def _alone(done: Counter[str], row: Item) -> Iterator[None]:
    """One that cannot be read must not hold the others up: it is listed, and found again in a minute."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one
        warn("news not done", code=row.get("code"), error=type(error).__name__)
        done["failed"] += 1


def _of(due: Iterable[Item], entity: str) -> list[Item]:
    return [row for row in due if row.get("entity") == entity]
