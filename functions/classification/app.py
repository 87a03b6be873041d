"""Makes a report findable and compares it with earlier ones: search rows, likely duplicates, first reporter."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from classification.classify import classify
from desk.logs import metrics
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.table import Table


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of reports to look at."""
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    table = Table(client("dynamodb"), settings().table)

    def handle(record: SQSRecord) -> None:
        classify(table, json.loads(record.body)["report"])

    return process_partial_response(event, handle, processor, context)
