"""The simulator's OAuth: consent with PKCE, rotating tokens, errors with HTTP 200."""

from typing import Any

import httpx

from local.zalo.oauth import challenge_of
from local.zalo.testing import APP_ID, APP_SECRET, OA_ID, Zalo

pytest_plugins = ["tests.simulated_zalo"]
DAY = 24 * 3600
CALLBACK = "http://desk.test/oauth/zalo/callback"


def consent(zalo: Zalo, **changed: str) -> httpx.Response:
    query = {
        "app_id": APP_ID,
        "redirect_uri": CALLBACK,
        "code_challenge": challenge_of("v" * 43),
        "state": "s1",
    }
    return zalo.post("/v4/oa/permission", params=query | changed, data={"oa_id": OA_ID})


def redeem(zalo: Zalo, code: str, verifier: str = "v" * 43, secret: str = APP_SECRET) -> dict[str, Any]:
    form = {"app_id": APP_ID, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    answer = zalo.post("/v4/oa/access_token", data=form, headers={"secret_key": secret})
    assert answer.status_code == 200
    return dict(answer.json())


def test_consent_leads_back_with_a_code_that_serves_once_with_the_right_verifier(zalo: Zalo) -> None:
    page = zalo.get("/v4/oa/permission", params={"app_id": APP_ID, "redirect_uri": CALLBACK})
    assert "Cảnh sát giao thông Hà Nội" in page.text
    back = consent(zalo)
    assert back.status_code == 302
    answer = httpx.URL(back.headers["location"]).params
    assert (answer["oa_id"], answer["state"]) == (OA_ID, "s1")
    pair = redeem(zalo, answer["code"])
    assert pair["expires_in"] == "90000"
    assert zalo.call("GET", "/v2.0/oa/getoa", pair["access_token"])["data"]["oaid"] == OA_ID
    assert redeem(zalo, answer["code"])["error"] == -14012
    other = httpx.URL(consent(zalo).headers["location"]).params["code"]
    assert redeem(zalo, other, verifier="w" * 43)["error"] == -14012


def test_oauth_refuses_strangers_with_error_bodies_and_http_200(zalo: Zalo) -> None:
    assert consent(zalo, app_id="1").json()["error"] == -14002
    assert consent(zalo, redirect_uri="http://elsewhere.test").json()["error"] == -14003
    code = httpx.URL(consent(zalo).headers["location"]).params["code"]
    refusal = redeem(zalo, code, secret="wrong")
    assert refusal["error"] < 0
    assert {"error_name", "error_reason", "error_description", "ref_doc"} <= set(refusal)
    code = httpx.URL(consent(zalo).headers["location"]).params["code"]
    zalo.advance(601)
    assert redeem(zalo, code)["error"] == -14012


def test_a_refresh_token_serves_once_and_the_old_access_token_dies(zalo: Zalo) -> None:
    first = zalo.pair
    second = zalo.refresh(first["refresh_token"])
    assert zalo.call("GET", "/v2.0/oa/getoa", first["access_token"])["error"] == -220
    assert zalo.call("GET", "/v2.0/oa/getoa", second["access_token"])["error"] == 0
    assert zalo.refresh(first["refresh_token"])["error"] == -14014
    third = zalo.refresh(second["refresh_token"])
    assert len({first["access_token"], second["access_token"], third["access_token"]}) == 3


def test_an_access_token_lives_25_hours_and_a_refresh_token_three_months(zalo: Zalo) -> None:
    pair = zalo.pair
    zalo.advance(25 * 3600 - 60)
    assert zalo.call("GET", "/v2.0/oa/getoa")["error"] == 0
    zalo.advance(120)
    assert zalo.call("GET", "/v2.0/oa/getoa")["error"] == -220
    assert zalo.call("GET", "/v2.0/oa/getoa", "nonsense")["error"] == -216
    pair = zalo.refresh(pair["refresh_token"])
    zalo.advance(91 * DAY)
    assert zalo.refresh(pair["refresh_token"])["error"] == -14014
