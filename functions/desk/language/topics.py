"""One long message that tells two matters, cut into its matters; conservative, because a wrong cut makes two
reports of one.

A cut needs a place where it may be (an item of a list, a word like "ngoài ra", the end of a sentence) and two sides
that are different matters each by itself. The less the words announce a second matter, the more the facts must say
that it is one. What looks like two but is not sure enough stays whole and is marked for the officer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

from desk.language.act_phrases import LABEL
from desk.language.acts import Act
from desk.language.categories import OTHER, classify
from desk.language.features import agency_of, taxonomy
from desk.language.normalize import Aligned, Span, align, clean, either_spelling, fold, sentences
from desk.language.phrases import compile_phrases
from desk.language.signals import NEW_TOPIC, starts_new_topic
from desk.language.understanding import Understanding, understand

_TOLD = frozenset({Act.REPORT, Act.EMERGENCY, Act.COMPLAINT, Act.OTHER, Act.CORRECTION})
_FEWEST_WORDS = 8  # shorter texts tell one matter
_LIKELY, _SURE, _CLEAR = 0.4, 0.7, 0.9
# Violations of one driver are one case; a shop on the pavement is no driver.
_DRIVING = frozenset(row["id"] for row in taxonomy() if row["agency"] == "csgt") - {
    "sidewalk_occupation",
    "officer_conduct",
    "fine_lookup",
}
# What one event brings about: "xe tải đâm đổ cột đèn, tắc cả phố" is one matter.
_CONSEQUENCES = frozenset({"accident", "emergency", "congestion"})

_ITEM = r"(?:việc|vụ|điều|cái|điểm|chỗ|vấn đề|ý)"
_NUMBER = re.compile(either_spelling(rf"(?<![\w.,/:-])\(?(?:{_ITEM} )?([1-5])\s?[.)/:](?!\d)\s*(?=[^\W\d])"))
_ORDINAL = re.compile(
    either_spelling(
        rf"(?<!\w)(?:{_ITEM} (thứ nhất|thứ hai|thứ ba)|(thứ nhất|thứ hai|thứ ba)(?=\s*(?:,|:|-|là\b))"
        r"|(một|hai|ba) là(?!\w))"
    )
)
_BULLET = re.compile(r"(?m)^\s*[-•*+]\s*(?=[^\W\d])")
_RANKS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "thu nhat": 1, "thu hai": 2, "thu ba": 3} | {
    "mot": 1,
    "hai": 2,
    "ba": 3,
}
# Turns to something else only when the facts say so: "còn đường …", "đồng thời".
_TURN = compile_phrases("""
    (đồng thời|với lại|với cả|cùng với đó|chưa kể|tiếp theo)
    còn cái? (ở|bên|đường|phố|ngõ|xe|đoạn|chỗ|ông|bà|thằng|quán|ngã)
    (sáng|trưa|chiều|tối|đêm|hôm) (nay|qua|kia)
    (nay|rồi) lại (thấy|có|gặp)""")
_BOTH = compile_phrases("""
    (và|lẫn)
    vừa""")


class _Cut(IntEnum):
    """Why the text may be cut here, from the most to the least telling."""

    LISTED = 0
    ANNOUNCED = 1
    TURN = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class TopicPart:
    """A part of the text, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Topics:
    """The matters of a text in their order, the whole text when it tells one (or none); `several` when it seems to
    tell more of them than it was cut into."""

    parts: tuple[TopicPart, ...]
    several: bool = False


def topics(text: str, sent_at: datetime, agency: str) -> Topics:
    """Cut a text sent at `sent_at` to the OA of `agency` into its matters."""

    cuts = _cuts(text)
    ends = [*(position for position, _ in cuts[1:]), len(text)]
    parts: list[TopicPart] = []
    several = False
    start = 0
    for (position, why), end in zip(cuts, ends, strict=False):
        before, after = (
            understand(words, sent_at=sent_at, agency=agency)
            for words in (text[start:position], text[position:end])
        )
        if _two_matters(before, after, why):
            parts.append(TopicPart(text[start:position], (start, position)))
            start = position
        elif why <= _Cut.ANNOUNCED:
            several = several or _two_kinds(before, after)
    whole = not parts
    parts.append(TopicPart(text[start:], (start, len(text))))
    return Topics(tuple(parts), several or (whole and _names_two_kinds(text, agency)))


def _cuts(text: str) -> list[tuple[int, _Cut]]:
    """Where the text may be cut, and why; nowhere when it is short."""
    if len(text.split()) < _FEWEST_WORDS:
        return []
    view = align(text)
    found: dict[int, _Cut] = {}
    items = _items(view)
    for position in items:
        found[view.span(position, position)[0]] = _Cut.LISTED
    for start, end in sentences(text):
        if start and not items:
            announced = starts_new_topic(clean(text[start:end]).lower())
            found.setdefault(start, _Cut.ANNOUNCED if announced else _Cut.SENTENCE)
        for pattern, why in ((NEW_TOPIC, _Cut.ANNOUNCED), (_TURN, _Cut.TURN)):
            for marker in pattern.finditer(view.marked):
                position = view.span(*marker.span())[0]
                if start <= position < end and _after_pause(view.marked, marker.start()):
                    found[position] = min(why, found.get(position, why))
    return sorted((position, why) for position, why in found.items() if text[:position].strip())


def _items(view: Aligned) -> list[int]:
    """Where the second and later items of a list begin: "1) … 2) …", "thứ nhất … thứ hai …", lines with bullets."""
    for pattern in (_NUMBER, _ORDINAL):
        marks = list(pattern.finditer(view.marked))
        ranks = [_RANKS[fold(next(group for group in mark.groups() if group))] for mark in marks]
        # "1. Thời gian: 7h. 2. Địa điểm: …" lists the facts of one matter.
        labels = any(LABEL.match(view.marked, mark.end()) for mark in marks)
        if len(ranks) > 1 and ranks == list(range(1, len(ranks) + 1)) and not labels:
            return [mark.start() for mark in marks[1:]]
    bullets = [mark.start() for mark in _BULLET.finditer(view.marked)]
    return bullets[1:]


def _after_pause(text: str, position: int) -> bool:
    return text[:position].rstrip().endswith((",", "-", ")", ".", ";", "!", "\n"))


def _two_matters(before: Understanding, after: Understanding, why: _Cut) -> bool:
    if OTHER in (before.category, after.category) or not _told(before, after, why):
        return False
    if why is not _Cut.LISTED and after.refers_back:
        return False
    vehicles = _apart({p.compact for p in before.plates}, {p.compact for p in after.plates})
    elsewhere = _apart(set(_streets(before)), set(_streets(after)))
    if vehicles is False:
        return False
    differ = before.category != after.category
    least, most = sorted((before.confidence, after.confidence))
    if why <= _Cut.ANNOUNCED:
        own = bool(vehicles or elsewhere)
        if not differ or _of_police(before, after, listed=why is _Cut.LISTED):
            return own and least >= _LIKELY
        return least >= _LIKELY and (own or (most >= _CLEAR and not _confused(before, after)))
    if not differ or _CONSEQUENCES & {before.category, after.category} or least < _LIKELY:
        return False
    if why is _Cut.TURN:
        return bool(vehicles or elsewhere)
    return bool(elsewhere and (vehicles or not _of_police(before, after))) and least >= _SURE


def _told(before: Understanding, after: Understanding, why: _Cut) -> bool:
    """Both sides tell something; one of them may be a question when words announce the other."""
    acts = [found.act for found in (before, after) if found.act not in _TOLD]
    return not acts or (acts == [Act.ENQUIRY] and why is _Cut.ANNOUNCED)


def _two_kinds(before: Understanding, after: Understanding) -> bool:
    """Two kinds of thing that two different crews act on."""
    known = OTHER not in (before.category, after.category) and before.category != after.category
    sure = min(before.confidence, after.confidence) >= _LIKELY
    told = before.act in _TOLD and after.act in _TOLD
    return known and sure and told and not _of_police(before, after) and not _confused(before, after)


def _names_two_kinds(text: str, agency: str) -> bool:
    """ "Vừa mất nắp cống vừa hỏng đèn đường": two faults in one breath."""
    marked = align(text).marked
    joints = [m.start() for m in _BOTH.finditer(marked)]
    edges = [0, *joints, len(marked)]
    found = [classify(marked[start:end], agency) for start, end in pairwise(edges)] if joints else []
    sure = [c for c in found if c.confidence >= _SURE and agency_of(c.category) == "duytu"]
    return len({c.category for c in sure}) > 1


def _of_police(before: Understanding, after: Understanding, *, listed: bool = False) -> bool:
    """Matters of the police, who take what happens in one place as one case, unless two are listed that no one
    driver can have done."""
    kinds = {before.category, after.category}
    return kinds <= _DRIVING if listed else set(map(agency_of, kinds)) == {"csgt"}


def _confused(before: Understanding, after: Understanding) -> bool:
    """Two kinds that the model takes for one another in this text."""
    likely = 0.15
    return (
        dict(after.alternatives).get(before.category, 0) >= likely
        or dict(before.alternatives).get(after.category, 0) >= likely
    )


def _apart(known: set[str], said: set[str]) -> bool | None:
    """True when both name something and share nothing, False when they share something, None when one is silent."""
    if not known or not said:
        return None
    return not known & said


def _streets(found: Understanding) -> Iterator[str]:
    place = found.place
    if place:
        yield from (fold(name) for name in (place.street, *(place.junction or ()), place.landmark) if name)
