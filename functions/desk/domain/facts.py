"""The facts of a report, read from its messages: kind, plates, time, place, and what is still missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from desk.domain.message import Message, Seen, read, see
from desk.domain.report import Report
from desk.language.acts import Act
from desk.language.features import only_asked
from desk.language.plates import Plate
from desk.language.understanding import Understanding
from desk.language.wards import ward_at

# Marks a fact that a machine read in a picture or a recording (`facts_by`).
MACHINE = "machine"
# A correction names a kind only when the desk is this sure of it.
_SURE = 0.5
# The first matter told names the report, if it was this clear, whatever else the same vehicle did afterwards.
_CLEAR = 0.7
# What says nothing of the matter itself.
_READ_FLAGS = frozenset({"abusive", "advertising", "several"})
_NOT_TOLD = frozenset({Act.CORRECTION, Act.SLIP, Act.HUMAN})
# How many characters two plates may differ in to be one plate and its correction.
_SLIP = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What the messages of one matter say. `when` and `place` as the staff API shows them, with their words."""

    category: str = "other"
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    words: tuple[str, ...] = ()
    plates: tuple[dict[str, Any], ...] = ()
    when: dict[str, Any] | None = None
    place: dict[str, Any] | None = None
    ward: str | None = None
    location: dict[str, float] | None = None
    urgent: bool = False
    flags: tuple[str, ...] = ()
    english: bool = False


def of_messages(messages: Sequence[Seen], agency: str) -> Facts:
    """Read the facts of one matter; what a correction says counts more than what it corrects."""
    texts = [m for m in sorted(messages, key=lambda m: m.order) if m.text.strip() and m.kind != "location"]
    pins = [m for m in messages if m.location]
    location = pins[-1].location if pins else None
    ward = ward_at(*location) if location else None
    facts = Facts(ward=ward, location={"lat": location[0], "lon": location[1]} if location else None)
    if not texts:
        return facts
    told = [m for m in texts if m.act not in _NOT_TOLD] or texts
    whole = read(replace(told[0], text="\n".join(m.text for m in told), location=None), agency)
    facts = replace(
        facts,
        category=whole.category,
        confidence=round(whole.confidence, 3),
        alternatives=tuple((c, round(p, 3)) for c, p in whole.alternatives),
        words=whole.words,
        urgent=whole.urgent or any(m.urgent for m in texts),
        flags=tuple(flag for flag, on in _flags(whole, texts) if on),
        english=whole.english,
    )
    facts = _named_by_first(facts, told)
    for message in texts:
        facts = _add(facts, read(message, agency), corrects=message.act == Act.CORRECTION)
    # What is told under a class that people only ask about is a matter without a class.
    return replace(facts, category="other", words=()) if only_asked(facts.category) else facts


def _flags(whole: Understanding, texts: Sequence[Seen]) -> Iterator[tuple[str, bool]]:
    yield "abusive", whole.abusive
    yield "advertising", whole.advertising
    yield "several", any(m.several for m in texts)


def _named_by_first(facts: Facts, told: Sequence[Seen]) -> Facts:
    first = next((m for m in told if m.act in {Act.REPORT, Act.EMERGENCY}), told[0])
    later = {m.category for m in told if m is not first}
    if facts.category == first.category or facts.category not in later or first.confidence < _CLEAR:
        return facts
    return replace(
        facts, category=first.category, confidence=first.confidence, alternatives=first.alternatives
    )


def _add(facts: Facts, said: Understanding, *, corrects: bool) -> Facts:
    plates = with_plates(facts.plates, [_plate(p) for p in said.plates], corrects=corrects)
    facts = replace(facts, plates=plates)
    if said.when and (corrects or facts.when is None):
        when = said.when
        facts = replace(
            facts,
            when={
                "iso": when.iso,
                "precision": when.precision,
                "start": when.start.isoformat(),
                "end": when.end.isoformat(),
                "words": when.words,
            },
        )
    if said.place and (corrects or facts.place is None):
        place = asdict(said.place)
        place.pop("span")
        facts = replace(facts, place=place, ward=facts.ward or said.ward)
    if corrects and said.category != "other" and said.confidence >= _SURE:
        facts = replace(facts, category=said.category, confidence=round(said.confidence, 3), words=said.words)
    return facts


def _plate(plate: Plate) -> dict[str, Any]:
    data = asdict(plate)
    data.pop("span")
    return data


def with_plates(
    known: tuple[dict[str, Any], ...], said: Sequence[dict[str, Any]], *, corrects: bool
) -> tuple[dict[str, Any], ...]:
    """The plates known with those said since."""
    plates = list(known)
    for plate in said:
        if any(p["compact"] == plate["compact"] for p in plates):
            continue
        # The rest of a plate that was given in part, or a corrected one, takes the place of the first.
        slips = [
            n
            for n, p in enumerate(plates)
            if (p["partial"] and plate["compact"].startswith(p["compact"]))
            or (corrects and (len(plates) == 1 or _distance(p["compact"], plate["compact"]) <= _SLIP))
        ]
        if slips:
            plates[slips[0]] = plate
        else:
            plates.append(plate)
    return tuple(plates)


def _distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def missing(report: Report, wanted: Sequence[str], *, no_plate: frozenset[str]) -> tuple[str, ...]:
    """What a report lacks, most valuable first: `wanted` is the agency's order of time, place, plate, media."""
    has: Mapping[str, bool] = {
        "time": report.when is not None,
        "place": report.place is not None or report.location is not None,
        "plate": bool(report.plates) or report.category in no_plate,
        "media": bool(report.evidence),
        "matter": report.category != "other",
    }
    return tuple(fact for fact in wanted if not has[fact])


def apply(report: Report, facts: Facts) -> Report:
    """The report with the facts as read now; what an officer corrected stays (`facts_by`)."""
    read_now: dict[str, dict[str, Any]] = {
        "category": {"category": facts.category, "confidence": facts.confidence},
        "plates": {"plates": facts.plates},
        "when": {"when": facts.when},
        "place": {"place": facts.place},
        "ward": {"ward": facts.ward},
        "location": {"location": facts.location},
        "urgency": {"urgency": "urgent" if facts.urgent else "normal"},
    }
    # Flags that no reading sets (overdue, complex, answered) stay whatever the citizen writes.
    flags = dict.fromkeys([*(f for f in report.flags if f not in _READ_FLAGS), *facts.flags])
    values: dict[str, Any] = {"alternatives": facts.alternatives, "words": facts.words, "flags": tuple(flags)}
    by = dict(report.facts_by)
    for fact, found in read_now.items():
        said, who = found[fact], by.get(fact, "desk")
        # What a machine read stays until somebody says something else.
        silent = said in (None, (), "other") or said == getattr(report, fact)
        if who.startswith("staff") or (who == MACHINE and silent):
            continue
        values |= found
        if who == MACHINE:
            del by[fact]
    return replace(report, facts_by=by, **values)


def of_text(text: str, *, at: int, agency: str, location: tuple[float, float] | None = None) -> Facts:
    """The facts of a text that did not come as a message: the hotline's notes. `at` in milliseconds."""
    spoken = Message(id="intake", at=at, arrived=at, kind="text", text=text, location=location)
    return of_messages([see(spoken, agency)], agency)
