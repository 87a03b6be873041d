"""A facility of a list of health facilities: from a row as somebody typed it, and from and to a line of our files.

One whose coordinates nobody told stands at the centre of the ward that its name or address names; where that means
several wards of today, in their middle. One of which only the district is known has no place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from desk.language.normalize import fold
from desk.language.outlines import decode
from desk.language.wards import find_ward, wards

KINDS = ("benh_vien", "trung_tam_y_te", "phong_kham", "tram_y_te")

_ABBREVIATIONS = (
    (re.compile(r"\b(?:bv|bvdk|bvđk)\b"), "benh vien"),
    (re.compile(r"\b(?:tyt|tram yte|tram xa)\b"), "tram y te"),
    (re.compile(r"\b(?:pk|pkdk|pk dk)\b"), "phong kham"),
    (re.compile(r"\bttyt\b"), "trung tam y te"),
    (re.compile(r"\btw\b"), "trung uong"),
    (re.compile(r"\bhn\b"), "ha noi"),
)
NOUN = re.compile(r"\b(benh vien|tram y te|tram xa|phong kham|trung tam y te|hospitals?|clinics?)\b")
KIND_OF = {
    "benh vien": "benh_vien",
    "hospital": "benh_vien",
    "hospitals": "benh_vien",
    "tram y te": "tram_y_te",
    "tram xa": "tram_y_te",
    "phong kham": "phong_kham",
    "trung tam y te": "trung_tam_y_te",
}
BRACKETS = re.compile(r"\s*\([^)]*\)?")


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
        return BRACKETS.sub("", self.name).strip()


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
    told = coordinates(row.get("lat") or "", row.get("lon") or "")
    codes, centre = _whereabouts(values["name"], values["address"], values["district"])
    return Facility(
        values["code"], kind, values["name"], values["address"], values["district"],
        codes, told or centre, exact=told is not None,
    )  # fmt: skip


def coordinates(lat: str, lon: str) -> tuple[float, float] | None:
    """A place in Hanoi as a list tells it, None when it does not. Raises ValueError."""
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
    noun = NOUN.search(spelled_out(name))
    return KIND_OF.get(noun[1], "") if noun else "benh_vien"


def _whereabouts(
    name: str, address: str, district: str
) -> tuple[tuple[str, ...], tuple[float, float] | None]:
    """The wards of today where a facility can be, and the middle of them when more than its district is told."""
    for told in (f"{address}, {district}", f"{name}, {district}"):
        match = find_ward(told)
        if match is not None and match.kind != "q":
            return match.candidates, middle(match.candidates)
    match = find_ward(f"{name}, {address}, {district}")
    return (match.candidates if match else ()), None


def middle(codes: Iterable[str]) -> tuple[float, float]:
    """The middle of some wards of today."""
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


def spelled_out(text: str) -> str:
    """Without marks and abbreviations. Chat spellings stay: "k" is a hospital here."""
    said = fold(text)
    for pattern, written in _ABBREVIATIONS:
        said = pattern.sub(written, said)
    return said


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
