"""Parts of the day, and the words for "just now"."""

import re
from datetime import datetime, timedelta

from desk.language.normalize import either_spelling
from desk.language.time_pieces import PART, PARTS, Moment, Part, Reader


def _now(match: re.Match[str], sent_at: datetime) -> Moment:
    return Moment(sent_at, sent_at, exact=True)


def _recently(match: re.Match[str], sent_at: datetime) -> Moment:
    return Moment(sent_at - timedelta(hours=3), sent_at, exact=False)


def _around(before: str, after: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(either_spelling(rf"(?<!\w)(?:{before}) {{1,2}}$")),
        re.compile(either_spelling(rf" {{1,2}}(?:{after})(?!\w)")),
    )


# "đèn không sáng", "ngược chiều", "đường tối om": light, direction and dark, not parts of a day.
_OTHER_SENSES = {
    Part.MORNING: _around(
        "đèn|không|chưa|chiếu|phát|bật|ánh|thắp|rất|quá|đủ|bóng",
        "choang|trưng|lóa|lên|đường|bên|làn|phía|xe|phải|trái|nhường|tên|kiến|rõ|mắt|quá",
    ),
    Part.AFTERNOON: _around(
        "ngược|hai|2|một|1|cùng|trái|đúng|đường|theo|cả hai|cả 2|bên|mỗi|các",
        "dài|rộng|cao|hướng|đi|về|từ|ra|vào|ngược|lên|xuống|sâu|ngang|thuận|này|kia",
    ),
    Part.EVENING: _around(
        "đường|trời|ngõ|rất|bóng|chỗ|khu|đèn|quá|đoạn|phố|hẻm",
        "đa|thiểu|om|thui|ưu|tăm|mù|hậu|mịt|quá|tân|lắm|như",
    ),
}
_HOUR_BEFORE = re.compile(r"\x01\W*$|^\W*$")
_DAY_AFTER = re.compile(r"\W+(?:hom|thu|cn|chu nhat|ngay|t[2-7]|\d{1,2}[/.\-]\d|hqua|hnay|\x00)")
_I_DO = re.compile(
    r"\W+(?:di|thay|dang|co|gap|bi|den|vua|dung|chay|xin|muon|da|duoc|ve|tham|cho|quay|chup|phan|chung|nhin|lai|ra"
    r"|vao|la|moi|cung|khong|ko|nghe|bao|gui|ten)\b"
)


def _part(match: re.Match[str], sent_at: datetime) -> Part | None:
    typed, before, after = match["part"], match.string[: match.start()], match.string[match.end() :]
    senses = _OTHER_SENSES.get(PARTS[typed])
    if senses and (senses[0].search(before[-12:]) or senses[1].match(after)):
        return None
    if typed == "toi" and not (_HOUR_BEFORE.search(before) or _DAY_AFTER.match(after)):
        return None  # "nha toi luc 1h sang": nhà tôi
    if typed == "toi" and _I_DO.match(after):
        return None  # "7h30 toi di qua": tôi đi qua
    return PARTS[typed]


NOW: tuple[tuple[str, Reader], ...] = (
    (
        r"vừa xong|vừa mới xong|vừa mới đây|vừa nãy|mới nãy|vừa tức thì|ngay bây giờ|ngay lúc này|giờ này"
        r"|(?:bây giờ|hiện giờ|hiện tại)(?= (?:vẫn|đang|còn|chưa))|(?:vừa|mới|vừa mới) (?:thấy|gặp|chứng kiến|xảy ra)"
        r"|vừa (?:quay|chụp)(?: được)?|vừa rồi",
        _now,
    ),
    # Alone only with its mark, here as a code that `either_spelling` leaves: bare it is "nay", today.
    (r"lúc nãy|ban nãy|hồi nãy|khi nãy|lúc này|nãy giờ|n\u00e3y", _recently),
)
PARTS_OF_DAY: tuple[tuple[str, Reader], ...] = ((rf"(?P<part>{PART})", _part),)
