"""One look at a watched card, file or history: asked at the source again, told when there is something to tell.

Everything that follows from a look is one transaction over the version of the watch: its next day and the
message go together, whoever comes second finds the work done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk import agencies
from desk.agencies import Agency
from desk.domain.clock import iso, local
from desk.domain.reminder import (
    Kind,
    Look,
    Watch,
    look_at_card,
    look_at_contributions,
    look_at_file,
    pass_over,
)
from desk.domain.wording import Wording
from desk.logs import count, log
from desk.lookups.model import FileState
from desk.lookups.sources import NotKnown, NotOffered, Source, SourceDown
from desk.storage import watches
from desk.storage.links import Link, Links
from desk.storage.outbox import Task, put_tasks, send_task
from desk.storage.table import Table

FINAL = frozenset({FileState.DONE, FileState.RETURNED})


@dataclass(frozen=True, slots=True)
class Looks:
    """What a look needs. `source` gives the source of an agency."""

    table: Table
    links: Links
    source: Callable[[str], Source]
    now: Callable[[], datetime]


def stages(agency: Agency) -> list[int]:
    """So many days before the end of a card this agency reminds; empty when it does not."""
    return list(agency.data.get("reminders", {}).get("card_days", ()))


def look(peers: Looks, task: dict[str, Any]) -> str:
    """Do the look of a task. Says what became of it: told, moved, ended, or why there was nothing to do.

    While the source is down the row stays where it is: the next run, an hour later, queues it again. Raises
    Conflict when the watch changed meanwhile.
    """
    agency, citizen = task["agency"], task["citizen"]
    watch = watches.load(peers.table, agency, citizen, task["watch"])
    if watch is None:
        watches.forget_row(peers.table, agency, task["due"], citizen, task["watch"])
        return "gone"
    if watch.due.isoformat() != task["due"]:
        return "done"
    # A task of a run for a later day (by hand) counts as that day; one that waited over midnight as today.
    today = max(date.fromisoformat(task["day"]), local(peers.now()).date())
    links = peers.links.of(agency, citizen)
    try:
        found, values = _ask(peers, watch, links, today)
    except SourceDown:
        count("LookSourceDown")
        return "down"
    became = "told" if found.text else "moved" if found.watch else "ended"
    transaction = peers.table.transaction()
    watches.write(transaction, watch, found.watch)
    if found.text:
        put_tasks(transaction, [_message(watch, found, values, peers.now())])
    transaction.commit()
    count(f"Look{became.capitalize()}")
    log("look", agency=agency, kind=watch.kind, state=became, reason=found.text or None)
    return became


def _ask(peers: Looks, watch: Watch, links: tuple[Link, ...], today: date) -> tuple[Look, dict[str, object]]:
    """What the source says now, and the words for it. Nothing is asked about somebody who is not linked."""
    agency = agencies.agency(watch.agency)
    words = Wording(agency, watch.english)
    link = next((k for k in links if k.subject == watch.subject), None)
    if link is None and watch.kind != Kind.FILE:
        return Look(None), {}
    try:
        source = peers.source(watch.agency)
        match watch.kind:
            case Kind.CARD:
                card = source.card(watch.subject)
                found = look_at_card(watch, card.valid_to, today, stages(agency))
                ends, left = card.valid_to, (card.valid_to - today).days
                return found, _values(words, card.as_of, link, ends=words.when(ends.isoformat()), days=left)
            case Kind.FILE:
                file = source.file_status(watch.subject)
                if file.subject not in {k.subject for k in links}:
                    return Look(None), {}
                found = look_at_file(watch, file.state, final=file.state in FINAL, today=today)
                state = words(f"file_{file.state}")
                return found, _values(words, file.as_of, link, file=file.code, state=state)
            case Kind.CONTRIBUTIONS:
                history = source.contributions(watch.subject)
                found = look_at_contributions(watch, history.total_months, today)
                return found, _values(words, history.as_of, link, months=history.total_months)
    except (NotKnown, NotOffered) as error:
        count("LookUnknown")
        log("look without an answer", agency=watch.agency, kind=watch.kind, error=type(error).__name__)
        return pass_over(watch, today, stages(agency)), {}


def _values(words: Wording, as_of: datetime, link: Link | None, **values: object) -> dict[str, object]:
    """What fills a text. Nobody's name for one's own card, the masked name of a relative."""
    who = link.label if link and link.relation != "self" else words("remind_you")
    return {"who": who, "as_of": words.when(iso(as_of)), **values}


def _message(watch: Watch, found: Look, values: dict[str, object], now: datetime) -> Task:
    agency = agencies.agency(watch.agency)
    words = Wording(agency, watch.english)
    template = agency.data.get("templates", {}).get(found.text)
    payload = {
        "agency": watch.agency,
        "citizen": watch.citizen,
        "purpose": "reminder",
        "created_at": iso(now),
        "text": words(found.text, **values),
        "buttons": words.buttons(("unwatch", watch.kind)) if found.watch else [],
        "template": {"id": template, "data": {k: str(v) for k, v in values.items()}} if template else None,
    }
    return send_task(payload, "look", watch.agency, watch.id, watch.due)
