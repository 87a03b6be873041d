"""The list of health facilities: the packaged one, or a newer one that an administrator imports."""

import csv
import io
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from desk import agencies
from desk.domain.clock import iso
from desk.language import facilities
from desk.language.facilities import Directory
from desk.language.facility_rows import Facility, facility
from desk.storage import keys
from desk.storage import knowledge as stored
from desk.storage.table import Transaction
from staff import problems
from staff.auth import Administrator, Person, Reader
from staff.bodies import Body
from staff.desk import Desk, desk
from staff.problems import Problem
from staff.routing import new_router
from staff.shapes import Shape
from staff.writing import Calling, audit_row, once

router = new_router()

MOST = 3000
_COLUMNS = ("code", "kind", "name", "address", "district", "lat", "lon")
_SHOWN_ERRORS = 50


class FacilitiesShape(Shape):
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
    """A whole list, as CSV with a first line of column names (code, name; and kind, address, district, lat, lon where
    known; separated by commas, semicolons or tabs) or as objects with these names. `as_of` is said to citizens."""

    as_of: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=30)]
    source: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=200)]
    csv: str = Field("", max_length=250_000)
    items: list[dict[str, str]] = Field([], max_length=MOST)


@router.get("/staff/facilities", tags=["knowledge"], operation_id="readFacilities")
def read_facilities(person: Reader) -> FacilitiesShape:
    """Which list of health facilities is in use."""
    return _shown(desk(), _with_list(person))


@router.put("/staff/facilities", tags=["knowledge"], operation_id="importFacilities")
def import_facilities(person: Administrator, by: Calling, body: Import) -> Response[Any]:
    """Replace the list. Nothing is changed when a line is wrong: each wrong line is named with what is wrong."""
    peers, agency = desk(), _with_list(person)
    found, errors = _read(body)
    if errors:
        detail = f"{len(errors)} lines are wrong; nothing was imported"
        return problems.response("invalid-request", detail, errors=errors[:_SHOWN_ERRORS])
    directory = Directory(found, body.as_of, body.source)

    def attempt(transaction: Transaction) -> tuple[FacilitiesShape, int, dict[str, str]]:
        told = {"imported_at": iso(peers.now()), "imported_by": person.name}
        stored.put_facilities(transaction, agency, directory, told)
        row = audit_row(peers, person, "facilities_imported", count=len(found), as_of=body.as_of)
        transaction.put_new(row)
        return _shape(directory, told), 200, {}

    return once(peers, by, FacilitiesShape, attempt)


@router.delete("/staff/facilities", tags=["knowledge"], operation_id="resetFacilities")
def reset_facilities(person: Administrator) -> FacilitiesShape:
    """Go back to the packaged list."""
    peers, agency = desk(), _with_list(person)
    transaction = peers.table.transaction()
    transaction.delete(keys.facilities(agency))
    stored.count_up(transaction, agency)
    transaction.put_new(audit_row(peers, person, "facilities_reset"))
    transaction.commit()
    return _shape(facilities.packaged(), {})


def _with_list(person: Person) -> str:
    """The person's agency, if it tells health facilities. Raises Problem."""
    if not agencies.agency(person.agency).data.get("facilities"):
        raise Problem("not-found", "this agency has no list of health facilities")
    return person.agency


def _shown(peers: Desk, agency: str) -> FacilitiesShape:
    item = peers.table.get(keys.facilities(agency)) or {}
    directory = stored.imported(peers.table, agency) if item else None
    return _shape(directory or facilities.packaged(), item if directory else {})


def _shape(directory: Directory, told: dict[str, Any]) -> FacilitiesShape:
    known = directory.facilities
    return FacilitiesShape(
        as_of=directory.as_of, source=directory.source, count=len(known),
        placed=sum(f.place is not None for f in known), exact=sum(f.exact for f in known),
        packaged=not told, imported_at=told.get("imported_at"), imported_by=told.get("imported_by"),
    )  # fmt: skip


def _read(body: Import) -> tuple[list[Facility], list[dict[str, str]]]:
    """The facilities, and what is wrong, line by line (the line of column names counts as the first)."""
    if bool(body.csv.strip()) == bool(body.items):
        return [], [{"field": "body.csv", "message": "either csv or items is wanted"}]
    where = "body.csv.line" if body.csv.strip() else "body.items"
    try:
        rows = _rows(body.csv) if body.csv.strip() else list(enumerate(body.items))
    except ValueError as error:
        return [], [{"field": "body.csv", "message": str(error)}]
    found: dict[str, Facility] = {}
    errors: list[dict[str, str]] = []
    for line, row in rows:
        try:
            one = facility(row)
            if one.code in found:
                raise ValueError(f"code {one.code} is listed twice")
            found[one.code] = one
        except ValueError as error:
            errors.append({"field": f"{where}.{line}", "message": str(error)})
    if not found and not errors:
        errors.append({"field": "body.csv", "message": "the list is empty"})
    return list(found.values()), errors


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Numbered rows of a CSV. Raises ValueError when it has no usable column names, or too many lines."""
    first = text.lstrip("\ufeff").splitlines()[0]
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator, restkey="more")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if missing := {"code", "name"} - set(names):
        raise ValueError(f"the first line must name the columns; missing: {', '.join(sorted(missing))}")
    if unknown := set(names) - set(_COLUMNS):
        raise ValueError(f"unknown columns: {', '.join(sorted(unknown))}; known: {', '.join(_COLUMNS)}")
    reader.fieldnames = names
    rows: list[tuple[int, dict[str, str]]] = []
    for row in reader:
        if len(rows) == MOST:
            raise ValueError(f"at most {MOST} lines are taken")
        rows.append((reader.line_num, {k: v for k, v in row.items() if isinstance(v, str)}))
    return rows
