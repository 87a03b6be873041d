"""Connecting the OA: the way to Zalo's consent page and back."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from desk.errors import Invalid, NotFound
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.connect import CALLBACK, Connector
from desk.zalo.errors import ZaloError
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from staff.auth import Administrator, Person, Role
from staff.desk import Desk, desk
from staff.pages import headers, page
from staff.problems import Problem
from staff.routing import new_router
from staff.writing import audit_row

router = new_router()


def public_url(event: dict[str, Any]) -> str:
    """The desk's address as people see it, without a trailing slash."""
    if known := settings().api_url:
        return known.rstrip("/")
    host = event["requestContext"].get("domainName") or event["headers"]["host"]
    sent = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    # The gateway says https; a local emulator says nothing, and its host carries the port.
    scheme = sent.get("x-forwarded-proto") or ("http" if "localhost" in host else "https")
    return f"{scheme}://{sent.get('host', host) if scheme == 'http' else host}"


def _connector(peers: Desk, http: Any, address: str) -> Connector:
    names, dynamodb = settings(), client("dynamodb")
    table = Table(dynamodb, names.tokens_table)
    return Connector(
        table=table,
        secrets=peers.secrets,
        tokens=Tokens(table, peers.secrets, http, names.zalo_oauth_url),
        api=ZaloApi(http, names.zalo_openapi_url, names.zalo_business_url),
        public_url=address,
        clock=peers.now,
    )


@router.get("/oauth/zalo/start", include_in_schema=False)
def start(person: Administrator) -> Response[Any]:
    """To Zalo's consent page: a redirect, or its address as JSON for whoever asks for JSON."""
    event = router.current_event
    with http_client() as http:
        try:
            location = _connector(desk(), http, public_url(event.raw_event)).start(person.agency, person.name)
        except NotFound as error:
            raise Problem("not-connected", str(error)) from error
    kept = {"Cache-Control": "no-store"}
    if "application/json" in (event.headers.get("accept") or ""):
        return Response(200, "application/json", {"location": location}, kept)
    return Response(302, "text/plain", "", kept | {"Location": location})


@router.get(CALLBACK, include_in_schema=False, enable_validation=False)
def callback() -> Response[Any]:
    """Back from Zalo: the `state` says who began; the tokens are stored."""
    peers, event = desk(), router.current_event
    with http_client() as http:
        try:
            done = _connector(peers, http, public_url(event.raw_event)).finish(event.query_string_parameters)
        except Invalid as error:
            return page(400, "Chưa kết nối được", f"{error} ({error.code})")
        except ZaloError as error:
            return page(502, "Chưa kết nối được", f"Zalo: {error.reason}")
    by = Person(done.by, done.agency, Role.ADMINISTRATOR)
    peers.table.put_new(audit_row(peers, by, "oa_connected"))
    return Response(303, "text/plain", "", headers("no-store") | {"Location": "/#/admin"})
