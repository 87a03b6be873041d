"""What the QR code of a card says, as far as a proof needs it: pure, and never an error whatever the text is.

Chip-based identity card (thẻ CCCD gắn chip), UTF-8, fields parted by "|": number of 12 digits, old number of 9 or
nothing, name, birth date ddmmyyyy, sex, address, day of issue ddmmyyyy; on later cards (thẻ căn cước, since 07/2024)
more fields follow, which may name relatives and are not read. No authority publishes the order: the contents were in
the press (2021), many independent public readers agree on the order (confidence: high; of the later cards: medium).

Health card of the old form (thẻ BHYT giấy), 15 fields: card or insurance number, name as hex of UTF-8, birth date
dd/mm/yyyy or the year alone, then sex, address, place of treatment and dates, and "$" at the end (two public readers;
confidence: medium). Other codes (VssID, VNeID, links) are of no use here.
"""

import re
import unicodedata
from datetime import date

from desk.domain.lookups import identifiers

_PERSONAL = re.compile(r"[0-9]{12}")
_OLD = re.compile(r"(?:[0-9]{9})?")
_INSURED = re.compile(r"[A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12}")
_BIRTH = re.compile(r"[0-9]{2}([/-]?)[0-9]{2}\1[0-9]{4}")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]{1,2}[^\W\d_]+)+")
_LONGEST_NAME = 80


def read(text: str, today: date) -> dict[str, str]:
    """The parts of a proof (`dialogue.PROOF`) in a code, as they are kept: the birth date as ISO, the name in capitals
    and small letters. There is always a number among them; empty for a code that is not of a card."""
    fields = [field.strip() for field in text.split("|")]
    if len(fields) < 5:
        return {}
    number, second, third, fourth = fields[:4]
    if _PERSONAL.fullmatch(number) and _OLD.fullmatch(second):
        found = {"name": _name(third), "birth": _birth(fourth, today), "number": number}
    elif _INSURED.fullmatch(number):
        found = {"name": _name(_unhexed(second)), "birth": _birth(third, today), "number": number}
    else:
        return {}
    return {part: value for part, value in found.items() if value}


def _birth(text: str, today: date) -> str:
    born = identifiers.birth_date(text, today)[0] if _BIRTH.fullmatch(text) else None
    return born.isoformat() if born else ""


def _name(text: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return ""
    return name.title() if name.isupper() else name


def _unhexed(text: str) -> str:
    try:
        return bytes.fromhex(text).decode()
    except ValueError:
        return ""
