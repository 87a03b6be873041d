"""Reminders through the deployed stack: asked for by a tap, told once on the day, silent after a renewal, stopped."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.driver import Citizen, Driver, eventually
from tests.integration.test_lookup_flow import hears, tap

PHONE = "84987654321"
SUBJECT, FILE = "p-7f3a", "000.00.01.G22-261110-0012"
PROOF = "Nguyễn Văn Minh 12/03/1985 0112000001"


@pytest.fixture
def minh(driver: Driver) -> Citizen:
    """A citizen whose phone the service has on record for Nguyễn Văn Minh."""
    citizen = {"id": "nhac-han", "phone": PHONE}
    driver.http.post(f"{driver.stack['simulator_url']}/sim/citizens", json=citizen).raise_for_status()
    change(driver, "people", subject=SUBJECT, phone=PHONE)
    return driver.citizen("nhac-han", "bhxh")


def change(driver: Driver, what: str, **values: str) -> None:
    driver.http.post(f"{driver.stack['gateway_url']}/control/{what}", json=values).raise_for_status()


def ends(text: str) -> date:
    found = re.search(r"(\d\d)/(\d\d)/(\d{4})", text)
    assert found, text
    return date(int(found[3]), int(found[2]), int(found[1]))


@pytest.mark.stack
def test_asked_for_told_once_silent_when_renewed_and_stopped(driver: Driver, minh: Citizen) -> None:
    minh.say(PROOF)
    code = re.search(r"\d{6}", hears(minh, "là mã xác nhận"))
    assert code
    minh.say(code[0])
    hears(minh, "Đã liên kết")
    tap(minh, "Hạn thẻ BHYT")
    hears(minh, "Thẻ BHYT của N. V. Minh")
    tap(minh, "Nhắc trước khi hết hạn")
    last_day = ends(hears(minh, "em sẽ nhắc trước 30, 7 và 1 ngày"))

    month_before = last_day - timedelta(days=30)
    assert driver.job("looks", day=month_before.isoformat())["queued"] == 1
    driver.job("looks", day=month_before.isoformat())
    told = hears(minh, "còn 30 ngày")
    assert ends(told) == last_day
    shown = driver.staff(agency="bhxh").get("/staff/health")["reminders"]
    assert (shown["day"], shown["state"]) == (month_before.isoformat(), "done")
    assert eventually(
        lambda: driver.staff(agency="bhxh").get("/staff/health")["reminders"]["left"] == 0, what="all looks"
    )

    renewed = last_day + timedelta(days=365)
    change(driver, "people", subject=SUBJECT, card_to=renewed.isoformat())
    assert driver.job("looks", day=(last_day - timedelta(days=7)).isoformat())["queued"] == 1
    # The row is in the new card's bucket as soon as the look is done.
    week_before = (renewed - timedelta(days=30)).isoformat()
    eventually(lambda: driver.job("looks", day=week_before)["queued"] == 1, what="the new card's day")
    eventually(lambda: any(renewed.strftime("%d/%m/%Y") in t for t in minh.heard()), what="the next reminder")
    assert len([t for t in minh.heard() if "còn 30 ngày" in t]) == 2
    assert not [t for t in minh.heard() if "còn 7 ngày" in t]

    minh.say(f"báo em khi hồ sơ {FILE} có kết quả")
    hears(minh, "có thay đổi hoặc có kết quả là em báo ngay")
    change(driver, "files", code=FILE, state="done")
    tomorrow = datetime.now(UTC) + timedelta(days=1, hours=7)
    assert driver.job("looks", day=tomorrow.date().isoformat())["queued"] >= 1
    assert FILE in hears(minh, "đã có kết quả")

    minh.say("đừng nhắc nữa")
    hears(minh, "em không nhắc nữa")
    assert driver.job("looks", day=(renewed - timedelta(days=7)).isoformat())["queued"] == 0
