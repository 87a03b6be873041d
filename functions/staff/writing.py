"""How staff change things: one transaction for the report, its timeline, its tasks and the mark of the request.

`If-Match` (optional) is checked against the report as it is read; the write then holds its version. An
`Idempotency-Key` is kept in the same transaction as what it caused: repeated, the request gets the first answer.
"""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.depends import Depends
from pydantic import BaseModel

from desk.domain.clock import iso
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import AlreadyDone, Conflict
from desk.storage import keys
from desk.storage.outbox import Task, classify_task, put_tasks
from desk.storage.reports import write
from desk.storage.table import Item, Transaction
from staff import views
from staff.auth import Person, person_of
from staff.desk import Desk, own
from staff.problems import Problem

ATTEMPTS = 6
KEEP_KEY_S = 48 * 3600
MAX_KEY = 200

type Decision = tuple[Report, Sequence[Step], Sequence[Task]] | None
type Decide = Callable[[Report, Transaction], Decision]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that changes something."""

    person: Person
    route: str
    digest: str
    key: str = ""
    if_match: str = ""

    def mark_key(self) -> Item | None:
        """Where the mark of the request is kept, None without an Idempotency-Key."""
        if not self.key:
            return None
        name = hashlib.sha256(f"{self.person.name}|{self.key}".encode()).hexdigest()
        return keys.idempotency(self.person.agency, name)

    def check_tag(self, etag: str, what: str) -> None:
        """Raises Problem when If-Match names another state of what is to be changed than the one read, `etag`."""
        if self.if_match and self.if_match != "*" and etag not in self.if_match:
            raise Problem("precondition-failed", f"{what} has changed")


def call(request: Request) -> Call:
    """The request as a `Call`. Raises Problem for a key that is too long."""
    event = request.resolved_event
    headers = {k.lower(): v for k, v in (event.headers or {}).items()}
    key = headers.get("idempotency-key", "").strip()
    if len(key) > MAX_KEY or ("idempotency-key" in headers and not key):
        raise Problem("invalid-request", f"one to {MAX_KEY} characters", field="header.Idempotency-Key")
    # By meaning, not by bytes: another order of the fields is the same request.
    body = json.dumps(_json(event.raw_event), sort_keys=True, ensure_ascii=False)
    route = f"{request.method} {event.path}"
    digest = hashlib.sha256(f"{route}|{body}".encode()).hexdigest()
    return Call(person_of(event.raw_event), route, digest, key, headers.get("if-match", "").strip())


def _json(event: dict[str, Any]) -> Any:
    text = event.get("body") or "null"
    return json.loads(base64.b64decode(text) if event.get("isBase64Encoded") else text)


Calling = Annotated[Call, Depends(call)]


def once[M: BaseModel](
    desk: Desk, by: Call, shape: type[M], attempt: Callable[[Transaction], tuple[M, int, dict[str, str]]]
) -> Response[M]:
    """Do something once: `attempt` fills a transaction and says the answer (body, status, headers).

    A repeated request gets the answer of the first. `attempt` is called again when another writer was first.
    Raises Conflict when others keep being first, Problem when the key came with another request.
    """
    if known := _answered(desk, by, shape):
        return known
    for number in range(ATTEMPTS):
        transaction = desk.table.transaction()
        body, status, headers = attempt(transaction)
        _mark(desk, by, transaction, body, status, headers)
        try:
            transaction.commit()
        except AlreadyDone:
            if known := _answered(desk, by, shape):
                return known
            raise
        except Conflict:
            if number == ATTEMPTS - 1:
                raise
            continue
        return Response(status, "application/json", body, dict(headers))
    raise AssertionError("unreachable")


def _mark(
    desk: Desk, by: Call, transaction: Transaction, body: BaseModel, status: int, headers: dict[str, str]
) -> None:
    if (place := by.mark_key()) is None:
        return
    transaction.mark(
        place
        | {
            "entity": "idempotency",
            "digest": by.digest,
            "status": status,
            "headers": headers,
            "body": body.model_dump_json(),
            "ttl": int(time.time()) + KEEP_KEY_S,
        }
    )


def _answered[M: BaseModel](desk: Desk, by: Call, shape: type[M]) -> Response[M] | None:
    """The answer that the same request got before."""
    place = by.mark_key()
    item = desk.table.get(place) if place else None
    if item is None:
        return None
    if item["digest"] != by.digest:
        raise Problem(
            "idempotency-key-reused", "use a new key for another request", field="header.Idempotency-Key"
        )
    headers = item.get("headers", {}) | {"Idempotency-Replayed": "true"}
    return Response(item["status"], "application/json", shape.model_validate_json(item["body"]), headers)


def change[M: BaseModel](
    desk: Desk,
    by: Call,
    code: str,
    decide: Decide,
    shape: type[M],
    answer: Callable[[Report], M],
    *,
    status: int = 200,
) -> Response[M]:
    """Change a report of the person's agency: `decide` says what becomes of it and may add further writes.

    None from `decide` means that nothing is to be done. Raises Problem, NotFound, Invalid, Conflict.
    """

    def attempt(transaction: Transaction) -> tuple[M, int, dict[str, str]]:
        report = own(desk.reports.load(code), by.person)
        by.check_tag(views.etag(report), f"report {code}")
        decided = decide(report, transaction)
        written = report
        if decided is not None:
            changed, steps, tasks = decided
            written = write(transaction, changed, steps)
            put_tasks(transaction, [*tasks, classify(written)])
        return answer(written), status, {"ETag": views.etag(written)}

    return once(desk, by, shape, attempt)


def append(desk: Desk, person: Person, code: str, step: Step, *, audit: Item | None = None) -> Report:
    """Add a step to the timeline of a report of the person's agency, with a row of the audit beside it."""
    for number in range(ATTEMPTS):
        report = desk.report(code, person)
        transaction = desk.table.transaction()
        written = write(transaction, report, [step])
        if audit:
            transaction.put_new(audit)
        try:
            transaction.commit()
            return written
        except Conflict:
            if number == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def classify(report: Report) -> Task:
    """Bring search rows and likely duplicates up to date with a report as written."""
    return classify_task(report, report.version)


def audit_row(
    desk: Desk, person: Person, action: str, *, report: str | None = None, reason: str = "", **data: Any
) -> Item:
    """A row of the audit: what somebody saw or took away, and why."""
    now = desk.now()
    return keys.audit(person.agency, round(now.timestamp() * 1000), uuid.uuid4().hex) | {
        "entity": "audit",
        "at": iso(now),
        "actor": person.actor,
        "action": action,
        "report": report,
        "reason": reason or None,
        "data": data,
    }
