"""Builds functions/desk/language/data/questions.*.bin, which say what a message asks: `python -m training.questions`.

One small model for each agency that has a knowledge base. Its labels are the known answers, the look-ups of one's own
data, "report" for what is to be acted on, and "-" for questions that nothing known answers. It learns from
`questions/*.tsv` (label and text, written for this project), from the wordings of the entries and from the corpus.
"""

import random
import sys
from collections.abc import Iterator

from desk.domain.knowledge import packaged
from desk.language.asked import NONE, PERSON, REPORT, TALK, model_file
from desk.language.features import agency_of
from training.prepare import CORPUS, HERE, SEED, Row, distinct, read, variants
from training.train import Fitted, Settings, best_temperature, save

QUESTIONS = HERE / "questions"
FRESH = QUESTIONS / "fresh"
# A question is one of few words, its kind one of few: less is kept than of the taxonomy's model.
SETTINGS = Settings(kept_features=(5_000, 10_000, 7_000, 60), agency_prior=0.0)
_FROM_CORPUS = {REPORT: 500, NONE: 200, PERSON: 80, TALK: 160}
_LABELS = {
    "other": NONE,
    "human_agent": PERSON,
    **dict.fromkeys(("case_status", "delete_data", "complaint_denunciation", "greeting"), TALK),
}


def agencies() -> list[str]:
    """The agencies with questions to learn from."""
    return sorted(path.stem for path in QUESTIONS.glob("*.tsv"))


def rows(agency: str) -> list[Row]:
    """All that is known of an agency's questions, as written."""
    found = [Row(text, entry.id, agency, "entry") for entry in packaged(agency) for text in entry.questions]
    for line in (QUESTIONS / f"{agency}.tsv").read_text("utf-8").splitlines():
        label, text = line.split("\t")
        found.append(Row(text, label, agency, "question"))
    return [*found, *_of_corpus(agency)]


def _of_corpus(agency: str) -> Iterator[Row]:
    """Messages of the taxonomy's corpus whose class says what they are here; the same ones each time."""
    known: dict[str, list[Row]] = {label: [] for label in _FROM_CORPUS}
    for row in read(CORPUS):
        if row.agency == agency and (label := _label(row.label, agency)):
            known[label].append(Row(row.text, label, agency, "corpus"))
    chance = random.Random(SEED)
    for label, some in known.items():
        yield from chance.sample(some, min(len(some), _FROM_CORPUS[label]))


def _label(category: str, agency: str) -> str:
    if category in _LABELS or agency_of(category) != agency:
        return _LABELS.get(category, "")
    # The other classes of bhxh are questions, told apart by the entries.
    told = category == "employer" if agency == "bhxh" else category != "fine_lookup"
    return REPORT if told else ""


def fresh() -> list[Row]:
    """Questions of other writers, never trained on; the first set of them calibrates."""
    found = []
    for path in sorted(FRESH.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            agency, labels, text = line.split("\t")
            found.append(Row(text, labels, agency, path.stem))
    return found


def main() -> None:
    """Trains and writes the models."""
    for agency in sys.argv[1:] or agencies():
        chance = random.Random(SEED)
        written = distinct(rows(agency))
        fitted = Fitted([v for row in written for v in variants(row, chance)], SETTINGS)
        calibration = [
            Row(r.text, r.label.split(",")[0], agency, r.style)
            for r in fresh() if r.agency == agency and r.style == "first"
        ]  # fmt: skip
        temperature = best_temperature(fitted.compact(1.0, 0.0), calibration)
        path = model_file(agency)
        save(fitted.compact(temperature, 0.0), path)
        print(
            f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, {len(written)} rows, temperature {temperature:.3f}"
        )


if __name__ == "__main__":
    main()
