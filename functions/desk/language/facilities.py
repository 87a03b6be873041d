"""Health facilities: finding them by name, by ward (old or new) and by nearness, as people ask for them.

A list (`Directory`) is packaged (`desk/knowledge/facilities.tsv`) or imported by staff. A facility whose coordinates
nobody told stands at the centre of the ward that its name or address names; then its distance is approximate. Where
a name means several wards of today, it stands in their middle. One of which only the district is known has no place.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desk.language.normalize import fold
from desk.language.outlines import decode
from desk.language.wards import find_ward, wards

PACKAGED = Path(__file__).parent.parent / "knowledge" / "facilities.tsv"
KINDS = ("benh_vien", "trung_tam_y_te", "phong_kham", "tram_y_te")
LIMIT = 5

_EARTH_M = 6_371_000
_SOON, _SHORT = 12, 12
"""Letters before the kind of facility, and words in all, of a message that does no more than name one."""
_MANY = 8
"""A part of a name that more facilities than this share tells none of them."""
_ABBREVIATIONS = (
    (re.compile(r"\b(?:bv|bvdk|bvđk)\b"), "benh vien"),
    (re.compile(r"\b(?:tyt|tram yte|tram xa)\b"), "tram y te"),
    (re.compile(r"\b(?:pk|pkdk|pk dk)\b"), "phong kham"),
    (re.compile(r"\bttyt\b"), "trung tam y te"),
    (re.compile(r"\btw\b"), "trung uong"),
    (re.compile(r"\bhn\b"), "ha noi"),
)
_NOUN = re.compile(r"\b(benh vien|tram y te|tram xa|phong kham|trung tam y te|hospitals?|clinics?)\b")
# "viện" and "nơi khám" alone are words of many other questions; they count beside "gần đây".
_LOOSE_NOUN = re.compile(
    rf"{_NOUN.pattern}|\b(noi kham|cho kham|noi kcb|co so (?:y te|kham|kcb)|vien nao|kham (?:benh )?o dau)\b"
)
_NEAR = re.compile(
    r"\b(gan day|gan nhat|gan toi|gan em|gan minh|gan nha|o gan|quanh day|xung quanh|near|nearby|nearest|closest)\b"
)
_KIND_OF = {
    "benh vien": "benh_vien",
    "hospital": "benh_vien",
    "hospitals": "benh_vien",
    "tram y te": "tram_y_te",
    "tram xa": "tram_y_te",
    "phong kham": "phong_kham",
    "trung tam y te": "trung_tam_y_te",
}
# What names begin with before the words by which a facility is known.
_LEADING = re.compile(
    r"^(?:benh vien|vien|tram y te|phong kham|trung tam y te|da khoa|tu nhan|quoc te|khu vuc|kv|huu nghi"
    r"|phuong|xa|thi tran|quan|huyen|thi xa|h|q|tx|tt)\b ?"
)
_WORD = re.compile(r"[a-z0-9]+")
_BRACKETS = re.compile(r"\s*\([^)]*\)?")


@dataclass(frozen=True, slots=True)
class Facility:
    """`code` is its insurance code, `kind` one of KINDS, `wards` the codes of today's wards where it can be.

    `place` is (lat, lon), None when unknown; `exact` says that the list told it.
    """

    code: str
    kind: str
    name: str
    address: str = ""
    district: str = ""
    wards: tuple[str, ...] = ()
    place: tuple[float, float] | None = None
    exact: bool = False

    @property
    def short_name(self) -> str:
        """Without what stands in brackets: whose it is."""
        return _BRACKETS.sub("", self.name).strip()


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
        said = _spelled_out(text)
        noun = _NOUN.search(said)
        if noun is None:
            return None
        kind = _KIND_OF.get(noun[1])
        found = self.named(said[noun.start() :], kind) or self.in_ward_of(text, kind) or self.in_ward_of(text)
        return Asked(near=False, found=found) if found else None

    def named(self, text: str, kind: str | None = None) -> tuple[Facility, ...]:
        """Facilities whose name, or a telling part of it, stands in a text; of one kind when it says which.

        The text begins with what kind of facility it is. A name of one word counts right after that only.
        """
        words = _WORD.findall(_known_by(_spelled_out(text)))
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
    said = _spelled_out(text)
    return bool(_NEAR.search(said) and _LOOSE_NOUN.search(said))


def names_one(text: str) -> bool:
    """Whether a message begins with a kind of facility and says little more: it names one, or asks for some."""
    said = _spelled_out(text)
    noun = _NOUN.search(said)
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


def facility(row: Mapping[str, str]) -> Facility:
    """A facility of a list: its wards, and its place when the list has none, are read from what it is called.

    Raises ValueError with what is wrong with the row.
    """
    values = {name: (row.get(name) or "").strip() for name in ("code", "kind", "name", "address", "district")}
    if not re.fullmatch(r"\d{2}[0-9A-Z]\d{2}", values["code"]):
        raise ValueError(f"code {values['code']!r}: five characters such as 01929 or 01C51 are wanted")
    if not 3 <= len(values["name"]) <= 200:
        raise ValueError("name: 3 to 200 characters are wanted")
    if len(values["address"]) > 200:
        raise ValueError("address: at most 200 characters are wanted")
    kind = values["kind"] or _kind_of(values["name"])
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: one of {', '.join(KINDS)} is wanted")
    told = _coordinates(row.get("lat") or "", row.get("lon") or "")
    codes, middle = _whereabouts(values["name"], values["address"], values["district"])
    return Facility(
        values["code"], kind, values["name"], values["address"], values["district"],
        codes, told or middle, exact=told is not None,
    )  # fmt: skip


def _coordinates(lat: str, lon: str) -> tuple[float, float] | None:
    if not lat.strip() and not lon.strip():
        return None
    try:
        found = float(lat), float(lon)
    except ValueError:
        raise ValueError(f"lat, lon: {lat!r}, {lon!r} are no two numbers") from None
    if not (20.5 <= found[0] <= 21.5 and 105.2 <= found[1] <= 106.1):
        raise ValueError(f"lat, lon: {found[0]}, {found[1]} are not in Hanoi (are they swapped?)")
    return found


def _kind_of(name: str) -> str:
    noun = _NOUN.search(_spelled_out(name))
    return _KIND_OF.get(noun[1], "") if noun else "benh_vien"


def _whereabouts(
    name: str, address: str, district: str
) -> tuple[tuple[str, ...], tuple[float, float] | None]:
    """The wards of today where a facility can be, and the middle of them when more than its district is told."""
    for told in (f"{address}, {district}", f"{name}, {district}"):
        match = find_ward(told)
        if match is not None and match.kind != "q":
            return match.candidates, _middle(match.candidates)
    match = find_ward(f"{name}, {address}, {district}")
    return (match.candidates if match else ()), None


def _middle(codes: Iterable[str]) -> tuple[float, float]:
    centres = [_centre(code) for code in codes]
    return (
        round(sum(lat for lat, _ in centres) / len(centres), 5),
        round(sum(lon for _, lon in centres) / len(centres), 5),
    )


@cache
def _centre(code: str) -> tuple[float, float]:
    """The middle of a ward's outline."""
    ring = decode(wards()[code].encoded_outline)
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return y / (3 * area) / 1e5, x / (3 * area) / 1e5


def _spelled_out(text: str) -> str:
    """Without marks and abbreviations. Chat spellings stay: "k" is a hospital here."""
    said = fold(text)
    for pattern, written in _ABBREVIATIONS:
        said = pattern.sub(written, said)
    return said


def _known_by(said: str) -> str:
    """A name without its kind: "tram y te phuong lang ha" → "lang ha"."""
    while shorter := _LEADING.sub("", said, count=1):
        if shorter == said:
            break
        said = shorter
    return said


def _names(name: str) -> set[str]:
    """What a facility is known by; what stands in brackets is whose it is."""
    said = " ".join(_WORD.findall(_spelled_out(_BRACKETS.sub(" ", name))))
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


def parse(line: str) -> Facility:
    """A line as `dump` wrote it."""
    code, kind, name, address, district, codes, lat, lon, exact = line.split("\t")
    place = (float(lat), float(lon)) if lat else None
    return Facility(
        code, kind, name, address, district, tuple(codes.split(",")) if codes else (), place, exact == "1"
    )


def dump(one: Facility) -> str:
    """A facility as one line of tab-separated values."""
    lat, lon = one.place or ("", "")
    written = (one.code, one.kind, one.name, one.address, one.district, ",".join(one.wards), lat, lon)
    return "\t".join(
        [*(str(v).replace("\t", " ").replace("\n", " ") for v in written), "1" if one.exact else ""]
    )
