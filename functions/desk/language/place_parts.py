"""The parts of a described place: streets, landmarks, junctions, kilometre posts, directions, addresses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from desk.language import place_forms as forms
from desk.language.gazetteer import find_names, name_at
from desk.language.normalize import Aligned
from desk.language.wards import named_units


class Role(StrEnum):
    """Which field of a place a part fills."""

    STREET = "street"
    LANDMARK = "landmark"
    JUNCTION = "junction"
    KM = "km"
    DIRECTION = "direction"
    REGION = "region"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Part:
    """`start` to `end` in the view; `crossing` is the second street of a junction; `name` as on the map."""

    start: int
    end: int
    role: Role
    name: str
    score: float
    crossing: str | None = None


_ROLES = {"street": Role.STREET, "road": Role.STREET, "region": Role.REGION, "unit": Role.REGION}


def find_parts(view: Aligned) -> list[Part]:
    """All parts in their order; where several readers claim the same words the one that says more has them."""
    claimed: list[Part] = []
    for reader in _READERS:
        for part in reader(view, claimed):
            claimed = [other for other in claimed if other.end <= part.start or part.end <= other.start]
            claimed.append(part)
            claimed.sort(key=lambda other: other.start)
    return claimed


def _names(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    for found in find_names(view):
        role = _ROLES.get(found.kind, Role.LANDMARK)
        yield Part(*found.span, role, found.name, found.score)


def _units(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """ "phường Khương Đình": a street of that name is not meant."""
    for same_name, span in named_units(view):
        yield Part(*span, Role.REGION, same_name[0].name, 0.95)


def _numbered_roads(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    for match in forms.RING_ROAD.finditer(view.marked):
        above = " trên cao" if match["above"] else ""
        if any(part.start <= match.start() and match.end() <= part.end for part in claimed):
            continue  # a longer name: "đường trên cao vành đai 3"
        yield Part(*match.span(), Role.STREET, f"Vành đai {match['ring'].replace(',', '.')}{above}", 0.9)
    for pattern, kind in ((forms.NATIONAL_ROAD, "Quốc lộ"), (forms.PROVINCIAL_ROAD, "Tỉnh lộ")):
        for match in pattern.finditer(view.marked):
            yield Part(*match.span(), Role.STREET, f"{kind} {match['number'].replace(' ', '').upper()}", 0.9)
    for match in forms.NUMBERED_ROAD.finditer(view.marked):
        if not _overlaps(match.span(), claimed):
            yield Part(*match.span(), Role.STREET, f"Đường {match['number'].upper()}", 0.75)


def _km_posts(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    for match in forms.KM_POST.finditer(view.marked):
        metres = f"+{match['metres']}" if match["metres"] else ""
        yield Part(*match.span(), Role.KM, f"Km{match['km']}{metres}", 0.7)


def _typed_landmarks(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """ "bệnh viện X", "cổng trường Y": the street that lends its name is not the place."""
    for match in forms.LANDMARK_WORD.finditer(view.marked):
        if match[0] in ("den", "de", "ho", "phu"):
            continue  # "tu Kim Ma den Cau Giay": đến, not đền
        start = match.start()
        if view.marked[match.end() : match.end() + 1] != " ":
            continue
        known = next((part for part in claimed if part.start <= start < part.end), None)
        if known is not None and (known.start < start or known.end > match.end()):
            continue
        end = _end_of_name(view, match.end() + 1)
        if end is not None:
            yield Part(start, end, Role.LANDMARK, view.composed[start:end], 0.75)


def _unlisted_streets(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """A street that no list knows: capitals, or a surname and what follows it, after "đường" or "phố"."""
    for match in forms.STREET_WORD.finditer(view.marked):
        start = match.end() + (view.marked[match.end() : match.end() + 1] == " ")
        if _overlaps((match.start(), start + 1), claimed):
            continue
        proper = forms.PROPER_NAME.match(view.composed, start)
        if proper and " " in proper[0]:
            yield Part(start, proper.end(), Role.STREET, proper[0], 0.6)
        elif (end := _surnamed_end(view, start)) is not None:
            yield Part(start, end, Role.STREET, view.composed[start:end].title(), 0.5)


def _junctions(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    for match in forms.JUNCTION_WORD.finditer(view.marked):
        if any(part.start <= match.start() and match.end() < part.end for part in claimed):
            continue  # "Ngã Tư Sở" is a name
        lead = forms.AFTER_JUNCTION_WORD.match(view.marked, match.end())
        first = _street_after(view, lead.end(), claimed) if lead else None
        if first is None:
            continue
        crossing = forms.CROSSING.match(view.marked, first.end)
        second = _street_after(view, crossing.end(), claimed) if crossing else _next_street(first, claimed)
        if second is None and match["of_two"]:
            continue
        if second is None:
            typed = view.composed[match.start() : first.end]
            role, name = (Role.LANDMARK, typed) if first.role is Role.REGION else (first.role, first.name)
            yield Part(match.start(), first.end, role, name, first.score)
        else:
            score = min(0.97, max(first.score, second.score) + 0.05)
            yield Part(match.start(), second.end, Role.JUNCTION, first.name, score, second.name)


def _crossings(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """ "Phạm Hùng giao Mễ Trì", "Láng - Lê Văn Lương" without a word for the junction."""
    crossed = 0
    for first in claimed:
        if first.role is not Role.STREET or first.start < crossed:
            continue  # of "Hào Nam - Giảng Võ - Cát Linh" the first two
        crossing = forms.STRICT_CROSSING.match(view.marked, first.end)
        second = _street_after(view, crossing.end(), claimed) if crossing else None
        if second is not None and second.role is Role.STREET and (second.score > 0.5 or " " in second.name):
            crossed = second.end
            yield Part(
                first.start,
                second.end,
                Role.JUNCTION,
                first.name,
                min(first.score, second.score),
                second.name,
            )


def _directions(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    for match in forms.DIRECTION_WORD.finditer(view.marked):
        first = _anything_at(view, match.end() + 1, claimed)
        if first is None or view.marked[match.end() : match.end() + 1] != " ":
            continue
        onward = forms.ONWARD.match(view.marked, first.end)
        second = _anything_at(view, onward.end(), claimed) if onward else None
        if second is None and match[0] in ("chieu", "phia"):
            continue
        end = second.end if second else first.end
        name = f"{first.name} - {second.name}" if second else first.name
        yield Part(match.start(), end, Role.DIRECTION, name, 0.6)


def _goings(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """ "Nguyễn Trãi đi Hà Đông": after a street."""
    for first in claimed:
        if first.role in (Role.STREET, Role.JUNCTION, Role.LANDMARK):
            going = forms.GOING.match(view.marked, first.end)
            second = _anything_at(view, going.end(), claimed) if going else None
            if going and second:
                yield Part(going.start() + 1, second.end, Role.DIRECTION, second.name, 0.6)


def _addresses(view: Aligned, claimed: list[Part]) -> Iterator[Part]:
    """ "ngõ 82" with no street beside it."""
    for match in forms.ADDRESS.finditer(view.marked):
        if not _overlaps(match.span(), claimed):
            end = match.start() + len(match[0].rstrip(" ,"))
            yield Part(match.start(), end, Role.ADDRESS, view.composed[match.start() : end], 0.3)


_READERS: tuple[Callable[[Aligned, list[Part]], Iterator[Part]], ...] = (
    _names,
    _units,
    _numbered_roads,
    _km_posts,
    _typed_landmarks,
    _unlisted_streets,
    _junctions,
    _crossings,
    _directions,
    _goings,
    _addresses,
)


def _overlaps(span: tuple[int, int], claimed: list[Part]) -> bool:
    return any(span[0] < part.end and part.start < span[1] for part in claimed)


def _street_after(view: Aligned, start: int, claimed: list[Part]) -> Part | None:
    """What crosses there: with "phố" when that is of the name ("Phố Huế"), else after it."""
    if found := _anything_at(view, start, claimed, listed=True):
        return found
    words = forms.STREET_WORDS.match(view.marked, start)
    return _anything_at(view, words.end() if words else start, claimed)


def _next_street(first: Part, claimed: list[Part]) -> Part | None:
    """ "ngã tư Khuất Duy Tiến Nguyễn Trãi": with nothing between."""
    return next((part for part in claimed if part.start == first.end + 1 and part.role is Role.STREET), None)


def _anything_at(view: Aligned, start: int, claimed: list[Part], *, listed: bool = False) -> Part | None:
    """What begins exactly there: a part, a listed name, or (unless `listed`) capitals or a person's name."""
    for part in claimed:
        if part.start <= start < part.end and part.role not in (Role.KM, Role.ADDRESS, Role.DIRECTION):
            return part if part.start == start else None
    if (found := name_at(view, start)) is not None:
        return Part(*found.span, _ROLES.get(found.kind, Role.LANDMARK), found.name, found.score)
    if listed:
        return None
    proper = forms.PROPER_NAME.match(view.composed, start)
    if proper:
        return Part(start, proper.end(), Role.STREET, proper[0], 0.5)
    end = _surnamed_end(view, start)
    return Part(start, end, Role.STREET, view.composed[start:end].title(), 0.5) if end is not None else None


def _end_of_name(view: Aligned, start: int) -> int | None:
    """The end of a listed name or of a run of capitals and codes that begins there."""
    found = name_at(view, start)
    if found is not None and found.kind == "unit" and view.composed[start].islower():
        found = None  # "mầm non hợp đồng"
    proper = forms.PROPER_NAME.match(view.composed, start)
    ends = [end for end in (found and found.span[1], proper and proper.end()) if end]
    return max(ends, default=None)


def _surnamed_end(view: Aligned, start: int) -> int | None:
    """The end of a person's name of three or four words in small letters, as streets have."""
    words = list(forms.WORD.finditer(view.marked, start, start + 40))
    if not words or words[0].start() != start or view.bare[slice(*words[0].span())] not in forms.SURNAMES:
        return None
    end, count = words[0].end(), 1
    for word in words[1:4]:
        if view.marked[end : word.start()] != " " or word[0] in forms.END_OF_NAME or not word[0].isalpha():
            break
        end, count = word.end(), count + 1
    return end if count >= 2 else None
