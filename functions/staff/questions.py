"""Questions that nobody could answer, grouped, so that the most asked get an entry first."""

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, StringConstraints

from desk.language.answers import KnownQuestions
from desk.storage import questions as stored
from desk.storage.questions import Question
from desk.storage.table import Transaction
from staff.auth import Reader, Supervisor
from staff.bodies import Body
from staff.desk import desk
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import Calling, once

router = new_router()

# As many as are looked at: the newest. Older ones come up when these are settled.
NEWEST = 300
_ALIKE = 0.5
_EXAMPLES = 5
QuestionId = Annotated[str, StringConstraints(pattern=r"^[!-}]{1,100}~[0-9]{10,14}~[!-}]{1,100}$")]


class QuestionGroup(Shape):
    """Questions that are alike: `text` is the latest, `examples` some others, `ids` all of them, `citizens` how many
    asked."""

    id: str
    text: str
    category: str
    count: int
    citizens: int
    first_at: str
    last_at: str
    examples: list[str]
    ids: list[str]


class Questions(Shape):
    """Groups, the largest first; `next` is always null."""

    items: list[QuestionGroup]
    next: str | None = None


class Settled(Shape):
    """How many questions left the list."""

    settled: int


class Dismissal(Body):
    """Questions that need no entry."""

    ids: list[QuestionId] = Field(min_length=1, max_length=90)


@router.get("/staff/questions", compress=True, tags=["knowledge"], operation_id="listQuestions")
def list_questions(person: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Questions:
    """Questions of citizens that got no answer, alike ones together, without names and numbers; gone after 90 days."""
    open_ones = stored.newest(desk().table, person.agency, NEWEST)
    groups = sorted(alike(open_ones), key=lambda g: (-len(g), -g[0].at_ms))
    return Questions(items=[_shape(g) for g in groups[:limit]])


@router.post("/staff/questions/dismiss", tags=["knowledge"], operation_id="dismissQuestions")
def dismiss_questions(person: Supervisor, by: Calling, body: Dismissal) -> Response[Settled]:
    """Take questions off the list without writing an entry."""
    peers = desk()

    def attempt(transaction: Transaction) -> tuple[Settled, int, dict[str, str]]:
        settle(transaction, person.agency, body.ids)
        return Settled(settled=len(set(body.ids))), 200, {}

    return once(peers, by, Settled, attempt)


def settle(transaction: Transaction, agency: str, names: Sequence[str]) -> None:
    """Take questions of an agency off the list."""
    for name in dict.fromkeys(names):
        stored.settle(transaction, agency, name)


def alike(questions: Sequence[Question]) -> list[list[Question]]:
    """Questions in groups of alike ones, the newest of each group first."""
    known = KnownQuestions({q.id: (q.text,) for q in questions})
    by_id = {q.id: q for q in questions}
    grouped: set[str] = set()
    groups: list[list[Question]] = []
    for one in questions:
        if one.id in grouped:
            continue
        near = [hit.id for hit in known.find(one.text, limit=NEWEST) if hit.score >= _ALIKE]
        members = [by_id[name] for name in dict.fromkeys((one.id, *near)) if name not in grouped]
        grouped.update(m.id for m in members)
        groups.append(sorted(members, key=lambda q: -q.at_ms))
    return groups


def _shape(group: Sequence[Question]) -> QuestionGroup:
    latest, first = group[0], group[-1]
    others = dict.fromkeys(q.text for q in group[1:] if q.text != latest.text)
    return QuestionGroup(
        id=latest.id, text=latest.text, category=latest.category, count=len(group),
        citizens=len({q.citizen for q in group}), first_at=first.at, last_at=latest.at,
        examples=list(others)[:_EXAMPLES], ids=[q.id for q in group][:90],
    )  # fmt: skip
