"""Hours of the day as people write them."""

import re
from datetime import datetime

from desk.language.normalize import either_spelling, fold
from desk.language.time_pieces import ABOUT, HOUR, HOUR_WORD, HOURS, PART, Clock, Reader


def _clock(match: re.Match[str], sent_at: datetime) -> Clock:
    groups = match.groupdict()
    written = groups.get("h") or groups["w"]
    hour = int(written) if written.isdigit() else HOURS[written]
    minute = 30 if groups.get("half") else int(groups.get("m") or groups.get("m1") or 0)
    if groups.get("pm") and hour < 12:
        hour += 12
    return Clock(hour, minute, padded=written.startswith("0"))


def _worded_clock(match: re.Match[str], sent_at: datetime) -> Clock | None:
    if match["w"] == "bay" and not match["m"] and not _PART_AFTER.match(match.string[match.end() :]):
        return None  # "bay gio": bây giờ
    return _clock(match, sent_at)


def _clock_less(match: re.Match[str], sent_at: datetime) -> Clock | None:
    written, less = match["h"] or match["w"], match["less"]
    hour = int(written) if written.isdigit() else HOURS[written]
    minutes = int(less) if less.isdigit() else {"muoi lam": 15, "hai muoi": 20}.get(fold(less)) or HOURS[less]
    return Clock(hour - 1 if hour else 23, 60 - minutes) if 0 < minutes < 60 else None


def _clock_range(match: re.Match[str], sent_at: datetime) -> Clock | None:
    first = (int(match["h"]), int(match["m"] or 0))
    last = (int(match["h2"]), int(match["m2"] or 0))
    return Clock(*first, padded=match["h"].startswith("0"), until=last) if first != last else None


# Minutes are not the beginning of a plate: "lúc 7h 29A-123.45".
_MINUTE = r"(?P<m>[0-5]\d)(?!\d)(?! ?[a-z]{1,2}\d? ?[\-.]? ?\d{3})"
_PART_AFTER = re.compile(either_spelling(rf" (?:{PART})(?!\w)"))
_TO = r" ?(?:->?|đến|tới|~) ?"
_SECOND_HOUR = r"(?P<h2>2[0-4]|[01]?\d)"
_MINUTES = "phút|ph|p|'"

CLOCKS: tuple[tuple[str, Reader], ...] = (
    (
        rf"{HOUR}(?: ?(?:h|g|giờ) ?(?P<m>[0-5]\d)?)?{_TO}{_SECOND_HOUR} ?(?:h|g|giờ)(?: ?(?P<m2>[0-5]\d))?",
        _clock_range,
    ),
    (rf"{HOUR}:(?P<m>[0-5]\d){_TO}{_SECOND_HOUR}:(?P<m2>[0-5]\d)", _clock_range),
    (
        rf"(?:{HOUR}|(?P<w>{HOUR_WORD})) ?(?:h|g|giờ)? ?kém "
        rf"(?P<less>\d{{1,2}}|mười lăm|hai mươi|{HOUR_WORD})(?: ?(?:{_MINUTES}))?",
        _clock_less,
    ),
    (rf"(?:{HOUR}|(?P<w>{HOUR_WORD}))(?: ?(?:h|g|giờ))? ?(?P<half>rưỡi|rưởi)", _clock),
    (
        rf"{HOUR} ?(?:h|giờ) ?(?:{_MINUTE}|(?P<m1>[1-9]) ?(?:{_MINUTES}))"
        rf"(?: ?(?:{_MINUTES}))?(?: ?(?:am|(?P<pm>pm)))?",
        _clock,
    ),
    (rf"{HOUR}h(?P<m1>[1-9])", _clock),
    (rf"{HOUR} ?(?:h|giờ)(?![ .\-]?\d{{3}})", _clock),
    (rf"{HOUR}g{_MINUTE}", _clock),
    (rf"{HOUR}:(?P<m>[0-5]\d)(?::[0-5]\d)?(?: ?(?:am|(?P<pm>pm)))?", _clock),
    (rf"{HOUR} ?(?:am|(?P<pm>pm))", _clock),
    (rf"(?P<w>{HOUR_WORD}) giờ(?: {_MINUTE}(?: phút)?)?", _worded_clock),
    (rf"(?:{ABOUT}) {HOUR}\.(?P<m>[0-5]\d)", _clock),
    (rf"(?<![\d/.,:\-])(?P<w>2[0-4]|[01]?\d)\.(?P<m1>[0-5]\d)(?= (?:{PART})(?!\w))", _clock),
    (rf"(?:{ABOUT}) {HOUR}(?= (?:{PART})(?!\w))", _clock),
)
