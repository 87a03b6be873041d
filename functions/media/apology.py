"""The word to a citizen whose file could not be used: at most one for a burst, however many files failed."""

from dataclasses import dataclass
from datetime import datetime

from desk.agencies import agency
from desk.domain.clock import epoch_ms, iso, parse
from desk.storage import keys
from desk.storage.outbox import Task, send_task, task_id
from desk.storage.table import Item, Table

# The text for a reason, where sending it again can help. A link to a host that is not Zalo's is no fault of the
# citizen, and sending it again leads there again: only officers see it.
_TEXTS = {
    "dead_link": "media_failed",
    "timeout": "media_failed",
    "unreachable": "media_failed",
    "not_media": "media_broken",
    "empty": "media_broken",
    "damaged": "media_broken",
    "too_large": "media_too_large",
}
_WINDOW_MS = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Apologies:
    """Decides whether to tell, and what. `max_bytes` is the largest file that is accepted."""

    table: Table
    max_bytes: int

    def tasks(self, item: Item, reason: str, now: datetime) -> list[Task]:
        """The message to send, or none.

        Its id is made of the citizen and the time of the burst, so that side by side the failures of a burst
        all write the same outbox item, which is sent once. A burst may lie across two windows: the one
        before is looked up.
        """
        if reason not in _TEXTS:
            return []
        received_ms = epoch_ms(parse(item["received_at"]))
        window = received_ms // _WINDOW_MS
        who = ("media", item["agency"], item["citizen"])
        earlier = self.table.get(keys.outbox(task_id("send", *who, window - 1)))
        if earlier and received_ms - epoch_ms(parse(earlier["payload"]["created_at"])) < _WINDOW_MS:
            return []
        payload = {
            "agency": item["agency"],
            "citizen": item["citizen"],
            "purpose": "media",
            "report": item.get("report"),
            "text": self._text(item, reason),
            "created_at": iso(now),
        }
        return [send_task(payload, *who, window)]

    def _text(self, item: Item, reason: str) -> str:
        conversation = self.table.get(keys.state(item["agency"], item["citizen"])) or {}
        return agency(item["agency"]).text(
            _TEXTS[reason], english=bool(conversation.get("english")), limit=self.max_bytes // (1024 * 1024)
        )
