"""Where it happened, from how people describe it: `find_place`."""

from dataclasses import dataclass

from desk.language import place_forms as forms
from desk.language.normalize import Aligned, Span, align
from desk.language.place_parts import Part, Role, find_parts
from desk.language.wards import WardMatch, find_ward, units_named


@dataclass(frozen=True, slots=True)
class Place:
    """`text` is the place as the citizen wrote it; names in the other fields are spelled as on the map.

    `ward` is a code, only when it is certain; `ward_candidates` are the codes it can be.
    """

    text: str
    street: str | None
    junction: tuple[str, str] | None
    landmark: str | None
    km: str | None
    direction: str | None
    ward: str | None
    ward_candidates: tuple[str, ...]
    confidence: float
    span: Span


_WORTH = {
    Role.JUNCTION: 1.3,
    Role.STREET: 1.0,
    Role.LANDMARK: 0.95,
    Role.KM: 0.5,
    Role.REGION: 0.45,
    Role.ADDRESS: 0.4,
    Role.DIRECTION: 0.1,
}
_FARTHEST = 45
"""Letters between two parts of one place."""


def find_place(text: str) -> Place | None:
    """The place a message speaks of: the fullest description in it; None when it names none."""
    view = align(text)
    ward = find_ward(text)
    groups = _grouped(view, find_parts(view))
    if not groups:
        return _place_of_ward(text, ward)
    best = max(groups, key=lambda group: (_weight(view, group), -group[0].start))
    place = _place(view, best, ward)
    if all(part.role is Role.REGION for part in best) and not place.ward_candidates:
        return None  # "Hà Nội", "Hải Phòng": where nobody can be sent
    return place


def _grouped(view: Aligned, parts: list[Part]) -> list[list[Part]]:
    """Parts with nothing but commas and words of place between them."""
    groups: list[list[Part]] = []
    for part in parts:
        if groups:
            end = groups[-1][-1].end
            if part.start - end <= _FARTHEST and forms.JOINED.fullmatch(view.marked, end, part.start):
                groups[-1].append(part)
                continue
        groups.append([part])
    return groups


def _weight(view: Aligned, group: list[Part]) -> float:
    """How much a group says: its best part, a little for more parts, and for "tại", "ở" or a number before."""
    best = max(_WORTH[part.role] * part.score for part in group)
    start = _start(view, group[0])
    led = forms.PLACE_BEFORE.search(view.marked[max(0, start - 24) : start]) is not None
    return best + 0.05 * (len(group) - 1) + 0.2 * led + 0.2 * (start < group[0].start)


def _start(view: Aligned, first: Part) -> int:
    """With the house number, the alley and "đường" before a name."""
    if first.role not in (Role.STREET, Role.JUNCTION):
        return first.start
    window = max(0, first.start - 60)
    before = forms.ADDRESS_BEFORE.search(view.marked[window : first.start])
    return window + before.start() if before else first.start


def _place(view: Aligned, group: list[Part], ward: WardMatch | None) -> Place:
    start, end = _start(view, group[0]), max(part.end for part in group)
    street = next((part for part in group if part.role in (Role.STREET, Role.JUNCTION)), None)
    junction = next((part for part in group if part.role is Role.JUNCTION), None)
    first = {role: next((part.name for part in group if part.role is role), None) for role in Role}
    code, candidates = _wards(view, group, ward)
    known = max(group, key=lambda part: _WORTH[part.role] * part.score)
    span = view.span(start, end)
    return Place(
        text=view.original[slice(*span)].strip(" ,.-\n"),
        street=street.name if street else None,
        junction=(junction.name, junction.crossing) if junction and junction.crossing else None,
        landmark=first[Role.LANDMARK],
        km=first[Role.KM],
        direction=first[Role.DIRECTION],
        ward=code,
        ward_candidates=candidates,
        confidence=round(min(known.score, _WORTH[known.role]), 2),
        span=span,
    )


def _wards(view: Aligned, group: list[Part], ward: WardMatch | None) -> tuple[str | None, tuple[str, ...]]:
    """From a unit named as such; else from a region named beside the street, never for certain."""
    if ward is not None:
        return ward.code, ward.candidates
    for part in group:
        if part.role is Role.REGION:
            units = units_named(view, part.start, part.end)
            return None, tuple(dict.fromkeys(code for unit in units for code in unit.codes))
    return None, ()


def _place_of_ward(text: str, ward: WardMatch | None) -> Place | None:
    if ward is None:
        return None
    return Place(
        text=text[slice(*ward.span)],
        street=None,
        junction=None,
        landmark=None,
        km=None,
        direction=None,
        ward=ward.code,
        ward_candidates=ward.candidates,
        confidence=min(0.5, ward.confidence),
        span=ward.span,
    )
