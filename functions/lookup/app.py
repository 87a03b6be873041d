"""Looks things up for citizens at the agency's source, one task at a time."""

from typing import Any

from desk.batches import process
from desk.logs import metrics
from lookup.desk import Desk, desk
from lookup.looks import look
from lookup.work import work


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of the look-ups or of the looks queue."""
    return process(event, context, lambda body: handle(desk(), body))


def handle(own: Desk, task: dict[str, Any]) -> None:
    """A question of a citizen, or a look that was due."""
    if task.get("kind") == "look":
        look(own, task)
    else:
        work(own, task)
