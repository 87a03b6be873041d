"""Health facilities: finding them by name, by ward (old or new) and by nearness, as people ask for them.

A list (`Directory`) is packaged (`desk/knowledge/facilities.tsv`) or imported by staff. Distances are approximate where
the list told no coordinates (`Facility.exact`).
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desk.language.facility_rows import BRACKETS, KIND_OF, KINDS, NOUN, Facility, parse, spelled_out
from desk.language.wards import find_ward

PACKAGED = Path(__file__).parent.parent / "knowledge" / "facilities.tsv"
LIMIT = 5

_EARTH_M = 6_371_000
_SOON, _SHORT = 12, 12
"""Letters before the kind of facility, and words in all, of a message that does no more than name one."""
_MANY = 8
"""A part of a name that more facilities than this share tells none of them."""
# "viện" and "nơi khám" alone are words of many other questions; they count beside "gần đây".
_LOOSE_NOUN = re.compile(
    rf"{NOUN.pattern}|\b(noi kham|cho kham|noi kcb|co so (?:y te|kham|kcb)|vien nao|kham (?:benh )?o dau)\b"
)
_NEAR = re.compile(
    r"\b(gan day|gan nhat|gan toi|gan em|gan minh|gan nha|o gan|quanh day|xung quanh|near|nearby|nearest|closest)\b"
)
# What names begin with before the words by which a facility is known.
_LEADING = re.compile(
    r"^(?:benh vien|vien|tram y te|phong kham|trung tam y te|da khoa|tu nhan|quoc te|khu vuc|kv|huu nghi"
    r"|phuong|xa|thi tran|quan|huyen|thi xa|h|q|tx|tt)\b ?"
)
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message wants of the list: those near the sender, or those found already (by name or ward)."""

    near: bool
    found: tuple[Facility, ...] = ()


class Directory:
    """A list of facilities. `as_of` is the year or day of the list, `source` who made it."""

    def __init__(self, facilities: Iterable[Facility], as_of: str, source: str) -> None:
        self.facilities = tuple(facilities)
        self.as_of, self.source = as_of, source
        self._by_code = {f.code: f for f in self.facilities}
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._parts: dict[str, set[str]] = defaultdict(set)
        for one in self.facilities:
            for name in _names(one.name):
                self._whole[name].add(one.code)
                for part in _runs(name.split()):
                    self._parts[part].add(one.code)

    def read(self, text: str) -> Asked | None:
        """What a message asks of the list; None when it asks nothing of it."""
        if asks_near(text):
            return Asked(near=True)
        said = spelled_out(text)
        noun = NOUN.search(said)
        if noun is None:
            return None
        kind = KIND_OF.get(noun[1])
        found = (
            self.named(said[noun.start() :], kind)
            or self.in_ward_of(text, kind)
            or self.in_ward_of(text)
            or self.in_district_of(said, kind)
            or self.in_district_of(said)
        )
        return Asked(near=False, found=found) if found else None

    def named(self, text: str, kind: str | None = None) -> tuple[Facility, ...]:
        """Facilities whose name, or a telling part of it, stands in a text; of one kind when it says which.

        The text begins with what kind of facility it is. A name of one word counts right after that only.
        """
        words = _WORD.findall(_known_by(spelled_out(text)))
        for part in sorted(_runs(words), key=lambda run: -len(run.split())):
            alone = " " not in part
            if alone and not (words[0] == part or part.isdigit()):
                continue
            whole = self._of_kind(self._whole.get(part, set()), kind)
            partly = self._of_kind(self._parts.get(part, set()), kind) - whole
            if (alone and not part.isdigit()) or len(partly) > _MANY:
                partly = set()
            if whole or partly:
                ordered = sorted(whole) + sorted(
                    partly, key=lambda c: (KINDS.index(self._by_code[c].kind), len(self._by_code[c].name), c)
                )
                return tuple(self._by_code[code] for code in ordered[:LIMIT])
        return ()

    def in_ward_of(self, text: str, kind: str | None = None) -> tuple[Facility, ...]:
        """Facilities in the ward, of today or of before, or in the district that a text names."""
        match = find_ward(text)
        if match is None:
            return ()
        within = set(match.candidates)
        found = [f for f in self.facilities if within.intersection(f.wards) and kind in (None, f.kind)]
        # Those that are there for certain come before those that may be.
        found.sort(key=lambda f: (not within.issuperset(f.wards), KINDS.index(f.kind), f.code))
        return tuple(found[:LIMIT])

    def in_district_of(self, said: str, kind: str | None = None) -> tuple[Facility, ...]:
        """Facilities in the district whose bare name stands in a spelled out text ("phòng khám gần Cầu Giấy")."""
        words = f" {' '.join(_WORD.findall(said))} "
        found = [
            f
            for f in self.facilities
            if kind in (None, f.kind)
            and f.district
            and f" {_LEADING.sub('', spelled_out(f.district))} " in words
        ]
        found.sort(key=lambda f: (KINDS.index(f.kind), f.code))
        return tuple(found[:LIMIT])

    def nearest(self, latitude: float, longitude: float, limit: int = LIMIT) -> list[tuple[Facility, float]]:
        """The nearest facilities that have a place, each with its distance in metres."""
        placed = [
            (f, distance_m(latitude, longitude, *f.place)) for f in self.facilities if f.place is not None
        ]
        return sorted(placed, key=lambda found: (found[1], KINDS.index(found[0].kind), found[0].code))[:limit]

    def _of_kind(self, codes: set[str], kind: str | None) -> set[str]:
        return {code for code in codes if kind is None or self._by_code[code].kind == kind}


def asks_near(text: str) -> bool:
    """Whether a message asks for a facility near its sender."""
    return says_near(text) and bool(_LOOSE_NOUN.search(spelled_out(text)))


def says_near(text: str) -> bool:
    """Whether a message asks for something near its sender."""
    return bool(_NEAR.search(spelled_out(text)))


def names_one(text: str) -> bool:
    """Whether a message begins with a kind of facility and says little more: it names one, or asks for some."""
    said = spelled_out(text)
    noun = NOUN.search(said)
    words = _WORD.findall(said)
    return noun is not None and noun.start() <= _SOON and len(words) <= _SHORT


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Between two points (WGS84, degrees) in a straight line, in metres."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * _EARTH_M * math.asin(math.sqrt(half))


def _known_by(said: str) -> str:
    """A name without its kind: "tram y te phuong lang ha" → "lang ha"."""
    while shorter := _LEADING.sub("", said, count=1):
        if shorter == said:
            break
        said = shorter
    return said


def _names(name: str) -> set[str]:
    """What a facility is known by; what stands in brackets is whose it is."""
    said = " ".join(_WORD.findall(spelled_out(BRACKETS.sub(" ", name))))
    return {_known_by(said), re.sub(r"^(?:benh vien|vien) ", "", said)}


def _runs(words: list[str]) -> set[str]:
    """All runs of up to six words that stand together."""
    return {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, min(a + 6, len(words)) + 1)}


@cache
def packaged() -> Directory:
    """The list that ships."""
    lines = PACKAGED.read_text("utf-8").splitlines()
    as_of, source = lines[0].removeprefix("# ").split("\t")
    return Directory((parse(line) for line in lines[1:]), as_of, source)
