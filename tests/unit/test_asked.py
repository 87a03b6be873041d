"""What people ask: the models of the agencies' questions, and what the whole desk makes of questions by others."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.language.asked import NONE, REPORT, asked
from training.outcomes import Case, cases, done, shares
from training.questions import agencies


@cache
def known() -> tuple[Case, ...]:
    return tuple(cases())


@pytest.mark.parametrize(("name", "least", "most_misled"), [("first", 0.84, 0.12), ("third", 0.82, 0.14)])
def test_questions_by_other_writers_are_served(name: str, least: float, most_misled: float) -> None:
    right, misled = shares(c for c in known() if c.set == name)
    assert right >= least
    assert misled <= most_misled


def test_reports_of_traffic_and_roads_are_filed_however_they_are_worded() -> None:
    reports = [c for c in known() if c.agency != "bhxh" and c.wanted[0] == REPORT]
    assert len(reports) >= 80
    assert sum(REPORT in c.done for c in reports) >= len(reports) - 2


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for agency in agencies():
        found = asked(text, agency)
        assert found is None or 0 < found.confidence <= 1


def test_an_agency_without_questions_to_learn_from_has_no_model() -> None:
    assert asked("ở đâu ạ", "nobody") is None


@pytest.mark.parametrize(
    ("agency", "text", "wanted"),
    [
        ("bhxh", "con tôi mới sinh làm thẻ bhyt thế nào", "tre-em-duoi-6"),
        ("bhxh", "toi dong bhxh duoc bao nhieu nam roi", "look:contributions"),
        ("bhxh", "nơi đăng ký khám của em ở đâu", "look:card"),
        ("bhxh", "hồ sơ em nộp tuần trước giải quyết tới đâu rồi ạ", "look:file"),
        ("bhxh", "cho tôi xin hotline", "hotline"),
        ("bhxh", "phong kham o cau giay", "look:facility"),
        ("bhxh", "chuyển bhxh từ nam định lên hà nội", NONE),
        ("bhxh", "nhân viên bhxh thái độ quá", REPORT),
        ("csgt", "em gửi phản ánh bao lâu thì có kết quả", "bao-lau-co-ket-qua"),
        ("csgt", "biển số hà nội gồm những số nào", "bien-so-ha-noi"),
        ("duytu", "thông tin của em được dùng để làm gì", "du-lieu-cua-toi"),
        ("duytu", "muốn đào đường đặt ống nước thì xin phép ai", "xin-phep-dao-duong"),
    ],
)
def test_what_once_went_wrong(agency: str, text: str, wanted: str) -> None:
    assert wanted in done(agency, text)
    assert (REPORT in done(agency, text)) == (wanted == REPORT)
