"""Insults, advertising and floods are marked for staff; nothing of them is lost. Danger to life is urgent."""

from typing import Any

import pytest

from desk.domain.report import Report
from local.replay import Replay, messages_of


def reports(agency: str, *events: dict[str, Any]) -> tuple[Replay, list[Report]]:
    made = [{"msg": f"m{n}", "kind": "text"} | event for n, event in enumerate(events)]
    run = Replay(agency)
    run.run(messages_of({"events": made}), [e["msg"] for e in made])
    return run, list(run.reports.values())


def test_an_insulting_report_is_a_report_and_marked() -> None:
    _, (report,) = reports("csgt", {"t": 0, "text": "đm bọn xe dù lại bắt khách giữa đường Giải Phóng"})
    assert report.category == "bus_coach"
    assert "abusive" in report.flags


def test_an_insult_with_nothing_in_it_stays_in_the_chat() -> None:
    run, _ = reports("csgt", {"t": 0, "text": "đồ ăn hại, cút đi"})
    assert [m.text for m in run.state.window] == ["đồ ăn hại, cút đi"]


def test_advertising_with_a_picture_is_kept_and_marked() -> None:
    advert = "Vay tiền nhanh không thế chấp, giải ngân trong ngày, lh 0912345678"
    _, found = reports("csgt", {"t": 0, "kind": "image"}, {"t": 3, "text": advert})
    assert any("advertising" in r.flags and "m1" in r.messages for r in found)
    assert {m for r in found for m in r.messages} == {"m0", "m1"}


def test_a_flood_is_marked_and_nothing_of_it_is_lost() -> None:
    streets = [
        "Láng",
        "Bưởi",
        "Kim Mã",
        "Cầu Giấy",
        "Hàng Bài",
        "Tràng Tiền",
        "Lò Đúc",
        "Giải Phóng",
        "Đội Cấn",
    ]
    events = [
        {"t": n * 120, "text": f"xe 30A-{100 + n}.2{n} vượt đèn đỏ ở {s}"} for n, s in enumerate(streets)
    ]
    _, found = reports("csgt", *events)
    assert len(found) == len(streets)
    assert {m for r in found for m in r.messages} == {f"m{n}" for n in range(len(streets))}
    assert [("flood" in r.flags) for r in found] == [n >= 6 for n in range(len(streets))]


def test_an_ordinary_day_is_no_flood() -> None:
    events = [{"t": n * 60, "kind": "image"} for n in range(10)]
    _, found = reports("csgt", {"t": 0, "text": "xe 30A-123.45 đỗ chắn cổng ở Láng"}, *events)
    assert not any("flood" in r.flags for r in found)


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("csgt", "hai xe máy đâm nhau ở ngã tư Sở, một người nằm bất động"),
        ("duytu", "đường sụt một hố sâu hai mét trước số 9 Láng Hạ"),
        ("duytu", "nắp cống mất, hố hở toang trước cổng trường"),
        ("duytu", "dây điện đứt rơi xuống đường tóe lửa ở Kim Mã"),
        ("duytu", "day dien dut roi xuong duong o kim ma"),
        ("csgt", "có cháy xe trên vành đai 3"),
    ],
)
def test_danger_is_urgent(agency: str, text: str) -> None:
    _, (report,) = reports(agency, {"t": 0, "text": text})
    assert report.urgency == "urgent"


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("duytu", "vạch sơn qua đường mờ ở phố Huế"),
        ("csgt", "tuần trước ở ngã tư Sở có tai nạn, nay xe vẫn vượt đèn đỏ"),
        ("duytu", "đèn đường ngõ 12 Láng Hạ tắt hai hôm"),
    ],
)
def test_what_is_no_danger_now_is_not_urgent(agency: str, text: str) -> None:
    _, (report,) = reports(agency, {"t": 0, "text": text})
    assert report.urgency == "normal"
