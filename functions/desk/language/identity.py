"""Texts without what tells who somebody is."""

import re

from desk.language.plates import find_plates

# Phones, identity and insurance numbers, accounts: eight digits and more, however they are spaced.
_NUMBERS = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){7,}(?!\d)")
# How people introduce themselves or name others: two to four capitalised words after "tên là", "ông", "chị" … The
# streets Bà Triệu and Hai Bà Trưng are no persons.
_NAMES = re.compile(
    r"(?<!\w)(?P<who>(?:họ và |họ )?tên(?: tôi| em)?(?: là|:)?|(?:[Tt]ôi|[Ee]m) là"
    r"|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú)"
    r"\s+(?!Triệu|Trưng)(?:[A-ZÀ-ỸĐ][^\W\d_]*\s+){1,3}[A-ZÀ-ỸĐ][^\W\d_]*"
)
_ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")


def without_identity(text: str) -> str:
    """A text without plates, phones, other long numbers, addresses, and names that are introduced as such."""
    for plate in reversed(find_plates(text)):
        start, end = plate.span
        text = f"{text[:start]}<biển số>{text[end:]}"
    text = _NAMES.sub(r"\g<who> <tên>", text)
    return _NUMBERS.sub("<số>", _ADDRESSES.sub("<địa chỉ>", text))
