"""The shipped classifier beside scikit-learn's TF-IDF + LinearSVC, trained on the same corpus, in one run.

`python -m benchmarks.classifier`: accuracy on the test half of the validation split, time a message, time to load
in a fresh process, file size, and the ratios.
"""

import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from desk.language.asked import asked
from desk.language.categories import MODEL, classify
from desk.language.normalize import fold
from desk.language.topics import topics
from desk.language.understanding import understand
from training.evaluate import halves
from training.prepare import CORPUS, SEED, VALIDATION, Row, distinct, read

_LOAD_OURS = "from desk.language.categories import load; load()"
_LOAD_ASKED = "from desk.language.asked import asked; asked('thẻ của em', 'bhxh')"
_LOAD_THEIRS = "import pickle, pathlib; pickle.loads(pathlib.Path({path!r}).read_bytes())"
_PROCESSES = 5
_SENT_AT = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))


@dataclass(frozen=True, slots=True)
class Result:
    """Accuracies as shares, times in milliseconds, size in megabytes."""

    accuracy: float
    bare_accuracy: float
    message_ms: float
    load_ms: float
    size_mb: float


def ours(test: Sequence[Row]) -> Result:
    """The shipped model."""
    return Result(
        *_scores(test, lambda row: classify(row.text, row.agency).category),
        _load_ms(_LOAD_OURS),
        MODEL.stat().st_size / 1e6,
    )


def theirs(rows: Sequence[Row], test: Sequence[Row]) -> Result:
    """Word 1- to 2-grams, TF-IDF and LinearSVC with their default settings, on the corpus as written."""
    pipeline: Pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC(random_state=SEED))
    pipeline.fit([row.text for row in rows], [row.label for row in rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pickle"
        path.write_bytes(pickle.dumps(pipeline))
        load_ms = _load_ms(_LOAD_THEIRS.format(path=str(path)))
        size = path.stat().st_size / 1e6
    return Result(*_scores(test, lambda row: pipeline.predict([row.text])[0]), load_ms, size)


def _scores(test: Sequence[Row], answer: Callable[[Row], str]) -> tuple[float, float, float]:
    right = sum(answer(row) == row.label for row in test)
    bare = [Row(fold(row.text), row.label, row.agency, row.style) for row in test]
    bare_right = sum(answer(row) == row.label for row in bare)
    return right / len(test), bare_right / len(test), _median_ms(test, answer)


def _median_ms(test: Sequence[Row], answer: Callable[[Row], object]) -> float:
    times = []
    for row in test:
        start = time.perf_counter()
        answer(row)
        times.append(time.perf_counter() - start)
    return median(times) * 1e3


def _whole(row: Row) -> object:
    """All that the desk reads in a message: kind, act, plates, time, place, two matters or one, what it asks."""
    told = understand(row.text, sent_at=_SENT_AT, agency=row.agency), topics(row.text, _SENT_AT, row.agency)
    return *told, _asked(row)


def _asked(row: Row) -> object:
    """Anew each time, as if nobody had asked the same before."""
    asked.cache_clear()
    return asked(row.text, row.agency)


def _load_ms(code: str) -> float:
    """Median time of the code in fresh processes, less that of an empty process."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    runs = [run(code) - run("pass") for _ in range(_PROCESSES)]
    return median(runs) * 1e3


def main() -> None:
    """Prints a table."""
    _, test = halves(read(VALIDATION))
    a, b = ours(test), theirs(distinct(read(CORPUS)), test)
    print(
        f"{'classifier':24}{'ours':>10}{'sklearn':>10}{'ratio':>8}   ({len(test)} messages of the test half)"
    )
    for name, x, y, unit in (
        ("right, as written", a.accuracy * 100, b.accuracy * 100, "%"),
        ("right, marks stripped", a.bare_accuracy * 100, b.bare_accuracy * 100, "%"),
        ("time a message", a.message_ms, b.message_ms, "ms"),
        ("what is asked", _median_ms(test, _asked), b.message_ms, "ms"),
        ("all that the desk reads", _median_ms(test, _whole), b.message_ms, "ms"),
        ("import and load", a.load_ms, b.load_ms, "ms"),
        ("so for what is asked", _load_ms(_LOAD_ASKED), b.load_ms, "ms"),
        ("file", a.size_mb, b.size_mb, "MB"),
    ):
        print(f"{name:24}{x:8.2f}{unit:>2}{y:8.2f}{unit:>2}{x / y:8.2f}")


if __name__ == "__main__":
    main()
