"""Wishes to be told later, as citizens write them, and what is none."""

import pytest

from desk.domain.lookups.identifiers import masked
from desk.domain.lookups.wishes import wish
from desk.language.normalize import fold
from tests.unit.test_lookup_dialogue import BHXH, Chat

CARD = [
    "nhắc tôi khi thẻ sắp hết hạn",
    "nhắc em trước khi thẻ bhyt hết hạn với ạ",
    "Khi nào thẻ BHYT sắp hết hạn thì báo em nhé",
    "báo cho tôi khi bảo hiểm y tế hết hạn",
    "nhắc gia hạn thẻ giúp mình",
    "remind me before my card expires",
]
FILE = [
    "báo em khi hồ sơ có kết quả",
    "khi nào hồ sơ có kết quả thì nhắn tôi nhé",
    "theo dõi hồ sơ 000.00.01.G22-261124-0012 giúp tôi",
    "báo tôi khi hồ sơ 000.00.01.G22-261124-0012 xong",
    "tell me when my file is ready",
]
CONTRIBUTIONS = [
    "báo em khi công ty đóng bảo hiểm tháng mới",
    "kiểm tra quá trình đóng hàng tuần giúp em",
    "mỗi tuần xem quá trình đóng cho tôi",
    "theo dõi quá trình đóng",
]
STOP = [
    "đừng nhắc nữa",
    "thôi nhắc",
    "không cần nhắc nữa đâu",
    "tắt nhắc đi em",
    "stop reminding me",
    "hủy lời nhắc",
]
NONE = [
    "thẻ bhyt của tôi hết hạn ngày nào",
    "thẻ hết hạn thì gia hạn ở đâu",
    "hồ sơ có kết quả chưa",
    "quá trình đóng của tôi",
    "công ty tôi nợ đóng bảo hiểm 6 tháng, tôi muốn phản ánh",
    "cảm ơn em",
    "đèn giao thông hỏng ở ngã tư Khuất Duy Tiến, báo các anh sửa giúp",
    "báo anh chị khi công ty tôi nợ đóng 3 tháng",
    "tôi muốn báo công ty không đóng bảo hiểm cho công nhân",
]


@pytest.mark.parametrize("spell", [str, fold])
@pytest.mark.parametrize(
    ("text", "command"),
    [
        *((t, ("watch", "card")) for t in CARD),
        *((t, ("watch", "file")) for t in FILE),
        *((t, ("watch", "contributions")) for t in CONTRIBUTIONS),
        *((t, ("unwatch", "all")) for t in STOP),
        *((t, None) for t in NONE),
        ("đừng nhắc hạn thẻ nữa", ("unwatch", "card")),
        ("thôi theo dõi hồ sơ", ("unwatch", "file")),
    ],
)
def test_wishes_are_heard_with_and_without_marks(text, command, spell) -> None:  # type: ignore[no-untyped-def]
    assert wish(masked(spell(text))) == command


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("nhắc tôi khi thẻ sắp hết hạn", {"kind": "watch", "what": "card"}),
        ("#nhac file", {"kind": "watch", "what": "file"}),
        ("đừng nhắc nữa", {"kind": "unwatch", "what": "all"}),
        ("#thoi_nhac card", {"kind": "unwatch", "what": "card"}),
    ],
)
def test_a_wish_becomes_a_task_and_never_a_report(text: str, task: dict[str, str]) -> None:
    chat = Chat()
    assert chat.says(text).tasks == [task]
    assert not chat.reports
    assert bool(Chat(BHXH).says(text).tasks) == (task["kind"] == "unwatch")


def test_the_code_of_a_file_in_a_wish_is_taken_out() -> None:
    chat = Chat()
    assert chat.says("báo em khi hồ sơ 000.00.01.G22-261124-0012 có kết quả").tasks == [
        {"kind": "watch", "what": "file"}
    ]
    assert chat.secrets == {"file": "000.00.01.G22-261124-0012"}
    assert "261124" not in "".join(chat.kept)


def test_who_wants_reminders_wants_messages_again() -> None:
    chat = Chat()
    chat.says("dừng nhận tin")
    assert chat.state.opted_out
    chat.says("#da_lien_ket")
    assert chat.state.opted_out
    chat.says("nhắc tôi khi thẻ sắp hết hạn")
    assert not chat.state.opted_out
