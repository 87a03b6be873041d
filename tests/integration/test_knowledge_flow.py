"""Questions on the deployed stack: answered with their source, found by a pin, or listed for staff."""

import uuid

import pytest

from tests.driver import Driver, eventually

pytestmark = pytest.mark.stack


def test_a_question_is_answered_or_reaches_staff_and_a_pin_finds_where_to_go(driver: Driver) -> None:
    name = f"asks-{uuid.uuid4().hex[:6]}"
    insured, driving = driver.citizen(name, "bhxh"), driver.citizen(name, "csgt")
    insured.say("nơi khám gần đây")
    driving.say("mức phạt vượt đèn đỏ xe máy")
    assert "gửi vị trí" in insured.wait_for_answer(within=60)[0]
    [said] = driving.wait_for_answer(within=60)
    assert "4 đến 6 triệu" in said
    assert "Nguồn: Nghị định 168/2024" in said

    insured.send("location", lat=21.0285, lon=105.8542)
    strange = f"phí đường bộ {name} một năm bao nhiêu?"
    driving.say(strange)
    nearest = insured.wait_for_answer(count=2, within=60)[-1]
    assert nearest.count("cách khoảng") == 5
    assert "Mã phản ánh" not in nearest

    leader = driver.staff("supervisor")

    def listed() -> list[str] | None:
        groups = leader.get("/staff/questions", limit=100)["items"]
        return next((g["ids"] for g in groups if name in g["text"] or name in str(g["examples"])), None)

    ids = eventually(listed, within=60, what="the question on the list")
    leader.post("/staff/questions/dismiss", {"ids": ids})
    assert listed() is None
