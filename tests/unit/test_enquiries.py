"""Questions in the conversation: answered from the base, from the list of facilities, or kept for staff."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import agencies
from desk.domain.answer import Answer
from desk.domain.closing import assemble
from desk.domain.conversation import Conversation, arrive
from desk.domain.enquiries import Knowledge
from desk.domain.knowledge import Base, packaged
from desk.domain.message import Message, see
from desk.domain.talk import answer
from local.replay import START_MS, replay

BURSTS = Path(__file__).parents[1] / "bursts"
CENTRE = (21.0285, 105.8542)


def talk(
    agency: str, *said: str | tuple[float, float], state: Conversation | None = None, step_s: int = 3
) -> tuple[Answer, Conversation, int]:
    """One burst: the answer, the conversation after it, and how many reports were filed."""
    state = state or Conversation(agency, "c_one")
    now = max((m.at for m in state.window), default=START_MS)
    for n, one in enumerate(said):
        now += step_s * 1000
        kind = (
            {"kind": "text", "text": one} if isinstance(one, str) else {"kind": "location", "location": one}
        )
        message = Message(id=f"m{now}{n}", at=now, arrived=now, **kind)  # type: ignore[arg-type]
        state = arrive(state, see(message, agency), now)
    fresh = state.fresh
    outcome = assemble(state, agencies.agency(agency), {}, [], now)
    found = answer(outcome, fresh, agencies.agency(agency), {}, [], now)
    return found, outcome.state, len(outcome.filed)


def test_a_known_question_gets_its_answer_and_its_source() -> None:
    said, _, filed = talk("csgt", "mức phạt vượt đèn đỏ xe máy")
    assert "4 đến 6 triệu" in said.text
    assert "Nguồn: Nghị định 168/2024" in said.text
    assert said.buttons[0]["url"].startswith("https://xaydungchinhsach.chinhphu.vn/")
    assert filed == 0


def test_an_english_question_gets_an_english_answer() -> None:
    said, _, _ = talk("bhxh", "where can I buy household health insurance?")
    assert "collection point" in said.text
    assert "Source:" in said.text


def test_a_question_near_several_entries_offers_them_as_buttons() -> None:
    said, state, _ = talk("bhxh", "em nghỉ sinh")
    offered = [b for b in said.buttons if b.get("payload", "").startswith("#cau_hoi")]
    assert offered
    tapped, _, _ = talk("bhxh", offered[-1]["payload"], state=state)
    assert "Nguồn:" in tapped.text


def test_an_unknown_question_offers_a_person_and_is_kept_for_staff() -> None:
    said, _, filed = talk("csgt", "phí đường bộ một năm bao nhiêu?")
    assert said.buttons[0]["payload"] == "#gap_can_bo"
    assert [m.text for m in said.unanswered] == ["phí đường bộ một năm bao nhiêu?"]
    assert filed == 0


def test_an_old_button_of_an_entry_that_is_gone_is_answered_kindly() -> None:
    said, _, _ = talk("bhxh", "#cau_hoi khong-con")
    assert "chưa rõ ý" in said.text


def test_the_procedures_are_a_tap_away_and_lead_to_entries_that_exist() -> None:
    said, state, _ = talk("bhxh", "#hoi public_service")
    taps = [b["payload"] for b in said.buttons if b.get("payload", "").startswith("#cau_hoi")]
    assert len(taps) == 4
    for tap in taps:
        assert "Nguồn:" in talk("bhxh", tap, state=state)[0].text


def test_a_report_that_asks_is_filed_and_answered_too() -> None:
    said, _, filed = talk("duytu", "đèn đường hỏng thì gọi ai")
    assert filed == 1
    assert said.text.index("Mã phản ánh") < said.text.index("Quản lý hạ tầng kỹ thuật")


@pytest.mark.parametrize("first", ["nơi khám gần đây", "#noi_kham_gan"])
def test_a_pin_after_the_question_gives_the_five_nearest(first: str) -> None:
    asked, state, _ = talk("bhxh", first)
    assert "gửi vị trí" in asked.text
    said, _, filed = talk("bhxh", CENTRE, state=state, step_s=60)
    assert filed == 0
    assert said.text.count("cách khoảng") == 5
    assert "chỉ gần đúng" in said.text
    assert "danh sách năm 2024" in said.text


def test_question_and_pin_in_one_breath_get_one_answer_in_either_order() -> None:
    for burst in (("bệnh viện nào gần đây ạ", CENTRE), (CENTRE, "bệnh viện nào gần đây ạ")):
        said, _, filed = talk("bhxh", *burst)
        assert filed == 0
        assert "gửi vị trí giúp" not in said.text
        assert said.text.count("cách khoảng") == 5


def test_a_pin_without_the_question_is_a_report_as_ever() -> None:
    assert talk("bhxh", CENTRE)[2] == 1
    _, state, _ = talk("csgt", "nơi khám gần đây")
    assert talk("csgt", CENTRE, state=state)[2] == 1


def test_a_pin_far_away_finds_nothing() -> None:
    _, state, _ = talk("bhxh", "nơi khám gần đây")
    said, _, _ = talk("bhxh", (10.77, 106.7), state=state)
    assert "không tìm thấy nơi khám" in said.text


def test_a_facility_by_name_is_told_with_its_code_and_files_nothing() -> None:
    said, _, filed = talk("bhxh", "bv bach mai")
    assert "Bệnh viện Bạch Mai (mã 01929)" in said.text
    assert filed == 0


def test_the_name_of_a_hospital_answers_our_question_about_the_employer() -> None:
    events = [
        {"msg": "a", "t": 0, "kind": "text", "text": "công ty nợ bảo hiểm 6 tháng không đóng cho công nhân"},
        {"msg": "b", "t": 60, "kind": "text", "text": "Bệnh viện Tâm Anh"},
    ]
    told = replay({"id": "employer", "agency": "bhxh", "events": events})
    assert [r["msgs"] for r in told["reports"]] == [["a", "b"]]


def scenarios() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in ("csgt", "duytu", "bhxh")
        for line in (BURSTS / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


REPORTS = [
    (s["agency"], e["text"])
    for s in scenarios()
    for e in s["events"]
    if e.get("text") and any(r["msgs"] == [e["msg"]] for r in s["expect"]["reports"])
]
WORDINGS = [q for name in agencies.names() for entry in packaged(name) for q in entry.questions]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(REPORTS), st.sampled_from(WORDINGS), st.booleans())
def test_the_base_never_swallows_a_report(report: tuple[str, str], wording: str, same_message: bool) -> None:
    """Whatever is asked beside it, and whatever the base holds: what is filed stays the same."""
    agency, text = report
    burst = (f"{text}. {wording}",) if same_message else (text, wording)
    assert talk(agency, *burst)[2] == filed_without_a_base(agency, *burst)
    assert talk(agency, text)[2] == 1


def filed_without_a_base(agency: str, *burst: str) -> int:
    state = Conversation(agency, "c_one")
    now = START_MS
    for n, one in enumerate(burst):
        now += 3000
        state = arrive(state, see(Message(f"m{now}{n}", now, now, "text", one), agency), now)
    outcome = assemble(state, agencies.agency(agency), {}, [], now)
    answer(outcome, state.fresh, agencies.agency(agency), {}, [], now, Knowledge(Base([])))
    return len(outcome.filed)
