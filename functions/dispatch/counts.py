"""Feeds the statistics: each report in the stream is counted as its newest image shows it.

What cannot be counted now goes to a queue and is counted later, so that figures never hold up what citizens
wait for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.domain.report import Report
from desk.logs import count, warn
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.statistics import Statistics
from desk.storage.table import Table, load


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts reports of stream records; `later` is the address of the queue for what failed."""

    statistics: Statistics
    sqs: Any
    later: str

    def take(self, records: Sequence[dict[str, Any]]) -> str | None:
        """Count; returns the sequence number to start again from when even the queue takes nothing."""
        newest: dict[str, tuple[str, dict[str, Any]]] = {}
        for record in records:
            image = record["dynamodb"].get("NewImage")
            if image and record["dynamodb"]["Keys"]["sk"] == {"S": "REPORT"}:
                newest[image["code"]["S"]] = (record["dynamodb"]["SequenceNumber"], image)
        failed = [number for code, (number, image) in newest.items() if not self._count(code, image)]
        return min(failed, key=int) if failed else None

    def _count(self, code: str, image: dict[str, Any]) -> bool:
        try:
            self.statistics.count(Report.from_dict(load(image)))
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not hold up the outbox
            count("CountsPutOff")
            warn("counting put off", report=code, error=type(error).__name__)
        try:
            body = json.dumps({"kind": "count", "report": code})
            self.sqs.send_message(QueueUrl=self.later, MessageBody=body)
            return True
        except (BotoCoreError, ClientError):
            return False


@cache
def counting() -> Counting:
    """The counting of this process, wired to AWS."""
    own = settings()
    table = Table(client("dynamodb"), own.table)
    return Counting(Statistics(table), client("sqs"), own.classification_queue_url)
