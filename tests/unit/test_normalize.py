"""Vietnamese text made comparable, and positions that lead back to what was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.normalize import (
    align,
    clean,
    either_spelling,
    fold,
    fold_marked,
    has_marks,
    sentences,
    tokens,
    words_between,
)

# All that people type; not the letters of Korean, whose parts join anew when a mark between them goes.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], max_codepoint=0x10FF)
    | st.sampled_from("àảãáạăằđĐƠờ😡🚗–’…\u200b")
)
VIETNAMESE = st.text(
    st.sampled_from("aàảãáạăâbcdđeêghiklmnoôơpqrstuưvxy AĐÂƯ.,0123456789\u0301\u0300\u0309\u0323")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đường Láng – Hoà Lạc", "duong lang - hoa lac"),
        ("ĐƯỜNG", "duong"),
        ("Nga\u0303 Tu\u031b So\u031b\u0309", "nga tu so"),
        ("KHUẤT DUY TIẾN", "khuat duy tien"),
        ("“Cầu Giấy”", '"cau giay"'),
        ("29A\u200b-123.45", "29a-123.45"),
        ("２９Ａ", "29a"),
    ],
)
def test_folded_text_is_small_and_without_marks(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("typed", "unified"),
    [
        ("hoà", "hòa"), ("hòa", "hòa"), ("hoàn", "hoàn"), ("hòan", "hoàn"), ("thuý", "thúy"), ("quý", "quý"),
        ("qúy", "quý"), ("khoẻ", "khỏe"), ("lọai", "loại"), ("xoè", "xòe"), ("nguời", "người"), ("đuợc", "được"),
        ("thuở", "thuở"), ("HOÀ BÌNH", "hòa bình"), ("toàn", "toàn"), ("quà", "quà"), ("oà", "òa"),
    ],
)  # fmt: skip
def test_a_tone_mark_has_one_place(typed: str, unified: str) -> None:
    assert fold_marked(typed) == unified


@pytest.mark.parametrize(
    ("typed", "careful"),
    [
        ("xe oto vượt đèn đỏooo 😡😡", "xe ô tô vượt đèn đỏ 😡😡"),
        ("k ai xử lý quáaaaa", "không ai xử lý quá"),
        ("bs 30A12345", "biển số 30A12345"),
        ("bs Hùng", "bs Hùng"),
        ("p 5, P. Láng", "phường 5, P. Láng"),
        ("nc ngập", "nước ngập"),
        ("phạt 30k", "phạt 30k"),
        ("ko dc đi ngc chiều", "không được đi ngược chiều"),
        ("alo😡alo", "alo 😡 alo"),
        ("0912345678 111", "0912345678 111"),
        ("Hoà   Bình", "Hòa Bình"),
        ("Hoa\u0300 Bi\u0300nh", "Hòa Bình"),
    ],
)
def test_cleaning_writes_out_chat_spelling(typed: str, careful: str) -> None:
    assert clean(typed) == careful


@pytest.mark.parametrize(
    ("text", "marked"), [("vuot den do", False), ("vượt", True), ("đ", True), ("ABC 123 –", False)]
)
def test_marks_are_noticed(text: str, marked: bool) -> None:
    assert has_marks(text) is marked


def test_sentences_end_at_stops_and_line_breaks_but_not_inside_numbers() -> None:
    text = "Xe 29A-123.45 vượt đèn đỏ. Tại Láng!\nLúc 7h30; có video"
    assert [text[slice(*span)] for span in sentences(text)] == [
        "Xe 29A-123.45 vượt đèn đỏ", "Tại Láng", "Lúc 7h30", "có video",
    ]  # fmt: skip


def test_tokens_keep_their_marks() -> None:
    assert tokens("Xe Hoà, 29A-123.45") == ["xe", "hòa", "29a", "123", "45"]


def test_words_around_a_span_are_whole() -> None:
    text = "hôm qua xe đỗ ở phố Huế lúc 7h30"
    start = text.index("phố Huế")
    assert words_between(text, (start + 1, start + 6)) == ("phố", "Huế")


def test_a_pattern_of_either_spelling_matches_no_third() -> None:
    import re

    pattern = re.compile(either_spelling(r"\bđêm (?:hôm )?qua\b"))
    assert pattern.search("đêm hôm qua")
    assert pattern.search("dem qua")
    assert not pattern.search("đem qua")


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_decomposed_text_folds_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_all_views_have_one_length_and_spans_lead_back(text: str) -> None:
    view = align(text)
    assert len(view.marked) == len(view.bare) == len(view.composed)
    for position in range(len(view.bare)):
        start, end = view.span(position, position + 1)
        assert 0 <= start <= end <= len(text)
        assert fold(text[start:end]).startswith(view.bare[position])


@given(TEXT)
def test_the_span_of_the_whole_is_the_whole(text: str) -> None:
    view = align(text)
    start, end = view.span(0, len(view.bare))
    assert end == len(text)
    assert fold(text[start:end]) == view.bare


@given(VIETNAMESE)
def test_folded_letters_are_plain(text: str) -> None:
    assert fold(text).isascii()
