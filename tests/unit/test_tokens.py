"""Refreshing tokens: once, saved before use, and never in a loop. (Races: tests/integration.)"""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from desk.storage.secrets import Secrets
from desk.zalo import tokens as tokens_module
from desk.zalo import transport
from desk.zalo.errors import Action, NoAnswer, ReconnectNeeded, ZaloError
from desk.zalo.oauth import TokenPair
from desk.zalo.tokens import EARLY, LEASE_S, UNSAVED, Tokens
from tests.world import make_world
from tests.zalo_server import Answer, zalo_server

TOKEN_PATH = "/v4/oa/access_token"


class Grant:
    """The OAuth endpoint as Zalo runs it: a refresh token serves once."""

    def __init__(self) -> None:
        self.number = 1
        self.answer = None

    def __call__(self, request):
        if self.answer is not None:
            return self.answer(request) if callable(self.answer) else self.answer
        return self.rotate(request)

    def rotate(self, request):
        if request.form["refresh_token"] != f"refresh-{self.number}":
            return {"error": -14014, "error_name": "Invalid refresh token"}
        self.number += 1
        return {
            "access_token": f"access-{self.number}",
            "refresh_token": f"refresh-{self.number}",
            "expires_in": "90000",
        }


@pytest.fixture
def world():
    with make_world() as made:
        yield made


@pytest.fixture
def zalo():
    with zalo_server() as server:
        server.respond = Grant()
        yield server


@pytest.fixture
def tokens(world, zalo):
    with transport.client() as http:
        yield Tokens(world.tokens_table, world.secrets, http, zalo.url, world.clock, lambda _s: None)


@pytest.fixture
def counted(monkeypatch):
    metrics = []
    monkeypatch.setattr(tokens_module, "count", lambda name, value=1: metrics.append(name))
    return metrics


def stored(world):
    return world.secrets.read("tokens/csgt", fresh=True)


def refuse(*tokens):
    """A call that refuses these access tokens."""
    seen = []

    def call(access):
        seen.append(access.token)
        if access.token in tokens:
            raise ZaloError("oa", -216)
        return "done"

    call.seen = seen
    return call


def test_a_good_token_is_used_as_it_is(tokens, zalo):
    assert tokens.use("csgt", refuse()) == "done"
    assert zalo.requests == []


def test_a_refused_token_is_refreshed_once_and_the_call_made_again(tokens, zalo, world):
    call = refuse("access-1")
    assert tokens.use("csgt", call) == "done"
    assert call.seen == ["access-1", "access-2"]
    assert len(zalo.calls(TOKEN_PATH)) == 1
    assert stored(world) == {
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "expires_at": (world.clock() + timedelta(hours=25)).isoformat(),
        "version": 2,
    }
    state = world.token_state()
    assert (state["version"], state["state"]) == (2, "connected")
    assert not {"lease_owner", "lease_until", "refresh_started_at", "last_error"} & state.keys()


def test_no_token_lies_in_the_table(tokens, world):
    tokens.newer("csgt", 1)
    assert "access-" not in str(world.token_state())
    assert "refresh-" not in str(world.token_state())


def test_a_refused_token_is_read_again_before_it_is_refreshed(tokens, zalo, world):
    tokens.current("csgt")
    elsewhere = Secrets(world.secrets._client, world.secrets._prefix)
    elsewhere.write("tokens/csgt", stored(world) | {"access_token": "access-9", "version": 9})
    assert tokens.use("csgt", refuse("access-1")) == "done"
    assert zalo.requests == []


def test_a_call_is_repeated_once_and_no_more(tokens, zalo):
    call = refuse("access-1", "access-2")
    with pytest.raises(ZaloError):
        tokens.use("csgt", call)
    assert call.seen == ["access-1", "access-2"]
    assert len(zalo.requests) == 1


def test_a_fresh_pair_that_zalo_refuses_is_not_refreshed_at_once(tokens, zalo, world):
    tokens.newer("csgt", 1)
    with pytest.raises(ZaloError) as caught:
        tokens.use("csgt", refuse("access-2"))
    assert (caught.value.action, caught.value.reason) == (Action.LATER, "token_refused")
    world.clock.advance(seconds=6)
    assert tokens.use("csgt", refuse("access-2")) == "done"
    assert len(zalo.requests) == 2


def test_another_error_does_not_cost_a_refresh(tokens, zalo):
    def call(_access):
        raise ZaloError("oa", -230)

    with pytest.raises(ZaloError):
        tokens.use("csgt", call)
    assert zalo.requests == []


def test_the_start_is_noted_before_the_call(tokens, zalo, world):
    seen = []

    def answer(request):
        seen.append(world.token_state())
        return zalo.respond.rotate(request)

    zalo.respond.answer = answer
    tokens.newer("csgt", 1)
    assert seen[0]["refresh_started_at"] == world.clock().isoformat()
    lease = seen[0]["lease_until"] - world.clock().timestamp()
    assert lease > transport.CONNECT_S + 10 + tokens_module.SAVE_FOR_S


def test_the_new_pair_is_saved_before_the_lease_is_dropped(tokens, world, monkeypatch):
    order = []
    save, settle = Tokens._save, Tokens._settle
    monkeypatch.setattr(Tokens, "_save", lambda *a: order.append("save") or save(*a))
    monkeypatch.setattr(Tokens, "_settle", lambda *a: order.append("settle") or settle(*a))
    tokens.newer("csgt", 1)
    assert order == ["save", "settle"]


def test_a_dead_grant_asks_for_a_person_once_and_never_loops(tokens, zalo, world, counted):
    zalo.respond.answer = {"error": -14014}
    for _ in range(5):
        with pytest.raises(ReconnectNeeded):
            tokens.use("csgt", refuse("access-1"))
    assert len(zalo.requests) == 1
    assert counted == ["OaReconnectNeeded"]
    assert tokens.connection("csgt")["state"] == "reconnect_needed"
    assert tokens.connection("csgt")["last_error"] == "oauth -14014"


def test_a_token_that_somebody_else_spent_is_not_a_dead_grant(tokens, zalo, world, counted):
    elsewhere = Secrets(world.secrets._client, world.secrets._prefix)

    def answer(_request):
        elsewhere.write("tokens/csgt", {"access_token": "access-7", "refresh_token": "r-7", "version": 2})
        return {"error": -14014}

    zalo.respond.answer = answer
    assert tokens.newer("csgt", 1).pair.access_token == "access-7"
    assert counted == []
    assert world.token_state()["state"] == "connected"


class Killed(BaseException):
    """As a function that is stopped in the middle."""


def test_a_crash_between_rotation_and_saving_ends_with_a_person_not_in_a_loop(
    tokens, zalo, world, counted, monkeypatch
):
    def die(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Tokens, "_save", die)
        with pytest.raises(Killed):
            tokens.newer("csgt", 1)
        # While the dead one's lease lasts nobody asks again.
        patch.setattr(tokens_module, "WAIT_S", 0)
        with pytest.raises(ZaloError) as caught:
            tokens.newer("csgt", 1)
    assert caught.value.reason == "refresh_in_progress"
    assert len(zalo.requests) == 1
    world.clock.advance(seconds=LEASE_S + 1)
    for _ in range(3):
        with pytest.raises(ReconnectNeeded):
            tokens.newer("csgt", 1)
    assert len(zalo.requests) == 2
    assert counted == ["OaReconnectNeeded"]


def test_a_rotation_whose_answer_was_lost_ends_with_a_person(tokens, zalo, world, counted):
    def answer(request):
        zalo.respond.rotate(request)
        return Answer(drop=True)

    zalo.respond.answer = answer
    with pytest.raises(ZaloError) as caught:
        tokens.newer("csgt", 1)
    assert (caught.value.action, caught.value.reason) == (Action.LATER, "refresh_unanswered")
    zalo.respond.answer = None
    world.clock.advance(seconds=LEASE_S + 1)
    with pytest.raises(ReconnectNeeded):
        tokens.newer("csgt", 1)
    assert counted == ["OaRefreshUnanswered", "OaReconnectNeeded"]


def test_a_refresh_that_was_not_answered_and_not_done_succeeds_after_the_lease(tokens, zalo, world, counted):
    zalo.respond.answer = Answer(drop=True)
    with pytest.raises(ZaloError):
        tokens.newer("csgt", 1)
    zalo.respond.answer = None
    world.clock.advance(seconds=LEASE_S + 1)
    assert tokens.newer("csgt", 1).pair.access_token == "access-2"
    assert "OaReconnectNeeded" not in counted


def test_an_unanswered_refresh_is_never_told_as_an_unanswered_message(tokens, zalo):
    zalo.respond.answer = Answer(drop=True)
    with pytest.raises(ZaloError) as caught:
        tokens.use("csgt", refuse("access-1"))
    assert not isinstance(caught.value, NoAnswer)
    assert caught.value.action is Action.LATER


def test_a_holder_that_saved_and_died_is_finished_by_the_next(tokens, zalo, world):
    world.tokens_table.put(
        {
            "pk": "OA#csgt",
            "version": 1,
            "state": "connected",
            "lease_owner": "gone",
            "lease_until": int(world.clock().timestamp()) - 1,
            "refresh_started_at": world.clock().isoformat(),
        }
    )
    world.give_tokens(access_token="access-2", refresh_token="refresh-2", version=2)
    assert tokens.newer("csgt", 1).pair.access_token == "access-2"
    assert zalo.requests == []


def test_an_error_that_spent_nothing_frees_the_lease(tokens, zalo, world):
    zalo.respond.answer = {"error": -14002}
    with pytest.raises(ZaloError) as caught:
        tokens.newer("csgt", 1)
    assert caught.value.action is Action.HUMAN
    assert not {"lease_until", "refresh_started_at"} & world.token_state().keys()
    zalo.respond.answer = None
    assert tokens.newer("csgt", 1).version == 2


class DeafStore(Secrets):
    """A Secrets Manager that does not accept writes."""

    def __init__(self, other, failures):
        self.__dict__.update(other.__dict__)
        self.failures = failures

    def write(self, name, value):
        if self.failures:
            self.failures -= 1
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "PutSecretValue")
        super().write(name, value)


def test_saving_is_tried_until_it_works(tokens, world, counted):
    tokens.secrets = DeafStore(world.secrets, failures=4)
    assert tokens.newer("csgt", 1).version == 2
    assert stored(world)["version"] == 2
    assert counted == []


def test_a_pair_that_cannot_be_saved_is_used_from_memory_and_saved_later(
    tokens, zalo, world, counted, monkeypatch
):
    monkeypatch.setattr(tokens_module, "SAVE_FOR_S", -1)
    store = tokens.secrets = DeafStore(world.secrets, failures=1)
    assert tokens.newer("csgt", 1).pair.access_token == "access-2"
    assert counted == ["OaTokensNotSaved"]
    assert stored(world)["version"] == 1
    # Another process sees that a newer pair exists somewhere, and waits rather than despairs.
    other = Tokens(world.tokens_table, world.secrets, tokens.http, zalo.url, world.clock)
    elsewhere = dict(tokens_module._unsaved)
    tokens_module._unsaved.clear()
    world.clock.advance(seconds=30)
    with pytest.raises(ZaloError) as caught:
        other.newer("csgt", 1)
    assert (caught.value.action, caught.value.reason) == (Action.LATER, "tokens_not_saved")
    # The process that holds it saves it as soon as the store hears again.
    tokens_module._unsaved.update(elsewhere)
    assert store.failures == 0
    assert tokens.current("csgt").pair.access_token == "access-2"
    assert stored(world)["version"] == 2
    assert tokens_module._unsaved == {}
    assert len(zalo.requests) == 1


def test_a_pair_lost_with_its_process_ends_with_a_person(tokens, zalo, world, counted, monkeypatch):
    monkeypatch.setattr(tokens_module, "SAVE_FOR_S", -1)
    tokens.secrets = DeafStore(world.secrets, failures=1)
    tokens.newer("csgt", 1)
    tokens_module._unsaved.clear()
    tokens.secrets = world.secrets
    world.clock.advance(seconds=UNSAVED.total_seconds() + 1)
    with pytest.raises(ReconnectNeeded):
        tokens.newer("csgt", 1)
    assert counted == ["OaTokensNotSaved", "OaReconnectNeeded"]


def test_a_pair_in_memory_does_not_overwrite_a_newer_consent(tokens, world, monkeypatch):
    monkeypatch.setattr(tokens_module, "SAVE_FOR_S", -1)
    tokens.secrets = DeafStore(world.secrets, failures=1)
    tokens.newer("csgt", 1)
    world.give_tokens(access_token="consented", version=5)
    assert tokens.current("csgt").pair.access_token == "consented"
    assert stored(world)["access_token"] == "consented"


def test_the_schedule_refreshes_at_twenty_hours_and_not_before(tokens, zalo, world):
    world.clock.advance(hours=19, minutes=59)
    assert tokens.refresh_early("csgt") == "fresh"
    assert zalo.requests == []
    world.clock.advance(minutes=2)
    assert timedelta(hours=25) - EARLY == timedelta(hours=20)
    assert tokens.refresh_early("csgt") == "refreshed"
    assert tokens.refresh_early("csgt") == "fresh"
    assert len(zalo.requests) == 1


def test_the_schedule_keeps_the_alarm_up_while_a_person_is_needed(tokens, zalo, world, counted):
    zalo.respond.answer = {"error": -14014}
    world.clock.advance(hours=21)
    assert [tokens.refresh_early("csgt") for _ in range(3)] == ["reconnect_needed"] * 3
    assert counted == ["OaReconnectNeeded"] * 3
    assert len(zalo.requests) == 1


def test_the_schedule_leaves_an_oa_alone_that_was_never_connected(tokens, zalo):
    assert tokens.refresh_early("bhxh") == "absent"
    assert tokens.connection("bhxh") == {"state": "absent"}
    with pytest.raises(ReconnectNeeded):
        tokens.use("bhxh", refuse())


def test_a_failed_early_refresh_leaves_the_working_token_in_use(tokens, zalo, world):
    world.clock.advance(hours=21)
    zalo.respond.answer = Answer(b"", 503)
    assert tokens.refresh_early("csgt") == "failed"
    assert tokens.use("csgt", refuse()) == "done"


def test_a_new_consent_ends_the_need_for_a_person(tokens, zalo, world):
    zalo.respond.answer = {"error": -14014}
    with pytest.raises(ReconnectNeeded):
        tokens.newer("csgt", 1)
    tokens.connect("csgt", TokenPair("access-new", "refresh-new", world.clock() + timedelta(hours=25)))
    assert tokens.use("csgt", refuse("access-1")) == "done"
    connection = tokens.connection("csgt")
    assert (connection["state"], connection["version"]) == ("connected", 2)
    assert "last_error" not in connection


def test_a_first_consent_makes_the_secret(tokens, world):
    world.secrets.write("agency/bhxh", {"oa_id": "9", "app_id": "8", "app_secret": "7"})
    tokens.connect("bhxh", TokenPair("a", "r", world.clock() + timedelta(hours=25)))
    assert tokens.current("bhxh", fresh=True).version == 1


def test_a_withdrawn_permission_asks_for_a_person_unless_a_consent_is_newer(tokens, zalo, world, counted):
    withdrawn = world.clock()
    tokens.mark_revoked("csgt", withdrawn)
    assert tokens.connection("csgt")["state"] == "reconnect_needed"
    assert counted == ["OaReconnectNeeded"]
    world.clock.advance(minutes=5)
    tokens.connect("csgt", TokenPair("a", "r", world.clock() + timedelta(hours=25)))
    tokens.mark_revoked("csgt", withdrawn)
    assert tokens.connection("csgt")["state"] == "connected"


def test_the_proof_is_sent_only_where_the_agency_asks_for_it(tokens, world):
    assert tokens.use("csgt", lambda access: access.proof) == ""
    world.secrets.write("agency/csgt", world.secrets.read("agency/csgt") | {"appsecret_proof": True})
    assert len(tokens.use("csgt", lambda access: access.proof)) == 64
