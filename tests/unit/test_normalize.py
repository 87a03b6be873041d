"""Vietnamese as people type it: folding keeps positions, cleaning writes chat spellings out."""

import itertools
import re
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
)

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđbcghklmnpqrstvx"
typed = st.text(st.sampled_from(LETTERS + LETTERS.upper() + " .,-0123456789\n"), max_size=60)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đường Láng", "duong lang"),
        ("ĐƯỜNG LÁNG", "duong lang"),
        ("Ngã Tư Sở", "nga tu so"),
        ("Khuất Duy Tiến – Nguyễn Trãi", "khuat duy tien - nguyen trai"),
        ("hoà", "hoa"),
        ("Thuỷ Lợi", "thuy loi"),
        ("ô tô", "o to"),
        ("số 5", "so 5"),
        ("", ""),
        ("không dấu", "khong dau"),
    ],
)
def test_folded_text_has_no_marks_and_no_capitals(text: str, bare: str) -> None:
    assert fold(text) == bare


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Hoà Bình", "hòa bình"),
        ("HOÀ", "hòa"),
        ("Hòan Kiếm", "hoàn kiếm"),
        ("Thuỷ", "thủy"),
        ("Quý", "quý"),
        ("qúy", "quý"),
        ("nguời", "người"),
        ("Khoẻ", "khỏe"),
        ("toán", "toán"),
        ("huỷ", "hủy"),
    ],
)
def test_a_tone_mark_has_one_place(text: str, marked: str) -> None:
    assert fold_marked(text) == marked


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("quáaaa", "quá"),
        ("đườngggg tắccc", "đường tắc"),
        ("ko co ai", "không co ai"),
        ("  nhiều   khoảng  trắng ", "nhiều khoảng trắng"),
        ("tắc đường😡😡lắm", "tắc đường 😡😡 lắm"),
        ("Hoà Bình", "Hòa Bình"),
        ("Đường Láng", "Đường Láng"),
    ],
)
def test_cleaned_text_reads_like_careful_writing(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [("duong lang", False), ("Duong Láng", True), ("đi", True), ("", False), ("29A-123.45", False)],
)
def test_marks_are_noticed(text: str, expected: bool) -> None:
    assert has_marks(text) is expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Tắc đường. Xe đỗ sai!", ["Tắc đường", "Xe đỗ sai"]),
        ("Biển 29A-123.45 vượt đèn đỏ", ["Biển 29A-123.45 vượt đèn đỏ"]),
        ("dòng một\ndòng hai", ["dòng một", "dòng hai"]),
        ("sao chưa xử lý? ngày nào cũng tắc", ["sao chưa xử lý", "ngày nào cũng tắc"]),
        ("...", []),
    ],
)
def test_sentences_end_at_stops_but_not_within_plates(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_a_word_with_marks_matches_itself_or_no_marks_but_no_other_word() -> None:
    evening = re.compile(either_spelling("tối"))
    assert evening.fullmatch("tối")
    assert evening.fullmatch("toi")
    assert not evening.fullmatch("tôi")


def test_decomposed_text_keeps_positions_of_the_original() -> None:
    text = unicodedata.normalize("NFD", "ở Đường Láng nhé")
    view = align(text)
    start = view.bare.index("duong")
    begin, end = view.span(start, start + len("duong lang"))
    assert unicodedata.normalize("NFC", text[begin:end]) == "Đường Láng"


def test_invisible_characters_do_not_hide_a_word() -> None:
    text = "Ngu\u200byễn Tr\u00adãi"
    view = align(text)
    assert view.bare == "nguyen trai"
    assert view.span(0, len(view.bare)) == (0, len(text))


@given(st.text(max_size=80))
def test_both_views_have_one_character_for_each_composed_one(text: str) -> None:
    view = align(text)
    assert len(view.composed) == len(view.marked) == len(view.bare)


@given(st.text(max_size=80))
def test_spans_of_a_view_lie_in_the_original_in_order(text: str) -> None:
    view = align(text)
    edges = [view.span(position, position)[0] for position in range(len(view.bare))]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert view.span(0, len(view.bare)) == (0, len(text)) or not view.bare


@given(typed)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text) == fold(unicodedata.normalize("NFD", text))
    assert fold(fold_marked(text)) == fold(text)


@given(typed)
def test_folded_vietnamese_is_ascii(text: str) -> None:
    assert fold(text).isascii()


@given(typed)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(typed)
def test_tokens_are_lower_case_words_without_spaces(text: str) -> None:
    for token in tokens(text):
        assert token == token.lower()
        assert token.strip() == token


@given(st.text(max_size=80))
def test_sentences_are_ordered_and_do_not_overlap(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
