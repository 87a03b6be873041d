"""All that the desk reads out of one text: what it does, what it is about, plates, time, place, signals."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desk.language import signals
from desk.language.acts import Act, act_of, asks, without_courtesy
from desk.language.categories import OTHER, Classification, classify
from desk.language.features import agency_of
from desk.language.normalize import clean
from desk.language.places import Place, find_place
from desk.language.plates import Plate, find_plates
from desk.language.times import When, find_when
from desk.language.wards import ward_at

_TELLS = frozenset({Act.REPORT, Act.EMERGENCY, Act.CORRECTION, Act.FACTS})
_LONGEST_SPAN = 60  # letters: a longer span has words between its parts that are no fact
_SURE = 0.8
_OVER_AFTER = timedelta(hours=6)  # what happened longer ago is no danger now, however bad it was
_CATEGORY_OF = {
    **dict.fromkeys(
        (Act.FACTS, Act.ACK, Act.YES, Act.NO, Act.CANCEL, Act.SLIP, Act.STOP, Act.RESUME, Act.NEWS, Act.MENU),
        OTHER,
    ),
    Act.THANKS: "greeting",
    Act.GREETING: "greeting",
    Act.STATUS: "case_status",
    Act.HUMAN: "human_agent",
    Act.DELETE_DATA: "delete_data",
}


@dataclass(frozen=True, slots=True)
class Understanding:
    """`category` is a class id or `other`; `ward` a code, from the pin if there is one, else the words."""

    act: Act
    category: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    plates: tuple[Plate, ...]
    when: When | None
    place: Place | None
    ward: str | None
    urgent: bool
    abusive: bool
    advertising: bool
    english: bool
    starts_new_topic: bool
    refers_back: bool


def understand(
    text: str, *, sent_at: datetime, agency: str, location: tuple[float, float] | None = None
) -> Understanding:
    """Reads a text sent at `sent_at` to the OA of `agency`; `location` is a pin's (lat, lon)."""
    said = clean(text).lower()
    plates, when, place = find_plates(text), find_when(text, sent_at), find_place(text)
    matter = classify(without_courtesy(signals.without_marker(signals.without_denied(said))), agency)
    spans = [found.span for found in (*plates, when, place) if found is not None]
    facts = [(start, end) for start, end in spans if end - start <= _LONGEST_SPAN]
    act = act_of(text, matter.category, facts, sure=matter.confidence >= _SURE)
    matter = _matter_of(act, matter)
    past = when is not None and when.end < sent_at - _OVER_AFTER
    if _endangers(said, act, matter, past):
        act = Act.EMERGENCY
    elif act is Act.EMERGENCY and past:
        act = Act.REPORT
    return Understanding(
        act=act,
        category=matter.category,
        confidence=matter.confidence,
        alternatives=matter.alternatives,
        words=matter.words,
        plates=plates,
        when=when,
        place=place,
        ward=(ward_at(*location) if location else None) or (place.ward if place else None),
        urgent=act is Act.EMERGENCY
        or (act in _TELLS and not past and signals.is_urgent(said, matter.category)),
        abusive=signals.is_abusive(said),
        advertising=signals.is_advertising(said),
        english=signals.is_english(text.lower()),
        starts_new_topic=signals.starts_new_topic(said),
        refers_back=signals.refers_back(said),
    )


def _matter_of(act: Act, matter: Classification) -> Classification:
    """The rules know short messages better than the model: a bare plate, "ok" or "thôi" tells no matter."""
    category = _CATEGORY_OF.get(act, matter.category)
    if category == matter.category:
        return matter
    confidence = max(0.9, dict(matter.alternatives).get(category, 0.0))
    return replace(matter, category=category, confidence=confidence, words=())


def _endangers(said: str, act: Act, matter: Classification, past: bool) -> bool:
    """A report of a life in danger now; a question about injuries, as BHXH gets them, is none."""
    tells = (act in _TELLS or act is Act.OTHER) and not asks(said)
    return tells and not past and agency_of(matter.category) != "bhxh" and signals.life_in_danger(said)
