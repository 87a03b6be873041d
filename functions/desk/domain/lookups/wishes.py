"""Wishes to be told later: "nhắc tôi khi thẻ sắp hết hạn", "báo em khi hồ sơ có kết quả", "đừng nhắc nữa"."""

from desk.domain.reminder import Kind
from desk.language.normalize import clean
from desk.language.phrases import compile_phrases

# What stands in a button or a wish that is about everything.
ALL = "all"

_FILE, _READY = "(hồ sơ|file|application)", "(có|xong|ra|thay đổi|cập nhật|kết quả|done|ready|result|moves)"
_PAID, _WEEKLY = (
    "(đóng|quá trình đóng|contribution|contributions)",
    "(hàng tuần|hằng tuần|mỗi tuần|every week|weekly)",
)
_ENDS = "(hết hạn|hết|đến hạn|gia hạn|ends|expires)"
_TELL = "(nhắc|nhắc nhở|báo|thông báo|nhắn|remind|tell|notify)"
_STOP = compile_phrases("""
    (đừng|thôi|ngừng|dừng|tắt|bỏ|hủy|không|khỏi) ... (nhắc|nhắc nhở|lời nhắc) (tôi|em|mình|cháu|anh|chị|nữa)?
    (thôi|ngừng|dừng|bỏ|hủy) ... theo dõi ... (hồ sơ|quá trình đóng)
    (stop|cancel|no more|no) ... (remind|reminding|reminder|reminders)
    (do not|don t|dont) remind""")
_OF = (
    (Kind.FILE, compile_phrases(f"""
        {_TELL} ... (khi|lúc|when|once) ... {_FILE} ... {_READY}
        {_TELL} ... (khi|lúc) ... có kết quả hồ sơ
        (khi|khi nào|bao giờ|lúc nào|when) ... {_FILE} ... {_READY} ... {_TELL}
        theo dõi ... hồ sơ""")),
    (Kind.CONTRIBUTIONS, compile_phrases(f"""
        {_TELL} ... (khi|lúc|nếu|when|if) ... {_PAID}
        {_TELL} ... (khi|lúc|nếu|when|if) ... (công ty|cơ quan|đơn vị|employer) ... {_PAID}
        (kiểm tra|xem|báo|check) ... {_PAID} ... {_WEEKLY}
        {_WEEKLY} ... (kiểm tra|báo|xem|check) ... {_PAID}
        theo dõi ... quá trình đóng""")),
    (Kind.CARD, compile_phrases(f"""
        {_TELL} ... (khi|lúc|trước|trước khi|when|before) ... (thẻ|bhyt|bảo hiểm|card|insurance) ... {_ENDS}
        (khi|khi nào|bao giờ|gần|sắp|when) ... (thẻ|bhyt|card) ... {_ENDS} ... {_TELL}
        {_TELL} ... (thẻ|bhyt|card) ... {_ENDS}
        {_TELL} ... (khi|lúc|trước|trước khi|before|when) ... (hết hạn|đến hạn|ends|expires)
        (nhắc|nhắc nhở|remind) ... (hạn thẻ|gia hạn|thẻ bhyt|thẻ bảo hiểm)""")),
)  # fmt: skip
# An employer that does not pay is a report, not a wish.
_OWED = compile_phrases("""
    (nợ|trốn|chậm|quỵt) đóng?
    (không|chưa|chẳng) ... đóng""")
_LONGEST = 20  # words: a longer message tells of something else besides


def wish(text: str) -> tuple[str, str] | None:
    """The command that a wish amounts to, watch or unwatch, and what it is about; None when there is none."""
    said = clean(text).lower()
    if len(said.split()) > _LONGEST or _OWED.search(said):
        return None
    about = next((str(kind) for kind, pattern in _OF if pattern.search(said)), "")
    if _STOP.search(said):
        return "unwatch", about or ALL
    return ("watch", about) if about else None
