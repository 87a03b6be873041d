"""Builds functions/desk/language/data/model.bin from training/corpus: `python -m training.train`.

Fit twice: once on every feature to see which matter, once on those that do. Weights are then quantised and
the small ones dropped, so that a message is classified by a few thousand additions of small integers.
"""

import json
import math
import random
import sys
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from training.prepare import CORPUS, SEED, VALIDATION, Row, distinct, keyword_rows, labels, read, variants
from desk.language.categories import MODEL, Model, View
from desk.language.features import VIEWS, features, words


@dataclass(frozen=True, slots=True)
class Settings:
    view_weights: tuple[float, ...] = (1.0, 1.0, 1.0, 0.7)
    kept_features: tuple[int, ...] = (20_000, 40_000, 30_000, 100)
    least_documents: int = 2
    penalty: float = 0.5  # C of the SVM
    smallest: int = 3  # quantised weights below this are dropped; the largest of a view is 127


def present(texts: Sequence[str]) -> list[tuple[frozenset[str], ...]]:
    return [features(words(text)) for text in texts]


class Fitted:
    """A full-precision model; `compact` makes the one that ships."""

    def __init__(self, rows: Sequence[Row], settings: Settings) -> None:
        self.settings = settings
        documents = present([row.text for row in rows])
        target = [row.label for row in rows]
        self._vectorise(documents, [None] * len(VIEWS))
        self._fit(documents, target)
        chosen = [self._strongest(view) for view in range(len(VIEWS))]
        self._vectorise(documents, chosen)
        self._fit(documents, target)

    def _vectorise(self, documents: Sequence[tuple[frozenset[str], ...]], chosen: Sequence[list[str] | None]) -> None:
        self.vectorisers = []
        for view, vocabulary in enumerate(chosen):
            vectoriser = TfidfVectorizer(
                analyzer=lambda document, view=view: document[view],
                binary=True,
                min_df=1 if vocabulary is not None else self.settings.least_documents,
                vocabulary=vocabulary,
                dtype=np.float64,
            )
            vectoriser.fit(documents)
            self.vectorisers.append(vectoriser)

    def _matrix(self, documents: Sequence[tuple[frozenset[str], ...]]) -> sparse.csr_matrix:
        pairs = zip(self.vectorisers, self.settings.view_weights, strict=True)
        return sparse.hstack([v.transform(documents) * weight for v, weight in pairs], format="csr")

    def _fit(self, documents: Sequence[tuple[frozenset[str], ...]], target: Sequence[str]) -> None:
        self.classifier = LinearSVC(C=self.settings.penalty, random_state=SEED, max_iter=3000)
        self.classifier.fit(self._matrix(documents), target)
        self.labels: tuple[str, ...] = tuple(self.classifier.classes_)
        ends = np.cumsum([len(v.vocabulary_) for v in self.vectorisers])
        self.weights = np.split(self.classifier.coef_, ends[:-1], axis=1)

    def _strongest(self, view: int) -> list[str]:
        strength = np.abs(self.weights[view]).max(axis=0) * self.vectorisers[view].idf_
        best = np.argsort(-strength, kind="stable")[: self.settings.kept_features[view]]
        names = self.vectorisers[view].get_feature_names_out()
        return sorted(names[best])

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        return self.classifier.decision_function(self._matrix(present(texts)))

    def compact(self, *, temperature: float, agency_prior: float, abstain_below: float) -> Model:
        views = tuple(self._view(i) for i in range(len(VIEWS)))
        bias = tuple(float(b) for b in self.classifier.intercept_)
        return Model(self.labels, bias, views, temperature, agency_prior, abstain_below)

    def _view(self, view: int) -> View:
        vectoriser = self.vectorisers[view]
        idf = vectoriser.idf_
        weights = self.weights[view] * idf * self.settings.view_weights[view]
        scale = float(np.abs(weights).max()) / 127
        quantised = np.rint(weights / scale).astype(np.int8).T
        quantised[np.abs(quantised) < self.settings.smallest] = 0
        starts, classes, values = array("I", [0]), bytearray(), array("b")
        for row in quantised:
            (owners,) = row.nonzero()
            classes += bytes(owners.tolist())
            values.extend(row[owners].tolist())
            starts.append(len(values))
        names = vectoriser.get_feature_names_out()
        return View({n: i for i, n in enumerate(names)}, array("f", idf), starts, bytes(classes), values, scale)


def save(model: Model, path: Path) -> None:
    """The inverse of `desk.language.categories.load`."""
    header = {
        "labels": model.labels,
        "bias": model.bias,
        "temperature": model.temperature,
        "agency_prior": model.agency_prior,
        "abstain_below": model.abstain_below,
        "views": [],
    }
    body = b""
    for view in model.views:
        vocabulary = "\n".join(view.rows).encode()
        header["views"].append({"vocabulary": len(vocabulary), "scale": view.scale})
        body += vocabulary + view.idf.tobytes() + view.starts.tobytes() + view.classes + view.weights.tobytes()
    path.write_bytes(zlib.compress(json.dumps(header).encode() + b"\n" + body, 9))


def training_rows(written: Sequence[Row]) -> list[Row]:
    chance = random.Random(SEED)
    rows = [variant for row in written for variant in variants(row, chance)]
    return rows + keyword_rows()


def main() -> None:
    written = distinct(read(CORPUS))
    fitted = Fitted(training_rows(written), Settings())
    model = fitted.compact(temperature=0.35, agency_prior=0.4, abstain_below=0.25)
    save(model, MODEL)
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.2f} MB, {[len(v.rows) for v in model.views]} features, "
          f"{sum(len(v.weights) for v in model.views)} weights")


if __name__ == "__main__":
    main()
