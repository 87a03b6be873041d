"""The relay between the table's stream and the queues.

An item is sent at least once: a batch that failed half-way comes again from its first failure, and every
consumer recognises what it has done.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.logs import count, warn
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.table import load

_MAX_DELAY_S = 900
# SQS takes ten messages and 1 MiB a call; ten outbox items stay far below it.
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Relay:
    """Sends outbox items on. `urls` maps the name of a queue to its address."""

    sqs: Any
    urls: Mapping[str, str]

    def move(self, records: Sequence[dict[str, Any]]) -> str | None:
        """Send the outbox items among stream records; returns the sequence number to start again from."""
        tasks: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for sequence, item in _inserted(records):
            tasks[item["queue"]].append((sequence, item))
        failed: list[str] = []
        for queue, items in tasks.items():
            for some in batched(items, _BATCH, strict=False):
                failed += self._send(queue, some)
        count("Dispatched", sum(map(len, tasks.values())) - len(failed))
        return min(failed, key=int) if failed else None

    def _send(self, queue: str, items: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
        """Sequence numbers of what the queue did not take."""
        entries = [_entry(str(n), queue, item) for n, (_, item) in enumerate(items)]
        try:
            answer = self.sqs.send_message_batch(QueueUrl=self.urls[queue], Entries=entries)
        except (BotoCoreError, ClientError) as error:
            warn("queue refused a batch", queue=queue, error=type(error).__name__, count=len(items))
            return [sequence for sequence, _ in items]
        return [items[int(f["Id"])][0] for f in answer.get("Failed", [])]


def _inserted(records: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for record in records:
        if record["eventName"] == "INSERT":
            item = load(record["dynamodb"]["NewImage"])
            if item.get("entity") == "outbox":
                yield record["dynamodb"]["SequenceNumber"], item


def _entry(number: str, queue: str, item: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(item["payload"], ensure_ascii=False)
    entry: dict[str, Any] = {"Id": number, "MessageBody": body}
    if item.get("group"):
        return entry | {
            "MessageGroupId": item["group"],
            "MessageDeduplicationId": item["payload"]["outbox_id"],
        }
    if item.get("delay_s"):
        entry["DelaySeconds"] = min(int(item["delay_s"]), _MAX_DELAY_S)
    return entry


@cache
def relay() -> Relay:
    """The relay of this process, wired to AWS."""
    own = settings()
    urls = {
        "timers": own.timers_queue_url,
        "media": own.media_queue_url,
        "classification": own.classification_queue_url,
        "lookups": own.lookups_queue_url,
        "outgoing": own.outgoing_queue_url,
    }
    return Relay(client("sqs"), urls)
