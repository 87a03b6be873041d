"""Takes citizens' messages from the inbox, and wakes conversations whose burst has fallen quiet."""

from typing import Any

from conversation.desk import Desk, desk
from conversation.erase import erase
from conversation.events import receive
from conversation.turn import read_card, wake
from desk.batches import process
from desk.logs import metrics


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch of the inbox (FIFO) or of the timers queue."""
    return process(event, context, lambda body: handle(desk(), body))


def handle(own: Desk, body: dict[str, Any]) -> None:
    """One message of either queue: an event of Zalo, a timer, or what was read on a card."""
    match body.get("kind"):
        case None:
            receive(own, body)
        case "erase":
            erase(own, body["agency"], body["citizen"])
        case "wake":
            wake(own, body)
        case "card":
            read_card(own, body)
