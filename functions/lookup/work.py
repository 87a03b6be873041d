"""One task of the look-ups queue: ask, answer once, or try again later.

A task is done when its mark DONE is written, in one transaction with the answer. While the source is down the task
follows itself with growing delays; each attempt has a mark of its own, so that a doubled delivery makes no second line
of attempts.
"""

from collections.abc import Callable
from typing import Any

from desk.domain.clock import epoch_ms, iso, parse, utc
from desk.errors import AlreadyDone
from desk.logs import count, log
from desk.lookups.sources import SourceDown
from desk.storage import keys
from desk.storage.outbox import Task, put_tasks, send_task, task_id
from desk.storage.sealed import SEALED_S, sealed_key
from desk.storage.table import Transaction
from lookup import answers, card, linking, watching
from lookup.desk import Desk
from lookup.said import Said, Work

STEPS: dict[str, Callable[[Desk, Work], Said]] = {
    "card": answers.card,
    "number": answers.number,
    "contributions": answers.contributions,
    "file": answers.file,
    "photo": card.photo,
    "link": linking.link,
    "code": linking.code,
    "links": linking.links,
    "unlink": linking.unlink,
    "forget": linking.forget,
    "watch": watching.watch,
    "unwatch": watching.unwatch,
}
FIRST_DELAY_S, LONGEST_DELAY_S = 15, 900
GIVE_UP_MS = 24 * 3600_000
_KEEP_S = 7 * 86400


def work(desk: Desk, task: dict[str, Any]) -> None:
    """Do one task. Safe to repeat. Raises Conflict or Unavailable when the queue should bring it again."""
    own = Work.of(task)
    if desk.table.get(keys.lookup(own.id, "DONE")):
        return
    try:
        said = STEPS[own.kind](desk, own)
    except SourceDown as down:
        count("SourceDown")
        log("source down", agency=own.agency, kind=own.kind, attempts=own.attempt, error=type(down).__name__)
        _try_again(desk, own)
        return
    _answer(desk, own, said)


def _answer(desk: Desk, own: Work, said: Said) -> None:
    transaction = desk.table.transaction()
    _mark(desk, transaction, own, "DONE")
    for write in said.writes:
        write(transaction)
    tasks = [*said.tasks]
    if said.text:
        tasks.append(_message(desk, transaction, own, said))
    put_tasks(transaction, tasks)
    _commit(transaction, own, "answered")


def _try_again(desk: Desk, own: Work) -> None:
    """Tell the citizen once that it takes time, and come back; after a day say that it did not work."""
    words = own.words
    if own.kind == "link":
        # Nobody waits a day for a code: better asked again by whoever wants it.
        again = words.buttons(("link", own.relation))
        forgotten = linking.forget(desk, own).writes
        _answer(desk, own, Said(words("try_link_later"), again, private=False, writes=forgotten))
        return
    if desk.now() - epoch_ms(parse(own.created_at)) > GIVE_UP_MS:
        count("LookupGivenUp")
        _answer(desk, own, Said(words("gave_up"), private=False))
        return
    transaction = desk.table.transaction()
    _mark(desk, transaction, own, f"ATTEMPT#{own.attempt}")
    delay = min(FIRST_DELAY_S * 2 ** min(own.attempt, 10), LONGEST_DELAY_S)
    following = own.following(desk, transaction)
    tasks = [Task("lookups", task_id("lookup", own.id, own.attempt + 1), following, delay_s=delay)]
    if own.attempt == 0:
        payload = own.message(iso(utc(desk.now())), words("waiting"), [])
        tasks.append(send_task(payload, "lookup", own.id, "waiting"))
    put_tasks(transaction, tasks)
    _commit(transaction, own, "postponed")


def _message(desk: Desk, transaction: Transaction, own: Work, said: Said) -> Task:
    """The answer: what is private in it lies sealed, the outbox and the ledger hold a placeholder."""
    at = iso(utc(desk.now()))
    if not said.private:
        return send_task(own.message(at, said.text, said.buttons), "lookup", own.id)
    ref = task_id("sealed", own.id)
    values = {"text": said.text, "picture": said.picture}
    desk.sealed.put(transaction, sealed_key(ref), values, desk.now() // 1000 + SEALED_S)
    payload = own.message(at, own.words("sealed_answer"), said.buttons) | {"sealed": ref}
    return send_task(payload, "lookup", own.id)


def _mark(desk: Desk, transaction: Transaction, own: Work, name: str) -> None:
    ttl = desk.now() // 1000 + _KEEP_S
    transaction.mark(keys.lookup(own.id, name) | {"entity": "lookup", "kind": own.kind, "ttl": ttl})


def _commit(transaction: Transaction, own: Work, state: str) -> None:
    try:
        transaction.commit()
    except AlreadyDone:
        return
    log("look-up", agency=own.agency, citizen=own.citizen, kind=own.kind, state=state, attempts=own.attempt)
