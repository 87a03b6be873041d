"""What officers correct, kept to train the classifier: the text and its category, nobody's name."""

from datetime import datetime

from desk.domain.clock import epoch_ms, iso
from desk.domain.report import Report
from desk.language.identity import without_identity
from desk.storage import keys
from desk.storage.table import Item


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
