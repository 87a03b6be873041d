"""What short messages do; each row is written as a citizen would, with and without marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.acts import Act, act_of, without_courtesy
from desk.language.normalize import fold

SHORT = {
    Act.SLIP: """nhầm; Nhầm rồi ạ; à nhầm; ơ nhầm; viết nhầm; em gõ sai ạ""",
    Act.CANCEL: """Thôi; Thôi vậy; xóa; xoá đi ạ; hủy; thôi khỏi; thôi khỏi cần ạ;
        bỏ qua nhé; bỏ qua giúp em; gửi nhầm;
        em gửi nhầm ạ; nhắn nhầm nhóm; kệ đi; đừng xử lý nữa; không cần nữa ạ;
        thôi được rồi cảm ơn; thôi không cần nữa, họ đi rồi;
        hủy phản ánh này giúp em; để lần sau vậy; never mind""",
    Act.CORRECTION: """à nhầm biển 29A12345; nhầm, 30A-123.45 mới đúng; không phải 29A mà là 30A;
        sai rồi, ở Láng cơ; em viết nhầm biển số, là 30E12345; *30A12345; sửa lại giờ là 8h30;
        ý em là phố Huế; gửi nhầm vị trí;
        không phải vượt đèn đỏ mà là đi ngược chiều; đính chính lại ngày 20/11""",
    Act.DELETE_MEDIA: """xóa ảnh vừa gửi; thu hồi ảnh giúp em; gửi nhầm ảnh; em gửi nhầm video ạ;
        gỡ clip lúc nãy đi""",
    Act.THANKS: """cảm ơn; cám ơn ad nhiều; thanks; tks ad; cảm ơn các anh đã xử lý nhanh; 🙏🙏; ok cảm ơn;
        dạ em cảm ơn ạ""",
    Act.GREETING: "chào ad; xin chào; hello; alo alo; em chào anh chị ạ; ad ơi",
    Act.ACK: "ok; oke ạ; vâng; dạ; ừ; dạ vâng ạ; 👍; được; không có gì ạ; em hiểu rồi",
    Act.YES: "có; đúng rồi; đúng ạ; đồng ý; yes; chuẩn",
    Act.NO: "không; ko; không ạ; chưa; sai; no; không phải đâu ạ",
    Act.STATUS: """phản ánh của tôi; xử lý chưa; đã xử lý chưa ạ; vụ của em đến đâu rồi; xử lý đến đâu rồi ad;
        có kết quả chưa; tiến độ xử lý thế nào; sao chưa thấy trả lời ạ""",
    Act.DELETE_DATA: "xóa dữ liệu của tôi; xóa hết thông tin cá nhân của em; rút đồng ý; delete my data",
    Act.STOP: """dừng nhận tin; đừng nhắn tin cho tôi nữa; hủy đăng ký nhận tin; không nhận thông báo nữa; stop;
        hủy nhận tin; hủy nhận tin về lương hưu; hủy đăng ký tin bảo hiểm y tế; thôi nhận tin tức""",
    Act.RESUME: """nhận tin lại; bật lại thông báo; đăng ký nhận tin; nhận tin; nhận tin về lương hưu; đăng ký tin bhyt;
        em muốn đăng ký nhận tin bảo hiểm y tế""",
    Act.NEWS: """tin mới; tin tức; xem tin mới; tin mới nhất ạ; có tin gì mới không; tin về lương hưu;
        có tin gì về thẻ bhyt không; tìm tin tăng lương hưu; tin tức về phân luồng giao thông; news""",
    Act.HUMAN: "gặp cán bộ; cho em gặp nhân viên tư vấn; nói chuyện với người thật; talk to a human",
    Act.MENU: "menu; hướng dẫn; trợ giúp; bắt đầu",
    Act.FACTS: "29A-123.45; biển 30A12345; bs 29a 123 45; lúc 7h30; xe màu đỏ; à quên biển 30A12345",
    Act.COMPLAINT: "tôi muốn khiếu nại quyết định xử phạt; gửi đơn tố cáo ở đâu",
}
ROWS = [(act, text.strip()) for act, texts in SHORT.items() for text in texts.split(";")]


@pytest.mark.parametrize(("act", "text"), ROWS, ids=[text for _, text in ROWS])
def test_a_short_message_does_what_it_says(act: Act, text: str) -> None:
    assert act_of(text) is act


@pytest.mark.parametrize(("act", "text"), ROWS, ids=[fold(text) for _, text in ROWS])
def test_marks_left_out_change_nothing(act: Act, text: str) -> None:
    assert act_of(fold(text)) is act


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("chào ad, có xe vượt đèn đỏ ở ngã tư Sở", "red_light"),
        ("xe máy đi nhầm làn ô tô ở đường Láng, ngày nào cũng thế", "wrong_lane"),
        ("xe đâm xong bỏ đi luôn, biển 29A-123.45", "accident"),
        ("csgt bỏ qua cho xe này không phạt, thái độ rất kỳ", "officer_conduct"),
        ("ổ gà này phản ánh nhiều lần không ai sửa, nhờ các anh xử lý giúp", "pothole"),
        ("Tôi xin cảm ơn và phản ánh nắp cống vỡ trước số 5 Hàng Bài", "manhole_cover"),
        ("đường đang thi công bỏ dở, đất đá để tràn ra ngoài", "trench_reinstatement"),
        ("sao chỗ này xe đỗ suốt mà không thấy ai xử lý", "illegal_parking"),
        ("xe khách dừng đón khách, không chịu đi, ùn ứ cả đoạn", "bus_coach"),
    ],
)
def test_a_matter_that_holds_such_words_is_a_report(text: str, category: str) -> None:
    assert act_of(text, category) is Act.REPORT
    assert act_of(fold(text), category) is Act.REPORT


@pytest.mark.parametrize(
    "text",
    [
        "mức phạt vượt đèn đỏ là bao nhiêu?",
        "cho em hỏi xe máy đi ngược chiều phạt bao nhiêu ạ",
        "vượt đèn vàng có bị phạt không",
    ],
)
def test_a_question_about_the_law_is_no_report(text: str) -> None:
    assert act_of(text, "red_light") is Act.ENQUIRY


def test_a_question_that_names_a_plate_and_place_reports_them() -> None:
    text = "cho hỏi xe 29A12345 đỗ chắn cổng trường thế này ai xử lý"
    assert act_of(text, "illegal_parking", [(11, 19)]) is Act.REPORT


@pytest.mark.parametrize(
    ("category", "act"),
    [
        ("case_status", Act.STATUS),
        ("delete_data", Act.DELETE_DATA),
        ("human_agent", Act.HUMAN),
        ("complaint_denunciation", Act.COMPLAINT),
        ("greeting", Act.GREETING),
        ("pension", Act.ENQUIRY),
        ("fine_lookup", Act.ENQUIRY),
        ("employer", Act.REPORT),
        ("other", Act.OTHER),
    ],
)
def test_the_category_decides_what_no_rule_claims(category: str, act: Act) -> None:
    assert act_of("trưa nay mấy ông kễnh bàn chuyện ngoài hiên", category) is act


@given(st.text(max_size=80))
def test_any_text_has_an_act(text: str) -> None:
    assert act_of(text) in Act


@pytest.mark.parametrize("text", ["em muốn phản ánh", "tôi cần báo một việc", "I want to report something"])
def test_the_wish_to_report_opens_a_report(text: str) -> None:
    assert act_of(text) is Act.REPORT


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("chào ad, phố huế có ổ gà to. cảm ơn các anh.", "phố huế có ổ gà to."),
        ("cảm ơn các anh đã sửa ổ gà ở phố huế", "cảm ơn các anh đã sửa ổ gà ở phố huế"),
        ("xin chào, cảm ơn", "xin chào, cảm ơn"),
    ],
)
def test_courtesy_beside_a_matter_is_left_out(said: str, kept: str) -> None:
    assert without_courtesy(said).strip() == kept
