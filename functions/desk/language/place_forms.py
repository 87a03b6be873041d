"""The forms that places take in a text beside names from the gazetteer: numbered roads, kilometre posts,
house numbers, and the words that lead to a junction, a direction or a landmark."""

import re

from desk.language.normalize import either_spelling, fold


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(either_spelling(rf"(?<!\w)(?:{pattern})(?!\w)"))


RING_ROAD = _form(
    r"(?:đường )?(?:vành đai|vđ|vd|vanhdai) ?(?P<ring>[1-5](?:[.,]5)?)"
    r"(?P<above>(?: trên)? (?:trên )?cao)?"
)
NATIONAL_ROAD = _form(r"(?:đường )?(?:quốc lộ|ql|qlộ|qlo)\.? ?(?P<number>\d{1,3}(?: ?[abc])?)")
PROVINCIAL_ROAD = _form(r"(?:đường )?(?:tỉnh lộ|đường tỉnh|tl|đt)\.? ?(?P<number>\d{2,3} ?[abc]?)")
NUMBERED_ROAD = _form(
    r"(?:đường|đg) (?:số )?(?P<number>\d{1,3}(?:\.5)?[abc]?|[a-d]\d{1,2})"
    r"(?! ?(?:m|cm|mét|km|năm|lần|giây|xe|chiều|làn|phút|[/.,\-]\d)(?!\w))"
)
KM_POST = re.compile(
    either_spelling(
        r"(?<!\w)(?<!\d )(?:(?:cột|mốc|trụ|biển) (?:mốc |số )?)?km ?(?:số )?(?P<km>\d{1,3})(?!\d)"
        r"(?: ?\+ ?(?P<metres>\d{1,3})(?!\d)|[.,]\d{1,3}(?!\d))?"
    )
)

JUNCTION_WORD = _form(
    r"(?:ngã|nga) ?(?:tư|ba|năm|sáu|bảy|[3-7])|ng ?[34]|n4|nút giao(?: thông| cắt)?|nút|giao lộ|vòng xuyến"
    r"|bùng binh"
    r"|(?:chỗ|điểm|đoạn|nơi) giao(?: nhau| cắt)?(?: giữa)?"
    r"|(?:chỗ|đoạn|điểm) cắt|(?P<of_two>giao(?: cắt| nhau)?(?: giữa)?|góc(?: đường| phố)?)"
)
_OF = r"(?:của |giữa |là |với )*"
STREET_WORDS = re.compile(either_spelling("(?:đường |phố |đg |đ\\.)+"))
AFTER_JUNCTION_WORD = re.compile(either_spelling(rf"[ :]+{_OF}"))
CROSSING = re.compile(
    either_spelling(
        r" ?(?:->?|[,/+&×x]|(?<= )(?:x|và|với|vs|giao(?: cắt| nhau)?(?: với)?|cắt(?: ngang)?(?: với)?|đi|ra))(?!\w)"
        rf" ?{_OF}"
    )
)
STRICT_CROSSING = re.compile(
    either_spelling(
        rf"(?: ?[×+&/] ?| ?-{{1,2}} ?| (?:x|giao(?: cắt| nhau)?(?: với)?|cắt(?: ngang)?(?: với)?) ){_OF}"
    )
)

_NOT_A_DIRECTION = "".join(
    rf"(?<!{word} )" for word in "ngược nguoc hai 2 một mot 1 cùng cung trái trai".split()
)
"""Before "chiều": "ngược chiều", "hai chiều"."""
DIRECTION_WORD = _form(
    rf"(?:theo )?(?:{_NOT_A_DIRECTION}(?:hướng|chiều|phía)(?: (?:đi|về|ra|vào|từ|lên|xuống|sang|đến|tới))*"
    r"|(?<=\w )(?:đi|về) (?:hướng|phía))"
)
ONWARD = re.compile(
    either_spelling(r" ?(?:->?|(?<= )(?:đi|đến|về|sang|ra|tới|vào|lên|xuống|hướng)(?: về| đi)?) ?")
)
GOING = re.compile(either_spelling(r",? (?:đi|về|ra|xuống|lên)(?: hướng| phía)? "))

LANDMARK_WORD = _form(
    r"(?<!công )trường(?: (?:thcs|thpt|tiểu học|mầm non|cấp [123]|đại học|cao đẳng|mn|th))?|thcs|thpt|tiểu học"
    r"|mầm non|đại học|đh|học viện|bệnh viện|bv|(?<!\d )chợ|bến xe|chùa|đình|đền|phủ|công viên"
    r"|vườn hoa|kđt|khu đô thị|chung cư|cc"
    r"|tòa nhà|tòa|siêu thị|cây xăng|trạm xăng|sân vận động|sân bóng|nhà văn hóa"
    r"|ubnd(?: (?:phường|xã|quận))?|công an(?: phường)?"
    r"|ga|nhà ga|trạm|hồ|kcn|khu công nghiệp|cầu vượt|cầu|hầm chui|hầm|nhà thờ|khách sạn|tập thể|khu tập thể|ktt|làng"
    r"|thôn|xóm|nhà máy|bưu điện|metro|điểm bus|bến bus|trạm bus|dốc|đê|khu đấu giá|khu"
)
# "CT4", "HH2C", "Nguyễn Du", "FPT": capitals and codes; the first word is not the start of a sentence.
_CAPITAL = (
    "[A-Z"
    + "".join(map(chr, (*range(0xC0, 0xDE), 0x102, 0x110, 0x128, 0x168, 0x1A0, 0x1AF)))
    + ("".join(map(chr, range(0x1EA0, 0x1EFA, 2))) + "]")
)
PROPER_NAME = re.compile(rf"(?:{_CAPITAL}\w*|\d+[A-Z]\w*)(?: (?:{_CAPITAL}\w*|\d{{1,2}}(?![\w/:.]))){{0,4}}")
STREET_WORD = _form(r"đường|phố|đg|đ\.|p\.|mặt đường|ngõ|dốc")
SURNAMES = frozenset(
    "nguyen tran le pham hoang vu vo phan truong bui dang do ho ngo duong ly dinh dao doan trinh luong ta ton cao"
    " chu to mai lam ha la luu thai bach huynh dam quach kieu han cu khuc ninh phung vuong tong mac luc".split()
)
_AFTER_NAME = (
    "có bị đang đã rất quá lúc hồi tầm khoảng xe và với thì là mà ở tại gần hướng chiều đoạn đối giao cắt tắc "
    "ùn đỗ vượt nhiều một hai cho đến từ không vào ra đi sáng tối trưa hôm phường quận nên bên này kia trước "
    "sau xảy ngập ngõ số ổ đèn cây nắp hố mặt đường người ô ai em tôi hà toàn cả lại luôn nhé ạ a ad"
)
END_OF_NAME = frozenset(_AFTER_NAME.split()) | frozenset(fold(_AFTER_NAME).split())

WORD = re.compile(r"\w+")

_NUMBERS = r"\d+[a-z]?(?:[/\-]\d+[a-z]?)*,?"
_HOUSE = r"(?:số nhà|nhà số|số|sn|đ/c|nhà)[ .:]?\s?\d{1,4}[a-z]?\d?(?:[/\-]\d+[a-z]?)*,?\s"
_ALLEY = rf"(?:đầu |cuối |trong )?(?:ngõ|ngách|hẻm|kiệt)(?: số)?\s?{_NUMBERS}"
_KIND_OF_STREET = "ngõ|ngách|đường|phố|đg|đ\\.|mặt đường|tuyến đường|tuyến phố|tuyến|trục đường|dốc|đê"

# What may stand to the left of a name and belongs to the address.
ADDRESS_BEFORE = re.compile(
    either_spelling(
        rf"(?<!\w)(?:{_HOUSE})?(?:(?<![\d.:/h\-])(?<!làn )\d{{1,4}}[a-e]?(?:[/\-]\d+[a-z]?)*,?\s)?(?:{_ALLEY}\s)*"
        rf"(?:(?:đầu |cuối |đoạn |giữa |mặt )?(?:{_KIND_OF_STREET})\s?)?$"
    )
)
ADDRESS = _form(rf"(?:{_HOUSE})?(?:{_ALLEY} ?)+")
_JOIN_WORDS = (
    "gần|đối diện|cạnh|trước|sau|hướng|về|đi|đến|tới|từ|thuộc|ở|tại|qua|khu|khu vực|của|dưới|chân|gầm|trên|đầu|cuối"
    "|ngay|chỗ|phía|bên|quận|huyện|phường|xã|tp|thành phố|là|đường|phố|cổng|ngõ|lối|vào|ra|rẽ|nhà|và|với|giao|cắt"
    "|đoạn|chiều|trong|giữa|cửa|mặt|nút|theo|cách|phải|trái|lên|xuống|sang|quanh|hai bên|kéo dài|q|p|lối lên"
    "|lối xuống|hầm|tòa|số"
)
JOINED = re.compile(
    either_spelling(
        rf"(?:[ ,\-:;()/>]|\n(?!\n)|\.(?! )|\b(?:(?:{_JOIN_WORDS})\b"
        r"|(?:số|ngõ|ngách|hẻm|nhà) ?\d+\w*(?:/\d+)*|\d{1,3} ?m\b))*"
    )
)
PLACE_BEFORE = re.compile(
    either_spelling(r"(?<!\w)(?:tại|ở|đoạn|địa điểm|địa chỉ|khu vực|vị trí|trên)[ :]{1,3}(?:\w+ )?$")
)
