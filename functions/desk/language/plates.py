"""Number plates in a message: `find_plates`.

A plate is found by its form, then weighed by what stands around it: "bks 30A 1234" is a plate, "căn hộ 30A
1205" and "17h 2411" are not.
"""

import re
from dataclasses import dataclass

from desk.language.normalize import Aligned, Span, align
from desk.language.plate_series import PlateKind, Reading, has_province, likeliest_first, readings_of
from desk.language.plate_words import Surroundings, blank_other_numbers


@dataclass(frozen=True, slots=True)
class Plate:
    """`compact` has no separators ("29A12345"); of a partial plate it is the known part, with "?" for unknown
    digits that stand before known ones. `readings` are the plates it can mean, as printed, likeliest first;
    `confidence` says how sure it is that this is a plate at all."""

    text: str
    compact: str
    kind: PlateKind
    readings: tuple[str, ...]
    partial: bool
    confidence: float
    span: Span


_START = r"(?:(?<![0-9a-z])|(?<=bks)|(?<=bsx)|(?<=\bbs)|(?<=\bxe)|(?<=\bso)|(?<=bien))"
_END = r"(?![0-9a-z]|[.\-/]\d(?!\d[ .\-]?[a-z]))"
_BETWEEN = r" {0,2}[.\-_/:*]? {0,2}"
_WITHIN = r"(?: ?[.\-_]? ?|,)"
# Slips of the eye or of a machine: letters that look like digits, where only digits can stand.
_DIGIT = "[0-9oqil]"
_LOOKALIKES = str.maketrans("oqil", "0011")
_MASK = "x*?_#•…"

_SHAPES = ((6,), (1, 5), (1, 3, 2), (1, 2, 3), (5,), (3, 2), (2, 3), (1, 4), (1, 2, 2), (4,), (2, 2))
"""How people group the digits after the letters."""

_HEAD = f"{_START}(?P<province>[1-9][0-9oq]|[il][0-9]){_BETWEEN}(?P<letters>[a-z]{{1,2}}){_BETWEEN}"
_WHOLE = re.compile(
    f"{_HEAD}(?P<digits>{'|'.join(_WITHIN.join(f'{_DIGIT}{{{n}}}' for n in shape) for shape in _SHAPES)}){_END}"
)
_PART = re.compile(
    rf"{_HEAD}(?P<digits>\d(?:[ .\-]?\d){{1,3}} ?(?:\.{{2,}}|…)"
    rf"|[0-9{_MASK}](?:[ .\-]{{0,3}}[0-9{_MASK}]){{2,6}}(?![0-9a-z{_MASK}])"
    rf"|(?:[1-9]{_BETWEEN})?\d{{3}}{_END})"
)
_DIPLOMATIC = re.compile(
    rf"{_START}\d\d{_BETWEEN}(?:\d{{3}}{_BETWEEN}(?:ng|nn|qt|cv){_BETWEEN}\d{{2,3}}"
    rf"|(?:ng|nn|qt|cv){_BETWEEN}\d{{3}}{_WITHIN}\d\d){_END}"
)
_TEMPORARY = re.compile(rf"{_START}t{_BETWEEN}\d\d{_BETWEEN}(?:\d{{5,6}}|\d{{3}}{_WITHIN}\d{{2,3}}){_END}")
_ARMY = re.compile(rf"{_START}[abcdhkpqtv][a-x]{_BETWEEN}\d\d[ .\-]?\d{{2,3}}{_END}")
_TAIL = re.compile(
    r"\b(?:duoi(?: so)?|(?:[2345] )?so cuoi|bien duoi)(?: (?:la|bien|xe|so))*\W{0,3}"
    r"(?P<digits>\d{1,3}\.\d{2}|\d{2,5})(?![0-9a-z])"
)

# "5 km", "30 ha", "20 xe": small letters that stand alone between numbers are more often a unit or a word.
_UNIT_LETTERS = frozenset("hgkmptdlsv")
_AMOUNT = re.compile(r"k (?:\d{4}|\d\d\.\d{3})$|m[23] \d{4}$")  # "30k 5000", "50k 10.000", "30m2 1500"
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROADS_AND_BLOCKS = frozenset({"KM", "CT", "BT", "DT", "QL", "TL", "TT", "HH"})
_SURE, _UNSURE = 0.95, 0.5


def find_plates(text: str) -> tuple[Plate, ...]:
    """The plates of a message in their order, each once; those the writer takes back ("không phải 30A…") not."""
    view = align(text)
    if not any(character.isdigit() for character in text):
        return ()
    bare = blank_other_numbers(view.bare)
    plates: dict[str, Plate] = {}
    taken: list[Span] = []
    for pattern, read in (
        (_WHOLE, _read_whole),
        (_DIPLOMATIC, _read_rare),
        (_TEMPORARY, _read_rare),
        (_ARMY, _read_rare),
        (_PART, _read_part),
    ):
        for match in pattern.finditer(bare):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            around = Surroundings(view.bare, start, end)
            plate = None if around.taken_back else read(view, match, around)
            if plate is not None:
                taken.append((start, end))
                plates.setdefault(plate.compact, plate)
    return tuple(sorted(plates.values(), key=lambda plate: plate.span))


def find_plate_tail(text: str) -> Plate | None:
    """The last digits of a plate when that is all the writer gives ("đuôi 456"): no plate, but an answer."""
    view = align(text)
    tail = _TAIL.search(view.bare)
    if tail is None:
        return None
    digits = tail["digits"].replace(".", "")
    return _plate(view, tail.span("digits"), digits, (), partial=True, confidence=0.3)


def _read_whole(view: Aligned, match: re.Match[str], around: Surroundings) -> Plate | None:
    groups = re.findall(r"\w+", match["digits"].replace("_", " "))
    if not all(any(c.isdigit() for c in group) for group in groups):
        return None
    province, letters = match["province"].translate(_LOOKALIKES), match["letters"]
    digits = "".join(groups).translate(_LOOKALIKES)
    compact = province + _letters(view, match) + digits
    readings = readings_of(compact)
    if not readings and letters[1:] in tuple("oqil"):
        compact = province + letters[0].upper() + letters[1].translate(_LOOKALIKES) + digits
        readings = readings_of(compact)
    confidence = _confidence(view, match, around, groups)
    if not readings or not confidence:
        return None
    typed = match[0]
    if sum(c.isdigit() for c in typed) < len(compact) - len(letters):
        confidence -= 0.1
    grouping = typed[: match.start("digits") - match.start()] + match["digits"].translate(_LOOKALIKES)
    readings = likeliest_first(readings, grouping, motorbike=around.motorbike, car=around.car)
    if all(reading.kind is PlateKind.ELECTRIC for reading in readings):
        compact = compact.replace("MD", "MĐ")
    return _plate(view, match.span(), compact, readings, partial=False, confidence=confidence)


def _confidence(view: Aligned, match: re.Match[str], around: Surroundings, groups: list[str]) -> float:
    """0 when it is something else."""
    typed, letters = match[0], match["letters"]
    punctuated = "." in typed or "-" in typed
    digits = "".join(groups)
    if around.names_plate:
        return 0.99
    if around.alone:
        return _SURE if punctuated or len(digits) > 4 or not _YEAR.fullmatch(digits) else _UNSURE
    if around.names_other and not ("-" in typed and len(digits) >= 5):
        return 0.0
    if letters in ("h", "g") and int(match["province"].translate(_LOOKALIKES)) <= 24 and len(digits) == 4:
        return 0.0
    small = view.composed[slice(*match.span("letters"))].islower()
    spaced = bool(re.search(rf"\s{letters}\s", typed)) and not punctuated
    if small and spaced and (len(letters) == 2 or letters in _UNIT_LETTERS):
        return 0.0
    if small and _AMOUNT.search(typed):
        return 0.0
    if len(digits) >= 5:
        return _SURE if punctuated or around.names_vehicle else 0.9
    if [len(group) for group in groups] == [2, 2] and not punctuated:
        return 0.0
    if "-" in typed:
        return 0.9
    if _YEAR.fullmatch(groups[-1]) or (small and letters in _UNIT_LETTERS and not around.names_vehicle):
        return 0.0
    return 0.8 if around.names_vehicle else _UNSURE if punctuated or around.mentions_vehicle else 0.0


def _read_rare(view: Aligned, match: re.Match[str], around: Surroundings) -> Plate | None:
    compact = re.sub(r"\W|_", "", match[0]).upper()
    readings = readings_of(compact)
    if not readings:
        return None
    kind = readings[0].kind
    if kind is PlateKind.ARMY:
        # Two letters and four digits are also roads, rooms, documents: an army plate must be called one.
        grouped = re.search(r"\d\d[.\-]\d\d", match[0]) and compact[:2] not in _ROADS_AND_BLOCKS
        if not (around.names_plate or around.army or (around.alone and grouped)):
            return None
    if kind is PlateKind.TEMPORARY and around.names_other:
        return None
    return _plate(view, match.span(), compact, readings, partial=False, confidence=0.9)


def _read_part(view: Aligned, match: re.Match[str], around: Surroundings) -> Plate | None:
    body = re.sub(r"\.{2,}", "…", match["digits"])
    known = re.sub(r"[^0-9" + _MASK + "]", "", body)
    masked = not known.isdigit()
    if "…" not in body and masked and not 4 <= len(known) <= 6:
        return None
    if not masked and not around.names_plate:
        return None
    if " x " in match[0] and not around.names_plate:
        return None
    known = re.sub(r"\D", "?", known).rstrip("?")
    compact = match["province"].translate(_LOOKALIKES) + _letters(view, match) + known
    if not has_province(compact) or not any(c.isdigit() for c in known):
        return None
    return _plate(view, match.span(), compact, (), partial=True, confidence=0.8 if masked else 0.7)


def _letters(view: Aligned, match: re.Match[str]) -> str:
    """The series in capitals; "đ" is a letter of MĐ and TĐ only, elsewhere it is a slip for "d"."""
    letters = match["letters"].upper()
    if letters in ("MD", "TD") and view.marked[match.end("letters") - 1] == "đ":
        return letters[0] + "Đ"
    return letters


def _plate(
    view: Aligned,
    span: Span,
    compact: str,
    readings: tuple[Reading, ...],
    *,
    partial: bool,
    confidence: float,
) -> Plate:
    start, end = view.span(*span)
    return Plate(
        text=view.original[start:end],
        compact=compact,
        kind=readings[0].kind if readings else PlateKind.UNKNOWN,
        readings=tuple(reading.text for reading in readings),
        partial=partial,
        confidence=confidence,
        span=(start, end),
    )
