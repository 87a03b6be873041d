"""Moves outbox items from the table's stream to the queue of their kind, and feeds the statistics."""

from typing import Any

from desk.logs import metrics
from dispatch.relay import relay


@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One batch of stream records. Reports the first record that must come again."""
    failed = relay().move(event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}
