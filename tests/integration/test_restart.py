"""What stands after a stop and a start of the local stack: everything, and it goes on."""

import hashlib

import httpx
import pytest

from tests.driver import Driver, code_in, eventually, filed, picture, somebody

pytestmark = pytest.mark.stack


def test_a_restarted_stack_keeps_everything_and_answers_what_came_just_before_the_stop(
    driver: Driver,
) -> None:
    if driver.restart is None:
        pytest.skip("a stack named by STACK_FILE is not ours to restart")
    before, late, after = (driver.citizen(somebody()) for _ in range(3))
    photo = picture((10, 120, 200))
    before.upload("image", photo, "a.jpg", "image/jpeg")
    before.say("xe 30E-678.90 đỗ trên vỉa hè Láng Hạ sáng nay")
    code = filed(before)
    eventually(
        lambda: driver.staff().get(f"/staff/reports/{code}")["evidence"][0]["state"] == "stored",
        within=60,
        what="storing the evidence",
    )
    late.say("xe 29C-111.22 chạy ngược chiều đường Giải Phóng lúc 8h")

    driver.restart()

    officer = driver.staff()
    report = officer.get(f"/staff/reports/{code}")
    link = officer.get(f"/staff/reports/{code}/evidence/{report['evidence'][0]['id']}")
    assert hashlib.sha256(httpx.get(link["url"]).content).hexdigest() == hashlib.sha256(photo).hexdigest()
    assert len(late.wait_for_answer(within=90)) == 1
    assert filed(late)
    after.say("xe 29B-222.33 vượt đèn đỏ ngã tư Sở lúc 7h sáng nay")
    assert code_in(after.wait_for_answer(within=60))
    before.say("thêm nữa là xe đó đỗ từ tối qua")
    assert code in before.wait_for_answer(count=2, within=60)[-1]
