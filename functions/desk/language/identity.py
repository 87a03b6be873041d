"""Texts without what tells who somebody is."""

import re

from desk.language.plates import find_plates

# Phones, identity and insurance numbers, accounts: eight digits and more, however they are spaced.
_NUMBERS = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){7,}(?!\d)")
_ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")


def without_identity(text: str) -> str:
    """A text without plates, phones, other long numbers and addresses."""
    for plate in reversed(find_plates(text)):
        start, end = plate.span
        text = f"{text[:start]}<biển số>{text[end:]}"
    return _NUMBERS.sub("<số>", _ADDRESSES.sub("<địa chỉ>", text))
