"""The scheduled jobs. Each is safe to run twice, or while another run of it is still at work."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import httpx

from desk import agencies
from desk.errors import Conflict
from desk.logs import count
from desk.settings import settings
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.held import release_due
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from schedule import looks
from schedule.deadlines import escalate_due
from schedule.news import work
from schedule.publishing import Zalo
from schedule.recount import recount

# A burst is closed a minute after its first message at the latest; one that is older lost its timer.
_DRAFT_OVERDUE_MS = 120_000
_MOST = 200
# A run of looks that takes longer goes on in a call of its own: the function is stopped after 300 s.
_LOOKS_S = 240


@cache
def _table() -> Table:
    return Table(client("dynamodb"), settings().table)


def _tokens(http: httpx.Client) -> Tokens:
    own = settings()
    secrets = Secrets(client("secretsmanager"), own.secret_prefix)
    return Tokens(Table(client("dynamodb"), own.tokens_table), secrets, http, own.zalo_oauth_url)


def sweep() -> dict[str, int]:
    """Put back on their way: webhooks that the queue refused, bursts nobody woke, held messages that are due."""
    return {
        "webhooks": sweep_fallback(_table(), client("sqs"), settings().inbox_queue_url),
        "drafts": sweep_drafts(_table(), client("sqs"), settings().timers_queue_url),
        "held": release_due(
            Ledger(_table()),
            client("sqs"),
            settings().outgoing_queue_url,
            agencies.names(),
            datetime.now(UTC),
        ),
    }


def sweep_fallback(table: Table, sqs: Any, inbox_url: str) -> int:
    """Webhook events from the fallback go to the inbox; each is deleted only when the queue has it."""
    moved = 0
    for shard in range(keys.FALLBACK_SHARDS):
        page = table.query(f"FALLBACK#{shard}", limit=_MOST, consistent=True)
        for item in page.items:
            sqs.send_message(
                QueueUrl=inbox_url,
                MessageBody=json.dumps(item["envelope"], ensure_ascii=False),
                MessageGroupId=item["group"],
                MessageDeduplicationId=item["envelope"]["event_id"],
            )
            table.delete({"pk": item["pk"], "sk": item["sk"]})
            moved += 1
    if moved:
        count("FallbackSwept", moved)
    return moved


def sweep_drafts(table: Table, sqs: Any, timers_url: str) -> int:
    """Wake conversations whose burst should have been closed long ago."""
    overdue = f"{round(time.time() * 1000) - _DRAFT_OVERDUE_MS:013d}"
    page = table.query("DRAFTS", index="gsi1", between=("0", overdue), limit=_MOST)
    for item in page.items:
        body = {"kind": "wake", "agency": item["agency"], "citizen": item["citizen"]}
        sqs.send_message(QueueUrl=timers_url, MessageBody=json.dumps(body))
    if page.items:
        count("DraftsWoken", len(page.items))
    return len(page.items)


def refresh_tokens() -> dict[str, int]:
    """Renew access tokens well before their 25 hours are over."""
    with http_client() as http:
        tokens = _tokens(http)
        return dict(Counter(tokens.refresh_early(name) for name in agencies.names()))


def news() -> dict[str, int]:
    """Publish what is due, and send on to readers."""
    own = settings()
    with http_client() as http:
        tokens = _tokens(http)
        api = ZaloApi(http, own.zalo_openapi_url, own.zalo_business_url)
        return work(
            _table(),
            agencies.names(),
            lambda name: Zalo(tokens, api, name),
            client("sqs"),
            own.outgoing_queue_url,
            datetime.now(UTC),
        )


def feeds() -> dict[str, int]:
    """Read the agencies' feeds; what is new becomes a draft."""
    from schedule.feeds import read_all  # feedparser takes a while to load, and only this job needs it

    return read_all(_table(), agencies.names(), settings().media_hosts, datetime.now(UTC))


def deadlines() -> dict[str, int]:
    """Escalate what was not done in time."""
    return escalate_due(_table(), agencies.names(), datetime.now(UTC))


def queue_looks(day: str = "", agency: str = "", run: str = "") -> dict[str, int]:
    """Queue the looks that are due: each hour of the day, so that what could not be looked at comes again.

    By hand, `day` (YYYY-MM-DD) stands for today. `agency` and `run` go on with a run that is not at its end.
    """
    own, until = settings(), time.monotonic() + _LOOKS_S
    send = looks.sender(client("sqs"), own.looks_queue_url)
    wanted = date.fromisoformat(day) if day else None
    done: Counter[str] = Counter()
    for name in [agency] if agency else looks.agencies_that_remind():
        try:
            at = looks.run(_table(), send, name, day=wanted, name=run, go_on=lambda: time.monotonic() < until)
        except Conflict:
            done["overtaken"] += 1
            continue
        done["queued"] += at.queued
        if not at.finished_at:
            done["unfinished"] += 1
            _call_again({"job": "looks", "agency": name, "run": at.name})
    return dict(done)


def _call_again(event: dict[str, str]) -> None:
    """Go on in another call of this function."""
    client("lambda").invoke(
        FunctionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"], InvocationType="Event", Payload=json.dumps(event)
    )


JOBS: Mapping[str, Callable[..., dict[str, int]]] = {
    "sweep": sweep,
    "tokens": refresh_tokens,
    "deadlines": deadlines,
    "looks": queue_looks,
    "recount": lambda **days: recount(_table(), **days),
    "news": news,
    "feeds": feeds,
}
