"""How well the knowledge base finds its entries: `python -m training.answers [--misses]`.

tests/data/questions.tsv holds questions written by hand, apart from the entries' own wordings: agency, the entry
that answers it ("-": none does), the question. Precision: of the questions answered, how many got the right entry.
Recall: of those that the base can answer, how many were. Offered: how many got it at once or as one of the three
"did you mean" buttons. Thresholds were tuned on the first, third … line of the file ("tuning").
"""

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from desk.domain.knowledge import Found, packaged_base
from desk.language.answers import sure
from desk.language.understanding import understand

QUESTIONS = Path(__file__).parent.parent / "tests" / "data" / "questions.tsv"
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One question, what should answer it (None: nothing), and what the base knows of it."""

    agency: str
    wanted: str | None
    text: str
    found: Found
    milliseconds: float

    @property
    def answer(self) -> str | None:
        return self.found.entry.id if self.found.entry else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1, and how many unanswerable questions got an answer nevertheless."""

    precision: float
    recall: float
    offered: float
    in_vain: int
    count: int

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, offered {self.offered:.3f}, "
            f"{self.in_vain} answered in vain, of {self.count}"
        )


def cases() -> Iterator[Case]:
    """Every labelled question with what the base knows of it."""
    for line in QUESTIONS.read_text("utf-8").splitlines():
        agency, wanted, text = line.split("\t")
        base = packaged_base(agency)
        topic = understand(text, sent_at=NOW, agency=agency).category
        base.look("warm", DAY)  # the first question of a day builds the index
        start = time.process_time()
        found = base.look(text, DAY, (topic,))
        spent = (time.process_time() - start) * 1000
        yield Case(agency, None if wanted == "-" else wanted, text, found, spent)


def figures(some: Iterable[Case]) -> Figures:
    """Precision and recall of a set of cases."""
    known = list(some)
    answered = [c for c in known if c.answer]
    right = sum(c.answer == c.wanted for c in answered)
    near = sum(c.answer is None and c.wanted in {hit.id for hit in c.found.near} for c in known)
    answerable = max(1, sum(c.wanted is not None for c in known))
    return Figures(
        precision=right / max(1, len(answered)),
        recall=right / answerable,
        offered=(right + near) / answerable,
        in_vain=sum(c.wanted is None for c in answered),
        count=len(known),
    )


def main(arguments: list[str]) -> None:
    """Prints the figures by part and agency; with --misses the questions that went wrong."""
    known = list(cases())
    for name, some in (("tuning", known[::2]), ("held out", known[1::2]), ("all", known)):
        print(f"{name}: {figures(some)}")
    for agency in ("bhxh", "csgt", "duytu"):
        print(f"{agency}: {figures(c for c in known if c.agency == agency)}")
    times = sorted(c.milliseconds for c in known)
    print(
        f"time: median {times[len(times) // 2]:.2f} ms, 99 of 100 within {times[len(times) * 99 // 100]:.2f} ms"
    )
    if "--thresholds" in arguments:
        _sweep(known)
    if "--misses" in arguments:
        for c in known:
            if c.answer != c.wanted:
                near = ", ".join(f"{hit.id} {hit.score:.2f}" for hit in c.found.near)
                print(f"{c.agency}  wanted {c.wanted}  got {c.answer} ({near})  {c.text}")


def _sweep(known: list[Case]) -> None:
    for threshold in (0.34, 0.38, 0.42, 0.46, 0.5):
        for margin in (0.0, 0.03, 0.05, 0.08):
            answered = [(c, c.found.near[0].id) for c in known if sure(c.found.near, threshold, margin)]
            right = sum(c.wanted == found for c, found in answered)
            share = right / max(1, sum(c.wanted is not None for c in known))
            print(
                f"threshold {threshold} margin {margin}: precision {right / len(answered):.3f}, recall {share:.3f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
