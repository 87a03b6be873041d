"""The wards of Hanoi since 1 July 2025 (51 phường, 75 xã): from a pin, and from old and new names in a text."""

import re
from dataclasses import dataclass
from functools import cache

from desk.language.normalize import Aligned, Span, align, either_spelling, fold_marked
from desk.language.outlines import Box, Point, decode, distance, in_box, inside
from desk.language.tables import rows

_SEAM = 50
"""In 1e-5 degree, about 50 m: the outlines are simplified, so neighbours can leave a seam between them."""


@dataclass(frozen=True, slots=True)
class Ward:
    """`code` is the official five-digit one (decision 19/2025/QĐ-TTg), `kind` "p" or "x", `districts` those of
    before."""

    code: str
    kind: str
    name: str
    districts: tuple[str, ...]
    box: Box
    encoded_outline: str

    @property
    def full_name(self) -> str:
        """ "Phường Láng" """
        return f"{'Phường' if self.kind == 'p' else 'Xã'} {self.name}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A name that means one or several wards of today.

    `kind`: "p" phường, "x" xã, "t" thị trấn, "q" a district (quận, huyện, thị xã) of before. `codes` has several
    where the old unit was split: its name alone does not tell the ward.
    """

    name: str
    kind: str
    district: str
    codes: tuple[str, ...]
    today: bool


@dataclass(frozen=True, slots=True)
class WardMatch:
    """Units named in a text; `code` only when they mean one ward for certain, else `candidates`."""

    code: str | None
    candidates: tuple[str, ...]
    name: str
    kind: str
    confidence: float
    span: Span


@cache
def wards() -> dict[str, Ward]:
    """All 126 by their code."""
    table = {}
    for code, kind, name, districts, edges, outline in rows("wards.tsv"):
        west, south, east, north = map(int, edges.split(","))
        table[code] = Ward(code, kind, name, tuple(districts.split(";")), (west, south, east, north), outline)
    return table


def ward_at(latitude: float, longitude: float) -> str | None:
    """The code of the ward in which a point (WGS84, degrees) lies; None outside Hanoi."""
    point = (longitude * 1e5, latitude * 1e5)
    near = [ward for ward in wards().values() if in_box(point, ward.box, margin=_SEAM)]
    for ward in near:
        if in_box(point, ward.box) and inside(point, _outline(ward.code)):
            return ward.code
    if not near:
        return None
    away, code = min((distance(point, _outline(ward.code)), ward.code) for ward in near)
    return code if away <= _SEAM else None


@cache
def _outline(code: str) -> tuple[Point, ...]:
    return decode(wards()[code].encoded_outline)


@cache
def units() -> dict[str, tuple[Unit, ...]]:
    """All units by the words of their name without marks."""
    found: dict[str, tuple[Unit, ...]] = {}
    for bare, mark, kind, name, district, codes in rows("units.tsv"):
        unit = Unit(name, kind, district, tuple(codes.split(",")), today=mark == "+")
        found[bare] = (*found.get(bare, ()), unit)
    return found


# Abbreviations need their dot or a space: "p.Láng Hạ", "q Cầu Giấy".
_PREFIX = re.compile(
    either_spelling(
        r"(?<!\w)(?:(?P<p>phường|p\.|ph\.|f\.|p(?= )|ph(?= ))|(?P<x>xã|x\.)|(?P<t>thị trấn|tt\.|tt(?= ))"
        r"|(?P<q>quận|huyện|thị xã|q\.|h\.|tx\.|q(?= )|tx(?= )))\s{0,2}(?=\w)"
    )
)
_NAME_WORD = re.compile(r"\w+")
_NAME_GAP = re.compile(r" ?- ?| {1,2}")
_BETWEEN_UNITS = re.compile(r"[\s,\-(/]+")
_LONGEST_NAME = 6
_FILLING = re.compile(r"(?:\W|\b(?:o|tai|a|ah|nhe|nha|ad|em|day|thuoc|la|va|ha noi|hn|tp)\b)*")


def find_ward(text: str) -> WardMatch | None:
    """The unit a text names after "phường", "p.", "xã", "quận" …, or as all that it says.

    A ward of today wins over one of before with the same name; a district named beside it tells units of the
    same name apart.
    """
    view = align(text)
    named = named_units(view)
    districts = {units[0].name for units, _ in named if units[0].kind == "q"}
    smaller = [(same_name, span) for same_name, span in named if same_name[0].kind != "q"]
    if smaller:
        same_name, (start, end) = smaller[0]
        return _match(view, _within(same_name, districts | _district_after(view, end)), (start, end), 0.95)
    if named:
        return _match(view, named[0][0], named[0][1], 0.6)
    return _alone(view)


def units_named(view: Aligned, start: int, end: int) -> tuple[Unit, ...]:
    """The units whose name stands there, exactly or without marks."""
    marked = " ".join(_NAME_WORD.findall(view.marked[start:end]))
    bare = " ".join(_NAME_WORD.findall(view.bare[start:end]))
    same_key = units().get(bare, ())
    if marked == bare:
        return same_key
    return tuple(unit for unit in same_key if _marked(unit.name).startswith(marked))


def named_units(view: Aligned) -> list[tuple[tuple[Unit, ...], Span]]:
    """The units named with their kind ("phường X"), each with all it can mean; spans are those of the view."""
    found = []
    for prefix in _PREFIX.finditer(view.marked):
        kind = prefix.lastgroup
        for end in _ends(view.bare, prefix.end()):
            same_name = units_named(view, prefix.end(), end)
            fitting = tuple(unit for unit in same_name if unit.kind == kind)
            # People say "phường" of a commune and "xã" of what is a ward by now; a district stays one.
            if not fitting and kind != "q":
                fitting = tuple(unit for unit in same_name if unit.kind != "q")
            if fitting:
                found.append((fitting, (prefix.start(), end)))
                break
    return found


def _ends(bare: str, start: int) -> list[int]:
    """Where a name that begins at `start` can end, farthest first."""
    ends: list[int] = []
    for word in _NAME_WORD.finditer(bare, start):
        if (ends and not _NAME_GAP.fullmatch(bare, ends[-1], word.start())) or len(ends) == _LONGEST_NAME:
            break
        ends.append(word.end())
    return ends[::-1]


def _district_after(view: Aligned, end: int) -> set[str]:
    """A district right after the name, as in "Minh Khai, Bắc Từ Liêm"."""
    following = _BETWEEN_UNITS.match(view.bare, end)
    start = following.end() if following else end
    for district_end in _ends(view.bare, start):
        for unit in units_named(view, start, district_end):
            if unit.kind == "q":
                return {unit.name}
    return set()


def _alone(view: Aligned) -> WardMatch | None:
    """A message that is nothing but a name; a name that is also a district's stays open."""
    for word in _NAME_WORD.finditer(view.bare):
        if not _FILLING.fullmatch(view.bare, 0, word.start()):
            return None
        for end in _ends(view.bare, word.start()):
            same_name = units_named(view, word.start(), end)
            if same_name and _FILLING.fullmatch(view.bare, end, len(view.bare)):
                district = tuple(unit for unit in same_name if unit.kind == "q")
                meant, confidence = (district, 0.5) if district else (_within(same_name, set()), 0.8)
                return _match(view, meant, (word.start(), end), confidence)
    return None


def _within(same_name: tuple[Unit, ...], districts: set[str]) -> tuple[Unit, ...]:
    """Those in a district that was named, when there are any; else a ward of today, if there is one."""
    table = wards()
    in_district = tuple(
        unit
        for unit in same_name
        if unit.district in districts or (unit.today and districts & set(table[unit.codes[0]].districts))
    )
    same_name = in_district or same_name
    return tuple(unit for unit in same_name if unit.today) or same_name


def _match(view: Aligned, same_name: tuple[Unit, ...], span: Span, confidence: float) -> WardMatch:
    codes = tuple(dict.fromkeys(code for unit in same_name for code in unit.codes))
    certain = codes[0] if len(codes) == 1 else None
    return WardMatch(certain, codes, same_name[0].name, same_name[0].kind, confidence, view.span(*span))


@cache
def _marked(name: str) -> str:
    return " ".join(_NAME_WORD.findall(fold_marked(name)))
