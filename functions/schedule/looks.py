"""Queues the looks of a day: whatever is due or was left behind, shard by shard, and says how far it came.

Reads only what is due. Rows stay until the look is done (`desk.storage.watches`), so that queueing one twice
costs a read and a run that dies loses nothing. The place reached is kept after each page: the next run of the
same hour goes on from there, and of two at once the slower one stops.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import batched
from typing import Any

from desk import agencies
from desk.domain.clock import iso, local
from desk.errors import Conflict, Unavailable
from desk.logs import count, log
from desk.storage import keys, watches
from desk.storage.outbox import task_id
from desk.storage.runs import Run, latest, save
from desk.storage.table import Item, Table

PAGE = 500
_SENDERS = 8
_TRIES = 3


def agencies_that_remind() -> list[str]:
    """Agencies whose file has a `[reminders]` table."""
    return [name for name in agencies.names() if "reminders" in agencies.agency(name).data]


def run(
    table: Table,
    send: Callable[[Sequence[dict[str, Any]]], None],
    agency: str,
    *,
    day: date | None = None,
    name: str = "",
    go_on: Callable[[], bool] = lambda: True,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Run:
    """Queue an agency's looks by `send`, until all are queued or `go_on` says no; says how far it came.

    Runs of one hour are one pass; one for a named `day` is always a new pass; `name` goes on with that pass.
    Raises Conflict when another run overtook this one, Unavailable when the queue does not take a page.
    """
    at = _begin(table, agency, day, name, clock())
    while not at.finished_at and go_on():
        rows = watches.due(table, agency, at.shard, date.fromisoformat(at.day), after=at.after, limit=PAGE)
        send([_task(row, at.day) for row in rows.items])
        at = replace(at, queued=at.queued + len(rows.items), after=rows.next["sk"] if rows.next else "")
        if not rows.next:
            at = replace(at, shard=at.shard + 1)
        if at.shard == keys.WATCH_SHARDS:
            at = replace(at, finished_at=iso(clock()))
        at = save(table, agency, at)
    log("looks queued", agency=agency, count=at.queued, state="done" if at.finished_at else "running")
    return at


def _begin(table: Table, agency: str, day: date | None, name: str, now: datetime) -> Run:
    known = latest(table, agency)
    wanted = name or (iso(now) if day else f"{local(now):%Y-%m-%dT%H}")
    if known and known.name == wanted:
        return known
    if name:
        raise Conflict("another run has begun since")
    today = day or local(now).date()
    return Run(wanted, today.isoformat(), iso(now), version=known.version if known else 0)


def sender(sqs: Any, url: str) -> Callable[[Sequence[dict[str, Any]]], None]:
    """Sends tasks to a queue, ten a call, several calls at once."""

    def send_ten(tasks: Sequence[dict[str, Any]]) -> None:
        entries = [{"Id": str(n), "MessageBody": json.dumps(task)} for n, task in enumerate(tasks)]
        for _ in range(_TRIES):
            failed = {
                f["Id"] for f in sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
            }
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not entries:
                return
        raise Unavailable("the queue does not take the looks")

    def send(tasks: Sequence[dict[str, Any]]) -> None:
        with ThreadPoolExecutor(_SENDERS) as pool:
            list(pool.map(send_ten, batched(tasks, 10, strict=False)))
        if tasks:
            count("LooksQueued", len(tasks))

    return send


def _task(row: Item, day: str) -> dict[str, Any]:
    """A look for the lookup function. `day` is today for it, unless it is later by then."""
    return {
        "kind": "look",
        "agency": row["agency"],
        "citizen": row["citizen"],
        "watch": row["watch"],
        "due": row["due"],
        "day": day,
        "outbox_id": task_id("look", row["agency"], row["watch"], row["due"]),
    }
