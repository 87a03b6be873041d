"""The series of Vietnamese number plates: which plates a run of letters and digits can be.

Sources: Circular 79/2024/TT-BCA (formats), 51/2025/TT-BCA (province codes in use since 01/07/2025), QCVN
08:2024/BCA; older series stay valid. Army: Circular 169/2021/TT-BQP.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class PlateKind(StrEnum):
    CAR = "car"
    MOTORBIKE = "motorbike"
    ELECTRIC = "electric"
    SPECIAL = "special"
    DIPLOMATIC = "diplomatic"
    ARMY = "army"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """One plate that a string can mean, `text` written as it is printed."""

    kind: PlateKind
    text: str


# The 81 codes; 13, 42, 44-46, 87, 91 and 96 are not in use, 80 is the central agencies.
PROVINCE = r"(1[124-9]|[23]\d|4[0137-9]|[5-7]\d|8[0-689]|9[02-57-9])"
FIRST_LETTER = "[ABCDEFGHKLMNPSTUVXYZ]"
SECOND_LETTER = "[ABCDEFHKLMNPRSTUVXYZ]"

type _Format = Callable[[re.Match[str]], str]


def _number(digits: str) -> str:
    return f"{digits[:3]}.{digits[3:]}" if len(digits) == 5 else digits


def _car(plate: re.Match[str]) -> str:
    return f"{plate[1]}{plate[2]}-{_number(plate[3])}"


def _motorbike(plate: re.Match[str]) -> str:
    return f"{plate[1]}-{plate[2]} {_number(plate[3])}"


def _electric(plate: re.Match[str]) -> str:
    return f"{plate[1]}-MĐ{plate[2]} {_number(plate[3])}"


def _grouped(plate: re.Match[str]) -> str:
    return "-".join(plate.groups())


_FORMATS: tuple[tuple[PlateKind, re.Pattern[str], _Format], ...] = tuple(
    (kind, re.compile(pattern), write)
    for kind, pattern, write in (
        (PlateKind.DIPLOMATIC, PROVINCE + r"(\d{3})(NG|NN|QT|CV)(\d{2,3})", _grouped),
        (PlateKind.DIPLOMATIC, PROVINCE + r"(NG|NN|QT|CV)(\d{3})(\d{2})", _grouped),
        (PlateKind.ELECTRIC, PROVINCE + r"M[ĐD]([1-9]?)(\d{5}|\d{4})", _electric),
        (PlateKind.SPECIAL, PROVINCE + r"(CD|HC|KT|LD|DA|MK|T[ĐD]|RM|R)(\d{4,5})", _car),
        (PlateKind.CAR, PROVINCE + f"({FIRST_LETTER})" + r"(\d{4,5})", _car),
        (PlateKind.MOTORBIKE, PROVINCE + f"({FIRST_LETTER}{SECOND_LETTER})" + r"(\d{5})", _motorbike),
        (PlateKind.MOTORBIKE, PROVINCE + f"({FIRST_LETTER}[1-9])" + r"(\d{4,5})", _motorbike),
        (PlateKind.TEMPORARY, "T" + PROVINCE + r"(\d{5,6})", lambda plate: f"T{plate[1]}-{plate[2]}"),
        (PlateKind.ARMY, r"([ABCDHKPQTV][A-X])(\d\d)(\d{2,3})", _grouped),
    )
)


def readings_of(compact: str) -> tuple[Reading, ...]:
    """Every plate that the upper-case string without separators can be; most are one, "29Y31234" is two."""
    return tuple(
        Reading(kind, write(plate))
        for kind, pattern, write in _FORMATS
        if (plate := pattern.fullmatch(compact))
    )


def has_province(compact: str) -> bool:
    return re.match(PROVINCE, compact) is not None


def likeliest_first(
    readings: tuple[Reading, ...], typed: str, *, motorbike: bool, car: bool
) -> tuple[Reading, ...]:
    """Ordered by how the plate was grouped when typed ("29 Y3 1234"), else by the vehicle spoken of.

    A separator settles it: the other reading is dropped. Words about vehicles nearby only order.
    """
    if len(readings) < 2:
        return readings
    first_digits = re.search(r"[a-z]\W*(\d)(\W*)(\d+)", typed)
    if first_digits and (PlateKind.MOTORBIKE in _kinds(readings)) and len(re.sub(r"\W", "", typed)) == 8:
        letter_alone = re.search(r"[a-z]\W+\d", typed) is not None
        digit_apart = first_digits[2] != "" and len(first_digits[3]) >= 2
        if digit_apart:
            return tuple(r for r in readings if r.kind is not PlateKind.CAR)
        if letter_alone:
            return tuple(r for r in readings if r.kind is not PlateKind.MOTORBIKE)
    preferred = PlateKind.MOTORBIKE if motorbike and not car else None
    return tuple(sorted(readings, key=lambda reading: reading.kind is not preferred))


def _kinds(readings: tuple[Reading, ...]) -> set[PlateKind]:
    return {reading.kind for reading in readings}
