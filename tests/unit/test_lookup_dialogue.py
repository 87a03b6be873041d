"""What citizens write to the look-ups: understood, asked on, and never remembered in clear nor made a report."""

import itertools
import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import agencies
from desk.domain import conversation as domain
from desk.domain.answer import Answer
from desk.domain.closing import assemble
from desk.domain.conversation import Conversation
from desk.domain.lookups import identifiers
from desk.domain.lookups.hearing import as_command, listen
from desk.domain.message import Media, Message, Seen, see
from desk.domain.talk import answer
from local.replay import START_MS

BHXH = agencies.agency("bhxh")
LOOKS_UP = replace(BHXH, data={**BHXH.data, "lookups": {"source": "gateway"}})
PROOF = {"name": "Nguyễn Văn An", "birth": "1980-02-01", "number": "0112345678"}


class Chat:
    """One citizen in memory: what is kept of what they write, and what the desk says and has looked up."""

    def __init__(self, agency: agencies.Agency = LOOKS_UP) -> None:
        self.agency, self.state, self.now = agency, Conversation("bhxh", "c_test"), START_MS
        self.secrets: dict[str, str] = {}
        self.kept: list[str] = []
        self.reports: list[Any] = []
        self._ids = itertools.count()

    def says(self, text: str = "", *, kind: str = "text", wait_s: float = 20) -> Answer:
        self.state = self.hears(text, kind=kind, wait_s=wait_s)
        return self.closes()

    def burst(self, *messages: tuple[str, str]) -> Answer:
        for kind, text in messages:
            self.state = self.hears(text, kind=kind, wait_s=1)
        return self.closes()

    def reads(self, *kinds: str) -> Answer:
        """What the `lookup` function read on a photo."""
        seen = Seen(f"card{next(self._ids)}", self.now, "text")
        self.state = domain.arrive(self.state, as_command(seen, "given", kinds), self.now)
        return self.closes()

    def hears(self, text: str, *, kind: str, wait_s: float = 20) -> Conversation:
        self.now += round(wait_s * 1000)
        media = (Media(kind, "https://x.zdn.vn/1"),) if kind == "image" else ()
        message = Message(f"m{next(self._ids)}", self.now, self.now, kind, text, media=media)
        before = self.state
        kept, seen, secrets = listen(
            message, see(message, "bhxh"), self.agency, before.dialogue, before.window
        )
        self.secrets |= secrets
        self.kept += [kept.text, seen.text, *(m.url for m in kept.media)]
        return domain.arrive(self.state, seen, self.now)

    def closes(self) -> Answer:
        outcome = assemble(self.state, self.agency, {}, [], self.now)
        said = answer(outcome, self.state.fresh, self.agency, {}, [], self.now)
        self.reports += outcome.filed
        self.state = outcome.state
        return said

    @property
    def step(self) -> str:
        return self.state.dialogue.step if self.state.dialogue else ""


def test_asked_one_by_one() -> None:
    chat = Chat()
    assert "họ và tên" in chat.says("#lien_ket self card").text
    assert "Ngày tháng năm sinh" in chat.says("Nguyễn Văn An").text
    assert "Mã số BHXH (10 số)" in chat.says("1/2/1980 ạ").text
    said = chat.says("0112345678")
    assert said.tasks == [{"kind": "link", "relation": "self", "topic": "card"}]
    assert chat.secrets == PROOF
    assert chat.says("123456").tasks == [{"kind": "code", "relation": "self", "topic": "card"}]
    assert chat.secrets["code"] == "123456"
    assert not chat.reports


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An 01/02/1980 0112345678",
        "0112345678 Nguyễn Văn An 1-2-1980",
        "tôi tên là Nguyễn Văn An, sinh ngày 01.02.1980, mã số bhxh 0112345678 ạ",
        "Họ tên: Nguyễn Văn An\nNgày sinh: 1/2/1980\nMã số: 01 1234 5678",
        "dạ em là Nguyễn Văn An sinh 01/02/1980 so bhxh 0112345678",
    ],
)
@pytest.mark.parametrize("asked", [True, False])
def test_all_in_one_message(text: str, asked: bool) -> None:
    chat = Chat()
    if asked:
        chat.says("liên kết")
    said = chat.says(text)
    assert said.tasks == [{"kind": "link", "relation": "self", "topic": ""}]
    assert chat.secrets == PROOF
    assert not chat.reports


def test_a_name_that_reads_like_a_violation_is_a_proof_all_the_same() -> None:
    chat = Chat()
    said = chat.says("Trần Thị Lan 05/10/1979 0112000002")
    assert [task["kind"] for task in said.tasks] == ["link"]
    assert not chat.reports


def test_parts_in_any_order_and_a_burst() -> None:
    chat = Chat()
    chat.says("link my account")
    chat.says("001080012345")
    chat.says("nguyen van an")
    said = chat.says("01021980")
    assert [t["kind"] for t in said.tasks] == ["link"]
    assert chat.secrets == {"name": "nguyen van an", "birth": "1980-02-01", "number": "001080012345"}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("liên kết", "self"), ("lien ket tai khoan", "self"), ("tôi muốn liên kết bảo hiểm của con tôi", "child"),
        ("liên kết cho mẹ", "parent"), ("lien ket cho vo toi", "other"), ("link my daughter", "child"),
    ],
)  # fmt: skip
def test_linking_is_asked_for_in_words(text: str, relation: str) -> None:
    chat = Chat()
    chat.says(text)
    assert chat.state.dialogue and chat.state.dialogue.relation == relation
    assert not chat.reports


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("hủy liên kết", {"kind": "unlink", "which": ""}), ("bo lien ket", {"kind": "unlink", "which": ""}),
        ("tôi đang liên kết với ai", {"kind": "links"}), ("xem danh sach lien ket", {"kind": "links"}),
        ("hạn thẻ bhyt của tôi", {"kind": "card"}), ("the bhyt con han khong", {"kind": "card"}),
        ("#hoi contribution_history", {"kind": "contributions"}), ("mã số bhxh của tôi là gì", {"kind": "number"}),
        ("when does my health card expire?", {"kind": "card"}),
        ("hồ sơ 000.00.01.G22-261110-0012 đến đâu rồi", {"kind": "file"}),
        ("000.00.01.G22-261110-0012", {"kind": "file"}),
        ("hồ sơ của tôi đến đâu rồi ạ", {"kind": "file"}), ("kiem tra ho so giup", {"kind": "file"}),
    ],
)  # fmt: skip
def test_what_is_looked_up(text: str, task: dict[str, Any]) -> None:
    chat = Chat()
    said = chat.says(text)
    assert said.tasks == [task]
    assert said.text == ""
    assert not chat.reports


def test_without_a_source_the_official_page_is_shown() -> None:
    for text in ("hạn thẻ bhyt của tôi", "liên kết", "#tra_cuu card", "0112345678"):
        said = Chat(BHXH).says(text)
        assert said.text and not said.tasks, text


@pytest.mark.parametrize(
    ("step", "text", "key"),
    [
        ("name", "A", "bad_name"), ("name", "12", "bad_name"), ("birth", "1980", "bad_birth"),
        ("birth", "31/02/1980", "bad_birth"), ("birth", "01/02/2080", "bad_birth"), ("number", "12345", "bad_number"),
        ("number", "HS401012345678", "bad_number"), ("number", "mã số bhxh 123", "bad_number"),
        ("number", "đợi em chút nhé", "ask_number"), ("birth", "tháng ba", "ask_birth"),
        ("code", "sao em không nhận được mã", "no_code"), ("code", "12345", "bad_code"),
        ("code", "12345678", "bad_code"),
    ],
)  # fmt: skip
def test_wrong_answers_get_a_kind_one_and_the_question_stays(step: str, text: str, key: str) -> None:
    chat = Chat()
    for part in ("liên kết", "Nguyễn Văn An", "01/02/1980", "0112345678"):
        chat.says(part)
        if chat.step == step:
            break
    said = chat.says(text)
    assert said.text == BHXH.text(key)
    assert (chat.step, said.tasks, chat.reports) == (step, [], [])


@pytest.mark.parametrize(
    "text", ["HS4010123456789", "0112345678", "001080012345", "số thẻ bhyt: HS 4 01 0123456789"]
)
def test_a_number_outright_opens_the_dialogue(text: str) -> None:
    chat = Chat()
    said = chat.says(text)
    assert "họ và tên" in said.text
    assert chat.step == "name"
    assert not any(c.isdigit() for c in "".join(chat.kept))


@pytest.mark.parametrize("text", ["01123456789", "HS40101234567", "12345678901234"])
def test_a_number_of_no_known_length_is_explained(text: str) -> None:
    assert Chat().says(text).text == BHXH.text("bad_number")


def test_a_photo_in_the_dialogue_is_to_be_read_and_no_evidence() -> None:
    chat = Chat()
    chat.says("liên kết cho mẹ")
    said = chat.says(kind="image")
    assert (said.text, said.tasks) == ("", [{"kind": "photo", "given": []}])
    assert list(chat.secrets.values()) == ["https://x.zdn.vn/1"]
    assert all(name.startswith("photo") for name in chat.secrets)
    assert not chat.reports
    assert not any("zdn.vn" in kept for kept in chat.kept)
    said = chat.reads("card", "name", "birth", "number")
    assert said.tasks == [{"kind": "link", "relation": "parent", "topic": "", "card": True}]
    assert (said.text, chat.step) == ("", "code")


def test_only_what_the_card_did_not_tell_is_asked() -> None:
    chat = Chat()
    chat.says("liên kết")
    chat.says(kind="image")
    said = chat.reads("card", "name", "number")
    assert said.text == f"{BHXH.text('card_part')}\n\n{BHXH.text('ask_birth')}"
    said = chat.says("01/02/1980")
    assert said.tasks == [{"kind": "link", "relation": "self", "topic": ""}]


@pytest.mark.parametrize("found", ["bad_card", "bad_card_code"])
def test_a_photo_that_does_not_help_asks_for_the_number_in_writing(found: str) -> None:
    chat = Chat()
    chat.says("liên kết")
    chat.says(kind="image")
    said = chat.reads(found)
    assert said.text == f"{BHXH.text(found)}\n\n{BHXH.text('ask_number')}"
    assert "họ và tên" in chat.says("0112345678").text
    chat.says(kind="image")
    assert chat.reads(found).text == f"{BHXH.text(found)}\n\n{BHXH.text('ask_name_self')}"


def test_a_burst_of_photos_and_words_is_one_question() -> None:
    chat = Chat()
    chat.says("liên kết")
    said = chat.burst(("image", ""), ("image", ""), ("text", "0112345678"))
    assert (said.text, said.tasks) == ("", [{"kind": "photo", "given": ["number"]}])
    assert len(chat.secrets) == 3
    chat = Chat()
    chat.says("liên kết")
    said = chat.burst(("image", "Nguyễn Văn An 01/02/1980"), ("text", "0112345678"))
    assert said.tasks == [{"kind": "link", "relation": "self", "topic": ""}], (
        "all was written: no need to read"
    )
    assert PROOF.items() <= chat.secrets.items()


def test_only_photos_of_cards_wait_for_more() -> None:
    chat = Chat()
    chat.says("liên kết")
    waits = []
    for kind, text in (("image", ""), ("text", "0112345678")):
        state = chat.hears(text, kind=kind)
        waits.append(domain.wait_ms(state, chat.now, quiet_s=8, longest_s=60))
        chat.says(text, kind=kind)
    assert waits == [8000, 0]


def test_what_a_card_tells_too_late_changes_nothing() -> None:
    for end in ("thôi", "Nguyễn Văn An 01/02/1980 0112345678"):
        chat = Chat()
        chat.says("liên kết")
        chat.says(kind="image")
        chat.says(end)
        before = chat.state.dialogue
        said = chat.reads("card", "name", "birth", "number")
        assert (said.text, said.tasks, chat.state.dialogue) == ("", [], before)


def test_the_second_photo_of_a_card_is_no_evidence_either() -> None:
    chat = Chat()
    chat.says("liên kết")
    chat.says(kind="image")
    chat.reads("card", "name", "birth", "number")
    assert chat.says(kind="image").text == BHXH.text("bad_code")
    assert not chat.reports
    chat.says(kind="image", wait_s=150)
    assert len(chat.reports) == 1, "a while later a photo is a photo"


def test_a_photo_right_after_a_question_is_a_card_and_no_report() -> None:
    for agency in (LOOKS_UP, BHXH):
        chat = Chat(agency)
        chat.says("thẻ bhyt của tôi còn hạn không?")
        said = chat.says(kind="image")
        assert bool(said.text) != bool(said.tasks), "read where look-ups are offered, else the official page"
        assert bool(chat.secrets) == bool(said.tasks)
        assert not chat.reports
        chat.says(kind="image", wait_s=16 * 60)
        assert len(chat.reports) == 1


def test_a_photo_outside_the_dialogue_is_evidence() -> None:
    chat = Chat()
    chat.says(kind="image")
    assert len(chat.reports) == 1 and not chat.secrets
    assert "https://x.zdn.vn/1" in chat.kept


def test_a_code_that_nobody_waits_for() -> None:
    chat = Chat()
    for part in ("liên kết", "Nguyễn Văn An", "01/02/1980", "0112345678"):
        chat.says(part)
    said = chat.says("123456", wait_s=16 * 60)
    assert not said.tasks


@pytest.mark.parametrize("text", ["thôi", "hủy", "không"])
def test_thoi_ends_the_dialogue(text: str) -> None:
    chat = Chat()
    chat.says("liên kết")
    said = chat.says(text)
    assert (said.text, said.tasks) == (BHXH.text("linking_stopped"), [{"kind": "forget"}])
    assert chat.state.dialogue is None


@pytest.mark.parametrize(
    "text",
    [
        "công ty tôi nợ bảo hiểm 6 tháng nay không đóng, công ty Minh Long ở Phú Nghĩa, Chương Mỹ",
        "Công ty TNHH Ánh Dương mst 0100109106 trốn đóng bhxh cho 20 công nhân từ tháng 3",
        "cty nợ bhxh, liên hệ tôi 0912345678",
        "nhà hàng Sen trốn đóng bhxh của tôi, tôi sinh 01/02/1980 cccd 001080012345",
    ],
)
def test_a_report_stays_a_report(text: str) -> None:
    for opened in (False, True):
        chat = Chat()
        if opened:
            chat.says("liên kết")
        chat.says(text)
        assert len(chat.reports) == 1, opened


def test_a_story_with_a_number_and_a_date_is_no_proof() -> None:
    chat = Chat()
    chat.says("trường mầm non Hoa Sen ở Cầu Giấy nợ bhxh của tôi từ 01/03/2026, cccd 001080012345")
    assert not chat.secrets
    assert "Hoa Sen" in chat.kept[0] and "001080012345" not in chat.kept[0]


def test_an_identifier_in_a_story_is_masked() -> None:
    chat = Chat()
    chat.says("công ty Ánh Dương ở Cầu Giấy không đóng bhxh cho tôi từ tháng 3, cccd của tôi 001080012345")
    ((report, _),) = chat.reports
    assert "001080012345" not in report.text + "".join(chat.kept)
    assert "345" in report.text


_names = st.sampled_from(
    ["Nguyễn Văn An", "tran thi bich ngoc", "LÊ THU HOÀ", "Hồ Sỹ Sinh", "Tạ Thị La", "Mạc Số"]
)
_dates = st.dates(min_value=date(1920, 1, 1), max_value=date(2026, 1, 1))
_numbers = st.one_of(st.from_regex(r"(0[1246]|[1-9]\d)\d{8}", fullmatch=True), st.from_regex(r"\d{12}", fullmatch=True),
                     st.from_regex(r"[A-Z]{2}[1-5]\d{12}", fullmatch=True))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    _names,
    _dates,
    _numbers,
    st.permutations([0, 1, 2]),
    st.sampled_from([" ", ", ", "\n", " - "]),
    st.booleans(),
)
def test_any_proof_is_taken_out_whole(
    name: str, birth: Any, number: str, order: list[int], glue: str, asked: bool
) -> None:
    chat = Chat()
    if asked:
        chat.says("liên kết")
    parts = [name, birth.strftime("%d/%m/%Y"), number]
    chat.says(glue.join(parts[n] for n in order))
    assert chat.secrets == {"name": name, "birth": birth.isoformat(), "number": number}
    kept = "".join(chat.kept)
    assert not [part for part in (*parts, birth.isoformat()) if part in kept]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), _numbers, st.text(max_size=30))
def test_no_identifier_is_kept_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    chat = Chat()
    chat.says(f"{before} {number} {after}")
    if not identifiers.numbers(f" {number} ")[0].like_phone:
        assert number not in "".join(chat.kept)


def test_masks() -> None:
    assert identifiers.mask("0112345678") == "•••••••678"
    assert identifiers.initials("Trần Thị Bích Ngọc") == "T. T. B. Ngọc"
    assert identifiers.masked("tôi sinh 01/02/1980, số 0912345678") == "tôi sinh 01/02/1980, số 0912345678"


def test_every_text_of_the_look_ups_is_there_and_none_is_left_over() -> None:
    functions = Path(__file__).parents[2] / "functions"
    code = "".join(
        path.read_text("utf-8")
        for folder in ("desk/domain", "lookup")
        for path in sorted((functions / folder).rglob("*.py"))
    )
    texts = BHXH.data["texts"]
    said = set(re.findall(r'(?:words|self|\.say)\(\s*"(\w+)"', code))
    assert not {key for key in said if key not in texts}
    looked_up = tomllib.loads((functions / "desk/agencies/_lookups.toml").read_text("utf-8"))["texts"]
    assert looked_up.keys() - {"en"} == looked_up["en"].keys()
    # Some keys are put together: ask_name_self, bad_birth, relation_child, button_link …
    families = (
        "ask_",
        "bad_",
        "card_",
        "file_",
        "relation_",
        "table_",
        "button_",
        "remind",
        "watch",
        "told_",
    )
    unused = {key for key in looked_up.keys() - {"en"} if not re.search(rf"\b{key}\b", code)}
    assert not {key for key in unused if not key.startswith(families)}


def test_the_stack_may_name_another_source_than_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKUP_SOURCES", "bhxh=register,csgt=portal")
    agencies.settings.cache_clear()
    agencies.agency.cache_clear()
    try:
        assert agencies.agency("bhxh").data["lookups"]["source"] == "register"
        assert "lookups" not in agencies.agency("csgt").data
    finally:
        monkeypatch.undo()
        agencies.settings.cache_clear()
        agencies.agency.cache_clear()
