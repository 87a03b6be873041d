"""The pieces of which people build a time: "7h30", "sáng", "thứ 6 tuần trước", "15 phút trước"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desk.language.normalize import Span, fold


class Part(StrEnum):
    """A part of the day."""

    SMALL_HOURS = "rạng sáng"
    MORNING = "sáng"
    NOON = "trưa"
    AFTERNOON = "chiều"
    EVENING = "tối"
    NIGHT = "đêm"


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as written (0-24); `until` is the other end of "5-6h"; `padded` means written like "05"."""

    hour: int
    minute: int
    padded: bool = False
    until: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day, or the days `first` to `last`; `rank` is higher the more exactly it was named."""

    first: date
    last: date
    rank: int


WEEKDAY = 3
"""The rank of a weekday: more exact than "hôm qua", less than a date."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch that ends at most when the message was sent: "15 phút trước", "lúc nãy"."""

    start: datetime
    end: datetime
    exact: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Looks like a time and is none: an address, a duration, a habit, something to come.

    `voids_hours`: an hour beside it without a day of its own means nothing either.
    """

    voids_hours: bool = False


type Value = Clock | Part | Day | Moment | Nothing


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and where it stands in the marked text."""

    span: Span
    value: Value


def both_spellings[T](table: dict[str, T]) -> dict[str, T]:
    """The table with each word also without its marks."""
    return {fold(word): value for word, value in table.items()} | table


_HOURS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12,
}  # fmt: skip
HOURS = both_spellings(_HOURS)
_PARTS = {
    "rạng sáng": Part.SMALL_HOURS, "rạng sáng sớm": Part.SMALL_HOURS, "mờ sáng": Part.SMALL_HOURS,
    "sáng sớm": Part.MORNING, "sáng": Part.MORNING,
    "giữa trưa": Part.NOON, "trưa": Part.NOON, "chiều tối": Part.EVENING, "chiều muộn": Part.AFTERNOON,
    "chiều": Part.AFTERNOON, "xế chiều": Part.AFTERNOON, "chập tối": Part.EVENING, "tối muộn": Part.NIGHT,
    "tối": Part.EVENING, "đêm khuya": Part.NIGHT, "nửa đêm": Part.NIGHT, "đêm": Part.NIGHT, "khuya": Part.NIGHT,
}  # fmt: skip
PARTS = both_spellings(_PARTS)

# For the patterns, which all go through `normalize.either_spelling`.
HOUR = r"(?<![\d/.,:\-])(?<!tháng )(?P<h>2[0-4]|[01]?\d)"
HOUR_WORD = "|".join(sorted(_HOURS, key=len, reverse=True))
PART = (
    "(?:rạng |mờ )?sáng(?: sớm)?|(?:giữa )?trưa|(?:xế )?chiều(?: tối| muộn)?|(?:chập )?tối(?: muộn)?"
    "|(?:nửa )?đêm(?: khuya)?|khuya"
)
ABOUT = "lúc|hồi|tầm|khoảng|cỡ|độ|chừng|gần|hơn|vào|từ|đến"
DATE = r"\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?"

type Reader = Callable[[re.Match[str], datetime], Value | tuple[Value, ...] | None]
"""Turns one match into its meaning at the time of sending; None when it means no time here."""
