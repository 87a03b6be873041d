"""What a message asks its agency: a known question, a look-up of one's own data, or nothing of the kind.

A model for each agency, made by `training/questions.py`; it reads like that of the classes (`categories`).
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from desk.language.categories import Model, load
from desk.language.features import DATA

REPORT, PERSON, TALK, NONE = "report", "person", "talk", "-"
SURE = 0.55
"""How likely what is asked must be to be answered at once."""
LOOK = "look:"
"""Begins the labels of look-ups: look:card, look:number, look:contributions, look:file, look:facility."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked (`label`: the id of a known answer, a look-up, REPORT, PERSON, NONE, or TALK with the desk about
    reports and data), how sure that is, and the likeliest labels, best first."""

    label: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]

    @property
    def is_sure(self) -> bool:
        """Whether it may be acted on without asking."""
        return self.confidence >= SURE

    @property
    def is_question(self) -> bool:
        """Whether something known answers it."""
        return self.label not in {REPORT, PERSON, TALK, NONE}

    def share(self, label: str) -> float:
        """How likely a label is; 0 for all but the likeliest five."""
        return dict(self.alternatives).get(label, 0.0)

    @property
    def look_up(self) -> str:
        """The look-up that is asked for; empty for none."""
        return self.label.removeprefix(LOOK) if self.label.startswith(LOOK) else ""


def model_file(agency: str) -> Path:
    """Where an agency's model lies, if it has one."""
    return DATA / f"questions.{agency}.bin"


@lru_cache(maxsize=256)
def asked(text: str, agency: str) -> Asked | None:
    """What a message asks; None where nobody taught the desk what an agency is asked."""
    model = _model(agency)
    if model is None or not text.strip():
        return None
    found = model.classify(text)
    return Asked(*found.alternatives[0], found.alternatives)


@cache
def _model(agency: str) -> Model | None:
    path = model_file(agency)
    return load(path) if path.is_file() else None
