"""The knowledge base: what the desk answers by itself, as staff see and change it.

Packaged entries are there from the beginning; the first change of one puts staff's version over it. Every version is
kept. What is changed reaches citizens within half a minute.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BeforeValidator, Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso, local
from desk.domain.knowledge import Base, Entry, Source
from desk.language.normalize import fold
from desk.storage import knowledge as stored
from desk.storage.table import Transaction
from staff.auth import Person, Reader, Supervisor
from staff.bodies import Body, Category, written_date
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.questions import QuestionId, settle
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import Calling, audit_row, once

router = new_router()

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LONGEST_ID = 60
EntryId = Annotated[str, Path(pattern=_SLUG, max_length=_LONGEST_ID + 4, description="Name of the entry.")]
Question = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=200)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Day = Annotated[date, BeforeValidator(written_date)]


class SourceShape(Shape):
    """Where an answer is from; `date` is when that was issued or published."""

    title: str
    url: str
    date: str


class EntryShape(Shape):
    """A question in several wordings, and its answer. `state`: usable, expired (`valid_until` has passed) or retired.

    `packaged`: it came with the desk and nobody has changed it. `version` counts the changes of staff.
    """

    id: str
    state: Literal["usable", "expired", "retired"]
    questions: list[str]
    vi: str
    en: str
    source: SourceShape
    topics: list[str]
    valid_until: str | None = None
    own: bool
    packaged: bool
    version: int
    updated_at: str
    updated_by: str


class Entries(Shape):
    """Entries; `next` is always null: a base is small. `counts` by state is of all entries. `facilities`, `offices`:
    the agency tells these too."""

    items: list[EntryShape]
    next: str | None = None
    counts: dict[str, int]
    facilities: bool = False
    offices: bool = False


class SourceIn(Body):
    """A page that anybody can open."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=200)]
    url: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https://[!-~]+$", max_length=500)]
    date: Day


class EntryIn(Body):
    """An entry as a whole. `own`: it tells where people see their own data, so that a look-up answers better."""

    questions: list[Question] = Field(min_length=1, max_length=20)
    vi: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=1000)]
    en: Said = ""
    source: SourceIn
    topics: list[Category] = Field([], max_length=5)
    valid_until: Day | None = None
    own: bool = Field(False, strict=True)


class Change(EntryIn):
    """The next version of an entry; a retired one is not used any more."""

    retired: bool = Field(False, strict=True)


class NewEntry(EntryIn):
    """A new entry. `settles` names questions from `GET /staff/questions` that it answers: they leave the list."""

    settles: list[QuestionId] = Field([], max_length=90)


class Trial(Body):
    """A question as a citizen might ask it."""

    text: Question


class NearShape(Shape):
    """A known question near it; `score` from 0 to about 1."""

    id: str
    question: str
    score: float


class TrialShape(Shape):
    """The entry that a citizen would get, null when none is sure; and the questions near it."""

    entry: EntryShape | None = None
    near: list[NearShape]


@router.get("/staff/knowledge", compress=True, tags=["knowledge"], operation_id="listKnowledge")
def list_knowledge(
    person: Reader,
    q: Annotated[str, Query(max_length=200, description="Words, with or without marks.")] = "",
    state: Annotated[Literal["", "usable", "expired", "retired"], Query()] = "",
) -> Entries:
    """What the agency answers by itself."""
    peers = desk()
    day = local(peers.now()).date()
    shown = [_shape(e, day) for e in stored.entries(peers.table, person.agency).values()]
    counts = {"usable": 0, "expired": 0, "retired": 0}
    for one in shown:
        counts[one.state] += 1
    words = fold(q).split()
    items = [e for e in shown if state in ("", e.state) and _holds(e, words)]
    own = agencies.agency(person.agency).data
    return Entries(
        items=items, counts=counts, facilities=bool(own.get("facilities")), offices="offices" in own
    )


@router.post("/staff/knowledge", status_code=201, tags=["knowledge"], operation_id="createKnowledge")
def create_knowledge(person: Supervisor, by: Calling, body: NewEntry) -> Response[EntryShape]:
    """Write a new entry."""
    peers = desk()

    def attempt(transaction: Transaction) -> tuple[EntryShape, int, dict[str, str]]:
        taken = stored.entries(peers.table, person.agency)
        name = _free_name(body.questions[0], taken)
        settle(transaction, person.agency, body.settles)
        return _write(peers, person, transaction, _entry(name, body), None, 201)

    return once(peers, by, EntryShape, attempt)


@router.post("/staff/knowledge/try", tags=["knowledge"], operation_id="tryKnowledge")
def try_knowledge(person: Reader, body: Trial) -> Response[TrialShape]:
    """What a citizen who asks this would get, as the base stands now. Changes nothing."""
    peers = desk()
    day = local(peers.now()).date()
    found = Base(stored.entries(peers.table, person.agency).values(), person.agency).look(body.text, day)
    shown = TrialShape(
        entry=_shape(found.entry, day) if found.entry else None,
        near=[NearShape(id=hit.id, question=hit.question, score=hit.score) for hit in found.near],
    )
    return Response(200, "application/json", shown)


@router.get("/staff/knowledge/<entry_id>", tags=["knowledge"], operation_id="readKnowledge")
def read_knowledge(entry_id: EntryId, person: Reader) -> Response[EntryShape]:
    """An entry; the ETag is for If-Match."""
    peers = desk()
    found = _existing(peers, person, entry_id)
    return Response(200, "application/json", _shape(found, local(peers.now()).date()), {"ETag": _etag(found)})


@router.get("/staff/knowledge/<entry_id>/versions", tags=["knowledge"], operation_id="readKnowledgeVersions")
def read_versions(entry_id: EntryId, person: Reader) -> Entries:
    """Earlier versions of an entry, the newest first."""
    peers = desk()
    _existing(peers, person, entry_id)
    day = local(peers.now()).date()
    items = [_shape(e, day) for e in stored.versions(peers.table, person.agency, entry_id)]
    return Entries(items=items, counts={})


@router.put("/staff/knowledge/<entry_id>", tags=["knowledge"], operation_id="changeKnowledge")
def change_knowledge(
    entry_id: EntryId, person: Supervisor, by: Calling, body: Change
) -> Response[EntryShape]:
    """Replace an entry by its next version. The header `If-Match` is optional: with the ETag of the entry as it was
    read, another version is answered by 412."""
    peers = desk()

    def attempt(transaction: Transaction) -> tuple[EntryShape, int, dict[str, str]]:
        was = _existing(peers, person, entry_id)
        by.check_tag(_etag(was), f"the entry {was.id}")
        return _write(
            peers, person, transaction, replace(_entry(entry_id, body), retired=body.retired), was, 200
        )

    return once(peers, by, EntryShape, attempt)


def _existing(peers: Desk, person: Person, wanted: str) -> Entry:
    found = stored.entry(peers.table, person.agency, wanted)
    if found is None:
        raise Problem("not-found", f"no entry called {wanted}")
    return found


def _etag(entry: Entry) -> str:
    return f'"{entry.id}.{entry.version}"'


def _entry(name: str, body: EntryIn) -> Entry:
    source = Source(body.source.title, body.source.url, body.source.date.isoformat())
    return Entry(
        id=name,
        questions=tuple(dict.fromkeys(body.questions)),
        vi=body.vi,
        en=body.en,
        source=source,
        topics=tuple(dict.fromkeys(body.topics)),
        valid_until=body.valid_until.isoformat() if body.valid_until else None,
        own=body.own,
    )


def _write(
    peers: Desk, person: Person, transaction: Transaction, new: Entry, was: Entry | None, status: int
) -> tuple[EntryShape, int, dict[str, str]]:
    signed = replace(new, updated_at=iso(peers.now()), updated_by=person.name)
    written = stored.put_entry(transaction, person.agency, signed, was)
    data: dict[str, Any] = {"entry": written.id, "version": written.version, "retired": written.retired}
    transaction.put_new(audit_row(peers, person, "knowledge_changed", **data))
    return _shape(written, local(peers.now()).date()), status, {"ETag": _etag(written)}


def _free_name(question: str, taken: dict[str, Entry]) -> str:
    """A name made of the question's words."""
    words = "-".join(re.findall(r"[a-z0-9]+", fold(question))) or "cau-hoi"
    name = words[:_LONGEST_ID].rstrip("-")
    if name == "try":
        name = "try-1"
    return next(n for n in (name, *(f"{name}-{k}" for k in range(2, 1000))) if n not in taken)


def _shape(entry: Entry, day: date) -> EntryShape:
    state: Literal["usable", "expired", "retired"] = "usable"
    if entry.retired:
        state = "retired"
    elif entry.expired(day):
        state = "expired"
    return EntryShape(
        id=entry.id, state=state, questions=list(entry.questions), vi=entry.vi, en=entry.en,
        source=SourceShape(title=entry.source.title, url=entry.source.url, date=entry.source.date),
        topics=list(entry.topics), valid_until=entry.valid_until, own=entry.own, packaged=entry.version == 0,
        version=entry.version, updated_at=entry.updated_at, updated_by=entry.updated_by,
    )  # fmt: skip


def _holds(entry: EntryShape, words: list[str]) -> bool:
    text = fold(" ".join((*entry.questions, entry.vi, entry.source.title, entry.id)))
    return all(word in text for word in words)
