"""One look at a watched card, file or history: asked at the source again, told when there is something to tell.

Everything that follows from a look is one transaction over the version of the watch: its next day and the message
go together, whoever comes second finds the work done. No mark of its own is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk import agencies
from desk.agencies import Agency
from desk.domain.clock import iso, local, utc
from desk.domain.lookups.wording import LookupWording, day
from desk.domain.reminder import (
    Kind,
    Look,
    Outcome,
    Watch,
    look_at_card,
    look_at_contributions,
    look_at_file,
    outcome,
    pass_over,
)
from desk.logs import count, log
from desk.lookups.model import FileState
from desk.lookups.sources import NotKnown, NotOffered, Source, SourceDown
from desk.storage import looked, watches
from desk.storage.links import Link
from desk.storage.outbox import Task, put_tasks, send_task, task_id
from desk.storage.sealed import SEALED_S, sealed_key
from desk.storage.table import Transaction
from lookup.desk import Desk

FINAL = frozenset({FileState.DONE, FileState.RETURNED})


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found: what follows, and the words for it. `known`: the source answered."""

    look: Look
    values: Mapping[str, object]
    as_of: datetime | None = None
    known: bool = True


def stages(agency: Agency) -> list[int]:
    """So many days before the end of a card this agency reminds; empty when it does not."""
    return list(agency.data.get("reminders", {}).get("card_days", ()))


def look(desk: Desk, task: dict[str, Any]) -> str:
    """Do the look of a task. Says what became of it: an outcome, or gone, done or down.

    While the source is down the row stays where it is, and says so: the next run, an hour later, queues it again.
    Raises Conflict when the watch changed meanwhile.
    """
    agency, citizen, name = task["agency"], task["citizen"], task["watch"]
    watch = watches.load(desk.table, agency, citizen, name)
    if watch is None:
        watches.forget_row(desk.table, agency, task["due"], citizen, name)
        return "gone"
    if watch.due.isoformat() != task["due"]:
        return "done"
    # A task of a run for a later day (by hand) counts as that day; one that waited over midnight as today.
    today = max(date.fromisoformat(task["day"]), local(utc(desk.now())).date())
    try:
        found = _ask(desk, watch, today)
    except SourceDown:
        count("LookSourceDown")
        if not task.get("put_off"):
            watches.put_off(desk.table, agency, task["due"], citizen, name)
        return "down"
    onward, text = found.look.watch, found.look.text
    transaction = desk.table.transaction()
    watches.write(transaction, watch, onward)
    if onward is None and watch.kind == Kind.FILE:
        desk.sealed.drop(transaction, watches.file_key(watch.id))
    became = outcome(watch, found.look) if found.known else Outcome.UNKNOWN
    if text:
        put_tasks(transaction, [_message(desk, transaction, watch, found)])
    else:
        looked.mark(transaction, watch, became)
    transaction.commit()
    count(f"Look{became.capitalize()}")
    log("look", agency=agency, kind=watch.kind, state=became, reason=text or None)
    return became


def _ask(desk: Desk, watch: Watch, today: date) -> Found:
    """What the source says now. Nothing is asked about somebody who is not linked any more."""
    agency, source = agencies.agency(watch.agency), desk.source(watch.agency)
    links = desk.links.of(watch.agency, watch.citizen)
    if not links or (watch.subject and watch.subject not in {k.subject for k in links}):
        return Found(Look(None), {})
    try:
        if source is None:
            raise NotOffered("look-ups are not offered any more")
        return _READERS[watch.kind](desk, source, watch, links, today)
    except (NotKnown, NotOffered) as error:
        log("look without an answer", agency=watch.agency, kind=watch.kind, error=type(error).__name__)
        return Found(pass_over(watch, today, stages(agency)), {}, known=False)


def _card(_desk: Desk, source: Source, watch: Watch, links: Sequence[Link], today: date) -> Found:
    card, agency = source.card(watch.subject), agencies.agency(watch.agency)
    values = {"who": _who(watch, links), "ends": day(card.valid_to), "days": card.days_left(today)}
    return Found(look_at_card(watch, card.valid_to, today, stages(agency)), values, card.as_of)


def _file(desk: Desk, source: Source, watch: Watch, links: Sequence[Link], today: date) -> Found:
    kept = desk.identities.get(watches.file_key(watch.id))
    file = source.file_status(kept["code"]) if kept else None
    if file is None or file.subject not in {k.subject for k in links}:
        return Found(Look(None), {})
    words = _words(watch)
    values = {"file": file.code, "state": words(f"file_{file.state}")}
    found = look_at_file(watch, file.state, final=file.state in FINAL, today=today)
    return Found(found, values, file.as_of)


def _contributions(_desk: Desk, source: Source, watch: Watch, links: Sequence[Link], today: date) -> Found:
    history = source.contributions(watch.subject)
    values = {"who": _who(watch, links), "months": history.total_months}
    return Found(look_at_contributions(watch, history.total_months, today), values, history.as_of)


_READERS: dict[Kind, Callable[[Desk, Source, Watch, Sequence[Link], date], Found]] = {
    Kind.CARD: _card,
    Kind.FILE: _file,
    Kind.CONTRIBUTIONS: _contributions,
}


def _words(watch: Watch) -> LookupWording:
    return LookupWording(agencies.agency(watch.agency), watch.english)


def _who(watch: Watch, links: Sequence[Link]) -> str:
    return whose(_words(watch), next(k for k in links if k.subject == watch.subject))


def whose(words: LookupWording, link: Link) -> str:
    """Whose card it is: nobody's name for one's own, the masked name of a relative."""
    return words("remind_you") if link.relation == "self" else link.label


def _message(desk: Desk, transaction: Transaction, watch: Watch, found: Found) -> Task:
    """The reminder: what is private in it lies sealed, the outbox and the ledger hold a placeholder."""
    words, key = _words(watch), found.look.text
    cause = ("look", watch.agency, watch.id, watch.due)
    ref, lines = task_id("sealed", *cause), [words(key, **found.values)]
    if found.as_of:
        lines.append(words.as_of(found.as_of))
    private = {"text": "\n".join(lines), "template_data": {k: str(v) for k, v in found.values.items()}}
    desk.sealed.put(transaction, sealed_key(ref), private, desk.now() // 1000 + SEALED_S)
    template = words.agency.data.get("templates", {}).get(key)
    payload = {
        "agency": watch.agency,
        "citizen": watch.citizen,
        "purpose": "reminder",
        "created_at": iso(utc(desk.now())),
        "text": words("sealed_answer"),
        "sealed": ref,
        "buttons": words.buttons(("unwatch", watch.kind)) if found.look.watch else [],
        "template": {"id": template} if template else None,
        "look": looked.place(watch.citizen, watch.id, watch.due.isoformat()),
    }
    return send_task(payload, *cause)
