"""Sending an article to its readers: page by page into the outbox, never more than the senders can take.

Answers to citizens share the outgoing queue, so a run only tops it up: `allowance` is what may be put on it now.
Zalo takes 4,000 calls a minute from an app (rate limit page of the Open API); news take at most half of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from desk.domain.clock import iso
from desk.domain.news import Reader, out_of_reach
from desk.errors import AlreadyDone
from desk.logs import count, log
from desk.storage import keys
from desk.storage.outbox import Task, outbox_item, send_task
from desk.storage.readers import Readers
from desk.storage.sendings import DONE, PAGE, RUNNING, Run, RunPage, Runs
from desk.storage.table import Table
from desk.zalo.plan import is_night

PACE = 2000


def allowance(sqs: Any, queue_url: str) -> int:
    """How many messages may be put on the outgoing queue now: a minute's worth, less what waits there."""
    name = "ApproximateNumberOfMessages"
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
    return max(0, PACE - int(answer["Attributes"][name]))


def go_on(table: Table, run: Run, now: datetime, budget: int) -> int:
    """Send on with a run, at most `budget` messages and a page more; returns how many were put into the outbox.

    Safe to be killed at any point and to run beside itself: see `desk.storage.sendings`.
    """
    if is_night(now):
        return 0  # Zalo refuses news at night; unsent they stay on the list of readers, not in the ledger
    runs, readers = Runs(table), Readers(table)
    if run.expected is None:
        counted = runs.change(run, expected=readers.count(run.agency, run.audience, run.topics))
        if counted is None:
            return 0
        run = counted
    released = 0
    for shard in range(keys.READER_SHARDS):
        page = runs.last_page(run, shard)
        rest: Iterator[tuple[str, Reader]] | None = None
        while page is None or not (page.end and page.released):
            if released >= budget or not _still_on(runs, run):
                return released
            if page is None or page.released:
                rest = rest or _wanted(readers, run, shard, page)
                page = _write_page(runs, run, shard, page, list(islice(rest, PAGE)), now)
                if page is None:
                    break  # another worker is at this shard
            released += _release(table, runs, run, page)
            page = replace(page, released=True)
    if all(_finished(runs.last_page(run, shard)) for shard in range(keys.READER_SHARDS)) and runs.change(
        run, state=DONE, ended_at=iso(now)
    ):
        count("NewsRunsDone")
        log("news run done", agency=run.agency, code=run.article)
    return released


def _still_on(runs: Runs, run: Run) -> bool:
    current = runs.find(run.agency, run.article)
    return current is not None and current.state == RUNNING


def _finished(page: RunPage | None) -> bool:
    return page is not None and page.end and page.released


def _wanted(readers: Readers, run: Run, shard: int, previous: RunPage | None) -> Iterator[tuple[str, Reader]]:
    """Readers of the audience behind a page."""
    behind = readers.after(run.agency, shard, previous.last if previous else "")
    return (found for found in behind if found[1].wants(run.audience, run.topics))


def _write_page(
    runs: Runs,
    run: Run,
    shard: int,
    previous: RunPage | None,
    found: Sequence[tuple[str, Reader]],
    now: datetime,
) -> RunPage | None:
    """Write the next page of a shard; None when another worker wrote it meanwhile."""
    page = RunPage(
        shard,
        previous.number + 1 if previous else 0,
        tuple(citizen for citizen, _ in found),
        last=found[-1][0] if found else "",
        end=len(found) < PAGE,
        states={
            str(n): "skipped:window_closed"
            for n, (_, who) in enumerate(found)
            if run.template is None and out_of_reach(who, now)
        },
    )
    try:
        runs.add_page(run, page)
    except AlreadyDone:
        return None
    return page


def _release(table: Table, runs: Runs, run: Run, page: RunPage) -> int:
    """Put a page's messages into the outbox. Done twice, they are the same messages."""
    tasks = [
        _message(run, page, n, citizen)
        for n, citizen in enumerate(page.recipients)
        if not page.states.get(str(n), "").startswith("skipped:")
    ]
    table.put_many(map(outbox_item, tasks))
    runs.mark_released(run, page)
    return len(tasks)


def _message(run: Run, page: RunPage, place: int, citizen: str) -> Task:
    payload = {
        "agency": run.agency,
        "citizen": citizen,
        "purpose": "news",
        "text": run.text,
        "buttons": list(run.buttons),
        "template": run.template,
        "created_at": run.created_at,
        "news": {"article": run.article, "page": page.name, "place": str(place)},
    }
    return send_task(payload, "news", run.agency, run.article, citizen)
