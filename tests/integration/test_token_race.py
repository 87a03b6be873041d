"""Token refresh under concurrency, against MiniStack's conditional writes and the simulator's OAuth."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import httpx
import pytest

from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo import transport
from desk.zalo.api import ZaloApi
from desk.zalo.errors import ReconnectNeeded, ZaloError
from desk.zalo.oauth import TokenPair
from desk.zalo.tokens import LEASE_S, Tokens
from local.zalo.server import running
from tests.tables import create_table
from tests.world import AGENCY

RACERS = 32


@pytest.fixture(scope="module")
def clients(ministack):
    options = {"endpoint_url": ministack, "region_name": "ap-southeast-1"}
    return boto3.client("dynamodb", **options), boto3.client("secretsmanager", **options)


@pytest.fixture
def zalo():
    csgt = AGENCY | {"name": "CSGT", "oa_secret_key": "k", "access_token": "a-1", "refresh_token": "r-1"}
    with running({"webhook_url": "", "agencies": {"csgt": csgt}}) as simulator:
        yield simulator


@pytest.fixture
def make_tokens(clients, zalo):
    """Tokens as another function instance sees them: the same table and secret, nothing else in common."""
    dynamodb, secrets_manager = clients
    name = f"race-{uuid.uuid4().hex[:8]}"
    table = Table(dynamodb, create_table(dynamodb, "TokensTable", name))
    secrets = Secrets(secrets_manager, name)
    secrets.write("agency/csgt", AGENCY)
    until = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    secrets.write(
        "tokens/csgt", {"access_token": "a-1", "refresh_token": "r-1", "expires_at": until, "version": 1}
    )
    opened = []

    def make(**given):
        http = transport.client()
        opened.append(http)
        return Tokens(table, Secrets(secrets_manager, name), http, zalo.config.base_url, **given)

    yield make
    for http in opened:
        http.close()


def refreshes(zalo):
    calls = httpx.get(f"{zalo.config.base_url}/sim/calls").json()
    calls = calls["items"] if isinstance(calls, dict) else calls
    return [c for c in calls if c["path"] == "/v4/oa/access_token"]


def expire(zalo):
    httpx.post(f"{zalo.config.base_url}/sim/clock", json={"advance_s": 26 * 3600}).raise_for_status()


def race(work, count=RACERS):
    """Run `work(n)` in `count` threads that start together; what each returned or raised."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        try:
            return work(number)
        except ZaloError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_32_who_find_the_token_expired_one_refreshes_and_all_go_on(make_tokens, zalo):
    expire(zalo)
    instances = [make_tokens() for _ in range(RACERS)]
    base = zalo.config.base_url

    def work(number):
        tokens = instances[number]
        return tokens.use("csgt", ZaloApi(tokens.http, base, base).oa)["oaid"]

    assert race(work) == [AGENCY["oa_id"]] * RACERS
    assert len(refreshes(zalo)) == 1
    stored = make_tokens().current("csgt")
    assert stored.version == 2


def test_32_early_refreshes_are_one(make_tokens, zalo):
    later = datetime.now(UTC) + timedelta(hours=21)
    instances = [make_tokens(clock=lambda: later) for _ in range(RACERS)]
    outcomes = race(lambda n: instances[n].refresh_early("csgt"))
    assert set(outcomes) <= {"refreshed", "fresh"}
    assert len(refreshes(zalo)) == 1


def test_of_32_who_find_the_grant_dead_one_asks_and_all_hear_it(make_tokens, zalo):
    make_tokens().connect("csgt", TokenPair("x", "spent", datetime.now(UTC) + timedelta(hours=25)))
    later = datetime.now(UTC) + timedelta(minutes=1)
    instances = [make_tokens(clock=lambda: later) for _ in range(RACERS)]
    outcomes = race(lambda n: instances[n].newer("csgt", 2))
    assert all(isinstance(o, ReconnectNeeded) for o in outcomes)
    assert len(refreshes(zalo)) == 1
    assert make_tokens().connection("csgt")["state"] == "reconnect_needed"


def test_32_who_wait_behind_a_dead_lease_holder_still_refresh_once(make_tokens, zalo):
    first = make_tokens()
    first._lease("csgt", "died", first._state("csgt"))
    later = datetime.now(UTC) + timedelta(seconds=LEASE_S + 2)
    instances = [make_tokens(clock=lambda: later) for _ in range(RACERS)]
    outcomes = race(lambda n: instances[n].newer("csgt", 1))
    assert {o.version for o in outcomes} == {2}
    assert len(refreshes(zalo)) == 1


def test_a_consent_during_a_race_wins(make_tokens, zalo):
    expire(zalo)
    base = zalo.config.base_url
    pair = TokenPair("consented", "consented-r", datetime.now(UTC) + timedelta(hours=25))

    def work(number):
        tokens = make_tokens()
        if number == 0:
            return tokens.connect("csgt", pair)
        return tokens.use("csgt", ZaloApi(tokens.http, base, base).oa)

    race(work, 8)
    state, stored = make_tokens()._state("csgt"), make_tokens().current("csgt")
    assert state["version"] == stored.version
    assert "lease_until" not in state
