"""An administrator connects the OA anew: Zalo's consent page, back to the desk, and messages go on."""

import httpx
import pytest

from tests.driver import Driver
from tests.integration.test_flow import code_in, somebody

pytestmark = pytest.mark.stack


def test_a_consent_renews_the_tokens_and_the_desk_goes_on_answering(driver: Driver) -> None:
    agency = driver.stack["agencies"]["duytu"]
    administrator = driver.staff("administrator", "duytu")

    refused = driver.staff("officer", "duytu").request("GET", "/oauth/zalo/start")
    assert refused.status_code == 403

    to_zalo = administrator.request("GET", "/oauth/zalo/start", follow_redirects=False)
    assert to_zalo.status_code == 302
    agreed = httpx.post(to_zalo.headers["location"], data={"oa_id": agency["oa_id"]})
    assert agreed.status_code == 302
    back = httpx.get(agreed.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/#/admin")
    assert administrator.get("/staff/agency")["connection"]["state"] == "connected"

    again = httpx.get(agreed.headers["location"])
    assert again.status_code == 400, "a consent is used once"

    citizen = driver.citizen(somebody(), "duytu")
    citizen.say("ổ gà to ở 20 Láng Hạ, xe máy ngã")
    assert code_in(citizen.wait_for_answer(within=60)).startswith("DT-")
