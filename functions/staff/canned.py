"""Replies that officers write often: the agency's file has some, its administrator writes others.

A placeholder such as {code} is filled in from the report. What is not known stays as a gap to be seen: "…".
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import AfterValidator, Field, StringConstraints

from desk import agencies
from desk.agencies import Agency
from desk.domain.clock import local, parse
from desk.domain.report import Report
from desk.storage import keys
from desk.storage.table import Table
from staff.auth import Administrator, Person, Reader
from staff.bodies import Body, Version
from staff.desk import desk
from staff.facts import CATEGORIES
from staff.problems import Problem
from staff.reports import Code
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import audit_row

router = new_router()

GAP = "…"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_REPORT: Mapping[str, Callable[[Report], str | None]] = {
    "code": lambda r: r.code,
    "matter": lambda r: CATEGORIES.get(r.category, {}).get("label"),
    "place": lambda r: (r.place or {}).get("text"),
    "plates": lambda r: ", ".join(p["compact"] for p in r.plates),
    "deadline": lambda r: f"{local(parse(r.deadline)):%d/%m/%Y}" if r.deadline else None,
}
_CONTACTS = ("hotline", "app", "portal", "department", "city")
PLACEHOLDERS = (*_OF_REPORT, "agency", "officer", *_CONTACTS)


def _known_gaps(text: str) -> str:
    wrong = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    if wrong:
        raise ValueError(f"no placeholder {{{wrong[0]}}}; there are {', '.join(PLACEHOLDERS)}")
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        raise ValueError("braces stand around placeholders only")
    return text


_ANY = rf"[^{{}}]|\{{({'|'.join(PLACEHOLDERS)})\}}"
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=1500),
    AfterValidator(_known_gaps),
    Field(json_schema_extra={"pattern": rf"^({_ANY})*({_ANY.replace('}]', '}\\s]', 1)})({_ANY})*$"}),
]


class Reply(Body):
    """A reply; `id` is of the administrator's choice."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=80)]
    text: Words


class RepliesIn(Body):
    """All replies of the agency; `version` is what was read (0 when there were none of its own)."""

    version: Version
    replies: list[Reply] = Field(max_length=100)


class Replies(Shape):
    """The agency's replies: its own when it has some (`version` over 0), else those of its file."""

    version: int
    replies: list[dict[str, str]]
    placeholders: list[str]


def load(table: Table, agency: Agency) -> Replies:
    """The replies of an agency."""
    item = table.get(keys.canned(agency.id)) or {"version": 0, "replies": agency.data["canned"]}
    return Replies(version=item["version"], replies=item["replies"], placeholders=list(PLACEHOLDERS))


@router.get("/staff/agency/canned", compress=True, tags=["agency"], operation_id="readReplies")
def read_replies(person: Reader) -> Replies:
    """Replies with their placeholders."""
    return load(desk().table, agencies.agency(person.agency))


@router.put("/staff/agency/canned", tags=["agency"], operation_id="replaceReplies")
def replace_replies(person: Administrator, body: RepliesIn) -> Response[Replies]:
    """Replace all replies. 409 when somebody else changed them meanwhile."""
    peers, own = desk(), agencies.agency(person.agency)
    if load(peers.table, own).version != body.version:
        raise Problem("conflict", "the replies have changed", field="body.version")
    replies = [r.model_dump() for r in body.replies]
    transaction = peers.table.transaction()
    item = keys.canned(own.id) | {"entity": "canned", "replies": replies, "version": body.version + 1}
    transaction.put_version(item, body.version)
    transaction.put_new(audit_row(peers, person, "replies_changed", replies=len(replies)))
    transaction.commit()
    return Response(200, "application/json", load(peers.table, own))


@router.get("/staff/reports/<code>/canned", compress=True, tags=["reports"], operation_id="readFilledReplies")
def read_filled(code: Code, person: Reader) -> Replies:
    """Replies filled in for a report, ready to be sent or changed."""
    peers, own = desk(), agencies.agency(person.agency)
    report, found = peers.report(code, person), load(peers.table, own)
    values = _values(report, own, person)
    filled: list[dict[str, Any]] = [r | {"text": fill(r["text"], values)} for r in found.replies]
    return Replies(version=found.version, replies=filled, placeholders=found.placeholders)


def _values(report: Report, agency: Agency, person: Person) -> dict[str, str]:
    known = {name: value(report) for name, value in _OF_REPORT.items()}
    known |= {name: agency.data["contacts"].get(name) for name in _CONTACTS}
    known |= {"agency": agency.name, "officer": person.name}
    return {name: value or GAP for name, value in known.items()}


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled; braces around anything else stay."""
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text)
