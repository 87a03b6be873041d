"""Connecting an OA, against the simulator's consent page."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from desk.errors import Invalid, NotFound
from desk.zalo import oauth, transport
from desk.zalo.api import ZaloApi
from desk.zalo.connect import STATE_LIVES, Connector
from desk.zalo.errors import ZaloError
from desk.zalo.tokens import Tokens
from local.zalo.server import running
from tests.world import AGENCY, make_world

PUBLIC = "http://desk.test"
OTHER = {"oa_id": "2491302944280861639", "app_id": AGENCY["app_id"], "app_secret": AGENCY["app_secret"]}


@pytest.fixture
def world():
    with make_world() as made:
        yield made


@pytest.fixture
def zalo():
    callback = {"callback_url": f"{PUBLIC}/oauth/zalo/callback", "oa_secret_key": "k"}
    agencies = {
        "csgt": AGENCY | callback | {"name": "Cảnh sát giao thông"},
        "duytu": OTHER | callback | {"name": "Ban Duy tu"},
    }
    with running({"webhook_url": "", "agencies": agencies}) as simulator:
        yield simulator.config.base_url


@pytest.fixture
def connector(world, zalo):
    with transport.client() as http:
        tokens = Tokens(world.tokens_table, world.secrets, http, zalo, world.clock)
        yield Connector(
            world.tokens_table, world.secrets, tokens, ZaloApi(http, zalo, zalo), PUBLIC, world.clock
        )


def consent(url, oa_id=AGENCY["oa_id"]):
    """What an administrator does at Zalo: choose the OA, agree, be sent back."""
    answer = httpx.post(url, data={"oa_id": oa_id})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == "/oauth/zalo/callback"
    return {k: v[0] for k, v in parse_qs(back.query).items()}


def test_a_consent_connects_the_oa(connector, world):
    connected = connector.finish(consent(connector.start("csgt", "lan.csgt")))
    assert (connected.agency, connected.by) == ("csgt", "lan.csgt")
    assert connector.tokens.current("csgt").version == 2
    assert connector.tokens.connection("csgt")["state"] == "connected"
    owner = connector.tokens.use("csgt", connector.api.oa)
    assert owner["oaid"] == AGENCY["oa_id"]


def test_a_state_serves_once(connector):
    query = consent(connector.start("csgt", "lan"))
    connector.finish(query)
    with pytest.raises(Invalid) as caught:
        connector.finish(query)
    assert caught.value.code == "bad_state"


@pytest.mark.parametrize("state", ["", "made-up"])
def test_a_state_that_is_not_ours_is_refused(connector, state):
    query = consent(connector.start("csgt", "lan"))
    with pytest.raises(Invalid):
        connector.finish(query | {"state": state})


def test_a_state_dies_of_age(connector, world):
    query = consent(connector.start("csgt", "lan"))
    world.clock.advance(seconds=STATE_LIVES.total_seconds() + 1)
    with pytest.raises(Invalid):
        connector.finish(query)


def test_a_state_cannot_be_read_from_the_table(connector, world):
    state = parse_qs(urlsplit(connector.start("csgt", "lan")).query)["state"][0]
    items = world.dynamodb.scan(TableName=world.tokens_table.name)["Items"]
    assert items
    assert state not in str(items)


def test_a_consent_for_another_oa_is_refused_before_it_ends_that_ones_tokens(connector, world):
    world.secrets.write("agency/duytu", OTHER)
    connector.finish(consent(connector.start("duytu", "minh"), OTHER["oa_id"]))
    with pytest.raises(Invalid) as caught:
        connector.finish(consent(connector.start("csgt", "lan"), OTHER["oa_id"]))
    assert caught.value.code == "other_oa"
    assert connector.tokens.current("csgt").pair.access_token == "access-1"
    assert connector.tokens.use("duytu", connector.api.oa)["oaid"] == OTHER["oa_id"]


@pytest.mark.parametrize("told", [{}, {"oa_id": AGENCY["oa_id"]}])
def test_an_address_that_hides_the_other_oa_is_found_out_by_asking_zalo(connector, told):
    query = consent(connector.start("csgt", "lan"), OTHER["oa_id"])
    del query["oa_id"]
    with pytest.raises(Invalid) as caught:
        connector.finish(query | told)
    assert caught.value.code == "other_oa"
    assert connector.tokens.current("csgt").pair.access_token == "access-1"


def test_a_consent_that_was_not_given_is_said_to_be_so(connector):
    state = parse_qs(urlsplit(connector.start("csgt", "lan")).query)["state"][0]
    with pytest.raises(Invalid) as caught:
        connector.finish({"state": state})
    assert caught.value.code == "no_consent"


def test_a_code_does_not_work_with_another_verifier(connector, world):
    first = consent(connector.start("csgt", "lan"))
    second = consent(connector.start("csgt", "lan"))
    with pytest.raises(ZaloError):
        connector.finish(second | {"code": first["code"]})


def test_a_fixed_verifier_is_used_where_the_console_holds_its_challenge(connector, world):
    verifier = oauth.new_verifier()
    world.secrets.write("agency/csgt", AGENCY | {"code_verifier": verifier})
    urls = [connector.start("csgt", "lan") for _ in range(2)]
    challenges = {parse_qs(urlsplit(u).query)["code_challenge"][0] for u in urls}
    assert challenges == {oauth.challenge(verifier)}
    connector.finish(consent(urls[0]))


def test_each_start_has_its_own_state_and_challenge(connector):
    queries = [parse_qs(urlsplit(connector.start("csgt", "lan")).query) for _ in range(5)]
    assert len({q["state"][0] for q in queries}) == 5
    assert len({q["code_challenge"][0] for q in queries}) == 5


def test_an_agency_without_credentials_cannot_begin(connector):
    with pytest.raises(NotFound):
        connector.start("bhxh", "lan")


def test_connecting_waits_for_a_refresh_under_way(connector, world):
    query = consent(connector.start("csgt", "lan"))
    world.tokens_table.put(
        {
            "pk": "OA#csgt",
            "version": 1,
            "lease_owner": "x",
            "lease_until": int(world.clock().timestamp()) + 60,
        }
    )
    waited = []

    def wait(_seconds):
        waited.append(1)
        world.clock.advance(seconds=30)

    connector.tokens.sleep = wait
    connector.finish(query)
    assert len(waited) >= 2
    assert connector.tokens.connection("csgt")["state"] == "connected"
    assert timedelta(0) < connector.tokens.current("csgt").pair.expires_at - world.clock()
