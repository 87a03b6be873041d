"""Days as people name them: dates, weekdays, "hôm qua", "3 hôm trước"."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from desk.language.normalize import either_spelling, fold
from desk.language.time_pieces import (
    HOUR_WORD,
    HOURS,
    PART,
    PARTS,
    WEEKDAY,
    Day,
    Moment,
    Nothing,
    Reader,
    Value,
    both_spellings,
)

# --- so long ago

_VAGUE = both_spellings({"vài": 3.0, "mấy": 3.0, "đôi": 2.0})
_AMOUNTS = both_spellings({"nửa": 0.5}) | _VAGUE | {word: float(hour) for word, hour in HOURS.items()}
_AMOUNT = rf"(?P<n>\d+(?:[.,]5)?|nửa|vài|mấy|đôi|{HOUR_WORD})"
_UNIT = "(?P<unit>phút|ph|p|tiếng|giờ|h|ngày|hôm|bữa|tuần|tháng)"
_NO_WEEKDAY = r"(?<!thứ )(?<!thu )(?<!ngày )(?<!ngay )"
_NO_WAIT = "(?<!chờ )(?<!đợi )(?<!cho )(?<!doi )"
_A_PLACE = re.compile(
    either_spelling(r" (?:cửa|cổng|nhà|mặt|số|bến|trường|ngõ|khi|đó|đầu|lối|công|bệnh|chợ|ubnd|tòa|quán)")
)


def _ago(match: re.Match[str], sent_at: datetime) -> Value | None:
    unit, after = fold(match["unit"]), match.string[match.end() : match.end() + 8]
    if unit in ("h", "gio") and not match["away"] and _A_PLACE.match(after):
        return None  # "7h trước cổng trường"
    amount, exact = _amount(match["n"]) + (0.5 if match["half"] else 0), match["n"] not in _VAGUE
    if unit in ("phut", "ph", "p"):
        return Moment(sent_at - timedelta(minutes=amount), sent_at, exact)
    if unit in ("tieng", "gio", "h"):
        return Moment(sent_at - timedelta(hours=amount), sent_at, exact)
    if unit == "thang" or not exact:
        return Nothing()
    if fold(match["end"] or "").strip() == "roi":
        return _since(match, sent_at)  # "3 ngày rồi chưa ai sửa"
    return _one_day(sent_at.date() - timedelta(days=amount * (7 if unit == "tuan" else 1)), rank=2)


def _since(match: re.Match[str], sent_at: datetime) -> Value:
    if match["n"] in _VAGUE:
        return Nothing()
    days = {"thang": 30, "tuan": 7}.get(fold(match["unit"]), 1) * _amount(match["n"])
    return Day(sent_at.date() - timedelta(days=days), sent_at.date(), rank=1)


def _amount(written: str) -> float:
    return float(written.replace(",", ".")) if written[0].isdigit() else _AMOUNTS[written]


# --- today, yesterday

_DAYS_BACK = {"nay": 0, "hnay": 0, "qua": 1, "hqua": 1, "kia": 2}
_OF_ME = re.compile(r"\b(?:cua|nha|me|bo|vo|chong|con|cho|voi|xe|chung|bao|bon|khu|ngo|truoc|gan)\W+$")
_WAY = re.compile(
    either_spelling(
        r"\W+(?:không|ko|k|chậm|lâu|nguy|ồn|mệt|bức|khó|xấu|tệ|bẩn|nhiều|đường|phố|ngã|nga|cầu|ngõ|chợ|đây|đó|khu|đoạn|hầm|nút|bến|cổng|bên|làn|phía|lại|ql|đèn|vạch|chỗ"
        r"|nhà|trường|km|vđ|vành|đại)\b"
    )
)
_DIRECTION = re.compile(r"\b(?:nguoc|hai|2|mot|1|cung|trai|dung|theo)\W+$")
_MY_AGE = re.compile(r"\W+(?:da|duoc|gan|hon) \d")
_SINCE_THEN = re.compile(r"\btu\b(?:\W+\w+){1,5}\W+$")


def _relative(match: re.Match[str], sent_at: datetime) -> Day:
    return _one_day(sent_at.date() - timedelta(days=_DAYS_BACK[fold(match["day"])]), rank=2)


def _part_and_day(match: re.Match[str], sent_at: datetime) -> tuple[Value, ...] | None:
    part, day, before = match["part"], match["day"], match.string[: match.start()]
    if part == "toi" and _OF_ME.search(before):
        return None  # "ho so cua toi qua cham": của tôi quá chậm
    if part in ("toi", "sang") and day == "qua" and _WAY.match(match.string[match.end() :]):
        return None  # "toi qua duong Lang": tôi qua đường Láng
    if (
        part == "toi"
        and day == "nay"
        and (_SINCE_THEN.search(before) or _MY_AGE.match(match.string[match.end() :]))
    ):
        return None  # "tu do toi nay": từ đó tới nay; "toi nay da 60 tuoi": tôi nay đã 60 tuổi
    if part == "chieu" and _DIRECTION.search(before):
        return None  # "di nguoc chieu nay": đi ngược chiều này
    return PARTS[part], _relative(match, sent_at)


# --- weekdays

_WEEKDAYS = both_spellings({"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5})
_WEEK = r"tuần (?:trước|rồi|vừa rồi|qua|vừa qua|này)|vừa rồi|vừa qua|rồi|trước"
_DAY_BEFORE = re.compile(
    either_spelling(rf"(?:{PART}|hôm|ngày|lúc|vào|từ|\dh\d*|\d:\d\d|giờ|[\x00\x01]),?\W*$")
)


def _weekday(match: re.Match[str], sent_at: datetime) -> Day | None:
    name, week = match["name"] or "", fold(match["week"] or "")
    named = _DAY_BEFORE.search(match.string[: match.start()]) is not None
    bare_word = name.isalpha() and name == fold(name)
    doubtful = match["short"] or match["short_sunday"] or bare_word
    if doubtful and not named and not week:
        return None  # "T3" is also a terminal, "thu tu" also "thứ tự"
    today = sent_at.date()
    number = 6 if not name else int(name) - 2 if name.isdigit() else _WEEKDAYS[name]
    monday = today - timedelta(days=today.weekday())
    if week.startswith("tuan") and not week.endswith("nay"):
        return _one_day(monday - timedelta(days=7 - number), rank=WEEKDAY)
    back = (today.weekday() - number) % 7
    if back == 0 and week and not week.endswith("nay"):
        back = 7
    return _one_day(today - timedelta(days=back), rank=WEEKDAY)


def _weekend(match: re.Match[str], sent_at: datetime) -> Day:
    monday = sent_at.date() - timedelta(days=sent_at.weekday())
    return Day(monday - timedelta(days=2), monday - timedelta(days=1), rank=1)


def _last_week(match: re.Match[str], sent_at: datetime) -> Day:
    monday = sent_at.date() - timedelta(days=sent_at.weekday())
    return Day(monday - timedelta(days=7), monday - timedelta(days=1), rank=0)


# --- dates

_LEAD = r"(?:(?P<lead>ngày|hôm|mùng|mồng|date):? ?)?"
_D = r"(?<![\d/.,\-])(?P<d>3[01]|[12]\d|0?[1-9])"
_M = r"(?P<mo>1[0-2]|0?[1-9])"
_TIME_BEFORE = re.compile(
    either_spelling(rf"(?:{PART}|hôm|lúc|vào|từ|đến|\dh\d*|\d:\d\d|giờ|phút|thứ \w+|nhật|[\x00\x01]),?\W*$")
)
_COUNTED = re.compile(
    either_spelling(r" ?(?:lần|người|xe|tiếng|giờ|h\b|chuyến|lượt|ca|bữa|đêm|ngày|đứa|con|cái|[\-/.]\d)")
)


def _date(match: re.Match[str], sent_at: datetime) -> Day | Nothing | None:
    day, month, year = int(match["d"]), int(match["mo"]), match["y"]
    before = match.string[: match.start()]
    led = match["lead"] or _TIME_BEFORE.search(before)
    fraction = match["sep"] != "/" or (day <= 3 and day < month <= 10)
    if not led and not year and fraction:
        return None  # "2-3 xe", "1/2 đường"
    return _day_of(day, month, int(year) % 100 + 2000 if year else None, sent_at.date())


def _written_date(match: re.Match[str], sent_at: datetime) -> Day | Nothing:
    year = match["y"]
    return _day_of(int(match["d"]), int(match["mo"]), int(year) if year else None, sent_at.date())


def _day_of(day: int, month: int, year: int | None, today: date) -> Day | Nothing:
    """The last such day; nothing when it lies ahead, or so far back that it is no event to report."""
    for candidate in [year] if year else [today.year, today.year - 1]:
        try:
            found = date(candidate, month, day)
        except ValueError:
            return Nothing(voids_hours=True)
        if found <= today:
            near = today - found <= timedelta(days=730 if year else 300)
            return _one_day(found, rank=5) if near else Nothing(voids_hours=True)
    return Nothing(voids_hours=True)


def _day_of_month(match: re.Match[str], sent_at: datetime) -> Day | Nothing | None:
    today, number = sent_at.date(), int(match["d"])
    if _COUNTED.match(match.string[match.end() :]):
        return None  # "ngày 2 lần"
    last_month = today.replace(day=1) - timedelta(days=1)
    asked = fold(match["which"] or "")
    if asked in ("thang sau", "thang toi"):
        return Nothing(voids_hours=True)
    for month in [last_month] if asked == "thang truoc" else [today, last_month]:
        if number <= monthrange(month.year, month.month)[1] and month.replace(day=number) <= today:
            return _one_day(month.replace(day=number), rank=4)
    return Nothing()


def _one_day(day: date, rank: int) -> Day:
    return Day(day, day, rank)


AGO: tuple[tuple[str, Reader], ...] = (
    (
        rf"(?P<away>cách đây|cách) (?:(?:khoảng|tầm|độ|chừng|hơn|gần) )?{_AMOUNT} ?{_UNIT}(?: đồng hồ)?"
        r"(?P<half> rưỡi)?(?P<end> (?:trước|rồi))?",
        _ago,
    ),
    (
        rf"{_NO_WEEKDAY}{_NO_WAIT}{_AMOUNT} ?{_UNIT}(?: đồng hồ)?(?P<half> rưỡi)?"
        r"(?: trước(?: đây)?|trước| (?P<end>rồi)(?! mới))(?P<away>(?!))?",
        _ago,
    ),
    (rf"{_NO_WEEKDAY}{_AMOUNT} (?P<unit>ngày|hôm|bữa|tuần|tháng) (?:nay|liền|qua)", _since),
)
DAYS: tuple[tuple[str, Reader], ...] = (
    (
        rf"{_LEAD}{_D}(?P<sep>[/.\-]){_M}(?:(?P=sep)(?P<y>20\d\d|\d\d))?(?![/\-.]?\d)",
        _date,
    ),
    (rf"{_LEAD}{_D} tháng {_M}(?:(?: năm |[/\-])(?P<y>20\d\d))?", _written_date),
    (rf"(?P<y>20\d\d)-{_M}-(?P<d>3[01]|[12]\d|0[1-9])", _written_date),
    (
        r"(?:ngày|hôm|mùng|mồng) (?P<d>3[01]|[12]\d|0?[1-9])"
        r"(?: (?P<which>tháng trước|tháng này|tháng sau|tháng tới|vừa rồi|vừa qua))?",
        _day_of_month,
    ),
    (
        r"(?:(?:thứ ?|(?P<short>t)(?=[2-7]))(?P<name>[2-7]|hai|ba|tư|năm|sáu|bảy|bẩy)"
        rf"|(?P<sunday>chủ nhật)|(?P<short_sunday>cn))(?: (?P<week>{_WEEK}))?",
        _weekday,
    ),
    (r"cuối tuần (?:trước|rồi|qua|vừa rồi|vừa qua)", _weekend),
    (r"tuần (?:trước|rồi|vừa rồi|qua|vừa qua)", _last_week),
    (rf"(?P<part>{PART}) (?P<day>nay|qua|kia)", _part_and_day),
    (r"(?:ngày )?(?:hôm |bữa )(?P<day>nay|qua|kia)", _relative),
    (r"(?P<day>hnay|hqua)", _relative),
    (r"(?<=\dh) (?P<day>nay)", _relative),
)
