"""An administrator connects the OA anew: Zalo's consent page, back to the desk, and messages go on."""

import httpx
import pytest

from tests.driver import Driver, code_in, somebody

pytestmark = pytest.mark.stack


def consent(driver: Driver, name: str) -> httpx.Response:
    """An administrator starts, agrees at Zalo and is sent back; returns the last answer, for whoever asks again."""
    to_zalo = driver.staff("administrator", name).request("GET", "/oauth/zalo/start", follow_redirects=False)
    assert to_zalo.status_code == 302
    agreed = httpx.post(to_zalo.headers["location"], data={"oa_id": driver.stack["agencies"][name]["oa_id"]})
    assert agreed.status_code == 302
    back = httpx.get(agreed.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/#/admin")
    return back


def test_a_consent_renews_the_tokens_and_the_desk_goes_on_answering(driver: Driver) -> None:
    refused = driver.staff("officer", "duytu").request("GET", "/oauth/zalo/start")
    assert refused.status_code == 403

    back = consent(driver, "duytu")
    connection = driver.staff("administrator", "duytu").get("/staff/agency")["connection"]
    assert connection["state"] == "connected"
    assert httpx.get(str(back.url)).status_code == 400, "a consent is used once"

    citizen = driver.citizen(somebody(), "duytu")
    citizen.say("ổ gà to ở 20 Láng Hạ, xe máy ngã")
    assert code_in(citizen.wait_for_answer(within=60)).startswith("DT-")
