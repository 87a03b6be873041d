"""Collects what citizens attach: downloads it at once, keeps the original, tells what it is."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.exceptions import BotoCoreError, ClientError

from desk.logs import metrics, warn
from desk.settings import settings
from desk.storage.clients import client
from media.collect import collector

# Nobody knows how long Zalo's links live: try again soon, long before the queue's own timeout (template.yaml).
_RETRY_S = (5, 30, 120, 300)


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of media tasks. Reports those that must come again."""
    # A processor remembers its failures: one for each batch.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, _task, processor, context)


def _task(record: SQSRecord) -> None:
    attempt = int(record.attributes.approximate_receive_count or 1)
    task = json.loads(record.body)
    try:
        collector().collect(task, attempt)
    except Exception as error:  # whatever it is goes back to the queue; this line says why
        warn("media", evidence_id=task.get("evidence_id"), attempts=attempt, error=type(error).__name__)
        _come_back_soon(record, attempt)
        raise


def _come_back_soon(record: SQSRecord, attempt: int) -> None:
    url = settings().media_queue_url
    if not url or attempt > len(_RETRY_S):
        return
    try:
        client("sqs").change_message_visibility(
            QueueUrl=url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=_RETRY_S[attempt - 1]
        )
    except (BotoCoreError, ClientError) as error:
        # The task then comes back after the queue's own timeout.
        warn("media not hurried", error=type(error).__name__)
