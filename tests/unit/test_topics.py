"""Two matters told in one message are cut apart, one matter never is."""

from datetime import datetime, timedelta, timezone

import pytest

from desk.language.topics import topics

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        (
            "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở sáng nay. Ngoài ra ở phố Huế có ổ gà rất to, nhờ sửa giúp.",
            ["red_light", "pothole"],
        ),
        (
            "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở, ngoài ra ở phố Huế có ổ gà rất to",
            ["red_light", "pothole"],
        ),
        ("Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở. Ngày nào cũng thế. Đề nghị xử lý nghiêm.", ["red_light"]),
        ("Đường Láng nhiều ổ gà. Trời mưa nước ngập không thấy đường, tôi ngã hai lần rồi.", None),
        ("ok", ["other"]),
    ],
)
def test_only_two_clear_matters_are_cut(text: str, categories: list[str] | None) -> None:
    parts = topics(text, NOW, "csgt")
    if categories is None:
        assert len(parts) == 1
    else:
        assert [part.understanding.category for part in parts] == categories


def test_the_parts_of_a_text_make_up_the_text() -> None:
    text = "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở. Ngoài ra, phố Huế có ổ gà to. Cảm ơn các anh."
    parts = topics(text, NOW, "csgt")
    assert len(parts) == 2
    assert "".join(part.text for part in parts) == text
    assert [text[slice(*part.span)] for part in parts] == [part.text for part in parts]
