"""Number plates: a table of messages, and what never is a plate."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.language.plate_series import readings_of
from desk.language.plates import Plate, find_plate_tail, find_plates

TABLE = Path(__file__).parent.parent / "data" / "plates.txt"


def table() -> list[tuple[str, list[str]]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(text, plates.split()) for text, _, plates in (line.rpartition("=>") for line in lines)]


def shown(plate: Plate) -> str:
    return plate.compact + ("~" if plate.partial else "")


@pytest.mark.parametrize(("text", "expected"), table())
def test_the_plates_of_a_message_are_found(text: str, expected: list[str]) -> None:
    assert [shown(plate) for plate in find_plates(text)] == expected


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("29Y31234", ("29Y-312.34", "29-Y3 1234")),
        ("xe máy 29Y31234", ("29-Y3 1234", "29Y-312.34")),
        ("ô tô 29Y31234", ("29Y-312.34", "29-Y3 1234")),
        ("29 Y3 1234", ("29-Y3 1234",)),
        ("29Y3-1234", ("29-Y3 1234",)),
        ("29Y-31234", ("29Y-312.34",)),
        ("29Y 312.34", ("29Y-312.34",)),
        ("29LD-123.45", ("29LD-123.45", "29-LD 123.45")),
        ("29-AA 123.45", ("29-AA 123.45",)),
        ("80-011-NG-01", ("80-011-NG-01",)),
        ("biển đỏ TM 12 34", ("TM-12-34",)),
    ],
)
def test_separators_or_words_order_the_readings(text: str, readings: tuple[str, ...]) -> None:
    [plate] = find_plates(text)
    assert plate.readings == readings


def test_a_bare_four_digit_string_is_less_sure_than_a_named_one() -> None:
    [bare] = find_plates("hôm qua xe đỗ ở đó, 70A 2345")
    [named] = find_plates("hôm qua xe đỗ ở đó, bks 70A 2345")
    assert bare.confidence <= 0.5 < 0.9 < named.confidence


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("xe đuôi 456", "456"),
        ("3 số cuối là 789", "789"),
        ("biển đuôi 56.78", "5678"),
        ("đuôi xe bị móp", None),
    ],
)
def test_the_end_of_a_plate_is_an_answer_but_no_plate(text: str, digits: str | None) -> None:
    tail = find_plate_tail(text)
    assert find_plates(text) == ()
    if digits is None:
        assert tail is None
    else:
        assert tail is not None
        assert (tail.compact, tail.partial) == (digits, True)


LETTERS = "ABCDEFGHKLMNPSTUVXYZ"
PROVINCES = st.sampled_from(["29", "30", "31", "32", "33", "40", "11", "14", "51", "88", "99"])
SEPARATORS = st.sampled_from(["", " ", "-", ".", " - ", "_"])


@given(
    PROVINCES,
    st.sampled_from(LETTERS),
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    SEPARATORS,
    SEPARATORS,
    st.sampled_from(["", ".", " ", "-"]),
    st.booleans(),
)
def test_a_car_plate_survives_any_way_of_separating_it(
    province: str, letter: str, number: str, first: str, second: str, inner: str, small: bool
) -> None:
    typed = f"{province}{first}{letter}{second}{number[:3]}{inner}{number[3:]}"
    text = f"xe bks {typed.lower() if small else typed} vượt đèn đỏ"
    [plate] = find_plates(text)
    assert plate.compact == f"{province}{letter}{number}"
    assert not plate.partial
    start, end = plate.span
    assert text[start:end] == plate.text


@given(
    PROVINCES,
    st.sampled_from(LETTERS),
    st.sampled_from("123456789"),
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["", " ", "-", "."]),
    st.sampled_from(["", "."]),
)
def test_a_motorbike_plate_survives_any_way_of_separating_it(
    province: str, letter: str, digit: str, number: str, first: str, second: str, inner: str
) -> None:
    [plate] = find_plates(
        f"xe máy {province}{first}{letter}{digit}{second}{number[:3]}{inner}{number[3:]} kẹp ba"
    )
    assert plate.compact == f"{province}{letter}{digit}{number}"


@given(
    st.one_of(
        st.from_regex(r"0[0-9]{9}", fullmatch=True),
        st.from_regex(r"0[0-9]{2}[ .][0-9]{3}[ .][0-9]{4}", fullmatch=True),
        st.from_regex(r"\+84[0-9]{9}", fullmatch=True),
        st.from_regex(r"[0-9]{10}", fullmatch=True),
        st.from_regex(r"0[0-9]{11}", fullmatch=True),
        st.from_regex(r"(HS|GD|DN|SV|TE|HT)[1-5][0-9]{12}", fullmatch=True),
        st.from_regex(r"[0-3]?[0-9]/[01]?[0-9]/20[0-9]{2}", fullmatch=True),
        st.from_regex(r"[012]?[0-9]h[0-5][0-9]", fullmatch=True),
        st.from_regex(r"(QL|TL|ĐT|quốc lộ |tỉnh lộ )[1-9][0-9]{0,2}[ABC]?", fullmatch=True),
        st.from_regex(r"(số nhà|ngõ|ngách) [1-9][0-9]{0,2}[ABC]?(/[1-9][0-9]{0,2})?", fullmatch=True),
        st.from_regex(r"km ?[1-9][0-9]?\+[0-9]{3}", fullmatch=True),
        st.from_regex(r"[1-9][0-9]{1,2}k", fullmatch=True),
    ),
    st.sampled_from(["", "xe máy ", "em báo ", "lúc ", "gọi "]),
    st.sampled_from(["", " nhé", " ạ", ", xe màu đỏ", " và 2 xe nữa"]),
)
def test_other_numbers_are_never_plates(number: str, before: str, after: str) -> None:
    assert find_plates(before + number + after) == ()


@given(st.text(max_size=80))
def test_every_plate_stands_in_the_message_where_its_span_says(text: str) -> None:
    for plate in find_plates(text):
        assert text[slice(*plate.span)] == plate.text


@given(st.from_regex(r"[0-9A-ZĐ]{6,10}", fullmatch=True))
def test_only_strings_with_a_reading_become_whole_plates(compact: str) -> None:
    assume(not readings_of(compact))
    assert all(plate.partial or plate.compact != compact for plate in find_plates(f"bks {compact}"))
