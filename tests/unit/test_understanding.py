"""The whole reading of one text."""

import time
from datetime import datetime, timedelta, timezone
from statistics import median

import pytest

from desk.language.acts import Act
from desk.language.normalize import fold
from desk.language.understanding import Understanding, understand

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))


def read(text: str, agency: str = "csgt") -> Understanding:
    return understand(text, sent_at=NOW, agency=agency)


def test_a_full_report_is_read_whole() -> None:
    found = read("chào ad, có xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở lúc 7h30 sáng nay")
    assert found.act is Act.REPORT
    assert found.category == "red_light"
    assert [plate.compact for plate in found.plates] == ["29A12345"]
    assert found.when is not None and found.when.iso == "2026-11-24T07:30:00+07:00"
    assert found.place is not None and found.place.text == "ngã tư Sở"
    assert not found.urgent


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("không phải vượt đèn đỏ mà là đi ngược chiều", "wrong_way"),
        ("xe đó đi ngược chiều chứ không phải vượt đèn đỏ", "wrong_way"),
        ("không phải ổ gà mà là mất nắp cống", "manhole_cover"),
    ],
)
def test_what_is_denied_is_not_the_matter(text: str, category: str) -> None:
    for spelled in (text, fold(text)):
        found = read(spelled)
        assert found.category == category
        assert found.act is Act.CORRECTION


@pytest.mark.parametrize(
    "text",
    [
        "tai nạn ở Cầu Giấy, 2 người bị thương nặng",
        "cháy nhà số 24 Hàng Bài, có người mắc kẹt",
        "đánh nhau ở bờ hồ, có đứa cầm dao",
        "dây điện đứt rơi xuống đường, đang tóe lửa",
        "bà cụ bị đâm nằm bất động giữa đường",
        "co nguoi bi thuong chay mau nhieu lam, cuu voi",
    ],
)
def test_a_life_in_danger_is_an_emergency(text: str) -> None:
    found = read(text)
    assert found.act is Act.EMERGENCY
    assert found.urgent


@pytest.mark.parametrize(
    "text",
    [
        "hai xe va chạm nhẹ ở Láng, không ai bị thương",
        "tối qua có tai nạn ở Láng, 1 người bị thương",
        "ổ gà to lắm, dễ có người chết như chơi",
        "bóng đèn đường bị cháy",
        "xe chay nguoc chieu o Lang",
        "tuần trước có người ngã gãy chân ở đây rồi, nhờ các anh sửa đường",
        "người bị thương do tai nạn giao thông có được BHYT chi trả không",
    ],
)
def test_a_fear_a_memory_or_a_question_is_no_emergency(text: str) -> None:
    assert read(text).act is not Act.EMERGENCY


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("va chạm giữa xe máy và ô tô ở Láng", True),
        ("sập đường thành hố sâu ở Nguyễn Xiển", True),
        ("mất nắp cống trước số 5 Hàng Bài", True),
        ("nắp cống kêu cọc cạch trước nhà", False),
        ("dây điện đứt rơi xuống vỉa hè", True),
        ("dây cáp viễn thông chằng chịt trông mất mỹ quan", False),
        ("đường có ổ gà", False),
    ],
)
def test_what_cannot_wait_is_urgent(text: str, urgent: bool) -> None:
    assert read(text, "duytu").urgent is urgent
    assert read(fold(text), "duytu").urgent is urgent


@pytest.mark.parametrize("text", ["ok", "thôi", "29A-123.45", "lúc 7h30 sáng nay", "đúng rồi ạ", "xóa"])
def test_a_short_answer_tells_no_matter(text: str) -> None:
    assert read(text).category == "other"


def test_marks_of_tone_and_language_are_set_and_nothing_is_dropped() -> None:
    rude = read("đm lũ ăn hại, xe đỗ chắn cổng không ai xử lý")
    assert rude.abusive and rude.act is Act.REPORT and rude.category == "illegal_parking"
    assert read("cho vay tiền nhanh, giải ngân trong ngày, lh 0912345678").advertising
    english = read("I want to report a car running a red light")
    assert english.english and english.act is Act.REPORT
    assert not read("toi muon bao xe di nguoc chieu").english


def test_back_references_and_new_topics_are_seen() -> None:
    assert read("xe đó chạy về hướng Hà Đông").refers_back
    assert read("ngoài ra ở phố Huế có ổ gà").starts_new_topic
    assert read("em báo thêm vụ khác nhé").starts_new_topic
    assert not read("xe 29A-123.45 vượt đèn đỏ").starts_new_topic


def test_a_pin_gives_the_ward_before_the_words_do() -> None:
    pinned = understand("ổ gà ở đây", sent_at=NOW, agency="duytu", location=(21.0285, 105.8542))
    assert pinned.ward is not None
    assert read("ổ gà ở đây", "duytu").ward is None


def test_reading_a_message_takes_a_few_milliseconds() -> None:
    text = "chào ad, có xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở lúc 7h30 sáng nay, nhờ các anh xử lý giúp"
    read(text)
    times = []
    for _ in range(30):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
    assert median(times) < 0.015  # about 2 ms alone; the bound leaves room for a loaded machine
