"""What looks like a time and is none: addresses, durations, habits, what is to come."""

import re
from datetime import datetime

from desk.language.time_pieces import DATE, HOUR_WORD, PART, Nothing, Reader


def _nothing(match: re.Match[str], sent_at: datetime) -> Nothing:
    return Nothing()


def _voids(match: re.Match[str], sent_at: datetime) -> Nothing:
    return Nothing(voids_hours=True)


_DURATION_START = (
    "mất|đợi|chờ|suốt|trong|trong vòng|kéo dài|cả|mỗi|tắc|kẹt|chôn chân|tối đa|tối thiểu|ngồi|đứng|những"
)
_AN_HOUR = r"\d{1,2} ?(?:h|giờ|:) ?(?:\d\d)?"
_HOURS = rf"(?:\d+(?:-\d+)?|{HOUR_WORD}) ?(?:h|giờ)"

NOTHING: tuple[tuple[str, Reader], ...] = (
    (
        rf"(?:\d+|{HOUR_WORD}) (?:năm|tháng|tuần|ngày) rưỡi|(?:chờ|đợi|mất|kéo dài) \d+ giờ \d+ phút"
        r"|(?:tháng \d+|đợt|lần|dịp|kỳ|hè|tết)(?: \w+){0,3}? (?:vừa rồi|vừa qua)",
        _nothing,
    ),
    (r"(?:đường|phố|chợ|cầu|trường|công viên|rạp|bệnh viện|khu) \d{1,2}/\d{1,2}(?:/\d+)?", _nothing),
    (
        r"(?:ngõ|ngách|hẻm|kiệt|nhà|số|số nhà|sn|tổ|lô|tòa|căn|đội|xóm|cột) ?\d+[a-z]?(?:[/\-.]\d+[a-z]?)*",
        _nothing,
    ),
    (
        r"(?<!lúc )(?<!luc )(?<!đến )(?<!den )24 ?(?:h|giờ)(?! (?:đêm|ngày))"
        r"|24/7|24h?/24h?|\d\d ?h ?-? ?\d{3}\.\d\d|\d+ ?km ?/ ?h|\d+/20\d\d/[\w\-]+"
        r"|\d+ ?(?:triệu|tr|tỷ|nghìn|k)(?: rưỡi)?"
        r"|(?:lần|chiếc|xe|người|làn|tầng|cái|vụ|con|bên|đứa|vòng|lượt|thẻ|ngã) thứ \w+",
        _nothing,
    ),
    (
        rf"(?:{PART}|ngày|hôm) mai|(?:thứ \w+ |ngày \d+ )?(?:tuần|tháng|năm) (?:sau|tới)|ngày kia|ngày mốt"
        rf"|(?:trước|hạn|hạn chót|muộn nhất) (?:hết )?(?:ngày \d{{1,2}}(?!\d)(?:[/.]\d+)*|thứ \w+|{DATE})",
        _voids,
    ),
    (
        r"(?:nhiều|bao) (?:hôm|ngày|bữa|tuần|tháng|năm)(?: (?:nay|trước|qua|rồi|liền))?"
        rf"|(?:{PART}|hôm|bữa|ngày) (?:hôm )?(?:trước|nọ)|(?<!vừa )(?<!vua )mới đây|dạo này"
        r"|gần đây|hồi trước|năm ngoái",
        _nothing,
    ),
    (
        rf"(?:mọi|hàng|hằng|mỗi|các) (?:ngày|hôm|buổi|tuần|{PART})(?! nay| qua)"
        rf"|(?:{PART}|ngày|hôm|buổi) nào|(?:(?:{PART}) )?(?:thứ \w+|chủ nhật|cn) nào|thường xuyên"
        rf"|cứ (?:đến|vào|tới|hễ|tầm|khoảng)(?= (?:\d|{PART}))|cứ(?= (?:\d+|{HOUR_WORD}) ?(?:h|giờ|rưỡi))",
        _voids,
    ),
    (
        r"(?:cấm|khung giờ|giờ làm việc|thường)(?:[^\w.]+\w+){0,4}?\W+"
        r"\d{1,2} ?(?:h|giờ|:)?\d{0,2} ?(?:-|đến|tới) ?\d{1,2} ?(?:h|giờ|:)(?:\d\d)?",
        _nothing,
    ),
    (
        rf"(?:{_DURATION_START})(?: (?:hơn|gần|tới|khoảng|cả|tầm|những|đến))? {_HOURS}(?: rưỡi)?"
        rf"(?! ?\d| (?:{PART}|nay|kém))(?: đồng hồ| liền)?"
        rf"|{_HOURS} (?:đồng hồ|liền|liên tục|mỗi ngày|một ngày|làm việc|nữa)",
        _nothing,
    ),
    (
        r"(?:sinh|ngày sinh|ns|cấp ngày|hết hạn|hiệu lực|thời hạn|giá trị|nghỉ việc|nghỉ sinh|nghỉ thai sản"
        r"|nghỉ hưu|đóng (?:bhxh|bh|bảo hiểm|bhyt)|tham gia|đi làm)(?:\W+\w+){0,3}?\W+"
        rf"(?:{DATE}|ngày \d{{1,2}})",
        _nothing,
    ),
    (
        r"(?:thứ \w+|chủ nhật|t7|cn|cuối tuần)(?: (?:thì|có|cơ quan|bên|mình|văn phòng|bhxh)){0,3}"
        r" (?:làm việc|mở cửa|tiếp dân|nghỉ|trực)",
        _nothing,
    ),
)
