"""Questions about the asker's own insurance, or that of somebody close: what only a look-up can answer.

"Em đóng được mấy năm rồi" asks for a figure of theirs, "đóng mấy năm thì có lương hưu" for the rule. A rule has a known
answer; what is theirs is looked up, or shown where to be seen.
"""

from desk.language.normalize import clean
from desk.language.phrases import compile_phrases

_FAMILY = "con|mẹ|bố|ba|má|cha|ông|bà|vợ|chồng|bé|cháu|anh|chị|em trai|em gái"
_ME = "tôi|em|mình|tui|tớ|e|mik|mk|t"
_WHO = f"({_ME}|{_FAMILY})"
_MINE = f"(của {_ME.replace('|', '|của ')}|của {_FAMILY.replace('|', '|của ')})"
_CARD = "(thẻ|bhyt|bảo hiểm y tế|bảo hiểm)"
_MANY = "(mấy|bao nhiêu|nhiêu|bao lâu|được bao lâu)"
_CLINIC = "(khám|kcb|khám bệnh|khám chữa bệnh|khám ban đầu|kcb ban đầu)"
_ENDS = (
    "(còn hạn|hết hạn|hết hiệu lực|còn hiệu lực|còn giá trị|hết giá trị|đến ngày nào|đến bao giờ|đến khi nào"
    "|khi nào hết|bao giờ hết|còn dùng được|còn sử dụng được|hạn đến)"
)

_CARD_ASKED = compile_phrases(f"""
    {_CARD} ... {_MINE} ... {_ENDS}
    {_WHO} ... {_CARD} ... {_ENDS}
    {_ENDS} ... {_CARD} ... {_MINE}
    {_CARD} ... {_ENDS} (chưa|không|ko|k|chua)
    (5|năm) năm liên tục ... {_MINE}
    {_WHO} ... (đủ|được|có) ... (5|năm) năm liên tục ... (chưa|không|ko|rồi)
    (nơi|chỗ|bệnh viện|viện) đăng ký {_CLINIC}? ... {_MINE}
    {_WHO} ... đăng ký {_CLINIC} ... (ở đâu|chỗ nào|viện nào|bệnh viện nào|nơi nào)
    (my|mother s|father s|son s|daughter s) ... (health|insurance) card ... (valid|expire|expires|expired)
    (is|when) ... my ... card""")
_PAID_ASKED = compile_phrases(f"""
    {_WHO} ... (đóng|tham gia|nộp|đóng được|có) ... {_MANY} ... (tháng|năm|thời gian)
    (đóng|tham gia|nộp) ... (được|dc|đc) {_MANY} (tháng|năm)? ... rồi
    (quá trình|thời gian|số năm|số tháng) (đóng|tham gia) ... {_MINE}
    (công ty|cty|cơ quan|đơn vị|sếp|xưởng) ... (có|đã|còn) ... đóng ... cho ({_ME}) ... (không|chưa|ko|k|hay không)
    how (many|long) ... (i|have i) ... (paid|contributed)""")
# A rule is asked for: what one must have, and what follows from it.
_RULE = compile_phrases("""
    (phải|cần|thì|mới|nếu|muốn|đổi|chuyển|tối thiểu|ít nhất|điều kiện|mức|tiền|hưởng|nhận|mỗi tháng|một tháng)
    (must|need|should|if)""")
_NUMBER_ASKED = compile_phrases(f"""
    (mã số|mã|số sổ|số) (bhxh|bảo hiểm xã hội|bảo hiểm|sổ|sổ bảo hiểm) ... {_MINE} ... (là|bao nhiêu|gì|số mấy|nào)
    {_WHO} ... (quên|không nhớ|không biết|mất) ... (mã số|số sổ|mã) ... (bhxh|bảo hiểm xã hội|bảo hiểm)
    (what|what s) ... my ... (insurance|bhxh) number""")


def own_data(text: str) -> str:
    """The class of the look-up that a question about the asker's own data needs; empty for any other text."""
    said = clean(text).lower()
    if _NUMBER_ASKED.search(said):
        return "bhxh_number"
    if _RULE.search(said):
        return ""
    if _CARD_ASKED.search(said):
        return "card_validity"
    return "contribution_history" if _PAID_ASKED.search(said) else ""
