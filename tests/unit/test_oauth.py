"""Consent address, PKCE, exchange and refresh."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from desk.zalo import oauth, transport
from desk.zalo.errors import NoAnswer, ReconnectNeeded, ZaloError
from desk.zalo.oauth import App
from tests.zalo_server import Answer, zalo_server

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
APP = App("360846524940903967", "app-secret")
GOOD = {"access_token": "a", "refresh_token": "r", "expires_in": "90000"}


@pytest.fixture
def zalo():
    with zalo_server() as server:
        yield server


@pytest.fixture
def http():
    with transport.client() as client:
        yield client


def test_the_challenge_is_the_known_one():
    # RFC 7636, appendix B.
    assert (
        oauth.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_a_verifier_has_43_characters_and_a_challenge_that_reads_alike_in_both_alphabets():
    verifiers = {oauth.new_verifier() for _ in range(50)}
    assert len(verifiers) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", v) for v in verifiers)
    assert all(re.fullmatch(r"[A-Za-z0-9]{43}", oauth.challenge(v)) for v in verifiers)


def test_the_consent_address_holds_app_callback_state_and_challenge():
    verifier = oauth.new_verifier()
    url = urlsplit(
        oauth.permission_url("https://oauth.zaloapp.com", "1", "https://desk.vn/cb?x=1", "s t", verifier)
    )
    query = {k: v[0] for k, v in parse_qs(url.query).items()}
    assert url.path == "/v4/oa/permission"
    assert query == {
        "app_id": "1",
        "redirect_uri": "https://desk.vn/cb?x=1",
        "code_challenge": oauth.challenge(verifier),
        "state": "s t",
    }


def test_a_code_is_exchanged_with_the_app_secret_in_the_header(zalo, http):
    zalo.respond = lambda _: GOOD
    pair = oauth.exchange(http, zalo.url, APP, "code-1", "verifier-1", NOW)
    request = zalo.requests[0]
    assert request.path == "/v4/oa/access_token"
    assert request.headers["secret_key"] == "app-secret"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.form == {
        "grant_type": "authorization_code",
        "app_id": APP.app_id,
        "code": "code-1",
        "code_verifier": "verifier-1",
    }
    assert (pair.access_token, pair.refresh_token) == ("a", "r")


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [("90000", 90000), (3600, 3600), (None, 90000), ("x", 90000), ("-1", 90000)]
)
def test_a_refresh_reads_the_lifetime_as_text_or_number(zalo, http, expires_in, seconds):
    zalo.respond = lambda _: GOOD | {"expires_in": expires_in}
    pair = oauth.refresh(http, zalo.url, APP, "r-0", NOW)
    assert pair.expires_at == NOW + timedelta(seconds=seconds)
    assert zalo.requests[0].form == {
        "grant_type": "refresh_token",
        "app_id": APP.app_id,
        "refresh_token": "r-0",
    }


@pytest.mark.parametrize("code", [-14014, "-14014", -118])
def test_a_dead_grant_needs_a_new_consent(zalo, http, code):
    zalo.respond = lambda _: {"error": code, "error_name": "Invalid refresh token"}
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(http, zalo.url, APP, "r-0", NOW)


def test_a_dead_grant_without_a_number_is_known_by_its_name(zalo, http):
    zalo.respond = lambda _: {"error_name": "Invalid refresh token", "error_reason": "x"}
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(http, zalo.url, APP, "r-0", NOW)


@pytest.mark.parametrize(
    "body",
    [{"error": -14002}, {"error_name": "Invalid app"}, {}, {"access_token": "", "refresh_token": ""}],
)
def test_an_error_with_http_200_is_not_taken_for_tokens(zalo, http, body):
    zalo.respond = lambda _: body
    with pytest.raises(ZaloError) as caught:
        oauth.refresh(http, zalo.url, APP, "r-0", NOW)
    assert not isinstance(caught.value, NoAnswer | ReconnectNeeded)


@pytest.mark.parametrize(
    "answer",
    [Answer({"access_token": "a"}), Answer({"refresh_token": "r"}), Answer(drop=True), Answer(b"?", 500)],
)
def test_half_an_answer_or_none_leaves_open_whether_the_token_is_spent(zalo, http, answer):
    zalo.respond = lambda _: answer
    with pytest.raises(NoAnswer):
        oauth.refresh(http, zalo.url, APP, "r-0", NOW)
    assert len(zalo.requests) == 1


def test_secrets_do_not_show_when_printed(zalo, http):
    zalo.respond = lambda _: {"access_token": "S3CRET-A", "refresh_token": "S3CRET-R"}
    shown = repr(oauth.exchange(http, zalo.url, APP, "c", "v", NOW)) + repr(APP)
    assert "S3CRET" not in shown
    assert "app-secret" not in shown
