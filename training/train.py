"""Builds functions/desk/language/data/model.bin from training/corpus: `python -m training.train`.

Fit twice: once on every feature to see which matter, once on those that do. Weights are then quantised and
the small ones dropped, so that a message is classified by a few thousand additions of small integers.
"""

import json
import random
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from desk.language.categories import MODEL, OTHER, Model, View, load
from desk.language.features import VIEWS, features, words
from training.evaluate import halves
from training.prepare import CORPUS, SEED, VALIDATION, Row, distinct, keyword_rows, read, variants


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen by cross-validation on the corpus (see training/README.md)."""

    view_weights: tuple[float, ...] = (1.0, 1.0, 0.7, 0.3)
    kept_features: tuple[int, ...] = (18_000, 32_000, 20_000, 100)
    least_documents: int = 2
    penalty: float = 0.3  # C of the SVM
    smoothing: float = 0.02  # of the naive Bayes model
    bayes_share: float = 0.04  # its log-likelihoods join the SVM's weights with this factor
    smallest: int = 2  # quantised weights below this are dropped; the largest of a view is 127
    # Log-odds for classes of the agency written to: five to one, the odds that a citizen wrote to the right desk when
    # the words leave it open. 96 % of the corpus do; more than five to one would drown a clear text sent astray.
    agency_prior: float = 1.6


type Document = tuple[frozenset[str], ...]


def present(texts: Sequence[str]) -> list[Document]:
    """The features of each text, by view."""
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

    def _vectorise(self, documents: Sequence[Document], chosen: Sequence[list[str] | None]) -> None:
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

    def _matrix(self, documents: Sequence[Document]) -> sparse.csr_matrix:
        pairs = zip(self.vectorisers, self.settings.view_weights, strict=True)
        return sparse.hstack([v.transform(documents) * weight for v, weight in pairs], format="csr")

    def _fit(self, documents: Sequence[Document], target: Sequence[str]) -> None:
        self.classifier = LinearSVC(C=self.settings.penalty, random_state=SEED, max_iter=3000)
        matrix = self._matrix(documents)
        self.classifier.fit(matrix, target)
        self.labels: tuple[str, ...] = tuple(self.classifier.classes_)
        bayes = MultinomialNB(alpha=self.settings.smoothing, fit_prior=False).fit(matrix, target)
        likelihood = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
        self.coefficients = self.classifier.coef_ + self.settings.bayes_share * likelihood
        ends = np.cumsum([len(v.vocabulary_) for v in self.vectorisers])
        self.weights = np.split(self.coefficients, ends[:-1], axis=1)

    def _strongest(self, view: int) -> list[str]:
        strength = np.abs(self.weights[view]).max(axis=0) * self.vectorisers[view].idf_
        best = np.argsort(-strength, kind="stable")[: self.settings.kept_features[view]]
        names = self.vectorisers[view].get_feature_names_out()
        return sorted(names[best])

    def logits(self, texts: Sequence[str]) -> np.ndarray:
        """Full-precision logits, a row for each text."""
        return self._matrix(present(texts)) @ self.coefficients.T + self.classifier.intercept_

    def compact(self, temperature: float, abstain_below: float) -> Model:
        """Quantised, without the small weights."""
        views = tuple(self._view(i) for i in range(len(VIEWS)))
        bias = tuple(float(b) for b in self.classifier.intercept_)
        return Model(self.labels, bias, views, temperature, self.settings.agency_prior, abstain_below)

    def _view(self, view: int) -> View:
        vectoriser = self.vectorisers[view]
        idf = vectoriser.idf_
        weights = self.weights[view] * idf * self.settings.view_weights[view]
        scale = float(np.abs(weights).max()) / 127
        quantised = np.rint(weights / scale).T
        quantised[np.abs(quantised) < self.settings.smallest] = 0
        names = vectoriser.get_feature_names_out()
        rows = {name: row for row, name in enumerate(names)}
        dense = (quantised + 128).astype(np.uint8).tobytes()
        return View(rows, array("f", idf), dense, scale, len(self.labels))


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
        body += vocabulary + view.idf.tobytes() + view.weights
    path.write_bytes(zlib.compress(json.dumps(header).encode() + b"\n" + body, 9))


def training_rows(written: Sequence[Row]) -> list[Row]:
    """The variants of all rows and the keywords; the same rows always give the same variants."""
    chance = random.Random(SEED)
    return [*(variant for row in written for variant in variants(row, chance)), *keyword_rows()]


def build(written: Sequence[Row], calibration: Sequence[Row] | None = None) -> Model:
    """A model from raw corpus rows, calibrated on `calibration`, else as the shipped model is."""
    fitted = Fitted(training_rows(distinct(written)), Settings())
    if calibration is None:
        shipped = load()
        return fitted.compact(shipped.temperature, shipped.abstain_below)
    draft = fitted.compact(temperature=1.0, abstain_below=0.0)
    temperature = best_temperature(draft, calibration)
    abstain_below = best_threshold(fitted.compact(temperature, 0.0), calibration)
    return fitted.compact(temperature, abstain_below)


def best_temperature(model: Model, rows: Sequence[Row]) -> float:
    """The temperature under which the labels of `rows` are likeliest."""
    known = [row for row in rows if row.label in model.labels]
    logits = np.array([model.logits(words(row.text)) for row in known])
    target = [model.labels.index(row.label) for row in known]

    def surprise(temperature: float) -> float:
        return -float(log_softmax(logits / temperature, axis=1)[range(len(target)), target].mean())

    return float(minimize_scalar(surprise, bounds=(0.02, 2.0), method="bounded").x)


def best_threshold(model: Model, rows: Sequence[Row]) -> float:
    """The abstain threshold with most right answers, `other` being right for what has no class; the middle of
    the best ones when several are equal."""
    answers = [(model.classify(row.text, row.agency), row.label) for row in rows]

    def right(threshold: float) -> int:
        return sum((a.category if a.confidence >= threshold else OTHER) == label for a, label in answers)

    scores = {threshold: right(threshold) for threshold in (i / 100 for i in range(5, 51))}
    best = [threshold for threshold, score in scores.items() if score == max(scores.values())]
    return best[len(best) // 2]


def main() -> None:
    """Trains on the corpus, calibrates on the calibration half of the validation split, writes the model."""
    calibration, _ = halves(read(VALIDATION))
    model = build(read(CORPUS), calibration)
    save(model, MODEL)
    print(
        f"{MODEL}: {MODEL.stat().st_size / 1e6:.2f} MB, {[len(v.rows) for v in model.views]} features, "
        f"temperature {model.temperature:.3f}, "
        f"abstains below {model.abstain_below:.2f}"
    )


if __name__ == "__main__":
    main()
