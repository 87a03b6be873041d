"""When it happened, from how people say it: `find_when`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from typing import Literal

from desk.language.normalize import Span, align, either_spelling
from desk.language.time_clocks import CLOCKS
from desk.language.time_days import AGO, DAYS
from desk.language.time_nothing import NOTHING
from desk.language.time_parts import NOW, PARTS_OF_DAY
from desk.language.time_pieces import WEEKDAY, Clock, Day, Moment, Nothing, Part, Piece, Reader

HANOI = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class When:
    """`iso` is as exact as the words: local time with +07:00, or a date; `start` to `end` is what it can be.

    `precision`: an "exact" time, a "date", or a "range" ("sáng nay", "5-6h chiều", "lúc nãy").
    """

    iso: str
    precision: Literal["exact", "date", "range"]
    start: datetime
    end: datetime
    words: str
    span: Span


# From hour to hour; the night ends on the next day.
_HOURS_OF = {
    Part.SMALL_HOURS: (0, 6),
    Part.MORNING: (5, 11),
    Part.NOON: (11, 14),
    Part.AFTERNOON: (13, 18),
    Part.EVENING: (18, 23),
    Part.NIGHT: (22, 29),
}
_CLOCK_SLACK = timedelta(minutes=10)
"""Citizens' and servers' clocks differ, and people round up."""

_HINT = re.compile(
    either_spelling(
        r"\d|(?<!\w)(?:sáng|trưa|chiều|tối|đêm|khuya|hôm|bữa|ngày|thứ|nhật|cn|giờ|tuần|nãy|vừa|mới|này|rưỡi"
        r"|trước|rồi|hqua|hnay|tiếng|phút|bây|hiện)(?!\w)"
    )
)
"""Without one of these there is no time."""

_JOINING = (
    "lúc|hồi|tầm|khoảng|cỡ|độ|chừng|gần|hơn|vào|vào lúc|của|ngày|hôm|buổi|là|gì đó|đúng|thời gian|giờ|thì|đến|tới|từ"
    "|khi|cái|tức|đầu giờ|cuối giờ|đầu|cuối|luôn|phút|em|mình"
)
_JOINED = re.compile(either_spelling(rf"(?:[\s,:()~\-]|\.(?!\s)|\b(?:{_JOINING})\b)*"))
_TO = re.compile(either_spelling(r"(?<!\w)(?:đến|tới|-)(?!\w)"))
_AT_PART = re.compile(either_spelling(r"(?<!\w)(?:từ|lúc|hồi|đầu giờ|cuối giờ)\W+$"))
_TOLD_BEFORE = re.compile(
    either_spelling(r"\W+(?:\w+\W+){0,3}?(?:đã |có )?(?:phản ánh|báo|gửi|gọi|nhắn|nộp|hẹn|hỏi)(?!\w)")
)


def find_when(text: str, sent_at: datetime) -> When | None:
    """The time a message speaks of, as seen from `sent_at` (aware); None when it names none or only a habit."""
    view = align(text)
    now = sent_at.astimezone(HANOI).replace(second=0, microsecond=0)
    pieces = _read(view.marked, now)
    said = _chosen(pieces, view.marked)
    if said is None:
        return None
    unsettled = said.day is None or said.day.rank == WEEKDAY  # "7h" or "tối thứ 7" of every week
    if unsettled and any(isinstance(p.value, Nothing) and p.value.voids_hours for p in pieces):
        return None
    meaning = said.meaning(now)
    if meaning is None:
        return None
    span = view.span(said.start, said.end)
    return When(*meaning, words=text[slice(*span)], span=span)


@dataclass(slots=True)
class _Said:
    """Pieces that belong together."""

    start: int
    end: int
    clock: Clock | None = None
    part: Part | None = None
    day: Day | None = None
    moment: Moment | None = None
    last_clock: Clock | None = None
    last_part: Part | None = None

    @property
    def exactness(self) -> int:
        return 4 * (self.clock is not None) + 2 * (self.day is not None) + (self.part is not None)

    def add(self, piece: Piece, joined_by: str) -> bool:
        """False when the piece says something that is said already."""
        match piece.value:
            case Clock() as clock:
                if self.clock is None:
                    self.clock = clock
                elif self.last_clock is None and _TO.search(joined_by):
                    self.last_clock = clock
                else:
                    return False
            case Part() as part:
                if self.part is None or self.last_clock is None:
                    self.part = self.part or part
                else:
                    self.last_part = part
            case Day() as day:
                if self.day is None or day.rank > self.day.rank:
                    self.day = day
            case Moment() as moment:
                self.moment = self.moment or moment
            case Nothing():
                return False
        self.end = max(self.end, piece.span[1])
        return True

    def meaning(
        self, now: datetime
    ) -> tuple[str, Literal["exact", "date", "range"], datetime, datetime] | None:
        if self.clock is not None and (self.day is None or self.day.first == self.day.last):
            return self._at_the_clock(self.clock, now)
        if self.day is not None or self.part is not None:
            return self._in_the_day(now)
        if self.moment is None:
            return None
        start = self.moment.start
        if self.moment.exact:
            return start.isoformat(), "exact", start, start
        return self.moment.end.isoformat(), "range", start, self.moment.end

    def _back(self) -> timedelta:
        """How far back the same words also point: an hour to yesterday, a weekday to last week."""
        if self.day is None:
            return timedelta(days=1)
        return timedelta(days=7 if self.day.rank == WEEKDAY else 0)

    def _in_the_day(
        self, now: datetime
    ) -> tuple[str, Literal["exact", "date", "range"], datetime, datetime] | None:
        first = self.day.first if self.day else now.date()
        last = self.day.last if self.day else first
        begin, finish = _HOURS_OF[self.part] if self.part else (0, 24)
        start = _midnight(first) + timedelta(hours=begin)
        if start > now and (back := self._back()):
            start, first, last = start - back, first - back, last - back
        end = min(_midnight(last) + timedelta(hours=finish), max(now, start))
        return first.isoformat(), "range" if self.part or first != last else "date", start, end

    def _at_the_clock(
        self, clock: Clock, now: datetime
    ) -> tuple[str, Literal["exact", "date", "range"], datetime, datetime]:
        day = self.day.first if self.day else now.date()
        last = self.last_clock or (Clock(*clock.until, padded=clock.padded) if clock.until else None)
        part = self.part
        start = _on(day, clock, part, self.day, now, recent=self.moment is not None)
        if start > now + _CLOCK_SLACK:
            start -= self._back()
        if last is None:
            return start.isoformat(), "exact", start, start
        end = _on(start.date(), last, self.last_part or part, self.day, now)
        if end <= start:
            end += timedelta(
                hours=12 if end + timedelta(hours=12) > start and last.hour <= 12 and not part else 24
            )
        return start.isoformat(), "range", start, end


def _on(
    day: date, clock: Clock, part: Part | None, named: Day | None, now: datetime, *, recent: bool = False
) -> datetime:
    """The clock time on a day, the part of the day telling morning from evening; `recent`: "vừa nãy lúc 6h"."""
    hour = clock.hour
    if (
        (part in (Part.AFTERNOON, Part.EVENING) and 1 <= hour <= 11)
        or (part is Part.NOON and hour <= 3)
        or (part is Part.NIGHT and 6 <= hour <= 11)
    ):
        hour += 12
    elif part in (Part.NIGHT, Part.EVENING) and hour == 12:
        hour = 24
    elif part is None and not clock.padded and 1 <= hour <= (11 if recent else 5):
        # "lúc 5h" by day is five in the afternoon, once that has passed.
        afternoon = _midnight(day) + timedelta(hours=hour + 12, minutes=clock.minute)
        if hour < 5 or named is None:
            hour += 12 * (afternoon <= now + _CLOCK_SLACK)
    found = _midnight(day) + timedelta(hours=hour, minutes=clock.minute)
    # The night of yesterday goes on this morning: "đêm qua lúc 2h".
    if part is Part.NIGHT and hour <= 5 and named is not None and named.rank == 2 and day < now.date():
        found += timedelta(days=found + timedelta(days=1) <= now + _CLOCK_SLACK)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)


def _chosen(pieces: list[Piece], marked: str) -> _Said | None:
    """What is said most exactly; a day said apart from its hour is put to it."""
    groups = _grouped(pieces, marked)
    if not groups:
        return None
    best = max(groups, key=lambda group: (group.exactness - 3 * _is_told_of(group, marked), -group.start))
    if best.clock is not None and best.day is None:
        days = [group for group in groups if group.day is not None and group.clock is None]
        if days:
            other = min(days, key=lambda group: abs(group.start - best.start))
            best.day, best.part = other.day, best.part or other.part
            best.start, best.end = min(best.start, other.start), max(best.end, other.end)
    return best


def _grouped(pieces: list[Piece], marked: str) -> list[_Said]:
    groups: list[_Said] = []
    closed = True
    for piece in pieces:
        between = marked[groups[-1].end : piece.span[0]] if groups else ""
        if not closed and _JOINED.fullmatch(between) and groups[-1].add(piece, between):
            continue
        group = _Said(*piece.span)
        closed = not group.add(piece, "")
        if not closed:
            groups.append(group)
    return [group for group in groups if _counts(group, marked)]


def _counts(group: _Said, marked: str) -> bool:
    """A part of the day alone is a time only after "lúc", "từ" …; bare "toi" there is "tôi"."""
    if group.clock or group.day or group.moment:
        return True
    return marked[group.start : group.end] != "toi" and _AT_PART.search(marked[: group.start]) is not None


def _is_told_of(group: _Said, marked: str) -> bool:
    """ "Hôm qua em đã phản ánh": when they wrote before, not when it happened."""
    return group.clock is None and _TOLD_BEFORE.match(marked[group.end :]) is not None


def _read(marked: str, sent_at: datetime) -> list[Piece]:
    """All pieces in their order. What one reader has read is closed to those after it."""
    if not _HINT.search(marked):
        return []
    pieces: list[Piece] = []
    for pattern, reader in _readers(bare_too=not _is_careful(marked)):
        for match in pattern.finditer(marked):
            values = reader(match, sent_at)
            if values is not None:
                each = values if isinstance(values, tuple) else (values,)
                pieces += [Piece(match.span(), value) for value in each]
        for piece in pieces:
            start, end = piece.span
            filler = "\1" if isinstance(piece.value, Clock) else "\0"
            marked = f"{marked[:start]}{filler * (end - start)}{marked[end:]}"
    return sorted(pieces, key=lambda piece: piece.span)


def _is_careful(marked: str) -> bool:
    """Whether the writer sets marks: then "sang" is "sang", and never "sáng"."""
    words = marked.split()
    return 2 * sum(not word.isascii() for word in words) >= len(words)


@cache
def _readers(*, bare_too: bool) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    spelled = either_spelling if bare_too else str
    forms = (*AGO, *NOTHING, *CLOCKS, *DAYS, *NOW, *PARTS_OF_DAY)
    return tuple((re.compile(spelled(rf"(?<!\w)(?:{form})(?!\w)")), reader) for form, reader in forms)
