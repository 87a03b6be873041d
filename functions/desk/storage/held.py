"""Puts messages that waited long enough back on the outgoing queue. For the schedule, every minute."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Any

from desk.storage.ledger import Entry, Ledger


def release_due(
    ledger: Ledger, sqs: Any, queue_url: str, agencies: Iterable[str], now: datetime, *, limit: int = 200
) -> int:
    """Queue what is due, held and unknown ones, at most `limit` per agency; returns how many.

    The ledger is not touched: it decides again when the message arrives, so queueing twice harms nobody (and
    SQS drops the second within five minutes).
    """
    released = 0
    for agency in agencies:
        for some in batched(ledger.due(agency, now, limit=limit), 10, strict=False):
            answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=[_task(e) for e in some])
            released += len(answer.get("Successful", []))
    return released


def _task(entry: Entry) -> dict[str, Any]:
    payload = entry.payload
    number = f"{payload['outbox_id']}-{entry.version}"
    return {
        "Id": payload["outbox_id"][:80],
        "MessageBody": json.dumps(payload, ensure_ascii=False),
        "MessageGroupId": f"{payload['agency']}-{payload['citizen']}",
        "MessageDeduplicationId": number,
    }
