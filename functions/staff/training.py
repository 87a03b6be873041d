"""What officers correct, kept to train the classifier: the text and its category, nobody's name."""

import re
from datetime import datetime

from desk.domain.clock import epoch_ms, iso
from desk.domain.report import Report
from desk.language.plates import find_plates
from desk.storage import keys
from desk.storage.table import Item

# Phones, identity and insurance numbers, accounts: eight digits and more, however they are spaced.
_NUMBERS = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){7,}(?!\d)")
_ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")


def without_identity(text: str) -> str:
    """A text without plates, phones, other long numbers and addresses."""
    for plate in reversed(find_plates(text)):
        start, end = plate.span
        text = f"{text[:start]}<biển số>{text[end:]}"
    return _NUMBERS.sub("<số>", _ADDRESSES.sub("<địa chỉ>", text))


def correction(report: Report, category: str, now: datetime) -> Item:
    """The row of a corrected category. It names neither the citizen nor the officer nor the report."""
    return keys.correction(report.agency, epoch_ms(now), report.code) | {
        "entity": "correction",
        "agency": report.agency,
        "text": without_identity(report.text),
        "was": report.category,
        "confidence": report.confidence,
        "now": category,
        "at": iso(now),
    }
