"""Where it happened: a table of descriptions, and what holds for all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.normalize import fold
from desk.language.places import Place, find_place
from desk.language.tables import lines

TABLE = Path(__file__).parent.parent / "data" / "places.txt"


def table() -> list[tuple[str, str, dict[str, str]]]:
    cases = []
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, expected = line.rpartition("=>")
            place, *known = expected.split(";")
            fields = dict(pair.strip().split(": ", 1) for pair in known)
            cases.append((text.strip(), place.strip(), fields))
    return cases


def field(place: Place, name: str) -> str:
    if name == "junction":
        return " + ".join(place.junction or ())
    if name == "ward":
        return place.ward or " ".join(["?", *sorted(place.ward_candidates)])
    return str(getattr(place, name))


@pytest.mark.parametrize(("text", "expected", "fields"), table())
def test_the_place_of_a_message_is_found(text: str, expected: str, fields: dict[str, str]) -> None:
    place = find_place(text)
    assert (place.text if place else "") == expected
    for name, value in fields.items():
        assert place is not None
        if value.startswith("?"):
            value = " ".join(["?", *sorted(value[2:].split())])
        assert field(place, name) == value


@pytest.mark.parametrize(("text", "expected", "fields"), [case for case in table() if "junction" in case[2]])
def test_a_junction_is_found_without_marks(text: str, expected: str, fields: dict[str, str]) -> None:
    place = find_place(fold(text))
    assert place is not None
    assert field(place, "junction") == fields["junction"]


ROWS = [line.split("\t") for line in lines("places.tsv")]
SHARED = {bare for bare, _, _, kind, _ in ROWS if kind != "street"}
# Without marks and the word "phố" these say a new shop and electric devices.
ORDINARY = {"cua hang moi", "thiet bi dien"}
STREETS = [
    name
    for bare, _, mark, kind, name in ROWS
    if kind == "street" and mark != "~" and bare.count(" ") == 2 and bare not in SHARED | ORDINARY
]


@given(
    st.sampled_from(STREETS),
    st.booleans(),
    st.sampled_from(["ở {}", "tại đường {}", "số 12 {}", "phố {} tắc"]),
)
def test_a_street_of_three_words_is_found_with_and_without_marks(
    name: str, bare: bool, sentence: str
) -> None:
    text = sentence.format(name)
    place = find_place(fold(text) if bare else text)
    assert place is not None
    assert place.street is not None
    assert fold(place.street) == fold(name)


@given(st.text(max_size=100))
def test_the_place_stands_in_the_message_where_the_span_says(text: str) -> None:
    place = find_place(text)
    if place is not None:
        assert place.text in text[slice(*place.span)]
        assert 0 < place.confidence <= 1
