"""Scores by hand-counted examples."""

import pytest

from desk.language.categories import Classification
from training.evaluate import (
    Judged,
    calibration_error,
    confusions,
    halves,
    per_class,
    reliability,
    top1,
    top3,
)
from training.prepare import Row


def judged(label: str, given: str, confidence: float, others: tuple[str, ...] = ()) -> Judged:
    alternatives = tuple((name, 0.1) for name in (given, *others))
    return Judged(Row("x", label, "csgt", "full"), Classification(given, confidence, alternatives, ()))


FOUR = [
    judged("a", "a", 0.95),
    judged("a", "b", 0.95, ("a",)),
    judged("b", "b", 0.55),
    judged("b", "other", 0.9, ("c", "d", "b")),
]


def test_top_one_and_top_three_count_the_label_given_or_named() -> None:
    assert top1(FOUR) == 0.5
    assert top3(FOUR) == 0.75


def test_reliability_groups_by_confidence_and_leaves_abstentions_out() -> None:
    low, high = reliability(FOUR)
    assert (low.count, low.accuracy) == (1, 1.0)
    assert (high.count, high.confidence, high.accuracy) == (2, pytest.approx(0.95), 0.5)
    assert calibration_error([low, high]) == pytest.approx((0.45 + 2 * 0.45) / 3)


def test_precision_recall_and_f1_are_of_each_class() -> None:
    scores = per_class(FOUR)
    assert scores["a"] == (2, 1.0, 0.5, pytest.approx(2 / 3))
    assert scores["b"] == (2, 0.5, 0.5, 0.5)


def test_confusions_name_what_was_taken_for_what() -> None:
    assert set(confusions(FOUR)) == {("a", "b", 1), ("b", "other", 1)}


def test_the_halves_share_no_row_and_split_every_class_evenly() -> None:
    rows = [Row(f"{label} {i}", label, "csgt", "full") for label in "abc" for i in range(10)]
    calibration, test = halves(rows)
    assert sorted(r.text for r in calibration + test) == sorted(r.text for r in rows)
    for label in "abc":
        assert sum(r.label == label for r in calibration) == sum(r.label == label for r in test) == 5
    assert halves(rows[::-1]) == (calibration, test)
