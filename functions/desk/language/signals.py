"""What stands between the lines: danger, insults, advertising, English, a second topic, a back reference.

All take cleaned, lower-case text (`normalize.clean(text).lower()`). Nothing here drops a message.
"""

import re

from desk.language.phrases import compile_phrases, vocabulary

_INJURED = """
    bị thương
    (chảy máu|bất tỉnh|nguy kịch|ngất xỉu|ngất đi|hôn mê|khó thở|co giật|đột quỵ)
    (nằm|ngã) ... (bất động|bất tỉnh|im)
    (người|cụ|ông|bà|chị|cháu|thanh niên|nạn nhân) ... nằm ... giữa đường
    (bị|ngã|người|té) ... (gãy|dập) (chân|tay|cổ|xương)
    (mắc kẹt|kẹt|kẹt cứng) ... (trong|dưới) (xe|cabin|gầm|thang máy|hầm)
    (cuốn|chui|nằm) (vào|dưới|trong) gầm
    (có|làm|khiến) ... người ... (chết|tử vong|thiệt mạng)
    (gọi|cần|đưa đi|xin|đi) ... (cấp cứu|cứu thương)
    (cứu với|cứu người|cứu tôi với|cứu em với|kêu cứu)
    (người|ai) ... (rơi|ngã|lọt) xuống (sông|hồ|hố|cống|mương|kênh|ao)
    (nhảy|đòi nhảy|định nhảy) (cầu|lầu|sông|xuống sông)
    (tự tử|tự sát|tự vẫn|đuối nước)
    (injured|bleeding|unconscious|dying|trapped)"""
_FIRE = """
    (đang|bốc|vụ|phát) =cháy
    =cháy (nhà|xe|lớn|to|rồi|chợ|kho|quán|chung cư|dữ|ngùn ngụt|trạm|rừng|bãi)
    (nhà|xe|quán|kho|chợ|xưởng|xe máy|ô tô) (bị|đang|bốc) =cháy
    (bốc cháy|bốc khói|hỏa hoạn|khói đen|cháy lớn|cháy nhà)
    (gọi|cần) ... (cứu hỏa|chữa cháy)
    (nổ|rò rỉ|xì|rò) (bình|khí|khí gas|gas|ga)
    (sập|đổ) (nhà|giàn giáo|cần cẩu)
    on fire"""
_VIOLENCE = """
    (đánh nhau|đâm chém|chém nhau|đâm nhau|ẩu đả|hỗn chiến|bắt cóc|xô xát)
    (đánh|đâm|chém) (người|hội đồng)
    (cầm|vác|vung|mang) ... (dao|kiếm|hung khí|mã tấu|phóng lợn|súng)
    cướp (giật|xe|tài sản|của)
    fighting"""
_LIVE_CABLE = """
    (điện giật|giật điện|rò điện|rò rỉ điện|chập điện|phóng điện|nhiễm điện|hở điện)
    (dây|điện|cáp|tủ|trạm|cột) ... ... (tóe|phát|nẹt|xẹt|bắn|đánh) tia? lửa
    (dây điện|cáp điện|điện cao thế|điện hạ thế|dây cao thế|đường điện) ... (đứt|rơi|rớt|tụt)"""

_DANGER = compile_phrases("\n".join((_INJURED, _FIRE, _VIOLENCE, _LIVE_CABLE)))
# Said before the danger, these make it a fear, a memory or a denial.
_NOT_NOW = compile_phrases("""
    (không|chưa|chẳng|chả|đâu) (có|ai|bị|thấy|hề)?
    (dễ|có thể|nguy cơ|sợ|suýt|sắp|nhỡ|lỡ|kẻo|nếu|phòng|tránh|khi|sẽ|mới chịu|để|hay|may)
    (từng|đã có|nhiều vụ|mấy vụ|nhiều lần|thường xuyên|có ngày|có hôm|lúc nào cũng)
    (hôm|ngày|tuần|tháng|năm|đợt|lần) (qua|kia|trước|nọ|ngoái)
    (mức|được|hưởng|quyền|chế độ|bảo hiểm)""")
_HEDGE_WORDS = 6

_OPEN_MANHOLE = compile_phrases("""
    (mất|không có|không còn|thiếu|trộm|bay|bật|lật|sập|thụt|tụt|vỡ|gãy|hở|mở|rơi) ... nắp
    nắp ... (mất|bay|bật|lật|sập|thụt|tụt|vỡ|gãy|hở|mở|trộm|rơi|bung)
    (hố|cống|miệng cống|hố ga) ... (hở|trống|toang|hoác|há|lộ|không nắp|mở)
    (lọt|ngã|rơi|sụp|thụt) ... (xuống|hố|cống)""")
_DOWN_CABLE = compile_phrases(
    _LIVE_CABLE
    + """
    (đứt|rơi|rớt|vắt ngang|chắn ngang|mắc vào|vướng vào|quấn) ... (đường|cổ|người|xe|xuống)
    (dây|cáp|cột) ... (đứt|rơi|rớt|đổ|gãy)
    (dây điện|cáp điện) ... (sà|sa|chạm|thòng) ... (đất|đầu|đường|thấp)?"""
)
_PEOPLE_FALL = compile_phrases("""
    (người|xe|xe máy|cháu|bà|ông) ... (ngã|trượt ngã|té|đổ xe|lọt xuống|sập xuống)
    (cây|cành) ... (đổ|gãy|bật gốc) ... (chắn|đè|ngang|trúng|vào xe|vào người)""")
_ALWAYS_URGENT = frozenset({"accident", "subsidence", "emergency"})
_URGENT_WHEN = {
    "manhole_cover": (_OPEN_MANHOLE, _PEOPLE_FALL),
    "cable_hanging": (_DOWN_CABLE,),
    "tree": (_PEOPLE_FALL,),
    "road_debris": (_PEOPLE_FALL,),
    "pothole": (_PEOPLE_FALL,),
    "barrier_median": (_PEOPLE_FALL,),
}

_NEGATED = compile_phrases("""
    không phải ... ... (mà là|mà bị|mà do|mà)
    (không|chưa) (có|xảy ra|thấy|bị) ... (tai nạn|va chạm|cháy|ùn tắc|tắc đường|người bị thương)
    (không|chưa) (có)? ai (bị thương|bị sao|bị gì|làm sao|sao)
    (không|chưa) (bị thương|gây tai nạn)""")
_NEGATED_TAIL = re.compile(r"(?<!\w)(?:chứ|chớ|chu)\W+(?:không|khong)\W+(?:phải|phai)[^.,;!?\n]*")

_INSULT = compile_phrases("""
    (đm|đmm|đcm|dmm|dcm|vcl|vkl|clgt|cmm|vcc|đmct|cmnr)
    (địt|đụ) (mẹ|má|con|bố|cụ)?
    (=đéo|=đéll|=lồn|=cặc|=buồi|=đĩ|=địt|=đụ)
    (con|thằng|đồ|lũ|bọn|quân) (chó|khốn|đĩ|ngu|súc vật|mất dạy|ăn hại|ăn cướp|vô học|rác rưởi|khốn nạn)
    (óc|đầu) (chó|lợn|bò|trâu)
    (khốn nạn|mất dạy|chó má|chó chết|súc vật|bố láo|ăn hại)
    =ngu (dốt|thế|vậy|như|vãi|quá|người|si)?
    (mẹ|bố|tổ sư) (mày|chúng mày|nhà mày|cha)
    (cút|câm mồm|câm họng)
    (fuck|shit|bitch|asshole|stupid)""")

_ADVERT = compile_phrases("""
    (vay|cho vay) (tiền|vốn|nóng|nhanh|tín chấp|online|tiêu dùng)
    (giải ngân|không cần thế chấp|bao duyệt|nợ xấu vẫn)
    (việc nhẹ|lương cao) ... (việc nhẹ|lương cao|tại nhà)
    (tuyển|cần tuyển|tuyển gấp|tuyển dụng) ... (cộng tác viên|nhân viên|lao động|shipper|công nhân|thợ)
    kiếm (tiền|thêm) ... (tại nhà|online|mỗi ngày|thụ động)
    (casino|cá cược|kèo|nổ hũ|game bài|đánh bài|lô đề|soi cầu|tài xỉu|xổ số online)
    (khuyến mãi|khuyến mại|siêu sale|sale sốc|sale off|xả kho|flash sale|giảm giá|ưu đãi) ...
    (bán|thanh lý|cho thuê|sang nhượng|chính chủ bán) ... (giá|liên hệ|lh|nhà|đất|căn hộ|sim|chung cư)
    (đầu tư|sinh lời|lợi nhuận|lãi suất) ... (%|cam kết|mỗi tháng|mỗi ngày|forex|coin|tiền ảo)
    (dịch vụ|nhận|chuyên) (làm|xóa|rút|sửa chữa|vận chuyển|thiết kế) ... (giá|uy tín|trọn gói|nhanh|lấy ngay)
    (nhận|trúng) (quà|thưởng|giải) ... (link|miễn phí|click|bấm)
    (click|bấm|truy cập|nhấn) ... (link|đường dẫn)""")
_SELLS = re.compile(
    r"https?://|www\.|t\.me/|bit\.ly|(?<!\d)0\d{2,3}[ .]?\d{3}[ .]?\d{3,4}(?!\d)|\d+ ?%"
    r"|zalo|inbox|nhắn tin|liên hệ|lien he|lh"
)
_HARD_SELL = compile_phrases("""
    (việc nhẹ|lương cao|giải ngân|không cần thế chấp|nổ hũ|game bài|cá cược|siêu sale|xả kho|vay tín chấp)
    (vay nóng|cho vay|soi cầu|casino|tài xỉu|hoa hồng cao|cam kết lợi nhuận)""")

_ENGLISH_WORDS = vocabulary("""
    a about accident after again all an and any are at be because been bike bus but by can car cars could did
    do does driver driving for from fine go had has have he hello help her here hi his hole how i if in
    insurance is it its just know lane license light like live me motorbike my near need no not now of office on
    one or our parked parking plate please police red report right road running see she sidewalk sign so some
    someone street thank thanks that the their them there they this to today traffic truck two up us very want
    was way we went were what when where which who why will with would wrong yes you your""")

NEW_TOPIC = compile_phrases("""
    ngoài ra
    còn (đây|này|ảnh này|hình này|clip này|video này|xe này)
    còn (nữa|một|1|cả|việc|vụ|chuyện|chỗ) (việc|vụ|chuyện|chỗ|điểm|trường hợp|cái)?
    (một|1|thêm|có|cái) (việc|vụ|chuyện|trường hợp|chỗ|điểm|xe|vấn đề|ý) (khác|nữa)
    (vụ|việc|chuyện|chỗ|trường hợp|vấn đề) (khác|nữa|thứ hai|thứ 2|tiếp theo)
    (báo|phản ánh|gửi|hỏi) (thêm|tiếp) (vụ|việc|một|1|trường hợp|chỗ|cái|về)
    (nhân tiện|tiện thể|luôn tiện|sẵn tiện|tiện đây|sẵn đây)
    thêm (nữa|vào đó|một việc|một vụ|một chỗ|1 việc|1 vụ|1 chỗ)
    (bên cạnh đó|mặt khác|thứ hai là|việc thứ hai|vụ thứ hai|cái thứ hai)
    (another|second) (thing|issue|report|one|matter)
    also""")
_LINK = re.compile(r"^[\W_]*(?:(?:là|la|thì|thi|về|ve)\b)?[\W_]*")
_REFERS_BACK = compile_phrases("""
    (xe|ô tô|xe máy|ông|anh|bà|thằng|con) (đó|này|ấy|đấy|kia|nãy|trên)
    (vụ|việc|chỗ|đoạn|hố|ổ gà|phản ánh|tin|cái) (đó|này|ấy|đấy|nãy|vừa rồi|vừa nãy|lúc nãy|hồi nãy|trên|trước)
    (như|trong|theo) (ảnh|hình|clip|video) (trên|này|vừa|đã|em|tôi)?
    (ảnh|hình|clip|video) (trên|này|đó|đây|vừa|em vừa|lúc nãy)
    (biển|biển số|biển kiểm soát|địa chỉ|địa điểm|vị trí|thời gian) (xe|số)? (là|đây|của nó)
    (lúc đó|khi đó|ở đó|ở đấy|chỗ đó|tại đó)
    nó
    (hồi nãy|lúc nãy|vừa nãy|ban nãy)
    (that|the same) (car|bike|truck|one)""")


_RESUMES = compile_phrases("""
    (gửi|bổ sung|thêm|cập nhật) thêm? (ảnh|hình|clip|video|thông tin|vị trí|địa chỉ)
    (vụ|việc|phản ánh|tin|chỗ|hố|ổ gà|xe|ảnh|clip|video) ... (lúc nãy|hồi nãy|vừa nãy|ban nãy|vừa rồi|lúc trước)
    như ... (báo|nói|gửi|phản ánh) (lúc|hồi|ban)? (nãy|trước|rồi)""")
_GOES_ON = compile_phrases("""
    (rồi|xong|sau đó|thế là|đến|tới|chạy|đi|rẽ|vẫn|mà|nó|đang|phóng|lại|còn|thậm chí)
    (and|then|after|it|he|she|they)""")


def life_in_danger(said: str) -> bool:
    """Someone is hurt or about to be, now: an injury, fire, fight or live cable, neither feared nor past."""
    for found in _DANGER.finditer(said):
        sentence_start = max(said.rfind(mark, 0, found.start()) for mark in ".!?\n;") + 1
        before = said[sentence_start : found.start()].split()[-_HEDGE_WORDS:]
        if not _NOT_NOW.search(" ".join(before)):
            return True
    return False


def is_urgent(said: str, category: str) -> bool:
    """Accidents and sunken roads always; manholes, cables and the like by what is said of them."""
    return category in _ALWAYS_URGENT or any(p.search(said) for p in _URGENT_WHEN.get(category, ()))


def without_denied(said: str) -> str:
    """The text without what it says is *not* the matter: "không phải vượt đèn đỏ mà là …" → "…"."""
    kept = _NEGATED_TAIL.sub(" ", _NEGATED.sub(" ", said))
    return kept if kept.strip() else said


def without_marker(said: str) -> str:
    """The text without the words that only announce it: "một việc nữa là đèn hỏng" → "đèn hỏng"."""
    found = NEW_TOPIC.search(said)
    if found is None or len(said[: found.start()].split()) > 1:
        return said
    rest = _LINK.sub("", said[found.end() :])
    return rest if len(rest.split()) > 2 else said


def is_abusive(said: str) -> bool:
    """Insults or obscenities; such a message is handled like any other and marked for staff."""
    return bool(_INSULT.search(said))


def is_advertising(said: str) -> bool:
    """An offer of loans, jobs, bets or goods that asks to be contacted."""
    return bool(_HARD_SELL.search(said)) or bool(_ADVERT.search(said) and _SELLS.search(said))


def is_english(said: str) -> bool:
    """Written in English: no Vietnamese marks, and half of its words are common English ones."""
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", said)
    return said.isascii() and bool(words) and sum(word in _ENGLISH_WORDS for word in words) * 2 >= len(words)


def starts_new_topic(said: str) -> bool:
    """A second-topic marker among the first words ("ngoài ra", "em báo thêm vụ khác")."""
    found = NEW_TOPIC.search(said)
    return found is not None and len(said[: found.start()].split()) <= 4


def resumes(said: str) -> bool:
    """Says that it adds to something told a while ago ("em gửi thêm ảnh vụ lúc nãy")."""
    return bool(_RESUMES.search(said))


def goes_on(said: str) -> bool:
    """Begins without a subject of its own: the one of the sentence before is meant ("chạy tiếp xuống Kim Mã")."""
    return bool(_GOES_ON.match(said))


def refers_back(said: str) -> bool:
    """Speaks of something already sent or said: "xe đó", "vụ lúc nãy", "biển số là …"."""
    return bool(_REFERS_BACK.search(said))
