"""The classification task: likely duplicates by plate, place and look; search rows; nothing twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classification.classify import classify
from desk.domain.looks import ALIKE_BITS, BANDS, alike, bands
from desk.domain.report import Report
from desk.storage import evidence, keys
from desk.storage.outbox import classify_task
from desk.storage.reports import Reports, write
from tests.world import World, make_world

LOOK = "f0e1d2c3b4a59687"
SENT_AGAIN = "f0e1d2c3b4a59784"  # three bits differ
OTHER = "0f1e2d3c4b5a6978"
ONE, TWO, THREE = "CS-PTD3-MTRC", "CS-2KQ9-7XWA", "CS-9HNM-4RTC"


@pytest.fixture
def world() -> Iterator[World]:
    with make_world() as made:
        yield made


def file(world: World, code: str, minute: int, look: str | None = None, **facts: Any) -> None:
    at = f"2026-11-24T03:{minute:02d}:00Z"
    known = {"citizen": f"c_{code}", "agency": "csgt"} | facts
    names = [f"e-{code}"] if look else []
    report = Report(
        code=code, created_at=at, updated_at=at, first_message_at=at, evidence=tuple(names), **known
    )
    transaction = world.table.transaction()
    write(transaction, report, [])
    for name in names:
        item = evidence.pending(
            name, agency="csgt", citizen=report.citizen, kind="image", msg_id="m", sent_at=at, received_at=at
        )
        transaction.put(item | {"state": "stored", "phash": look, "report": code})
    transaction.commit()
    classify(world.table, code)


def duplicates(world: World, code: str) -> list[tuple[str, list[str], bool]]:
    report = Reports(world.table).load(code)
    return [(d["code"], d["reasons"], d["earlier"]) for d in report.duplicates]


def test_a_picture_that_was_sent_before_is_found_whatever_is_said_of_it(world: World) -> None:
    file(world, ONE, 0, LOOK, category="red_light", text="vượt đèn đỏ ở Láng Hạ")
    file(world, TWO, 1, OTHER, category="red_light", text="vượt đèn đỏ ở phố Huế")
    file(world, THREE, 2, SENT_AGAIN, category="speeding", text="chạy quá tốc độ ở cầu Nhật Tân")
    assert duplicates(world, THREE) == [(ONE, ["look"], True)]
    assert duplicates(world, TWO) == []
    assert Reports(world.table).load(THREE).first_reporter is False


def test_a_clip_that_somebody_uses_again_is_noticed_but_makes_them_no_second_reporter(world: World) -> None:
    file(world, ONE, 0, LOOK, citizen="c_same", category="red_light")
    file(world, TWO, 1, LOOK, citizen="c_same", category="wrong_way")
    assert duplicates(world, TWO) == [(ONE, ["look"], True)]
    assert Reports(world.table).load(TWO).first_reporter is True


def test_the_look_is_found_when_the_picture_is_stored_after_the_report_was_filed(world: World) -> None:
    file(world, ONE, 0, LOOK, category="red_light")
    file(world, TWO, 1, category="wrong_way", text="đi ngược chiều")
    assert duplicates(world, TWO) == []
    item = evidence.pending(
        "late",
        agency="csgt",
        citizen="c_two",
        kind="image",
        msg_id="m",
        sent_at="",
        received_at="",
        report=TWO,
    )
    world.table.put(item | {"state": "stored", "phash": LOOK})
    Reports(world.table).change(TWO, lambda r: (_with(r, "late"), [], []))
    classify(world.table, TWO)
    assert duplicates(world, TWO) == [(ONE, ["look"], True)]


def _with(report: Report, name: str) -> Report:
    return Report.from_dict(report.as_dict() | {"evidence": (name,)})


def test_a_task_that_comes_again_remembers_nothing_twice(world: World) -> None:
    file(world, ONE, 0, LOOK, category="red_light")
    for _ in range(3):
        classify(world.table, ONE)
    (first, *_) = bands(LOOK)
    bucket = world.table.get(keys.likeness("csgt", 0, first)) or {}
    assert [entry["report"] for entry in bucket["seen"]] == [ONE]
    assert bucket["version"] == 1


def test_the_same_evidence_causes_the_same_task() -> None:
    report = Report(code=ONE, agency="csgt", citizen="c", created_at="", updated_at="")
    assert classify_task(report, "look", "e1").id == classify_task(report, "look", "e1").id
    assert classify_task(report, "look", "e1").id != classify_task(report, "look", "e2").id


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=BANDS - 1))
def test_fewer_changed_bits_than_bands_leave_one_band_whole(look: int, flips: set[int]) -> None:
    other = look
    for bit in flips:
        other ^= 1 << bit
    one, two = f"{look:016x}", f"{other:016x}"
    assert alike(one, two)
    assert any(a == b for a, b in zip(bands(one), bands(two), strict=True))


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), min_size=ALIKE_BITS + 1, max_size=64))
def test_pictures_that_differ_in_more_bits_are_two(look: int, flips: set[int]) -> None:
    other = look
    for bit in flips:
        other ^= 1 << bit
    assert not alike(f"{look:016x}", f"{other:016x}")
