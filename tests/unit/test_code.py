"""Tracking codes survive the telephone."""

from hypothesis import given
from hypothesis import strategies as st

from desk.domain import code

codes = st.builds(code.make, st.sampled_from(["CS", "DT", "BH"]), st.text(min_size=1), st.integers(0, 9))


@given(codes)
def test_a_code_is_found_however_it_is_written(made: str) -> None:
    plain = made.replace("-", "")
    for spelling in (made, made.lower(), plain, made.replace("-", " "), f"mã {made}, cảm ơn", f"({made})"):
        assert code.find(spelling) == (made,)


@given(codes, st.integers(3, 11), st.sampled_from(code.ALPHABET))
def test_one_wrong_character_is_noticed(made: str, place: int, wrong: str) -> None:
    if made[place] == "-" or made[place] == wrong:
        return
    slip = made[:place] + wrong + made[place + 1 :]
    assert code.find(slip) == ()
    assert code.looks_like(slip)


@given(codes, st.integers(3, 10))
def test_two_swapped_characters_are_noticed(made: str, place: int) -> None:
    body = made.replace("-", "")
    place = min(place, len(body) - 2)
    if place < 2 or body[place] == body[place + 1]:
        return
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert code.find(swapped) == ()


def test_the_same_seed_gives_the_same_code_and_attempts_give_others() -> None:
    assert code.make("CS", "seed") == code.make("CS", "seed")
    assert len({code.make("CS", "seed", n) for n in range(50)}) == 50


def test_what_is_no_code_is_not_found() -> None:
    for text in ("29A-123.45", "0912345678", "xe vượt đèn đỏ", "CS-1234-5678", ""):
        assert code.find(text) == ()
