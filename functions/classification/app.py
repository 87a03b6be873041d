"""Makes a report findable and compares it with earlier ones: search rows, likely duplicates, first reporter."""

from typing import Any

from classification.classify import classify
from desk.batches import process
from desk.logs import metrics
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.reports import Reports
from desk.storage.statistics import Statistics
from desk.storage.table import Table


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of reports to look at."""
    table = Table(client("dynamodb"), settings().table)
    return process(event, context, lambda body: handle(table, body))


def handle(table: Table, body: dict[str, Any]) -> None:
    """One report: to classify, or to count because the stream could not."""
    if body["kind"] == "count":
        Statistics(table).count(Reports(table).load(body["report"]))
    else:
        classify(table, body["report"])
