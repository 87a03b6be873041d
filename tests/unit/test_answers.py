"""The knowledge base: its entries are fit to be said, and questions find the right ones, quickly and seldom wrongly."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import agencies
from desk.domain.knowledge import Base, Entry, Source, packaged, packaged_base
from desk.language.features import taxonomy
from training.answers import DAY, cases, figures

CLASSES = {row["id"] for row in taxonomy()} | {"other"}
EVERY = [(name, entry) for name in agencies.names() for entry in packaged(name)]


def entry(name: str, *questions: str, **more: object) -> Entry:
    return Entry(
        name, questions, f"Trả lời {name}", Source("Luật", "https://vanban.chinhphu.vn", "2024-01-01"), **more
    )  # type: ignore[arg-type]


def test_every_agency_ships_enough_entries() -> None:
    assert len(packaged("bhxh")) >= 40
    assert len(packaged("csgt")) >= 20
    assert len(packaged("duytu")) >= 20


@pytest.mark.parametrize(("agency", "one"), EVERY, ids=lambda v: getattr(v, "id", v))
def test_an_entry_can_be_said_and_has_a_source(agency: str, one: Entry) -> None:
    assert len(one.questions) >= 3
    assert 30 <= len(one.vi) <= 600
    assert "\n" not in one.vi
    assert one.source.url.startswith("https://")
    assert one.source.title
    assert date.fromisoformat(one.source.date) <= DAY
    assert set(one.topics) <= CLASSES
    assert one.usable(DAY)
    assert Entry.from_dict(one.as_dict()) == one


@pytest.mark.parametrize(("agency", "one"), EVERY, ids=lambda v: getattr(v, "id", v))
def test_an_entry_is_found_by_its_own_wordings(agency: str, one: Entry) -> None:
    for question in one.questions:
        assert packaged_base(agency).look(question, DAY).near[0].id == one.id, question


def test_questions_written_apart_find_the_right_entries() -> None:
    known = list(cases())
    found = figures(known)
    assert found.count >= 250
    assert found.precision >= 0.92, found
    assert found.recall >= 0.82, found
    assert found.offered >= 0.93, found
    assert found.in_vain <= 0.13 * sum(c.wanted is None for c in known), found


def test_a_question_takes_less_than_two_milliseconds() -> None:
    base = packaged_base("bhxh")
    base.look("warm", DAY)
    texts = [f"dạ cho em hỏi thẻ bhyt của mẹ em hết hạn ngày {n} thì gia hạn ở đâu ạ" for n in range(100)]
    start = time.process_time()
    for text in texts:
        base.look(text, DAY, ("card_validity",))
    assert (time.process_time() - start) / len(texts) < 0.004  # twice the target: the machine may be busy


def test_an_expired_or_retired_entry_is_not_used() -> None:
    base = Base([
        entry("cu", "học phí lái xe bao nhiêu", valid_until=DAY.isoformat()),
        entry("bo", "lịch nghỉ tết", retired=True),
    ])  # fmt: skip
    assert base.look("học phí lái xe bao nhiêu", DAY).entry is not None
    assert base.look("học phí lái xe bao nhiêu", DAY + timedelta(days=1)).entry is None
    assert base.look("lịch nghỉ tết", DAY).entry is None
    assert base.usable("bo", DAY) is None


def test_two_entries_that_are_nearly_as_like_are_offered_and_not_guessed() -> None:
    base = Base([entry("a", "đổi thẻ xanh ở đâu"), entry("b", "đổi thẻ hồng ở đâu")])
    found = base.look("đổi thẻ ở đâu", DAY)
    assert found.entry is None
    assert {hit.id for hit in found.near} == {"a", "b"}


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    found = packaged_base("csgt").look(text, DAY)
    assert found.entry is None or found.near[0].id == found.entry.id


def test_an_empty_base_knows_nothing() -> None:
    assert Base([]).look("mất thẻ", DAY).near == ()
