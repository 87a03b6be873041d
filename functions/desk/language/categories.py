"""Which class of the taxonomy a message belongs to: a small linear model without third-party libraries.

`training/` makes the model file. Its logits are sums of quantised weights, turned into a calibrated
probability by one temperature. A message whose best class stays below the abstain threshold is `other`.
"""

import json
import math
import sys
import zlib
from array import array
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from desk.language.features import DATA, Word, agency_of, features, keyword_spans, pieces, words

OTHER = "other"
MODEL = DATA / "model.bin"
_ALTERNATIVES = 5
_WORDS = 3
_ZERO = 128  # the byte that stands for weight 0
_LOW_BYTE = 0 if sys.byteorder == "little" else 3


@dataclass(frozen=True, slots=True)
class Classification:
    """The class, its calibrated probability, the best classes (winner first) and the words that led to it."""

    category: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One family of features: a row of quantised weights for each (idf already multiplied in), a byte a class.

    A row is added as one large integer with 32 bits a class, so that a message costs one addition a feature.
    """

    rows: dict[str, int]
    idf: array[float]
    weights: bytes
    scale: float
    classes: int
    lanes: dict[int, int] = field(default_factory=dict, repr=False)

    def add(self, present: frozenset[str], logits: list[float]) -> None:
        """Adds this view's share, as if its tf-idf vector had length one."""
        found = [self.rows[feature] for feature in present if feature in self.rows]
        if not found:
            return
        total = sum(map(self._lanes, found))
        sums = array("I", total.to_bytes(4 * self.classes, sys.byteorder))
        unit = self.scale / math.sqrt(sum(self.idf[row] ** 2 for row in found))
        nothing = _ZERO * len(found)
        for label, weight in enumerate(sums):
            logits[label] += unit * (weight - nothing)

    def weight(self, feature: str, label: int) -> float:
        """The weight of one feature for one class, 0 when the view does not know it."""
        row = self.rows.get(feature)
        return 0.0 if row is None else self.scale * (self.weights[row * self.classes + label] - _ZERO)

    def _lanes(self, row: int) -> int:
        known = self.lanes.get(row)
        if known is None:
            spread = bytearray(4 * self.classes)
            spread[_LOW_BYTE::4] = self.weights[row * self.classes : (row + 1) * self.classes]
            known = self.lanes[row] = int.from_bytes(spread, sys.byteorder)
        return known


@dataclass(frozen=True, slots=True)
class Model:
    """Labels, one bias each, and the views; see the module for the other three numbers."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    views: tuple[View, ...]
    temperature: float
    agency_prior: float
    abstain_below: float

    def logits(self, message: list[Word]) -> list[float]:
        """One logit a class, before temperature and prior."""
        logits = list(self.bias)
        for view, present in zip(self.views, features(message), strict=True):
            view.add(present, logits)
        return logits

    def classify(self, text: str, agency: str | None = None) -> Classification:
        """See `desk.language.categories.classify`."""
        message = words(text)
        owner = _owners(self.labels)
        probabilities = _softmax(
            [
                logit / self.temperature + (self.agency_prior if agency and owner[label] == agency else 0.0)
                for label, logit in enumerate(self.logits(message))
            ]
        )
        ranked = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)[
            :_ALTERNATIVES
        ]
        best = ranked[0]
        confidence = round(probabilities[best], 4)
        alternatives = tuple((self.labels[label], round(probabilities[label], 4)) for label in ranked)
        if not message:
            return Classification(OTHER, 1.0, alternatives, ())
        if self.labels[best] == OTHER:
            return Classification(OTHER, confidence, alternatives, ())
        if confidence < self.abstain_below:
            return Classification(OTHER, round(1 - confidence, 4), alternatives, ())
        return Classification(self.labels[best], confidence, alternatives, _reasons(self, message, best))


def classify(text: str, agency: str | None = None) -> Classification:
    """The class of a message written to the OA of `agency`, which only tips what the words leave open."""
    return load().classify(text, agency)


@cache
def load(path: Path = MODEL) -> Model:
    """Reads the model file once: one deflated stream of a JSON header line, vocabularies and arrays."""
    blob = zlib.decompress(path.read_bytes())
    end = blob.index(b"\n")
    header = json.loads(blob[:end])
    position = end + 1

    def take(size: int) -> bytes:
        nonlocal position
        position += size
        return blob[position - size : position]

    views = []
    for view in header["views"]:
        vocabulary = take(view["vocabulary"]).decode().split("\n")
        idf = array("f")
        idf.frombytes(take(4 * len(vocabulary)))
        weights = take(len(vocabulary) * len(header["labels"]))
        rows = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
        views.append(View(rows, idf, weights, view["scale"], len(header["labels"])))
    return Model(
        tuple(header["labels"]),
        tuple(header["bias"]),
        tuple(views),
        header["temperature"],
        header["agency_prior"],
        header["abstain_below"],
    )


@cache
def _owners(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(agency_of, labels))


def _softmax(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _reasons(model: Model, message: list[Word], label: int) -> tuple[str, ...]:
    """The few words, as typed, that spoke most for the class; neighbours are joined to a phrase."""
    accented, plain, characters, _ = model.views
    shares = [0.0] * len(message)
    for i, word in enumerate(message):
        shares[i] += accented.weight(word.typed, label) + plain.weight(word.bare, label)
        shares[i] += sum(characters.weight(piece, label) for piece in pieces(word.bare)) / 4
    for i, (word, after) in enumerate(pairwise(message)):
        pair = accented.weight(f"{word.typed} {after.typed}", label)
        pair += plain.weight(f"{word.bare} {after.bare}", label)
        shares[i] += pair / 2
        shares[i + 1] += pair / 2
    for class_id, start, end in keyword_spans(message):
        if class_id == model.labels[label]:
            for i in range(start, end):
                shares[i] += max(shares) or 1.0
    chosen = sorted(sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[: 2 * _WORDS])
    floor = max(shares) / 4
    phrases: list[list[int]] = []
    for i in chosen:
        if shares[i] <= floor:
            continue
        if phrases and phrases[-1][-1] == i - 1:
            phrases[-1].append(i)
        else:
            phrases.append([i])
    phrases.sort(key=lambda phrase: -sum(shares[i] for i in phrase))
    return tuple(" ".join(message[i].typed for i in phrase) for phrase in phrases[:_WORDS])
