"""Cases on the deployed stack: a transfer that the citizen agrees to, a merge that both hear of, the statistics
that follow."""

import uuid
from typing import Any

import pytest

from tests.driver import CODE, Citizen, Driver, Staff, code_in, eventually

pytestmark = pytest.mark.stack


def filed(citizen: Citizen, text: str) -> str:
    citizen.say(text)
    return code_in(
        eventually(lambda: [t for t in citizen.heard() if CODE.search(t)], within=60, what="a code")
    )


def somebody(driver: Driver) -> Citizen:
    return driver.citizen(f"citizen-{uuid.uuid4().hex[:8]}")


def standing(staff: Staff) -> dict[str, Any]:
    found: dict[str, Any] = staff.get("/staff/statistics")
    return found


def test_a_citizen_who_agrees_has_their_report_with_the_other_agency_and_the_counters_follow(
    driver: Driver,
) -> None:
    officer, other = driver.staff("supervisor"), driver.staff("supervisor", "duytu")
    before = standing(other)
    citizen = somebody(driver)
    code = filed(citizen, "xe 30K-111.22 vượt đèn đỏ ở số 5 Giải Phóng sáng nay")
    officer.post(f"/staff/reports/{code}/status", {"status": "verifying", "reason": ""})
    asked = officer.request(
        "POST", f"/staff/reports/{code}/transfer", json={"agency": "duytu", "reason": "Đèn tín hiệu hỏng"}
    )
    assert asked.status_code == 202
    (button,) = eventually(
        lambda: [
            b
            for m in citizen.chat()
            for b in m.get("buttons") or []
            if b["payload"].startswith(f"#chuyen {code}")
        ],
        within=60,
        what="the question",
    )
    citizen.send("button", text=button["payload"])
    moved = eventually(
        lambda: (
            r.json() if (r := other.request("GET", f"/staff/reports/{code}")).status_code == 200 else None
        ),
        within=60,
        what="the transfer",
    )
    assert (moved["agency"], moved["status"], moved["transfer"]["consent"]) == ("duytu", "received", "given")
    eventually(lambda: any("đã được chuyển" in t for t in citizen.heard()), within=60, what="the news")

    def counted() -> bool:
        now = standing(other)
        return now["now"]["open"] == before["now"]["open"] + 1 and now["total"] == before["total"] + 1

    eventually(counted, within=60, what="the counters")


def test_who_reopens_a_merged_report_reopens_it_for_both(driver: Driver) -> None:
    officer = driver.staff("supervisor")
    one, two = somebody(driver), somebody(driver)
    first = filed(one, "xe 30K-222.33 đi ngược chiều ở số 7 Láng Hạ sáng nay")
    second = filed(two, "xe 30K-222.33 đi ngược chiều phố Láng Hạ sáng nay")
    officer.post(f"/staff/reports/{second}/merge", {"into": first})
    officer.post(f"/staff/reports/{first}/status", {"status": "resolved", "reason": "handled"})
    eventually(
        lambda: any(second in t and "xử lý xong" in t for t in two.heard()), within=60, what="the outcome"
    )
    two.send("button", text=f"#mo_lai {second}")
    eventually(
        lambda: officer.get(f"/staff/reports/{first}")["status"] == "reopened", within=60, what="reopening"
    )
    eventually(lambda: any(first in t and "mở lại" in t for t in one.heard()), within=60, what="the news")
