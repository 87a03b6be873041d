"""Two matters told in one message are cut apart, one matter never is."""

from datetime import datetime, timedelta, timezone

import pytest

from desk.language.topics import topics
from desk.language.understanding import understand
from training.evaluate import halves
from training.prepare import VALIDATION, read

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))

TWO = [
    ("Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở sáng nay. Ngoài ra ở phố Huế có ổ gà to.", ["red_light", "pothole"]),
    ("Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở, ngoài ra ở phố Huế có ổ gà rất to", ["red_light", "pothole"]),
    (
        "Sáng nay 29H-331.20 chở đất rơi vãi ở Ngọc Hồi. Ngoài ra xe 30G-777.21 vượt đèn đỏ ở ngã tư Văn Điển.",
        ["oversize_load", "red_light"],
    ),
    ("1. Đèn đường ngõ 12 Khương Đình tắt. 2. Ổ gà trước cổng chợ Khương Đình", ["street_lighting", "pothole"]),
    (
        "Phản ánh 2 việc: thứ nhất, xe khách 29B-221.45 bắt khách ở Nguyễn Xiển; thứ hai, quán nhậu số 5 Nguyễn Xiển "
        "lấn hết vỉa hè",
        ["bus_coach", "sidewalk_occupation"],
    ),
    ("Nắp cống vỡ ở 45 Hàng Bài\nDây điện sà thấp ở 12 Hàng Khay", ["manhole_cover", "cable_hanging"]),
    ("den duong pho hue tat, ngoai ra nap cong pho mai hac de bi mat", ["street_lighting", "manhole_cover"]),
    ("Công ty Hoa Sen nợ bảo hiểm 6 tháng. Ngoài ra tôi muốn hỏi thẻ y tế của tôi còn hạn không", ["employer", None]),
    ("Thẻ y tế của tôi còn hạn không? Ngoài ra công ty Đại Tín nợ bảo hiểm 6 tháng", ["card_validity", "employer"]),
    (
        "A truck 29C-112.33 ran the red light at Kim Ma. Also there is a big pothole on Lieu Giai",
        ["red_light", "pothole"],
    ),
]  # fmt: skip
ONE = [
    "ok",
    "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở. Ngày nào cũng thế. Đề nghị xử lý nghiêm.",
    "Đường Láng nhiều ổ gà. Trời mưa nước ngập không thấy đường, tôi ngã hai lần rồi.",
    "Xe 30A-123.45 đỗ vỉa hè ở Láng Hạ, còn không cho người đi bộ qua, chủ xe còn chửi bới",
    "Xe 29A-111.22 vượt đèn đỏ ở Ô Chợ Dừa, sau đó đi ngược chiều vào phố Khâm Thiên rồi đỗ trên vỉa hè",
    "Chiều nào các xe 29B-123.45, 29B-543.21, 30F-600.02 cũng đỗ kín phố Dã Tượng",
    "Xe buýt 29B-555.12 chèn ép. Đến Giang Văn Minh thì nó vượt đèn đỏ. Ngoài ra lái xe còn nghe điện thoại.",
    "Hố ga mất nắp ở 12 Tôn Đức Thắng. Ngoài ra tôi đã gọi phường nhưng không ai làm. Mong các anh xử lý.",
    "Đèn tín hiệu hỏng ở ngã tư Sở làm tắc đường kéo dài đến tận Nguyễn Trãi",
    "Lúc 7h30 xe 30E-118.20 lấn làn tại Nguyễn Trãi. Lúc 7h45 vẫn xe đó vượt đèn đỏ tại Khuất Duy Tiến.",
    "Chốt Ngã Tư Vọng, 1. không đội mũ, 2. vượt đèn đỏ, 3. đi ngược chiều, ngày nào cũng có",
    "Sáng 20/11: 1. Thời gian 7h. 2. Địa điểm 15 Hàng Bông. 3. Xe 30A-111.22 đỗ sai quy định",
    "Cây đổ ở phố Huế đè lên dây điện, dây đứt tóe lửa",
]


@pytest.mark.parametrize(("text", "categories"), TWO)
def test_two_clear_matters_are_cut(text: str, categories: list[str | None]) -> None:
    parts = topics(text, NOW, "csgt").parts
    found = [understand(part.text, sent_at=NOW, agency="csgt").category for part in parts]
    assert len(found) == len(categories)
    assert all(one == two for one, two in zip(found, categories, strict=True) if two)


@pytest.mark.parametrize("text", ONE)
def test_one_matter_stays_whole(text: str) -> None:
    assert len(topics(text, NOW, "csgt").parts) == 1


def test_hardly_any_message_of_one_matter_is_cut() -> None:
    rows = halves(read(VALIDATION))[0]
    cut = [row.text for row in rows if len(topics(row.text, NOW, row.agency).parts) > 1]
    assert len(cut) / len(rows) <= 0.005, cut


def test_what_seems_two_but_is_not_sure_is_marked() -> None:
    found = topics("Phố Chùa Bộc vừa mất nắp cống vừa hỏng đèn đường, nhờ các anh", NOW, "duytu")
    assert len(found.parts) == 1
    assert found.several
    assert not topics(ONE[1], NOW, "csgt").several


def test_the_parts_of_a_text_make_up_the_text() -> None:
    text = "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở. Ngoài ra, phố Huế có ổ gà to. Cảm ơn các anh."
    parts = topics(text, NOW, "csgt").parts
    assert len(parts) == 2
    assert "".join(part.text for part in parts) == text
    assert [text[slice(*part.span)] for part in parts] == [part.text for part in parts]
