"""The list of the agency's offices: the packaged one, or a newer one that an administrator imports."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from desk.domain import offices
from desk.domain.offices import COLUMNS, Office, dump, office, parse
from desk.storage import keys
from staff.auth import Administrator, Reader
from staff.desk import desk
from staff.lists import Import, Kind, ListShape
from staff.routing import new_router
from staff.writing import Calling

router = new_router()


def _packaged(agency: str) -> tuple[Sequence[Office], str, str]:
    known = offices.packaged(agency)
    return known.offices, known.as_of, known.source


OFFICES = Kind(
    name="offices",
    called="offices",
    columns=COLUMNS,
    needed=frozenset({"name", "address"}),
    read=office,
    parse=parse,
    dump=dump,
    name_of=lambda one: one.name,
    key=keys.offices,
    packaged=_packaged,
)


@router.get("/staff/offices", tags=["knowledge"], operation_id="readOffices")
def read_offices(person: Reader) -> ListShape:
    """Which list of the agency's offices is in use."""
    return OFFICES.shown(desk(), OFFICES.of(person))


@router.put("/staff/offices", tags=["knowledge"], operation_id="importOffices")
def import_offices(person: Administrator, by: Calling, body: Import) -> Response[Any]:
    """Replace the list: columns name, address; and phone, wards (names or codes, separated by semicolons or |), hours
    (such as T2-T6 07:30-12:00, 13:30-17:00), source, date, note, lat, lon where known. Nothing is changed when a line
    is wrong: each wrong line is named with what is wrong."""
    OFFICES.of(person)
    return OFFICES.replace(desk(), by, body)


@router.delete("/staff/offices", tags=["knowledge"], operation_id="resetOffices")
def reset_offices(person: Administrator, by: Calling) -> ListShape:
    """Go back to the packaged list."""
    OFFICES.of(person)
    return OFFICES.reset(desk(), by)
