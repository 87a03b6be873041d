"""Lists that ship with an agency and that an administrator may replace by a newer one: reading what is imported,
keeping it, going back to what shipped."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso
from desk.storage import knowledge as stored
from desk.storage.knowledge import Imported
from desk.storage.table import Item, Transaction
from staff import problems
from staff.auth import Person
from staff.bodies import Body
from staff.desk import Desk
from staff.problems import Problem
from staff.shapes import Shape
from staff.writing import Call, audit_row, once

MOST = 3000
_SHOWN_ERRORS = 50


class Row(Protocol):
    """A row of a list, as it is read."""

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it is, if that is known."""

    @property
    def exact(self) -> bool:
        """Whether the list told it."""


class ListShape(Shape):
    """What list is in use. `placed`: how many have a place, `exact`: of how many the list itself told it."""

    as_of: str
    source: str
    count: int
    placed: int
    exact: int
    packaged: bool
    imported_at: str | None = None
    imported_by: str | None = None


class Import(Body):
    """A whole list, as CSV with a first line of column names (separated by commas, semicolons or tabs) or as objects
    with these names. `as_of` is said to citizens."""

    as_of: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=30)]
    source: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=200)]
    csv: str = Field("", max_length=250_000)
    items: list[dict[str, str]] = Field([], max_length=MOST)


@dataclass(frozen=True, slots=True)
class Kind[T: Row]:
    """A kind of list. An agency has it when its file holds its `name`; errors say what it is `called`. `read` makes a
    row of what somebody typed, or raises ValueError with what is wrong; `parse` and `dump` are for our own lines;
    `name_of` is what no two rows share; of `columns` those `needed` must be there."""

    name: str
    called: str
    columns: Sequence[str]
    needed: frozenset[str]
    read: Callable[[Mapping[str, str]], T]
    parse: Callable[[str], T]
    dump: Callable[[T], str]
    name_of: Callable[[T], str]
    key: Callable[[str], Item]
    packaged: Callable[[str], tuple[Sequence[T], str, str]]

    def of(self, person: Person) -> str:
        """The person's agency, if it has such a list. Raises Problem."""
        if not agencies.agency(person.agency).data.get(self.name):
            raise Problem("not-found", f"this agency has no list of {self.called}")
        return person.agency

    def shown(self, peers: Desk, agency: str) -> ListShape:
        """The list in use."""
        found = stored.imported(peers.table, self.key(agency))
        if found is None:
            return _shape(*self.packaged(agency), {})
        return _shape([self.parse(line) for line in found.lines], found.as_of, found.source, found.told)

    def replace(self, peers: Desk, by: Call, body: Import) -> Response[Any]:
        """Replace the list; nothing is changed when a line is wrong: each wrong line is named with what is wrong."""
        rows, errors = self._rows(body)
        if errors:
            detail = f"{len(errors)} lines are wrong; nothing was imported"
            return problems.response("invalid-request", detail, errors=errors[:_SHOWN_ERRORS])

        def attempt(transaction: Transaction) -> tuple[ListShape, int, dict[str, str]]:
            told = {"imported_at": iso(peers.now()), "imported_by": by.person.name}
            listed = Imported(tuple(map(self.dump, rows)), body.as_of, body.source, told)
            stored.put_list(transaction, by.person.agency, self.key(by.person.agency), listed)
            row = audit_row(peers, by.person, f"{self.name}_imported", count=len(rows), as_of=body.as_of)
            transaction.put_new(row)
            return _shape(rows, body.as_of, body.source, told), 200, {}

        return once(peers, by, ListShape, attempt)

    def reset(self, peers: Desk, by: Call) -> ListShape:
        """Go back to the packaged list."""
        agency = by.person.agency
        transaction = peers.table.transaction()
        transaction.delete(self.key(agency))
        stored.count_up(transaction, agency)
        transaction.put_new(audit_row(peers, by.person, f"{self.name}_reset"))
        transaction.commit()
        return _shape(*self.packaged(agency), {})

    def _rows(self, body: Import) -> tuple[list[T], list[dict[str, str]]]:
        """The rows, and what is wrong, line by line (the line of column names counts as the first)."""
        if bool(body.csv.strip()) == bool(body.items):
            return [], [{"field": "body.csv", "message": "either csv or items is wanted"}]
        where = "body.csv.line" if body.csv.strip() else "body.items"
        try:
            typed = self._typed(body.csv) if body.csv.strip() else list(enumerate(body.items))
        except ValueError as error:
            return [], [{"field": "body.csv", "message": str(error)}]
        found: dict[str, T] = {}
        errors: list[dict[str, str]] = []
        for line, row in typed:
            try:
                one = self.read(row)
                if self.name_of(one) in found:
                    raise ValueError(f"{self.name_of(one)} is listed twice")
                found[self.name_of(one)] = one
            except ValueError as error:
                errors.append({"field": f"{where}.{line}", "message": str(error)})
        if not found and not errors:
            errors.append({"field": "body.csv", "message": "the list is empty"})
        return list(found.values()), errors

    def _typed(self, text: str) -> list[tuple[int, dict[str, str]]]:
        """Numbered rows of a CSV. Raises ValueError when it has no usable column names, or too many lines."""
        first = text.lstrip("\ufeff").splitlines()[0]
        separator = max(",;\t", key=first.count)
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator, restkey="more")
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if missing := self.needed - set(names):
            raise ValueError(f"the first line must name the columns; missing: {', '.join(sorted(missing))}")
        if unknown := set(names) - set(self.columns):
            known = ", ".join(self.columns)
            raise ValueError(f"unknown columns: {', '.join(sorted(unknown))}; known: {known}")
        reader.fieldnames = names
        rows: list[tuple[int, dict[str, str]]] = []
        for row in reader:
            if len(rows) == MOST:
                raise ValueError(f"at most {MOST} lines are taken")
            rows.append((reader.line_num, {k: v for k, v in row.items() if isinstance(v, str)}))
        return rows


def _shape(rows: Sequence[Row], as_of: str, source: str, told: Mapping[str, Any]) -> ListShape:
    return ListShape(
        as_of=as_of, source=source, count=len(rows),
        placed=sum(one.place is not None for one in rows), exact=sum(one.exact for one in rows),
        packaged=not told, imported_at=told.get("imported_at"), imported_by=told.get("imported_by"),
    )  # fmt: skip
