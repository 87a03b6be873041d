"""Reminders through the deployed stack: asked for by a tap, told once on the day, silent after a renewal, stopped."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.driver import Citizen, Driver, eventually, hears, tap

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


def settle(driver: Driver, subject: str, name: str, birth: str, card_to: date) -> Citizen:
    """A citizen with a phone and a number of their own, linked, whose card ends on a day and is watched."""
    phone, number = f"8496{uuid.uuid4().int % 10**7:07d}", f"01{uuid.uuid4().int % 10**8:08d}"
    who = {"id": f"hen-{phone}", "phone": phone}
    driver.http.post(f"{driver.stack['simulator_url']}/sim/citizens", json=who).raise_for_status()
    change(driver, "people", subject=subject, phone=phone, social=number, card_to=card_to.isoformat())
    citizen = driver.citizen(who["id"], "bhxh")
    citizen.say("thẻ bhyt của tôi còn hạn không?")
    hears(citizen, "tra cứu được ngay tại đây")
    tap(citizen, "Xác nhận để tra cứu")
    hears(citizen, "họ và tên đầy đủ")
    citizen.say(f"{name} {birth} {number}")
    code = re.search(r"\d{6}", hears(citizen, "là mã xác nhận"))
    assert code
    citizen.say(code[0])
    hears(citizen, "Thẻ BHYT của")
    tap(citizen, "Nhắc trước khi hết hạn")
    hears(citizen, "em sẽ nhắc trước")
    return citizen


@pytest.mark.stack
def test_staff_see_what_became_of_a_days_reminders(driver: Driver) -> None:
    """Three are due on one day: one is told, one was renewed, for one the source is down until the next run."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1, hours=7)).date()
    ends_then, file = tomorrow + timedelta(days=30), "000.00.01.G22-261102-0034"
    before = figures_of(driver, tomorrow)
    lan = settle(driver, "p-19bc", "Trần Thị Lan", "05/10/1979", ends_then)
    settle(driver, "p-5e88", "Lê Thu Hoà", "30/12/1958", ends_then)
    lan.say(f"báo em khi hồ sơ {file} có kết quả")
    hears(lan, "có thay đổi hoặc có kết quả là em báo ngay")
    change(driver, "people", subject="p-5e88", card_to=(ends_then + timedelta(days=365)).isoformat())
    faults = f"{driver.stack['gateway_url']}/control/faults"
    driver.http.post(faults, json={"path": "/v1/file", "status": 503}).raise_for_status()
    try:
        assert driver.job("looks", day=tomorrow.isoformat())["queued"] >= 3
        first = {"due": 3, "done": 2, "reminded": 1, "sent": 1, "renewed": 1, "put_off": 1, "left": 1}
        eventually(lambda: grown(driver, tomorrow, before) == first, within=90, what=f"{first}")
    finally:
        driver.http.delete(faults).raise_for_status()
    shown = driver.staff("auditor", "bhxh").get("/staff/reminders")["run"]
    assert (shown["day"], shown["state"], shown["left"] >= 1) == (tomorrow.isoformat(), "done", True)
    # The breaker of the look-ups may still be open: the hourly run would come later.
    last = {"due": 3, "done": 3, "reminded": 1, "sent": 1, "renewed": 1, "unchanged": 1}

    def ran() -> bool:
        driver.job("looks", day=tomorrow.isoformat())
        return grown(driver, tomorrow, before) == last

    eventually(ran, within=90, what=f"{last}")


def figures_of(driver: Driver, day: date) -> dict[str, int]:
    shown = driver.staff(agency="bhxh").get("/staff/reminders", to=day.isoformat())["days"]
    found = next((one for one in shown if one["day"] == day.isoformat()), None)
    if found is None:
        return {}
    told = found["reminded"]
    counts = {name: found[name] for name in ("due", "done", "put_off", "left")}
    return counts | found["silent"] | {"reminded": told["recipients"], "sent": told["sent"]}


def grown(driver: Driver, day: date, before: dict[str, int]) -> dict[str, int]:
    """By how much the figures grew: other tests of the stack may have some of that day."""
    now = figures_of(driver, day)
    return {name: n for name in now if (n := now[name] - before.get(name, 0))}
