"""Queues the looks of a day: whatever is due or was left behind, shard by shard, and says how far it came.

Reads only what is due. Rows stay until the look is done (`desk.storage.watches`), so that queueing one twice
costs a read and a run that dies loses nothing. The place reached is kept after each page: the next run of the
same hour goes on from there, and of two at once the slower one stops.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import Any

from desk import agencies
from desk.domain.clock import iso, local
from desk.errors import Conflict, Unavailable
from desk.logs import count, log
from desk.storage import keys, watches
from desk.storage.outbox import task_id
from desk.storage.runs import Run, latest, save
from desk.storage.table import Item, Page, Table

PAGE = 500
# How far the very first run of an agency looks back.
FIRST_LOOK_BACK = timedelta(days=7)
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

    Runs of one hour are one pass, over today and the days that left something behind; one for a named `day` is a
    new pass over that day alone; `name` goes on with that pass. Raises Conflict when another run overtook this
    one, Unavailable when the queue does not take a page.
    """
    now = _begin(table, agency, day, name, clock())
    while not now.finished_at and go_on():
        rows = watches.due(table, agency, date.fromisoformat(now.at), now.shard, after=now.after, limit=PAGE)
        send([_task(row, now.day) for row in rows.items])
        now = save(table, agency, _onward(now, rows, clock()))
    log("looks queued", agency=agency, count=now.queued, state="done" if now.finished_at else "running")
    return now


def _begin(table: Table, agency: str, day: date | None, name: str, now: datetime) -> Run:
    known = latest(table, agency)
    wanted = name or (iso(now) if day else f"{local(now):%Y-%m-%dT%H}")
    if known and known.name == wanted:
        return known
    if name:
        raise Conflict("another run has begun since")
    today = day or local(now).date()
    open_since = known.open_since if known else (today - FIRST_LOOK_BACK).isoformat()
    since = today.isoformat() if day else min(open_since, today.isoformat())
    return Run(
        name=wanted,
        day=today.isoformat(),
        since=since,
        open_since=open_since,
        at=since,
        started_at=iso(now),
        version=known.version if known else 0,
    )


def _onward(run: Run, rows: Page, now: datetime) -> Run:
    """The run after a page: further in the shard, at the next shard, at the next day, or at its end."""
    number = len(rows.items)
    run = replace(run, found=run.found + number, queued=run.queued + number)
    if rows.next:
        return replace(run, after=rows.next["sk"])
    if run.shard + 1 < keys.WATCH_SHARDS:
        return replace(run, after="", shard=run.shard + 1)
    if run.at == run.day:
        return replace(run, finished_at=iso(now))
    following = (date.fromisoformat(run.at) + timedelta(days=1)).isoformat()
    # A day before today that was found empty stays empty: looks are written for days to come only.
    emptied = run.at == run.open_since and run.found == 0
    return replace(
        run, at=following, shard=0, after="", found=0, open_since=following if emptied else run.open_since
    )


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
        "put_off": row.get("put_off", False),
        "day": day,
        "outbox_id": task_id("look", row["agency"], row["watch"], row["due"]),
    }
