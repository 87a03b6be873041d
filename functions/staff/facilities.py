"""The list of health facilities: the packaged one, or a newer one that an administrator imports."""

from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response

from desk.language import facilities
from desk.language.facility_rows import Facility, dump, facility, parse
from desk.storage import keys
from staff.auth import Administrator, Reader
from staff.desk import desk
from staff.lists import Import, Kind, ListShape
from staff.routing import new_router
from staff.writing import Calling

router = new_router()


def _packaged(_agency: str) -> tuple[Sequence[Facility], str, str]:
    known = facilities.packaged()
    return known.facilities, known.as_of, known.source


FACILITIES = Kind(
    name="facilities",
    called="health facilities",
    columns=("code", "kind", "name", "address", "district", "lat", "lon"),
    needed=frozenset({"code", "name"}),
    read=facility,
    parse=parse,
    dump=dump,
    name_of=lambda one: one.code,
    key=keys.facilities,
    packaged=_packaged,
)


@router.get("/staff/facilities", tags=["knowledge"], operation_id="readFacilities")
def read_facilities(person: Reader) -> ListShape:
    """Which list of health facilities is in use."""
    return FACILITIES.shown(desk(), FACILITIES.of(person))


@router.put("/staff/facilities", tags=["knowledge"], operation_id="importFacilities")
def import_facilities(person: Administrator, by: Calling, body: Import) -> Response[Any]:
    """Replace the list: columns code, name; and kind, address, district, lat, lon where known. Nothing is changed
    when a line is wrong: each wrong line is named with what is wrong."""
    FACILITIES.of(person)
    return FACILITIES.replace(desk(), by, body)


@router.delete("/staff/facilities", tags=["knowledge"], operation_id="resetFacilities")
def reset_facilities(person: Administrator, by: Calling) -> ListShape:
    """Go back to the packaged list."""
    FACILITIES.of(person)
    return FACILITIES.reset(desk(), by)
