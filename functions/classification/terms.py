"""By what a report is found: its plates, and the words of its text, without marks."""

from collections.abc import Iterator

from desk.domain.report import Report
from desk.language.normalize import fold, tokens

_MOST_WORDS = 40


def terms(report: Report) -> Iterator[tuple[str, str]]:
    """Pairs of kind (PLATE or WORD) and term."""
    for plate in report.plates:
        yield "PLATE", plate["compact"]
    words = dict.fromkeys(fold(t) for t in tokens(report.text))
    for word in [w for w in words if len(w) > 1][:_MOST_WORDS]:
        yield "WORD", word
