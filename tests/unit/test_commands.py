"""What a citizen's tap or word does to reports: moved, merged, taken back, reopened."""

from dataclasses import replace
from typing import Any

import pytest

from desk import agencies
from desk.domain import code
from desk.domain.answer import Answer
from desk.domain.clock import iso, utc
from desk.domain.closing import WITHDRAWN, Outcome, assemble
from desk.domain.commands import hear_for_person
from desk.domain.conversation import Confirm, Conversation, arrive, needs
from desk.domain.message import Message, see
from desk.domain.moving import asked, moved
from desk.domain.report import Report, Status
from desk.domain.talk import answer

NOW = 1_764_000_000_000
AT = iso(utc(NOW - 3600_000))
ONE, TWO = code.make("CS", "one", 0), code.make("CS", "two", 0)


def report(code: str = ONE, citizen: str = "c_one", **changed: Any) -> Report:
    made = Report(code=code, agency="csgt", citizen=citizen, created_at=AT, updated_at=AT)
    return replace(made, category="pothole", suggested_agency="duytu", **changed)


def say(text: str, *reports: Report, confirm: Confirm | None = None) -> tuple[Outcome, Answer]:
    """One message of c_one, with the burst closed after it."""
    message = see(Message(id="m9", at=NOW, arrived=NOW, kind="text", text=text), "csgt")
    state = arrive(Conversation("csgt", "c_one", confirm=confirm), message, NOW)
    known = {r.code: r for r in reports}
    mine = [r for r in reports if r.citizen == "c_one"]
    outcome = assemble(state, agencies.agency("csgt"), known, mine, NOW)
    return outcome, answer(outcome, state.fresh, agencies.agency("csgt"), known, mine, NOW)


def by_officer(found: Report) -> Report:
    return asked(found, "duytu", reason="Ổ gà", at=AT, by="staff:an")


@pytest.mark.parametrize(
    "before",
    [report(), by_officer(report(status=Status.IN_PROGRESS, assignee="an"))],
    ids=["offered by the bot", "asked by an officer"],
)
def test_who_agrees_to_a_transfer_has_it_moved_at_once(before: Report) -> None:
    outcome, said = say(f"#chuyen {ONE} duytu", before)
    after, steps = outcome.changed[ONE]
    assert (after.agency, after.status, after.assignee) == ("duytu", Status.RECEIVED, None)
    assert [s.kind for s in steps] == ["transfer_agreed", "transferred"]
    assert (after.suggested_agency, after.begun_at) == (None, after.updated_at)
    assert "đã được chuyển" in said.text


def test_a_tap_on_an_old_offer_does_not_take_a_report_out_of_an_officer_s_hands() -> None:
    outcome, said = say(f"#chuyen {ONE} duytu", report(status=Status.IN_PROGRESS, assignee="an"))
    after, _ = outcome.changed[ONE]
    assert (after.agency, after.flags) == ("csgt", ("transfer_agreed",))
    assert after.transfer == {"to": "duytu", "consented_at": after.updated_at}
    assert "Đã ghi nhận" in said.text


def test_what_an_officer_asked_is_still_known_after_the_consent() -> None:
    outcome, _ = say(f"#chuyen {ONE} duytu", by_officer(report()))
    transfer = outcome.changed[ONE][0].transfer or {}
    assert (transfer["reason"], transfer["consent"], transfer["from"]) == ("Ổ gà", "given", "csgt")
    assert {"asked_at", "consented_at", "at"} <= transfer.keys()


@pytest.mark.parametrize("words", ["đồng ý ạ", f"#chuyen {ONE} duytu"])
def test_a_typed_yes_is_as_good_as_a_tap(words: str) -> None:
    confirm = Confirm("transfer", ONE, NOW - 3 * 3600_000)
    outcome, _ = say(words, by_officer(report()), confirm=confirm)
    assert outcome.changed[ONE][0].agency == "duytu"
    assert outcome.state.confirm is None


@pytest.mark.parametrize("words", ["không", f"#giu {ONE}"])
def test_who_says_no_keeps_the_report_where_it_is_and_the_officer_sees_it(words: str) -> None:
    confirm = Confirm("transfer", ONE, NOW - 60_000)
    outcome, said = say(words, by_officer(report()), confirm=confirm)
    after, steps = outcome.changed[ONE]
    assert (after.agency, after.flags, [s.kind for s in steps]) == (
        "csgt", ("transfer_refused",), ["transfer_refused"],
    )  # fmt: skip
    assert "giữ nguyên" in said.text


def test_what_is_added_after_a_transfer_is_read_by_the_rules_of_whoever_has_it() -> None:
    gone, _ = moved(report(), agencies.agency("duytu"), reason="x", consent="given", at=AT, by="desk")
    assert gone.missing == ("place", "media")  # a road fault needs no plate and no time
    outcome, _ = say(f"{ONE}: ổ gà ở số 5 phố Huế", gone)
    after = outcome.changed[ONE][0]
    assert (after.agency, after.suggested_agency, after.missing) == ("duytu", None, ("media",))


def merged() -> tuple[Report, Report]:
    """Mine was merged into somebody else's."""
    closed = {"status": Status.RESOLVED, "closed_at": AT}
    return report(merged_into=TWO, **closed), report(TWO, "c_two", merged=(ONE,), **closed)


def test_reopening_a_merged_report_reopens_the_one_that_staff_work_on_and_tells_the_other_citizen() -> None:
    outcome, said = say(f"#mo_lai {ONE}", *merged())
    assert {c: r.status for c, (r, _) in outcome.changed.items()} == {ONE: "reopened", TWO: "reopened"}
    assert [(r.code, key) for r, key in outcome.told] == [(TWO, "change_reopened")]
    assert ONE in said.text and TWO not in said.text


def test_the_rating_of_a_merged_report_is_its_citizen_s_own() -> None:
    outcome, _ = say(f"#danh_gia {ONE} 5", *merged())
    assert {c: r.rating["stars"] for c, (r, _) in outcome.changed.items() if r.rating} == {ONE: 5}


@pytest.mark.parametrize("mine", [{"merged_into": TWO}, {"merged": (TWO,)}], ids=["follows", "leads"])
def test_who_takes_back_what_others_reported_too_leaves_it_to_them(mine: dict[str, Any]) -> None:
    other = report(TWO, "c_two", **({"merged": (ONE,)} if "merged_into" in mine else {"merged_into": ONE}))
    outcome, said = say(f"#rut {ONE}", report(**mine), other)
    after, steps = outcome.changed[ONE]
    assert (after.status, after.flags) == (Status.RECEIVED, (WITHDRAWN,))
    assert [s.kind for s in steps] == ["withdrawn"] and "Đã rút" in said.text


def test_what_is_added_to_a_merged_report_stays_with_the_citizen_s_own() -> None:
    outcome, _ = say(f"{ONE}: thêm một chỗ nữa ở số 7 phố Huế", *merged())
    assert outcome.filed == [] and "m9" in outcome.changed[ONE][0].messages


def test_who_asks_where_it_stands_hears_who_has_it_now() -> None:
    gone, _ = moved(report(), agencies.agency("duytu"), reason="x", consent="given", at=AT, by="desk")
    _, said = say(f"{ONE} đến đâu rồi", gone)
    assert f"đã tiếp nhận tại {agencies.agency('duytu').name}" in said.text


@pytest.mark.parametrize(("until", "flags"), [(NOW + 1, ("replied",)), (NOW - 1, ())])
def test_what_is_written_to_the_officer_in_the_chat_shows_on_the_report(
    until: int, flags: tuple[str, ...]
) -> None:
    message = see(Message(id="m9", at=NOW, arrived=NOW, kind="text", text="dạ vâng em cảm ơn"), "csgt")
    state = Conversation("csgt", "c_one", person_until=until, person_report=ONE)
    state = arrive(state, message, NOW)
    assert ONE in needs(state).codes
    outcome = assemble(state, agencies.agency("csgt"), {}, [], NOW)
    hear_for_person(outcome, state.fresh, {ONE: report()}, NOW)
    assert outcome.changed.get(ONE, (report(),))[0].flags == flags
