"""Takes citizens' messages from the inbox, and wakes conversations whose burst has fallen quiet."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from conversation.desk import Desk, desk
from conversation.events import receive
from conversation.erase import erase
from conversation.turn import wake
from desk.logs import metrics


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of the inbox (FIFO) or of the timers queue."""
    return process(event, context, desk())


def process(event: dict[str, Any], context: Any, own: Desk) -> Any:
    """One batch with the given peers. A failed message comes again; others of its citizen wait for it."""
    from_inbox = event["Records"][0]["eventSourceARN"].endswith(".fifo")
    processor: Any = (
        SqsFifoPartialProcessor(skip_group_on_error=True) if from_inbox else BatchProcessor(EventType.SQS)
    )
    processor.raise_on_entire_batch_failure = False

    def handle(record: SQSRecord) -> None:
        body = json.loads(record.body)
        if from_inbox:
            receive(own, body)
        elif body["kind"] == "erase":
            erase(own, body["agency"], body["citizen"])
        else:
            wake(own, body)

    return process_partial_response(event, handle, processor, context)
