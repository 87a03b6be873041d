"""Scores of a classifier on labelled rows; the halves of the validation split."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from desk.language.categories import OTHER, Classification, Model
from training.prepare import Row


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what the model said of it."""

    row: Row
    answer: Classification

    @property
    def right(self) -> bool:
        """The class given is the label."""
        return self.answer.category == self.row.label

    @property
    def among_three(self) -> bool:
        """The label is given or among the three best classes."""
        return self.right or self.row.label in [label for label, _ in self.answer.alternatives[:3]]


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages whose confidence lies between two bounds: how sure the model was, how often it was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The calibration and the test half: every class split evenly, by a checksum of the texts."""
    by_class: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: zlib.crc32(row.text.encode())):
        by_class[row.label].append(row)
    ordered = [row for label in sorted(by_class) for row in by_class[label]]
    return ordered[0::2], ordered[1::2]


def judge(rows: Sequence[Row], model: Model) -> list[Judged]:
    """What the model says of each row."""
    return [Judged(row, model.classify(row.text, row.agency)) for row in rows]


def top1(judged: Sequence[Judged]) -> float:
    """Share of right answers."""
    return sum(one.right for one in judged) / len(judged) if judged else 0.0


def top3(judged: Sequence[Judged]) -> float:
    """Share of answers with the label among the three best."""
    return sum(one.among_three for one in judged) / len(judged) if judged else 0.0


def reliability(judged: Sequence[Judged], bins: int = 10) -> list[Bin]:
    """The reliability table over the messages that got a class (an abstention names none)."""
    grouped: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.answer.category != OTHER:
            grouped[min(int(one.answer.confidence * bins), bins - 1)].append(one)
    return [
        Bin(i / bins, (i + 1) / bins, len(g), sum(o.answer.confidence for o in g) / len(g), top1(g))
        for i, g in sorted(grouped.items())
    ]


def calibration_error(table: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of confidence and accuracy, weighed by messages."""
    total = sum(one.count for one in table)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in table) / total if total else 0.0


def per_class(judged: Sequence[Judged]) -> dict[str, tuple[int, float, float, float]]:
    """Class → messages, precision, recall, F1."""
    asked = Counter(one.row.label for one in judged)
    given = Counter(one.answer.category for one in judged)
    hits = Counter(one.row.label for one in judged if one.right)
    scores = {}
    for label in sorted(asked | given):
        precision = hits[label] / given[label] if given[label] else 0.0
        recall = hits[label] / asked[label] if asked[label] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if hits[label] else 0.0
        scores[label] = (asked[label], precision, recall, f1)
    return scores


def confusions(judged: Sequence[Judged], most: int = 25) -> list[tuple[str, str, int]]:
    """The commonest mistakes: true class, class given, how often."""
    wrong = Counter((one.row.label, one.answer.category) for one in judged if not one.right)
    return [(true, given, n) for (true, given), n in wrong.most_common(most)]
