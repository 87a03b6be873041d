"""The whole flow on the deployed stack, driven only through the simulator and the staff API."""

import hashlib
import json
import time
from typing import Any

import httpx
import pytest

from tests.driver import Driver, code_in, eventually, filed, picture, somebody

pytestmark = pytest.mark.stack


def test_photos_words_and_a_place_become_one_report_with_its_evidence(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    pictures = [picture((200, 30 * n, 40)) for n in range(3)]
    for n, data in enumerate(pictures):
        citizen.upload("image", data, f"anh{n}.jpg", "image/jpeg")
    citizen.say("xe 29A-123.45 vượt đèn đỏ lúc 7h30 sáng nay")
    citizen.send("location", lat=21.0035, lon=105.8201)
    answers = citizen.wait_for_answer(within=60)
    code = code_in(answers)
    assert len(answers) == 1
    assert "29A" in answers[0]

    def stored() -> dict[str, Any] | None:
        report: dict[str, Any] = officer.get(f"/staff/reports/{code}")
        return report if all(e["state"] == "stored" for e in report["evidence"]) else None

    report = eventually(stored, within=60, what="storing the evidence")
    assert (report["category"], report["plates"], report["status"]) == ("red_light", ["29A12345"], "received")
    assert report["location"] == {"lat": 21.0035, "lon": 105.8201}
    assert report["citizen"].startswith("c_")
    assert sorted(e["sha256"] for e in report["evidence"]) == sorted(
        hashlib.sha256(p).hexdigest() for p in pictures
    )
    for evidence in report["evidence"]:
        link = officer.get(f"/staff/reports/{code}/evidence/{evidence['id']}")
        original = httpx.get(link["url"])
        assert hashlib.sha256(original.content).hexdigest() == evidence["sha256"]
    kinds = [e["kind"] for e in officer.get(f"/staff/reports/{code}/timeline")["items"]]
    assert kinds[0] == "received"
    assert sum("evidence" in k for k in kinds) >= 3


def test_an_officer_changes_the_status_and_the_phone_shows_it(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    citizen.say("xe máy đi ngược chiều ở phố Chùa Bộc, biển 29-B1 123.45, chiều qua 17h")
    code = filed(citizen)
    officer.post(
        f"/staff/reports/{code}/status", {"status": "verifying", "reason": "", "message": "Tổ 2 đang xem."}
    )
    said = citizen.wait_for_answer(count=2)
    assert code in said[-1]
    assert "Tổ 2 đang xem." in said[-1]
    assert officer.get(f"/staff/reports/{code}")["status"] == "verifying"


def test_a_message_of_the_officer_reaches_the_phone_and_its_delivery_is_seen(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    citizen.say("xe 30K-182.11 lạng lách đánh võng trên cầu Nhật Tân tối qua")
    code = filed(citizen)
    officer.post(f"/staff/reports/{code}/messages", {"text": "Anh/chị có nhớ màu xe không?"})
    assert "màu xe" in citizen.wait_for_answer(count=2)[-1]

    def delivered() -> bool:
        chat = officer.get(f"/staff/reports/{code}/conversation")["items"]
        out = [m for m in chat if m["direction"] == "out"]
        return len(out) >= 2 and all(m["state"] in {"sent", "delivered", "seen"} for m in out)

    eventually(delivered, what="the delivery")


def test_what_follows_joins_the_report_and_a_second_matter_gets_its_own(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    citizen.say("xe 29A-777.88 đỗ sai quy định ở phố Huế sáng nay 8h")
    code = filed(citizen)
    citizen.upload("image", picture((0, 90, 90)), "them.jpg", "image/jpeg")
    assert code in citizen.wait_for_answer(count=2)[-1]
    assert len(officer.get(f"/staff/reports/{code}")["evidence"]) == 1
    citizen.say("xe 30F-999.11 vượt đèn đỏ ở ngã tư Sở lúc 9h sáng nay")
    third = citizen.wait_for_answer(count=3)[-1]
    assert code not in third
    assert code_in([third]) != code


def test_a_status_question_is_answered_from_the_reports(driver: Driver) -> None:
    citizen = driver.citizen(somebody())
    citizen.say("xe tải 29C-123.45 rơi vãi đất trên đường Phạm Hùng lúc 6h sáng nay")
    code = filed(citizen)
    citizen.say("phản ánh của tôi đến đâu rồi?")
    said = citizen.wait_for_answer(count=2)[-1]
    assert code in said
    assert "tiếp nhận" in said
    stranger = driver.citizen(somebody())
    stranger.say(f"{code} xử lý đến đâu rồi")
    assert "29C" not in stranger.wait_for_answer()[-1]


def test_a_duplicate_webhook_changes_nothing(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    citizen.say("xe 29A-321.00 không đội mũ bảo hiểm ở phố Bạch Mai trưa nay 12h")
    code = filed(citizen)
    before = officer.get(f"/staff/reports/{code}")
    deliveries = driver.http.get(f"{driver.stack['simulator_url']}/sim/deliveries").json()
    sent = next(d for d in deliveries if "29A-321.00" in d["body"])
    from desk.zalo import signature

    agency = driver.stack["agencies"]["csgt"]
    body = sent["body"].encode()
    mac = signature.digest(agency["app_id"], body, json.loads(body)["timestamp"], agency["oa_secret_key"])
    for _ in range(3):
        answer = httpx.post(
            driver.stack["webhook_url"],
            content=body,
            headers={"X-ZEvent-Signature": f"mac={mac}", "num_retry": "1"},
        )
        assert answer.status_code == 200
    time.sleep(12)
    assert officer.get(f"/staff/reports/{code}") == before
    assert len(citizen.heard()) == 1


def test_another_agencys_staff_may_not_see_the_report(driver: Driver) -> None:
    citizen = driver.citizen(somebody())
    citizen.say("xe 29A-555.00 chạy quá tốc độ trên đường Võ Nguyên Giáp lúc 10h sáng nay")
    code = filed(citizen)
    stranger = driver.staff(agency="duytu")
    assert stranger.request("GET", f"/staff/reports/{code}").status_code == 403
    assert code not in json.dumps(stranger.get("/staff/reports"))
    assert driver.http.get(f"{driver.stack['api_url']}/staff/reports/{code}").status_code == 401


def test_the_hotline_files_a_report_too(driver: Driver) -> None:
    operator = driver.staff(agency="duytu")
    body = {"text": "Ổ gà to trước số 20 phố Láng Hạ, xe máy ngã", "phone": "0912345678", "name": "Bác Tư"}
    report = operator.post("/staff/reports", body)
    assert report["code"].startswith("DT-")
    assert report["category"] == "pothole"
    found = operator.get(f"/staff/reports/{report['code']}")
    assert "0912345678" not in json.dumps(found)
    assert "Bác Tư" not in json.dumps(found)


def test_a_dead_link_is_told_to_officer_and_citizen(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    fault = {"path": "/media/*", "status": 404, "times": 1}
    driver.http.post(f"{driver.stack['simulator_url']}/sim/faults", json=fault).raise_for_status()
    citizen.upload("image", picture((9, 9, 9)), "hong.jpg", "image/jpeg")
    citizen.say("xe 29A-010.10 đi vào làn khẩn cấp vành đai 3 lúc 7h sáng nay")
    code = filed(citizen)

    def failed() -> bool:
        (evidence,) = officer.get(f"/staff/reports/{code}")["evidence"]
        return evidence["state"] in {"failed", "rejected"}

    eventually(failed, within=60, what="noticing the dead link")
    assert any("gửi lại" in text for text in citizen.wait_for_answer(count=2, within=60))


def test_an_unsigned_webhook_is_refused(driver: Driver) -> None:
    url = driver.stack["webhook_url"]
    assert httpx.post(url, content=b"{}").status_code == 200
    assert httpx.post(url, content=b'{"event_name":"user_send_text"}').status_code == 401
    assert httpx.get(f"{driver.stack['api_url']}/zalo_verifierLOCALSTACK.html").text.count("LOCALSTACK") == 1


def test_forgetting_a_citizen_parts_person_and_report(driver: Driver) -> None:
    citizen, officer = driver.citizen(somebody()), driver.staff()
    citizen.say("xe 29A-666.00 bấm còi inh ỏi ở phố Lò Đúc lúc 22h tối qua")
    code = filed(citizen)
    citizen.post("withdraw")
    eventually(lambda: officer.get(f"/staff/reports/{code}")["citizen"] == "forgotten", what="forgetting")
    assert officer.get(f"/staff/reports/{code}")["text"]
