"""The shipped model: what it must always get right, and what it may cost."""

import subprocess
import sys
import time
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.language.categories import MODEL, OTHER, classify, load
from desk.language.features import features, taxonomy, words
from desk.language.normalize import fold

PLAIN = {
    "red_light": "xe máy vượt đèn đỏ ở ngã tư Sở",
    "wrong_way": "ô tô đi ngược chiều đường Láng",
    "no_helmet": "hai thanh niên không đội mũ bảo hiểm",
    "illegal_parking": "xe đỗ chắn cổng nhà tôi cả ngày",
    "pothole": "đường Nguyễn Xiển nhiều ổ gà quá",
    "manhole_cover": "mất nắp cống trước số 5 Hàng Bài",
    "flooding": "mưa xuống là ngập úng cả ngõ, nước không thoát được",
    "street_lighting": "đèn đường phố tôi tắt cả tuần nay",
    "bhxh_onetime": "muốn rút bảo hiểm xã hội một lần cần gì",
    "pension": "lương hưu tháng này bao giờ chi trả",
    "vssid_account": "quên mật khẩu vssid phải làm sao",
    "case_status": "phản ánh của tôi xử lý đến đâu rồi",
    "human_agent": "cho tôi gặp nhân viên tư vấn",
}


@pytest.mark.parametrize(("label", "text"), PLAIN.items())
def test_a_plain_message_gets_its_class_with_and_without_marks(label: str, text: str) -> None:
    assert classify(text, "csgt").category == label
    assert classify(fold(text), "csgt").category == label


@pytest.mark.parametrize("agency", ["csgt", "duytu", "bhxh", None])
def test_a_pothole_stays_a_pothole_whoever_is_told(agency: str | None) -> None:
    assert classify("mặt đường có ổ gà to, xe máy ngã liên tục", agency).category == "pothole"


def test_the_agency_written_to_tips_the_confidence_a_little() -> None:
    text = "đèn ở ngã tư này có vấn đề"
    as_told_to = {agency: dict(load().classify(text, agency).alternatives) for agency in ("csgt", "duytu")}
    shared = set(as_told_to["csgt"]) & {row["id"] for row in taxonomy() if row["agency"] == "duytu"}
    assert shared
    assert all(as_told_to["duytu"][label] > as_told_to["csgt"][label] for label in shared)


def test_the_winner_leads_the_alternatives_in_falling_order() -> None:
    answer = classify("xe khách đỗ đón khách dưới lòng đường gây ùn tắc", "csgt")
    assert answer.alternatives[0] == (answer.category, answer.confidence)
    assert len(answer.alternatives) == 5
    shares = [share for _, share in answer.alternatives]
    assert shares == sorted(shares, reverse=True)


def test_the_words_that_led_to_a_class_are_named() -> None:
    assert any("ngược chiều" in words for words in classify("xe tải đi ngược chiều ở Láng", "csgt").words)
    assert any("nguoc chieu" in words for words in classify("xe tai di nguoc chieu o Lang", "csgt").words)


@pytest.mark.parametrize("text", ["", "   ", "...", "👍", "asdfgh", "trời hôm nay đẹp quá"])
def test_what_names_no_matter_is_other(text: str) -> None:
    assert classify(text, "csgt").category == OTHER


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_gets_a_known_class_and_a_probability(text: str) -> None:
    answer = classify(text, "csgt")
    assert answer.category in {*load().labels, OTHER}
    assert 0 <= answer.confidence <= 1
    assert 0 <= sum(share for _, share in answer.alternatives) <= 1.001


def test_every_class_of_the_taxonomy_is_in_the_model() -> None:
    assert {row["id"] for row in taxonomy()} <= set(load().labels)


def test_the_views_do_not_depend_on_plates_and_numbers() -> None:
    assert features(words("xe 29A-123.45 vượt đèn đỏ")) == features(words("xe 30K-678.90 vượt đèn đỏ"))


def test_words_with_marks_and_bare_words_share_the_bare_views() -> None:
    marked, bare = features(words("đường ngập nước")), features(words("duong ngap nuoc"))
    assert marked[0] and not bare[0]
    assert marked[1:3] == bare[1:3]


def test_the_model_file_is_at_most_four_megabytes() -> None:
    assert MODEL.stat().st_size <= 4_000_000


def test_classifying_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; from desk.language.categories import classify; classify('ổ gà', 'csgt');"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'boto3', 'pydantic'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd="functions", capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_a_message_takes_a_few_milliseconds_at_most() -> None:
    text = "chào ad, có xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở lúc 7h30 sáng nay, nhờ các anh xử lý giúp"
    classify(text, "csgt")
    times = []
    for _ in range(50):
        start = time.process_time()
        classify(text, "csgt")
        times.append(time.process_time() - start)
    assert median(times) < 0.005  # about 0.5 ms alone; the bound leaves room for a loaded machine
