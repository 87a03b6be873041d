"""Transfer to another agency and back; merging reports about the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from classification.classify import classify
from desk.domain.clock import epoch_ms, parse
from desk.domain.closing import Outcome
from desk.domain.commands import agree_to_transfer
from desk.domain.conversation import Conversation
from desk.storage import keys
from desk.storage.reports import write
from tests.staff_site import CODES, Site, make_site

ONE, TWO, THREE = CODES[:3]
SUPERVISOR = "csgt.supervisor"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def transfer(site: Site, code: str, to: str = "duytu", who: str = "csgt.officer") -> Any:
    return site.post(
        f"/staff/reports/{code}/transfer", {"agency": to, "reason": "Không thuộc thẩm quyền"}, who=who
    )


def agree(site: Site, code: str) -> None:
    """The citizen taps the button."""
    outcome = Outcome(Conversation("csgt", "c_one"))
    report = site.report(code)
    assert agree_to_transfer(outcome, report, "duytu", {}, epoch_ms(parse(site.now)))
    changed, steps = outcome.changed[code]
    transaction = site.table.transaction()
    write(transaction, changed, steps)
    transaction.commit()


def test_the_citizen_is_asked_first_and_the_report_moves_when_they_agree(site: Site) -> None:
    site.file(ONE, status="in_progress", assignee="csgt.officer")
    site.chat()
    asked = transfer(site, ONE)
    assert (asked.status, asked.json["agency"]) == (202, "csgt")
    (question,) = site.outbox()
    assert [b["payload"] for b in question["buttons"]] == [f"#chuyen {ONE} duytu", f"#giu {ONE}"]
    state = site.table.get(keys.state("csgt", "c_one")) or {}
    assert (state["confirm"]["kind"], state["confirm"]["code"]) == ("transfer", ONE)
    agree(site, ONE)
    moved = site.get(f"/staff/reports/{ONE}", who="duytu.officer")
    assert (moved.status, moved.json["agency"]) == (200, "duytu")
    assert (moved.json["status"], moved.json["assignee"]) == ("received", None)
    assert moved.json["transfer"]["consent"] == "given"
    assert moved.json["deadlines"]["agency"] == "duytu"  # its clock begins anew
    assert site.get(f"/staff/reports/{ONE}").status == 403
    assert site.get(f"/staff/reports/{ONE}", who="duytu.officer").status == 200
    assert [r["code"] for r in site.get("/staff/reports", who="duytu.officer").json["items"]] == [ONE]


def test_the_way_back_needs_no_question_and_the_code_stays(site: Site) -> None:
    site.file(ONE)
    assert transfer(site, ONE).status == 200  # nobody to ask: there is no chat
    site.chat()
    back = transfer(site, ONE, "csgt", who="duytu.officer")
    assert (back.status, back.json["agency"], back.json["code"]) == (200, "csgt", ONE)
    assert back.json["transfer"]["consent"] == "way_back"
    kinds = [s["kind"] for s in site.get(f"/staff/reports/{ONE}/timeline").json["items"]]
    assert kinds == ["received", "transferred", "transferred"]


def test_the_other_agency_writes_through_the_oa_that_the_citizen_knows(site: Site) -> None:
    site.file(ONE, messages=("m1",))
    transfer(site, ONE)
    site.chat()
    site.post(f"/staff/reports/{ONE}/messages", {"text": "Chào"}, who="duytu.officer")
    sent = [p for p in site.outbox() if p["purpose"] == "staff"]
    assert [(p["agency"], p["citizen"]) for p in sent] == [("csgt", "c_one")]


def test_the_other_agency_sees_the_chat_about_this_report_alone(site: Site) -> None:
    site.file(ONE, messages=("m1",))
    transfer(site, ONE)
    for name in ("m1", "m2"):
        site.table.put(
            keys.chat("csgt", "c_one", 1000, name)
            | {"direction": "in", "message": name, "kind": "text", "text": name, "entity": "chat"}
        )
    seen = site.get(f"/staff/reports/{ONE}/conversation", who="duytu.officer").json["items"]
    assert [m["id"] for m in seen] == ["m1"]


@pytest.mark.parametrize(("to", "status"), [("csgt", 409), ("nowhere", 422)])
def test_a_transfer_to_nowhere_is_refused(site: Site, to: str, status: int) -> None:
    site.file(ONE)
    answer = transfer(site, ONE, to)
    assert (answer.status, answer.json["field"]) == (status, "body.agency")


def test_a_closed_report_does_not_move(site: Site) -> None:
    site.file(ONE, status="resolved")
    assert transfer(site, ONE).kind == "closed"


def test_merged_reports_keep_their_evidence_and_both_citizens_are_told(site: Site) -> None:
    site.file(ONE, citizen="c_one", evidence=("e1",), created_at="2026-11-24T02:00:00.000+00:00")
    site.file(TWO, citizen="c_two", evidence=("e2",))
    for citizen in ("c_one", "c_two"):
        site.chat(citizen)
    merged = site.post(f"/staff/reports/{ONE}/merge", {"into": TWO}, who=SUPERVISOR)
    assert (merged.status, merged.json["merged_into"]) == (200, TWO)
    assert merged.json["first_reporter"] is False  # it came an hour later
    target = site.report(TWO)
    assert (target.merged, target.first_reporter, target.evidence) == ((ONE,), True, ("e2",))
    assert site.report(ONE).evidence == ("e1",)
    site.post(f"/staff/reports/{TWO}/status", {"status": "resolved", "reason": "handled"})
    told = {
        p["citizen"]: p["text"]
        for p in site.outbox()
        if p.get("coalesce") != f"status:{ONE}" and p["buttons"]
    }
    assert set(told) == {"c_one", "c_two"}
    assert ONE in told["c_one"] and TWO in told["c_two"]
    assert site.report(ONE).status == "resolved"


def test_an_officer_s_decision_who_was_first_is_recorded(site: Site) -> None:
    site.file(ONE, created_at="2026-11-24T02:00:00.000+00:00")
    site.file(TWO)
    site.post(f"/staff/reports/{ONE}/merge", {"into": TWO, "first_reporter": "this"}, who=SUPERVISOR)
    assert (site.report(ONE).first_reporter, site.report(TWO).first_reporter) == (True, False)
    last = site.get(f"/staff/reports/{TWO}/timeline").json["items"][-1]
    assert last["data"] == {"code": ONE, "first_reporter": ONE, "decided": "by_officer"}
    for code in (ONE, TWO):  # comparing them again decides nothing
        classify(site.table, code)
    assert (site.report(ONE).first_reporter, site.report(TWO).first_reporter) == (True, False)


def test_what_was_merged_before_follows_to_the_new_one(site: Site) -> None:
    for code in (ONE, TWO, THREE):
        site.file(code)
    site.post(f"/staff/reports/{ONE}/merge", {"into": TWO}, who=SUPERVISOR)
    site.post(f"/staff/reports/{TWO}/merge", {"into": THREE}, who=SUPERVISOR)
    assert site.report(ONE).merged_into == THREE
    assert set(site.report(THREE).merged) == {ONE, TWO}


def test_a_merged_report_is_worked_on_only_through_the_other(site: Site) -> None:
    site.file(ONE)
    site.file(TWO)
    site.post(f"/staff/reports/{ONE}/merge", {"into": TWO}, who=SUPERVISOR)
    for method, part, body in (
        ("POST", "/status", {"status": "verifying", "reason": ""}),
        ("PATCH", "", {"urgency": "urgent"}),
        ("POST", "/merge", {"into": TWO}),
    ):
        answer = site.call(method, f"/staff/reports/{ONE}{part}", body, who=SUPERVISOR)
        assert (answer.status, answer.kind, answer.json["into"]) == (409, "merged", TWO)
    assert site.post(f"/staff/reports/{TWO}/merge", {"into": ONE}, who=SUPERVISOR).kind == "merged"


@pytest.mark.parametrize(
    ("into", "status", "kind"), [(ONE, 409, "same-report"), (CODES[9], 409, "unknown-report")]
)
def test_a_report_is_not_merged_into_itself_or_into_none(
    site: Site, into: str, status: int, kind: str
) -> None:
    site.file(ONE)
    answer = site.post(f"/staff/reports/{ONE}/merge", {"into": into}, who=SUPERVISOR)
    assert (answer.status, answer.kind, answer.json["field"]) == (status, kind, "body.into")


def test_what_was_merged_by_mistake_comes_apart_again_as_it_was(site: Site) -> None:
    for code, citizen in ((ONE, "c_one"), (TWO, "c_two"), (THREE, "c_three")):
        site.file(code, citizen=citizen, status="in_progress" if code == ONE else "received")
        site.chat(citizen)
    site.post(f"/staff/reports/{TWO}/merge", {"into": ONE}, who=SUPERVISOR)
    site.post(f"/staff/reports/{ONE}/merge", {"into": THREE}, who=SUPERVISOR)
    apart = site.post(f"/staff/reports/{ONE}/unmerge", {"reason": "Hai xe khác nhau"}, who=SUPERVISOR)
    assert (apart.status, apart.json["status"], apart.json["merged_into"]) == (200, "in_progress", None)
    assert (site.report(ONE).merged, site.report(TWO).merged_into, site.report(THREE).merged) == (
        (TWO,),
        ONE,
        (),
    )
    listed = {r["code"] for r in site.get("/staff/reports").json["items"]}
    assert listed == {ONE, THREE}
    assert any("tách ra" in p["text"] for p in site.outbox())
    assert (
        site.post(f"/staff/reports/{ONE}/unmerge", {"reason": "Lần nữa"}, who=SUPERVISOR).kind == "not-merged"
    )
    assert site.post(f"/staff/reports/{TWO}/unmerge", {"reason": "Không"}).kind == "forbidden"


def test_who_took_back_a_merged_report_hears_no_more_of_it(site: Site) -> None:
    site.file(ONE, citizen="c_one", flags=("withdrawn",), merged_into=TWO)
    site.file(TWO, citizen="c_two", merged=(ONE,))
    site.post(f"/staff/reports/{TWO}/status", {"status": "resolved", "reason": "handled"})
    assert [p["citizen"] for p in site.outbox()] == ["c_two"]
