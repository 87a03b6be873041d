"""Which messages belong together: the same matters whatever the order of arrival."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain.grouping import Asked, Grouping, group
from desk.domain.message import Message, Seen, parts, see

T0 = 1_795_489_200_000


def seen(msg: str, t: float, text: str = "", kind: str = "text", **more: Any) -> Seen:
    at = T0 + round(t * 1000)
    return see(Message(id=msg, at=at, arrived=at, kind=kind, text=text, **more), "csgt")


def groups(found: Grouping) -> list[list[str]]:
    return [sorted(m.id for m in g.messages) for g in found.groups]


def grouped(*messages: Seen, asked: Asked | None = None) -> list[list[str]]:
    return groups(group(messages, asked=asked))


RED = "xe 29A-123.45 vượt đèn đỏ ở ngã tư Khuất Duy Tiến - Nguyễn Trãi"
OTHER_RED = "xe 30K-555.66 vượt đèn đỏ ở phố Huế"


def test_pictures_words_and_a_pin_are_one_matter() -> None:
    found = grouped(
        seen("a", 0, kind="image"), seen("b", 3, kind="image"), seen("c", 6, RED),
        seen("d", 9, kind="location", location=(21.0, 105.8)),
    )  # fmt: skip
    assert found == [["a", "b", "c", "d"]]


def test_greetings_thanks_and_stickers_belong_to_no_matter() -> None:
    found = grouped(
        seen("a", 0, "chào ad"), seen("b", 3, RED), seen("c", 5, kind="sticker"), seen("d", 8, "cảm ơn ạ")
    )
    assert found == [["b"]]


def test_another_vehicle_with_its_own_story_is_another_matter() -> None:
    assert grouped(seen("a", 0, RED), seen("b", 20, OTHER_RED)) == [["a"], ["b"]]


def test_pictures_between_two_matters_go_where_the_pause_says() -> None:
    near_second = grouped(
        seen("a", 0, RED), seen("p", 40, kind="image"), seen("q", 42, kind="image"), seen("b", 45, OTHER_RED)
    )
    assert near_second == [["a"], ["b", "p", "q"]]
    near_first = grouped(
        seen("a", 0, RED), seen("p", 2, kind="image"), seen("q", 4, kind="image"), seen("b", 45, OTHER_RED)
    )
    assert near_first == [["a", "p", "q"], ["b"]]


def test_fifteen_minutes_are_the_edge() -> None:
    assert grouped(seen("a", 0, RED), seen("b", 15 * 60, kind="image")) == [["a", "b"]]
    assert grouped(seen("a", 0, RED), seen("b", 15 * 60 + 1, kind="image")) == [["a"], ["b"]]


def test_an_answer_joins_the_report_that_was_asked_about_for_a_day() -> None:
    asked = Asked("CS-PTD3-MTRC", T0)
    answer = seen("b", 3 * 3600, "29A-123.45")
    (one,) = group([answer], asked=asked).groups
    assert one.code == "CS-PTD3-MTRC"
    (late,) = group([seen("b", 25 * 3600, "29A-123.45")], asked=asked).groups
    assert late.code is None


def test_a_quote_joins_what_it_quotes() -> None:
    found = grouped(seen("a", 0, RED), seen("b", 30, OTHER_RED), seen("c", 60, kind="image", quote="a"))
    assert found == [["a", "c"], ["b"]]


def test_a_word_takes_back_what_was_said_in_the_same_breath() -> None:
    found = group([seen("a", 0, kind="image"), seen("b", 4, RED), seen("c", 8, "thôi gửi nhầm")])
    assert groups(found) == []
    assert found.cancelled == {"a", "b"}


def test_a_late_word_takes_nothing_back_by_itself() -> None:
    found = group([seen("a", 0, RED), seen("c", 300, "thôi")])
    assert groups(found) == [["a"]]
    assert found.late_cancels == {"c"}


def test_a_correction_belongs_to_what_it_corrects() -> None:
    assert grouped(seen("a", 0, RED), seen("b", 5, "à nhầm, biển là 29A-123.54")) == [["a", "b"]]


def test_a_lone_slip_announces_the_correction_that_follows() -> None:
    found = group([seen("a", 0, RED), seen("b", 4, "à nhầm"), seen("c", 9, OTHER_RED)])
    assert groups(found) == [["a", "b", "c"]]
    assert [m.act for m in found.groups[0].messages] == ["report", "slip", "correction"]


def test_a_slip_after_which_nothing_comes_takes_nothing_back() -> None:
    found = group([seen("a", 0, RED), seen("b", 4, "nhầm ạ"), seen("c", 8, kind="image")])
    assert groups(found) == [["a", "c"]]
    assert found.late_cancels == {"b"}


def test_a_text_that_says_so_joins_what_was_told_before_the_quarter_of_an_hour() -> None:
    more = [seen("b", 1800, "em gửi thêm ảnh vụ lúc nãy"), seen("c", 1803, kind="image")]
    assert grouped(seen("a", 0, RED), *more) == [["a", "b", "c"]]


def test_one_picture_of_some_is_taken_back_by_its_place() -> None:
    found = group(
        [seen("p", 0, kind="image"), seen("q", 1, kind="image"), seen("c", 5, "ảnh đầu gửi nhầm nhé")]
    )
    assert found.cancelled == {"p"}
    assert groups(found) == [["q"]]


def test_a_message_of_two_matters_is_in_both() -> None:
    told = parts(
        seen("a", 0, "Ổ gà đầu phố Yên Phụ. Ngoài ra xe 30G-777.21 vượt đèn đỏ ở ngã tư Văn Điển"), "csgt"
    )
    found = group([*told, seen("p", 5, kind="image")])
    assert groups(found) == [["a"], ["a", "p"]]
    assert [g.messages[0].category for g in found.groups] == ["pothole", "red_light"]


TEXTS = [
    RED, OTHER_RED, "chào ad", "cảm ơn", "lúc 7h30 sáng nay", "29A-123.45", "ngoài ra ở phố Huế có ổ gà to",
    "thôi gửi nhầm", "xe đó còn không đội mũ bảo hiểm", "ok", "nhìn này ad", "phản ánh của tôi đến đâu rồi",
    "à nhầm", "em gửi thêm ảnh vụ lúc nãy",
]  # fmt: skip
READ = {text: seen("x", 0, text) for text in TEXTS} | {
    kind: seen("x", 0, kind=kind) for kind in ("image", "video", "sticker")
}
streams = st.lists(
    st.tuples(st.sampled_from(sorted(READ)), st.floats(0, 2000).map(lambda t: round(t, 1))),
    min_size=1,
    max_size=9,
)


def stream(drawn: list[tuple[str, float]]) -> list[Seen]:
    return [replace(READ[what], id=f"m{n}", at=T0 + round(t * 1000)) for n, (what, t) in enumerate(drawn)]


@settings(max_examples=300, deadline=None)
@given(streams, st.randoms())
def test_the_order_of_arrival_changes_nothing(drawn: list[tuple[str, float]], chance: Any) -> None:
    messages = stream(drawn)
    shuffled = [*messages]
    chance.shuffle(shuffled)
    first, second = group(messages), group(shuffled)
    assert groups(first) == groups(second)
    assert first.cancelled == second.cancelled


@settings(max_examples=200, deadline=None)
@given(streams)
def test_no_message_is_in_two_matters_and_no_picture_is_lost(drawn: list[tuple[str, float]]) -> None:
    messages = stream(drawn)
    found = group(messages)
    placed = [m.id for g in found.groups for m in g.messages]
    assert len(placed) == len(set(placed))
    assert not found.cancelled & set(placed)
    pictures = {m.id for m in messages if m.is_media}
    assert pictures <= set(placed) | found.cancelled
