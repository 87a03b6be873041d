"""Moves outbox items from the stream to the queue of their kind; feeds the figures of reports, news and reminders."""

from typing import Any

from desk.logs import metrics
from dispatch.counts import counting
from dispatch.figures import figures
from dispatch.looks import looks
from dispatch.relay import relay


@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One batch of stream records. Reports the first record that must come again."""
    records = event["Records"]
    tried = (
        relay().move(records),
        counting().take(records),
        figures().take(records),
        looks().take(records),
    )
    failed = [number for number in tried if number]
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}
