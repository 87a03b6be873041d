"""Numbers, birth dates and names as people write them, and how they look when they are shown again.

Forms (as of 2026): mã số BHXH 10 digits; số định danh cá nhân 12 digits (the insurance number since 08/2025);
thẻ BHYT of the old form: two letters, a benefit level 1-5, two digits of the province, the 10-digit number.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from desk.language.normalize import fold

CARD = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})[ .-]?([1-5](?:[ .-]?\d){12})(?!\d)")
# Groups of digits that belong together: people part them by spaces, dots and hyphens.
_DIGITS = re.compile(r"(?<![\d/])\d(?:[ .-]?\d)+(?![\d/])")
_DATE = re.compile(
    r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?!\d)"
    r"|(?<!\d)(\d{1,2})\s+(?:tháng|thang|th)\s+(\d{1,2})\s*(?:,|năm|nam)?\s*(\d{4})(?!\d)",
    re.IGNORECASE,
)
_CLOSE_DATE = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
_FILE = re.compile(
    r"(?<![A-Za-z0-9.-])(?=[A-Za-z0-9.]*\d)[A-Za-z0-9]{1,5}(?:\.[A-Za-z0-9]{1,5}){0,5}-\d{6}-\d{3,6}(?!\d)"
)
_BARE = re.compile(r"(?<!\d)(?:\d{10}|\d{12}|(?:[A-Za-z]{2})?[1-5]\d{12})(?!\d)")
_PHONE_STARTS = ("03", "05", "07", "08", "09")
_CARD_LIKE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d(?:[ .-]?\d){5,}(?!\d)")
LENGTHS = {10: "social", 12: "personal", 15: "card"}


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A number in a text: `value` without spaces, where it stands."""

    value: str
    start: int
    end: int

    @property
    def kind(self) -> str:
        """social, personal, card, or "" for a number of no known length."""
        return LENGTHS.get(len(self.value), "")

    @property
    def like_phone(self) -> bool:
        """Ten digits that begin as mobile phones do; an insurance number may, too, but rarely."""
        return len(self.value) == 10 and self.value.startswith(_PHONE_STARTS)


def numbers(text: str, *, shortest: int = 9) -> list[Found]:
    """Long numbers of a text, cards among them, in their order; dates are none."""
    plain = _without_dates(text)
    cards = [Found(_compact(m), m.start(), m.end()) for m in (*CARD.finditer(plain),)]
    strange = [
        Found(_compact(m), m.start(), m.end())
        for m in _CARD_LIKE.finditer(plain)
        if not any(c.start < m.end() and m.start() < c.end for c in cards)
    ]
    taken = [*cards, *strange]
    bare = [
        Found(_compact(m), m.start(), m.end())
        for m in _DIGITS.finditer(plain)
        if not any(c.start < m.end() and m.start() < c.end for c in taken)
    ]
    return sorted((f for f in (*taken, *bare) if len(f.value) >= shortest), key=lambda f: f.start)


def birth_date(text: str, today: date) -> tuple[date | None, bool]:
    """A birth date in a text, day first, and whether something that looks like a date stands there at all."""
    match = _DATE.search(text) or _CLOSE_DATE.search(text)
    if match is None:
        return None, False
    day, month, year = (int(part) for part in match.groups() if part)
    try:
        found = date(year, month, day)
    except ValueError:
        return None, True
    return (found, True) if year >= 1900 and found <= today else (None, True)


def file_code(text: str) -> str:
    """The code of a file, such as 000.00.01.G22-261124-0012; empty when there is none."""
    match = _FILE.search(text)
    return match[0].upper() if match else ""


# Words around what is asked for: "tôi tên là …, sinh ngày …, mã số …". They stand before or after a name, and are
# taken away there only: many of them are names as well (Sinh, Số, La).
_BEFORE = re.compile(
    r"(?:ho va ten|ho ten|ten toi la|ten la|toi ten la|toi ten|toi la|em ten la|em ten|em la|minh ten la|minh ten|"
    r"minh la|con toi ten la|con toi ten|con toi la|con toi|chau ten|chau la|be ten|me toi la|me toi|bo toi la|bo toi|"
    r"ten chau la|ten chau|ten con|ten|vang|da|toi|my name is|name is|name|i am|it is|full name)"
    r"(?=[\s:=-]|$)[\s:=-]*(?:la\s+)?"
)
_AFTER = re.compile(
    r"\s(?:sinh ngay|ngay sinh|sinh nam|ngay thang nam sinh|sinh|sn|ns|ngay|ma so bhxh|ma so bao hiem xa hoi|"
    r"ma so bao hiem|ma so the bhyt|ma so the|ma the bhyt|ma the|so the bhyt|so the|the bhyt|ma bhxh|so bhxh|"
    r"so so bhxh|so dinh danh ca nhan|so dinh danh|dinh danh|so cccd|so can cuoc|cccd|can cuoc|"
    r"ma so|bhxh|bhyt|va|nhe|nha|"
    r"born on|born|dob|date of birth|birth date|number|id)\s*$"
)
_POLITE = re.compile(r"[\s,]+ạ\s*$|^\s*dạ[\s,]+", re.IGNORECASE)
_SURNAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh luong mai doan dao truong lam "
    "ha ta to tong quach thai cao chu trieu kieu nghiem vuong luu phung khuat bach cu la mac dau thach an".split()
)


def name(text: str) -> str:
    """The name that is left when numbers, dates and labels are taken away; empty when that is no name."""
    rest = _without_dates(text)
    for found in numbers(rest, shortest=1):
        rest = rest[: found.start] + ";" * (found.end - found.start) + rest[found.end :]
    rest = re.sub(r"\d+", ";", rest)
    pieces = [_unlabelled(p) for p in re.split(r"[;:,.\n–|/()\"“”!]+", rest)]
    named = [p for p in pieces if _is_name(p)]
    return " ".join(named[0].split()) if len(named) == 1 else ""


def _unlabelled(piece: str) -> str:
    text = _POLITE.sub("", unicodedata.normalize("NFC", piece).strip(" -="))
    if match := _BEFORE.match(fold(text)):
        text = text[match.end() :]
    # "Nguyễn Văn Sinh": a capital in a name written with capitals is part of it.
    match = _AFTER.search(f" {fold(text)}")
    if match and (match.start() == 0 or not (text[:1].isupper() and text[match.start()].isupper())):
        text = text[: max(0, match.start() - 1)]
    return text.strip()


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 7
        and len(text) <= 60
        and all(w.replace("'", "").isalpha() and len(w) <= 8 for w in words)
        and fold(" ".join(words[:2])) != "ho so"
    )


def surely_name(text: str) -> bool:
    """True when a name begins with one of the usual family names."""
    return _is_name(text) and fold(text.split()[0]) in _SURNAMES


def masked(text: str) -> str:
    """The text as it may be kept: of each identifier and file code the last three characters."""
    kept = text
    for found in reversed(numbers(text)):
        if found.kind and not found.like_phone:
            kept = kept[: found.start] + mask(found.value) + kept[found.end :]
    # What stands beside other digits ("1 0112345678") is of no known length together with them.
    kept = _BARE.sub(_mask_unless_phone, kept)
    return _FILE.sub(lambda m: mask(m[0]), kept)


def _mask_unless_phone(match: re.Match[str]) -> str:
    value = match[0]
    return value if len(value) == 10 and value.startswith(_PHONE_STARTS) else mask(value)


def mask(value: str) -> str:
    """An identifier as it may be shown: 012•••••6789 becomes •••••••••789."""
    return "•" * max(3, len(value) - 3) + value[-3:]


def initials(full_name: str) -> str:
    """A name as it may be shown: Nguyễn Văn An becomes N. V. An."""
    words = full_name.split()
    return " ".join([*(f"{w[0].upper()}." for w in words[:-1]), *words[-1:]])


def _compact(match: re.Match[str]) -> str:
    return re.sub(r"[ .-]", "", match[0]).upper()


def _without_dates(text: str) -> str:
    """The text with its dates blanked, letter for letter."""
    blank = _DATE.sub(lambda m: ";" * len(m[0]), text)
    return _FILE.sub(lambda m: ";" * len(m[0]), blank)
