"""SQS batches: each message succeeds or fails alone, and a failure is always logged."""

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.exceptions import ClientError

from desk.logs import warn


def process(event: dict[str, Any], context: Any, handle: Callable[[dict[str, Any]], None]) -> Any:
    """Handle the JSON body of each message of a batch; returns what must come again.

    In a FIFO queue the later messages of a failed one's group come again too, other groups do not wait.
    """
    records = event.get("Records") or []
    if not records:
        return {"batchItemFailures": []}
    fifo = records[0]["eventSourceARN"].endswith(".fifo")
    # A processor remembers its failures: one for each batch.
    processor: Any = (
        SqsFifoPartialProcessor(skip_group_on_error=True) if fifo else BatchProcessor(EventType.SQS)
    )
    processor.raise_on_entire_batch_failure = False

    def one(record: SQSRecord) -> None:
        try:
            handle(json.loads(record.body))
        except (
            Exception
        ) as error:  # whatever it is goes back to the queue; without this line nobody would know
            attempts = int(record.attributes.approximate_receive_count or 1)
            warn("task failed", error=type(error).__name__, code=_code(error), attempts=attempts)
            raise

    return process_partial_response(event, one, processor, context)


def _code(error: Exception) -> str | None:
    """What AWS calls its refusal, such as AccessDeniedException."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else None
