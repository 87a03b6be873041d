"""One long message that tells two matters, cut into its matters; conservative, because a wrong cut makes two
reports of one.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from desk.language.acts import Act
from desk.language.categories import OTHER
from desk.language.normalize import Span, align, clean, sentences
from desk.language.signals import NEW_TOPIC, starts_new_topic
from desk.language.understanding import Understanding, understand

_TOLD = frozenset({Act.REPORT, Act.EMERGENCY, Act.ENQUIRY, Act.COMPLAINT, Act.OTHER, Act.CORRECTION})
_SURE = 0.7  # least confidence of both sides for a cut that no words announce


@dataclass(frozen=True, slots=True)
class TopicPart:
    """A part of the text, where it stands, and what it says by itself."""

    text: str
    span: Span
    understanding: Understanding


def topics(text: str, sent_at: datetime, agency: str) -> tuple[TopicPart, ...]:
    """The matters of a text in their order; one part with the whole text when it tells one (or none)."""

    def part(start: int, end: int) -> TopicPart:
        words = text[start:end]
        return TopicPart(words, (start, end), understand(words, sent_at=sent_at, agency=agency))

    clauses = _clauses(text)
    parts: list[TopicPart] = []
    start = 0
    for cut, end in clauses[1:]:
        announced = starts_new_topic(clean(text[cut:end]).lower())
        before, after = part(start, cut), part(cut, len(text) if announced else end)
        if _two_matters(before.understanding, after.understanding, announced):
            parts.append(before)
            start = cut
    return (*parts, part(start, len(text)))


def _clauses(text: str) -> list[Span]:
    """Sentences, cut once more where a marker follows a comma (", ngoài ra ở …")."""
    view = align(text)
    clauses: list[Span] = []
    for start, end in sentences(text):
        cuts = [
            view.span(*m.span())[0]
            for m in NEW_TOPIC.finditer(view.marked)
            if _after_comma(view.marked, m.start())
        ]
        edges = [start, *(cut for cut in cuts if start < cut < end), end]
        clauses += pairwise(edges)
    return clauses


def _after_comma(text: str, position: int) -> bool:
    return text[:position].rstrip().endswith((",", "-", ")"))


def _two_matters(before: Understanding, after: Understanding, announced: bool) -> bool:
    if OTHER in (before.category, after.category) or before.act not in _TOLD or after.act not in _TOLD:
        return False
    differ = before.category != after.category
    own_facts = after.place is not None or bool(after.plates)
    if announced:
        return differ or own_facts
    apart = before.place is not None and after.place is not None and before.place.text != after.place.text
    return differ and apart and min(before.confidence, after.confidence) >= _SURE
