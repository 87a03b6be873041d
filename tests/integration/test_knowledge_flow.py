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


def test_an_office_is_told_from_the_list_that_the_agency_imported(driver: Driver) -> None:
    """Before that, the official page; whether it is open on a day is computed either way."""
    name = f"office-{uuid.uuid4().hex[:6]}"
    driver.citizen(name, "bhxh").say("chủ nhật bhxh có làm không")
    [said] = driver.citizen(name, "bhxh").wait_for_answer(within=60)
    assert "cơ quan không làm việc" in said
    assert "Nguồn: BHXH Việt Nam" in said

    chief = driver.staff("administrator", "bhxh")
    csv = "name|address|wards\nBHXH cơ sở Thử Nghiệm|1 phố Ví Dụ, phường Láng|Láng".replace("|", "\t")
    body = {"as_of": "11/2026", "source": "Danh sách thử", "csv": csv}
    done = chief.request("PUT", "/staff/offices", json=body)
    assert (done.status_code, done.json()["count"]) == (200, 1)
    try:
        # What an agency knows is read anew every half minute.
        def told() -> str | None:
            citizen = driver.citizen(f"office-{uuid.uuid4().hex[:6]}", "bhxh")
            citizen.say("co quan bhxh nao phu trach phuong lang")
            [said] = citizen.wait_for_answer(within=60)
            return said if "Thử Nghiệm" in said else None

        said = eventually(told, within=90, what="the imported office")
        assert "1. BHXH cơ sở Thử Nghiệm: 1 phố Ví Dụ, phường Láng" in said
        assert "Theo nguồn Danh sách thử, 11/2026" in said
    finally:
        assert chief.request("DELETE", "/staff/offices").json()["packaged"] is True
