"""Makes a report findable and compares it with earlier ones: search rows, likely duplicates, first reporter.

Where machines may read pictures and recordings, they do so here.
"""

from typing import Any

from classification.classify import classify
from classification.reading import machines, read
from desk.batches import process
from desk.logs import metrics
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.reports import Reports
from desk.storage.statistics import Statistics
from desk.storage.table import Table


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of reports to look at, or to read."""
    table = Table(client("dynamodb"), settings().table)
    return process(event, context, lambda body: handle(table, body))


def handle(table: Table, body: dict[str, Any]) -> None:
    """One report: to classify, to have read by machines, or to count because the stream could not."""
    match body["kind"]:
        case "count":
            Statistics(table).count(Reports(table).load(body["report"]))
        case "read":
            read(machines(table), body)
        case _:
            classify(table, body["report"], reads=settings().machine_reading)
