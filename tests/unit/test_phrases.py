"""The notation of phrases, and how the exact form is preferred."""

import pytest

from desk.language.phrases import compile_phrases, vocabulary


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("vượt đèn đỏ", "xe vượt đèn đỏ", True),
        ("vượt đèn đỏ", "xe vuot den do", True),
        ("vượt đèn đỏ", "xe vuot đèn do", True),
        ("vượt đèn đỏ", "xe vượt đèn đổ", False),
        ("vượt đèn đỏ", "xe vượt, đèn đỏ", True),
        ("=cháy", "đang cháy", True),
        ("=cháy", "dang chay", False),
        ("(xử lý|giải quyết) xong? chưa", "xử lý chưa", True),
        ("(xử lý|giải quyết) xong? chưa", "giai quyet xong chua", True),
        ("(xử lý|giải quyết) xong? chưa", "xử lý rồi mà chưa", False),
        ("xóa ... ảnh", "xóa giúp em cái ảnh", True),
        ("xóa ... ảnh", "xóa một hai ba bốn năm ảnh", False),
        ("ừ", "từ", False),
    ],
)
def test_an_entry_matches_as_its_notation_says(entry: str, text: str, found: bool) -> None:
    assert bool(compile_phrases(entry).search(text)) is found


def test_the_longest_entry_wins() -> None:
    match = compile_phrases("thôi\nthôi khỏi cần").search("thôi khỏi cần")
    assert match is not None and match[0] == "thôi khỏi cần"


def test_a_vocabulary_holds_each_word_also_bare() -> None:
    assert vocabulary("đèn đỏ") == {"đèn", "đỏ", "den", "do"}
