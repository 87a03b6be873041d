"""GET /staff/agency: what the console needs to know of the agency, and how its OA is connected."""

from typing import Any

from desk import agencies
from desk.domain.clock import local
from desk.language.wards import wards
from desk.settings import settings
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.errors import ZaloError
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from staff import canned, people
from staff.auth import Reader, Role
from staff.desk import Desk, desk
from staff.facts import CATEGORIES
from staff.routing import new_router
from staff.shapes import Shape
from staff.workdays import shown

router = new_router()


class Me(Shape):
    """Who asks."""

    name: str
    agency: str
    role: str


class Member(Shape):
    """Somebody of the agency."""

    username: str
    role: str


class AgencyShape(Shape):
    """The agency. `connection` and `calendar` are for administrators and auditors."""

    id: str
    name: str
    name_en: str
    me: Me
    contacts: dict[str, str]
    reasons: list[dict[str, Any]]
    canned: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    wards: list[dict[str, str]]
    staff: list[Member]
    texts: dict[str, Any]
    connection: dict[str, Any] | None = None
    calendar: dict[str, Any] | None = None


@router.get("/staff/agency", compress=True, tags=["agency"], operation_id="readAgency")
def read_agency(person: Reader) -> AgencyShape:
    """Texts, reasons, people, categories, wards; for administrators the health of the connection too."""
    peers, own = desk(), agencies.agency(person.agency)
    inside = person.role in {Role.ADMINISTRATOR, Role.AUDITOR}
    return AgencyShape(
        id=own.id,
        name=own.name,
        name_en=own.data.get("name_en", own.name),
        me=Me(name=person.name, agency=person.agency, role=person.role.name.lower()),
        contacts=own.data["contacts"],
        reasons=own.data["reasons"],
        canned=canned.load(peers.table, own).replies,
        categories=[{"id": c["id"], "agency": c["agency"], "label": c["label"]} for c in CATEGORIES.values()],
        wards=[{"code": w.code, "name": w.full_name} for w in wards().values()],
        staff=[Member(username=n, role=r) for n, r in people.staff_of(own.id)],
        texts=own.data["texts"],
        connection=_connection(peers, own.id) if inside else None,
        calendar=shown(peers, own.id) if inside else None,
    )


def _connection(peers: Desk, agency: str) -> dict[str, Any]:
    """State and age of the tokens, what Zalo says of the OA and its quota, what messages cost this month."""
    names = settings()
    month = local(peers.now()).strftime("%Y-%m")
    spent = peers.table.get(keys.budget(agency, month)) or {}
    with http_client() as http:
        tokens = Tokens(
            Table(client("dynamodb"), names.tokens_table), peers.secrets, http, names.zalo_oauth_url
        )
        api = ZaloApi(http, names.zalo_openapi_url, names.zalo_business_url)
        shown = tokens.connection(agency) | {"month": month, "spent_vnd": int(spent.get("spent_vnd", 0))}
        if shown["state"] != "connected":
            return shown
        try:
            return shown | {"oa": tokens.use(agency, api.oa), "quota": tokens.use(agency, api.quota)}
        except ZaloError as error:
            return shown | {"zalo_error": error.reason}
