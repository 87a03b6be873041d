"""The outbox: tasks committed together with the state that caused them, sent on by dispatch."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from desk.domain.report import Report
from desk.storage import keys
from desk.storage.table import Item, Transaction

# Long enough to look into, short enough to forget.
_KEEP_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class Task:
    """One task: `queue` is timers, media, classification or outgoing; `id` is the same for the same cause."""

    queue: str
    id: str
    payload: dict[str, Any]
    group: str | None = None
    delay_s: int = 0


def task_id(*cause: object) -> str:
    """A stable id from what caused the task: done twice, it is still one task."""
    return hashlib.sha256("|".join(map(str, cause)).encode()).hexdigest()[:32]


def put_tasks(transaction: Transaction, tasks: Iterable[Task]) -> None:
    """Add tasks to a transaction."""
    for task in tasks:
        transaction.put(outbox_item(task))


def outbox_item(task: Task) -> Item:
    """A task as an item of the table."""
    return keys.outbox(task.id) | {
        "entity": "outbox",
        "queue": task.queue,
        "group": task.group,
        "delay_s": task.delay_s or None,
        "payload": task.payload | {"outbox_id": task.id},
        "ttl": int(time.time()) + _KEEP_S,
    }


def classify_task(report: Report, *cause: object) -> Task:
    """Bring a report's search rows and likely duplicates up to date; `cause` is what changed."""
    payload = {
        "kind": "classify",
        "report": report.code,
        "agency": report.agency,
        "citizen": report.citizen,
        "created_at": report.updated_at,
    }
    return Task("classification", task_id("classify", report.code, *cause), payload)


def read_task(
    report: Report, evidence: Iterable[str], *cause: object, attempt: int = 0, delay_s: int = 0
) -> Task:
    """Have machines read some evidence of a report. `attempt` counts the looks at recordings being written down."""
    payload = {
        "kind": "read",
        "report": report.code,
        "agency": report.agency,
        "evidence": list(evidence),
        "attempt": attempt,
    }
    return Task("classification", task_id("read", report.code, attempt, *cause), payload, delay_s=delay_s)


def send_task(payload: dict[str, Any], *cause: object) -> Task:
    """A message to a citizen. `payload` has at least agency, citizen, purpose, text and created_at."""
    full = {"kind": "send", "report": None, "buttons": [], "coalesce": None, "template": None} | payload
    group = f"{payload['agency']}-{payload['citizen']}"
    return Task("outgoing", task_id("send", *cause), full, group=group)
