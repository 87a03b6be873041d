"""The phrases by which `acts` knows what a message does; notation in `phrases`."""

from desk.language.phrases import compile_phrases, vocabulary

_ME = "(tôi|em|mình|cháu|anh|chị|bác|con)"
_MEDIA = "(=ảnh|hình|video|clip|file|tệp|vid)"

STOP = compile_phrases("""
    (dừng|ngừng|hủy|tắt|thôi|bỏ) (đăng ký)? (nhận|gửi|theo dõi)? (tin|tin nhắn|tin tức|thông báo) (về)?
    (đừng|không|ngừng|dừng) (nhắn|gửi) (tin|thông báo)? ... nữa
    (không|đừng) (muốn|cần)? nhận ... (tin|thông báo|tin nhắn|tin tức) nữa?
    hủy đăng ký nhận? (tin|thông báo|tin nhắn)
    hủy theo dõi
    stop
    unsubscribe""")
RESUME = compile_phrases("""
    nhận lại (tin|thông báo|tin nhắn)
    nhận (tin|thông báo|tin nhắn) (lại|trở lại)
    đăng ký (nhận|lại) (tin|thông báo|tin nhắn)?
    bật lại? thông báo
    tiếp tục (nhận|gửi) (tin|thông báo)
    subscribe""")
SUBSCRIBE = compile_phrases("""
    (đăng ký|bật) (nhận|theo dõi)? (tin|tin tức|bản tin|thông báo) (mới)? (về)?
    nhận (tin|tin tức|bản tin) (mới)? (về)?""")
NEWS = compile_phrases("""
    (tin|bản tin) (mới nhất|mới|tức)
    (xem|đọc|gửi) (tin|bản tin) (mới nhất|mới|tức)?
    có tin (gì|tức)? mới không?
    (latest|show) news
    news""")
NEWS_ABOUT = compile_phrases("""
    (tìm|xem|đọc|có) (tin|tin tức|tin mới|bài viết|bản tin) (nào|gì|mới)? (về|liên quan)
    (tin|tin tức|tin mới|bài viết|bản tin) (về|liên quan)
    tìm (tin|tin tức|bài viết)
    news (about|on)""")
DELETE_DATA = compile_phrases("""
    (xóa|hủy|gỡ) ... (dữ liệu|data|thông tin cá nhân|lịch sử)
    (xóa|hủy|gỡ) ... (thông tin|số điện thoại|tên) ... của? (tôi|em|mình|cháu|bác)
    xóa thông tin
    (rút|hủy|thu hồi) lại? sự? đồng ý
    không (đồng ý|cho phép) ... (lưu|thu thập|sử dụng|dùng|xử lý|chia sẻ) ... (dữ liệu|thông tin)
    (delete|remove|erase) ... (data|information|account)""")
DELETE_MEDIA = compile_phrases(f"""
    (xóa|gỡ|thu hồi|bỏ|hủy) ... {_MEDIA}
    (gửi|đăng|chọn) (nhầm|lộn) ... {_MEDIA}
    (xóa|gỡ|thu hồi|bỏ|hủy) (cái|tấm|bức|mấy|hình)? ảnh (vừa|này|đó|kia|trên|lúc|cũ|đã|gửi|đi|giúp|hộ)
    (nhầm|lộn) (ảnh|hình|video|clip|file)
    {_MEDIA} ... (gửi|bị) nhầm
    (delete|remove) ... (photo|picture|video|image)""")
HUMAN = compile_phrases(f"""
    (gặp|gọi) ... (cán bộ|nhân viên|chuyên viên|tư vấn viên|tổng đài viên|trực ban|admin)
    (gặp|nói chuyện|trao đổi|chat|nhắn tin) ... người (thật|trực|phụ trách|tư vấn)?
    (nói chuyện|trò chuyện|trao đổi|chat|nhắn tin|làm việc) ... với ... (cán bộ|nhân viên|người|admin)
    (kết nối|nối máy|chuyển) ... (cán bộ|nhân viên|tổng đài viên|tư vấn viên|người thật)
    (gọi|gọi điện|điện) lại cho {_ME}
    (tư vấn viên|tổng đài viên|người thật)
    (talk|speak|chat) ... (human|person|officer|agent|someone|staff)""")
_CLERK = "(nhân viên|cán bộ|bộ phận|một cửa|bảo vệ|chị|anh|người)"
# A number is wanted, not a call back.
PHONE = compile_phrases("""
    (xin|cho|hỏi|tìm|biết|có) ... (hotline|đường dây nóng|tổng đài|số điện thoại|sđt|sdt|số máy|đầu số)
    (hotline|đường dây nóng|tổng đài|số điện thoại|sđt|sdt) ... (bao nhiêu|nào|gì|mấy)
    gọi (số|đầu số) nào
    (hotline|phone number)""")
CONDUCT = compile_phrases(f"""
    {_CLERK} ... (thái độ|hách dịch|cửa quyền|quát|quát tháo|mắng|cáu|thô lỗ|nhũng nhiễu|thiếu tôn trọng)
    {_CLERK} ... (vòi|vòi vĩnh|hạch sách|gây khó|làm khó|hành dân|khó chịu)
    (thái độ|tác phong) ... (kém|tệ|lồi lõm|khó chịu|không tốt|hách dịch)
    (hành|hạch sách|gây khó dễ cho) dân
    (clerk|officer|staff) ... (rude|impolite)""")
# Somebody shall do something, or somebody did wrong.
DEMAND = compile_phrases("""
    (đề nghị|yêu cầu|mong|nhờ|xin) ... (xử lý|sửa|giải quyết|khắc phục|xác minh|làm rõ|chấn chỉnh)
    (xử lý|làm rõ|giải quyết|bắt) (đi|giúp|ngay|gấp|giùm)
    (muốn|xin|cần) ... (tố cáo|tố giác|phản ánh|trình báo)
    (giả mạo|làm giả|làm khống|khai khống|trục lợi|mượn thẻ|gợi ý đưa tiền|đòi tiền|vòi tiền)
    (lấy|dùng|mượn) thẻ ... (tôi|em|người khác) ... đi khám""")
MENU = compile_phrases("""
    menu
    help
    start
    (hướng dẫn|cách) (sử dụng|dùng|gửi)?
    trợ giúp
    bắt đầu
    chức năng
    làm được (gì|những gì)""")
THANKS = compile_phrases("""
    (cảm|cám) ơn
    (thank|thanks) you?
    (biết ơn|đội ơn|đa tạ)""")
# "Đã thấy các anh vá đường rồi, cảm ơn": news of a repair, and thanks for it.
DONE = compile_phrases("""
    (đã|được|thấy) ... (sửa|vá|rải|dọn|xử lý|giải quyết|thay|lắp|cắt|thông|làm|khắc phục|phạt|nhắc) ... (rồi|xong|ngay)
    (sửa|vá|dọn|xử lý|giải quyết|thay|lắp|cắt|làm|khắc phục) xong
    (sáng|chạy|hoạt động|đi) lại (rồi|được|bình thường)
    (hết|thông|rút|sạch|thoáng) (ngập|tắc|kẹt|ùn|nước)? rồi""")
# "Địa chỉ: …", "biển số là …": an answer, whatever is in it.
LABEL = compile_phrases("""
    (địa chỉ|địa điểm|vị trí|chỗ|nơi|thời gian|lúc|ngày|giờ|biển|biển số|bks|tên|tên công ty|số nhà)""")
# "Địa chỉ bhxh Đống Đa": the office is asked for, though only a place is named.
OFFICE_ASKED = compile_phrases("""
    (địa chỉ|trụ sở|giờ làm việc) (cơ quan|văn phòng)? (bhxh|bảo hiểm xã hội)""")
GREETING = compile_phrases("""
    (chào|hello|hi|hey|helo|alo|alô|halo)
    có ai (không|trực|ở đây|đó)
    (ad|admin) ơi
    good (morning|afternoon|evening|day)""")
ACK = compile_phrases("""
    (ok|okie|oke|oki|okê|okay|okela|oce)
    (vâng|dạ|vầng|ừ|ừm|uh|uk|uhm|um|ờ|ừa)
    được
    không (sao|có gì)
    (đã|rõ|hiểu|biết) (rõ|hiểu|biết|rồi)
    noted""")
YES = compile_phrases("""
    (có|đúng|chuẩn|phải|chính xác)
    (đồng ý|xác nhận|nhất trí)
    (yes|yep|yeah|yup|correct|right|sure|agree|confirm)""")
NO = compile_phrases("""
    (không|chưa|chẳng)
    (không|chưa|chả) (phải|đúng|đồng ý|cần|có) (đâu|đúng)?
    sai
    (no|nope)""")
STATUS = compile_phrases(f"""
    tin nhắn (của|mà) {_ME}
    (phản ánh|vụ|vụ việc|báo cáo) (của|mà)? {_ME} ... (báo|gửi|phản ánh)?
    đơn (của|mà) {_ME} ... (báo|gửi|phản ánh)?
    (xử lý|giải quyết|sửa|làm) ... (đến|tới) đâu
    (xử lý|giải quyết|khắc phục) (xong|được|gì|hết|đến)? chưa
    (đã|được) (xử lý|tiếp nhận|giải quyết) (xong|gì)? chưa
    xong chưa
    (có|ra) (kết quả|phản hồi|thông tin) ... chưa
    kết quả (xử lý|phản ánh|thế nào|ra sao|sao|đến đâu|đâu)
    tiến độ
    (báo|phản ánh|gửi) (hôm|tuần|tháng|lần|từ) (trước|kia|qua|nọ) ... (chưa|đâu rồi|sao rồi)
    tình (trạng|hình) (phản ánh|xử lý|hồ sơ|đơn|vụ)
    mã (phản ánh|tra cứu|theo dõi|đơn phản ánh)
    (đến|tới) đâu rồi
    (nhận|thấy|xem) được? ... (phản ánh|tin|ảnh|báo cáo) ... chưa
    (bao giờ|khi nào|chừng nào|bao lâu) ... (có|mới|thì) ... (kết quả|phản hồi|trả lời|xử lý)
    (tra cứu|theo dõi|xem lại) (phản ánh|vụ việc|đơn)
    sao (vẫn|mãi|đến giờ|lâu|lâu thế)? (chưa|không) (thấy|có)? (ai|gì)? (trả lời|phản hồi|xử lý|động tĩnh)
    (status|progress|update) (of|on)?""")
# "Vẫn chưa thấy sửa các bác ơi": a chase, when little else is said.
CHASE = compile_phrases("""
    (vẫn|mãi|sao) chưa (thấy|có|được)? ... (sửa|xử lý|làm|giải quyết|khắc phục|phạt|vá|thay|đến)""")
COMPLAINT = compile_phrases("""
    (muốn|xin|gửi|nộp|làm|viết|đơn) đơn? (khiếu nại|khiếu kiện|tố cáo|tố giác)
    (khiếu nại|tố cáo) (quyết định|hành vi|cán bộ|ông|bà)""")
QUESTION = compile_phrases("""
    (cho|xin|muốn|cần|nhờ) ... hỏi
    hỏi (chút|tí|ngu|về|xem|thăm|là)
    tư vấn ... (giúp|cho|về|với)
    (tra|tra cứu|xem|kiểm tra) ... (đâu|thế nào|kiểu gì)
    thủ tục
    hồ sơ (gồm|cần|những)
    giấy tờ (gì|nào)
    là gì
    quy định ... (thế nào|ra sao|như nào)
    làm (thế nào|sao|như nào|cách nào)
    bao nhiêu
    (được|phải) không
    có (được|phải) ... không
    mấy giờ
    (xin phép|xin giấy phép) ... (ai|đâu|thế nào)
    (cần|phải) (gửi|cung cấp|chuẩn bị|có|chụp|ghi)? (gì|những gì|những thông tin gì|thông tin gì)
    (quản lý|phụ trách|lo|gồm|có) những ... (gì|nào)
    là sao
    (bao lâu|mấy ngày|mấy hôm) (thì|là|mới)? ... (xong|sửa|kết quả|trả lời)
    bao lâu (một|1) lần
    quy định ... ... (thế nào|ra sao|như nào)
    (how|what|where|when) (do|is|are|can|to|much|many)
    (can|could) (i|you) (ask|tell)""")
_TAG = "(ạ|à|vậy|thế|nhỉ|hả|ad|em|anh|các anh)"
# How a question ends that no other word betrays: "thẻ này còn hạn không ạ".
QUESTION_END = compile_phrases(f"""
    (không|chưa|đâu|gì|nào|sao|bao giờ|khi nào|bao lâu|mấy) {_TAG}? {_TAG}?""")
# Questions about the law stay questions even when a plate or a place stands beside them.
LAW_QUESTION = compile_phrases("""
    mức phạt
    phạt (bao nhiêu|nhiêu|mấy|thế nào|như nào|ra sao|nặng không|không)
    (bị|có|thì|sẽ) (phạt|xử phạt|trừ điểm|tước bằng|giam xe) ... (không|bao nhiêu|gì|thế nào|ra sao|mấy)
    trừ (mấy|bao nhiêu) điểm
    how much ... fine
    (fine|fines|penalty) for""")
# "Ai quản lý đèn chiếu sáng": only as the first words, elsewhere it complains ("chưa thấy ai sửa").
WHO_FIRST = compile_phrases("""
    (ai|bên nào|cơ quan nào|đơn vị nào) (sửa|quản lý|phụ trách|lo|chịu trách nhiệm|xử lý)
    who (is|takes|repairs|manages)""")
REPORTS = compile_phrases("""
    (muốn|xin|cần|cho) ... (phản ánh|báo|trình báo|tố giác)
    (want|like|need) to report
    report""")
# Who stops writing here to call for help takes nothing back.
CALLS_HELP = compile_phrases("""
    (gọi|báo|điện) ... (113|114|115|công an|cấp cứu|cứu hỏa)""")
# Said alone: what comes next is the right thing, or nothing comes and the desk asks.
SLIP = compile_phrases("""
    (nhầm|lộn)
    (viết|ghi|gõ|nói|đọc|nhìn|xem|đánh) (nhầm|lộn|sai)""")
CANCEL = compile_phrases("""
    thôi
    (gửi|nhắn|bấm|ấn|báo|chat) (nhầm|lộn)
    (nhầm|lộn) (người|nhóm|trang|cơ quan|tin|page|group|box|chỗ)
    (gửi|nhắn|chat|báo) (nhầm|lộn) (người|nhóm|trang|cơ quan|tin|page|group|box|chỗ)
    (bỏ|hủy|xóa|khỏi|rút|thu hồi|kệ)
    (bỏ|cho) qua
    (không|đừng|khỏi|chẳng) cần? (báo|phản ánh|gửi|xử lý|tố cáo|sửa)? nữa
    không cần
    (để|hẹn) (lần|khi|hôm|dịp|lúc) (sau|khác)
    (thôi|khỏi|không cần) ... (cảm|cám) ơn
    (cancel|nevermind|never mind|forget it)""")
CANCEL_WITH_REASON = compile_phrases("""
    thôi (khỏi|không|đừng|bỏ|chả|để) (cần|báo|phản ánh|gửi|nữa|qua|lần|xử lý)?
    bỏ qua (giúp|hộ|nhé|nha|đi|ạ|phản ánh|tin|vụ|cái|việc)
    (xóa|hủy|rút) ... (phản ánh|báo cáo|yêu cầu|vụ|tin nhắn|tin) (này|đó|trên|vừa|lúc|của|giúp)?
    không cần (xử lý|giải quyết|báo|phản ánh) nữa?
    không (phản ánh|báo cáo|báo) nữa""")
SENT_ASTRAY = compile_phrases(f"""
    {_ME} (gửi|nhắn|bấm|báo) nhầm""")
CORRECTS_FIRST = compile_phrases(f"""
    (nhầm|lộn)
    (không|chẳng|chả) (phải|đúng)
    sai (rồi|biển|giờ|chỗ|địa chỉ|ngày|đường|số)
    (sửa lại|đính chính|cập nhật lại|chữa lại|nói lại|báo lại|viết lại)
    sửa (biển|giờ|địa chỉ|chỗ|ngày|thành)
    (viết|ghi|gõ|nhắn|nói|đọc|nhìn|đánh|gửi|báo) (nhầm|sai|lộn|thiếu)
    (chính xác|đúng) (là|ra)
    ý {_ME} là?
    (correction|i mean|i meant|not)""")
CORRECTS_ANYWHERE = compile_phrases("""
    mới (đúng|phải)
    (chứ|chớ) không phải
    (viết|ghi|gõ|nhắn|đọc|nhìn|đánh|gửi) (nhầm|sai|lộn) ... (biển|số|giờ|ngày|chỗ|địa chỉ|đường|vị trí|tên)
    nhầm (biển|giờ|ngày|địa chỉ|vị trí|số|tên)
    không phải ... mà là?""")
# Words that carry no matter of their own: pronouns, particles, courtesy, "the message I sent just now".
FILLERS = vocabulary("""
    á à ạ ah ak ơ ơi ui ê này nè nhé nhá nha nhe nhỉ đi rồi với luôn nữa thì là mà cái đã được dạ vâng ừ ờ ok
    em anh chị chú bác cô cháu con ông bà mình tôi tớ admin ad shop bạn mọi người các quý đồng chí cán bộ
    cho xin giúp hộ giùm dùm lỗi sorry please thật ra quên trót lỡ xong hết tất cả tin nhắn phản ánh báo cáo
    yêu cầu vụ việc đơn trước trên vừa nãy lúc hồi ban đó kia ấy gửi nhiều lắm rất đây vậy thế sự của tới
    nhiệt tình kịp thời nhanh chóng hỗ trợ giúp đỡ xử lý tiếp nhận hồi trả lời quan tâm vì để nhầm
    csgt công an giao thông đội phòng ban duy tu bhxh bảo hiểm xã hội hà nội trang kênh zalo oa
    cảm cám ơn ngày buổi sáng trưa chiều tối một tốt lành vui vẻ khỏe mạnh chúc có
    and the you so much very for your help there everyone sir team bot it""") - {
    "cam",
    "can",
}  # bare, these are "cấm" and "cán" (run over) too
# What an answer to "biển số, giờ, chỗ nào?" is made of, besides the facts themselves.
FACT_WORDS = vocabulary("""
    biển số bs bsx kiểm soát xe máy ô tô lúc khoảng tầm vào hôm ngày giờ phút ở tại chỗ đoạn gần trước sau
    đối diện địa điểm chỉ thời gian vị trí nó đường phố phường quận ngõ ngách km hướng về từ đến ngã tư ba
    cổng cầu đâu màu đỏ đen trắng xanh xám bạc vàng nâu con chiếc thêm bổ sung còn đầu cuối giữa dưới trong ngay
    đêm nay qua chính xác at on plate number in near""")

LOOKS = vocabulary("màu trắng xám bạc vàng nâu")
