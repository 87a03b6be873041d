"""Reading and changing reports through the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from desk.domain.report import Report
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.identity import Identity
from desk.storage.table import Transaction
from tests.staff_site import CODES, Site, make_site

ONE, TWO, THREE = CODES[:3]
CONTRACT = {
    "code", "agency", "status", "category", "urgency", "confidence", "created_at", "updated_at", "deadline",
    "assignee", "citizen", "text", "plates", "when", "place", "ward", "location", "evidence", "missing", "duplicates",
}  # fmt: skip


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def steps(site: Site, code: str) -> list[str]:
    return [s["kind"] for s in site.get(f"/staff/reports/{code}/timeline").json["items"]]


def test_a_report_has_every_field_of_the_contract_and_an_etag(site: Site) -> None:
    site.file(ONE, plates=({"compact": "29A12345", "readings": (), "partial": False},))
    answer = site.get(f"/staff/reports/{ONE}")
    assert answer.status == 200
    assert set(answer.json) >= CONTRACT
    assert answer.json["plates"] == ["29A12345"]
    assert answer.headers["etag"] == answer.json["etag"]
    assert answer.json["citizen"] == "c_one"


def test_a_list_row_has_the_contract_without_text_and_evidence(site: Site) -> None:
    site.file(ONE)
    answer = site.get("/staff/reports")
    assert answer.json["next"] is None
    (row,) = answer.json["items"]
    assert set(row) >= CONTRACT - {"text", "evidence"}


def test_correcting_facts_marks_who_did_and_keeps_an_example_for_training(site: Site) -> None:
    site.file(ONE, plates=())
    body = {"category": "wrong_way", "facts": {"plates": ["30K-182.xx"], "when": "2026-11-24T07:30"}}
    answer = site.call("PATCH", f"/staff/reports/{ONE}", body)
    assert answer.status == 200
    found = answer.json
    assert (found["category"], found["confidence"]) == ("wrong_way", 1.0)
    assert found["plates"] == ["30K182"]
    assert found["when"] == "2026-11-24T07:30:00+07:00"
    assert found["facts_by"]["category"] == "staff:csgt.officer"
    assert "time" not in found["missing"]
    (row,) = site.table.query("CORRECTION#csgt").items
    assert (row["was"], row["now"]) == ("red_light", "wrong_way")
    assert "29A" not in row["text"] and "c_one" not in str(row)
    assert steps(site, ONE) == ["received", "corrected", "corrected", "corrected"]


def test_null_clears_a_fact_and_what_is_not_named_stays(site: Site) -> None:
    site.file(ONE, place={"text": "Kim Mã"}, assignee="csgt.officer")
    answer = site.call("PATCH", f"/staff/reports/{ONE}", {"place": None})
    assert (answer.json["place"], answer.json["assignee"]) == (None, "csgt.officer")


def test_a_change_that_changes_nothing_leaves_no_step(site: Site) -> None:
    before = site.file(ONE)
    answer = site.call("PATCH", f"/staff/reports/{ONE}", {"category": "red_light"})
    assert answer.status == 200
    assert site.report(ONE).version == before.version


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"categry": "wrong_way"}, "body.categry"),
        ({"category": "no_such"}, "body.category"),
        ({"plates": ["xin chào"]}, "body.plates.0"),
        ({"facts": {"plates": ["xin chào"]}}, "body.facts.plates.0"),
        ({"when": "hôm qua"}, "body.when"),
        ({"ward": "99999"}, "body.ward"),
        ({"location": {"lat": 91, "lon": 0}}, "body.location.lat"),
        ({"urgency": "very"}, "body.urgency"),
        ({"assignee": " "}, "body.assignee"),
    ],
)
def test_a_wrong_field_is_named(site: Site, body: Any, field: str) -> None:
    site.file(ONE)
    answer = site.call("PATCH", f"/staff/reports/{ONE}", body, who="csgt.supervisor")
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["errors"][0]["field"] == field


def test_an_officer_takes_a_report_but_only_a_supervisor_assigns_another(site: Site) -> None:
    site.file(ONE)
    path = f"/staff/reports/{ONE}"
    assert site.call("PATCH", path, {"assignee": "csgt.supervisor"}).status == 403
    assert site.call("PATCH", path, {"assignee": "csgt.officer"}).json["assignee"] == "csgt.officer"
    assigned = site.call("PATCH", path, {"assignee": "csgt.administrator"}, who="csgt.supervisor")
    assert assigned.json["assignee"] == "csgt.administrator"
    assert site.call("PATCH", path, {"assignee": None}).status == 403
    unknown = site.call("PATCH", path, {"assignee": "csgt.nobody"}, who="csgt.supervisor")
    assert (unknown.status, unknown.kind, unknown.json["field"]) == (409, "unknown-person", "body.assignee")
    auditor = site.call("PATCH", path, {"assignee": "csgt.auditor"}, who="csgt.supervisor")
    assert auditor.kind == "unknown-person"


def test_a_plate_of_no_known_kind_is_kept_as_written(site: Site) -> None:
    site.file(ONE)
    answer = site.call("PATCH", f"/staff/reports/{ONE}", {"plates": ["UN-1234"]})
    assert answer.json["plates"] == ["UN1234"]


def test_a_status_change_is_told_to_the_citizen(site: Site) -> None:
    site.file(ONE)
    body = {"status": "in_progress", "reason": "", "message": "Tổ công tác đang đến."}
    assert site.post(f"/staff/reports/{ONE}/status", body).json["status"] == "in_progress"
    (sent,) = site.outbox()
    assert ONE in sent["text"] and "Tổ công tác đang đến." in sent["text"]
    assert (sent["purpose"], sent["report"], sent["agency"]) == ("status", ONE, "csgt")
    assert sent.get("coalesce") is None  # what a person wrote is never dropped for a later status


def test_a_status_without_words_of_a_person_is_replaced_by_a_later_one(site: Site) -> None:
    site.file(ONE)
    site.post(f"/staff/reports/{ONE}/status", {"status": "verifying", "reason": ""})
    assert [p["coalesce"] for p in site.outbox()] == [f"status:{ONE}"]


def test_closing_offers_to_reopen_and_to_rate(site: Site) -> None:
    site.file(ONE)
    answer = site.post(f"/staff/reports/{ONE}/status", {"status": "resolved", "reason": "handled"})
    assert answer.json["resolution"]["kind"] == "fixed"
    assert answer.json["closed_at"]
    (sent,) = site.outbox()
    payloads = [b["payload"] for b in sent["buttons"]]
    assert payloads == [f"#mo_lai {ONE}", f"#danh_gia {ONE} 5", f"#danh_gia {ONE} 3", f"#danh_gia {ONE} 1"]


@pytest.mark.parametrize(
    ("body", "status", "kind", "field"),
    [
        ({"status": "resolved", "reason": " "}, 422, "reason-needed", "body.reason"),
        ({"status": "rejected", "reason": "handled"}, 422, "reason-does-not-fit", "body.reason"),
        ({"status": "reopened", "reason": "x"}, 409, "status-not-allowed", "body.status"),
        ({"status": "resolved", "reason": "x", "evidence": ["e9"]}, 409, "foreign-evidence", "body.evidence"),
        ({"status": "done", "reason": "x"}, 422, "invalid-request", "body.status"),
        ({"reason": "x"}, 422, "invalid-request", "body.status"),
    ],
)
def test_a_status_that_is_not_possible_says_why(
    site: Site, body: Any, status: int, kind: str, field: str
) -> None:
    site.file(ONE)
    answer = site.post(f"/staff/reports/{ONE}/status", body)
    assert (answer.status, answer.kind, answer.json["field"]) == (status, kind, field)
    assert site.outbox() == []


def test_the_repair_of_a_road_needs_a_photo_or_a_reference_unless_it_was_only_answered(site: Site) -> None:
    codes = [c.replace("CS-", "DT-") for c in CODES[:3]]
    for code in codes:
        site.file(code, agency="duytu", evidence=("e1",))
        transaction = site.table.transaction()
        transaction.update(keys.report(code), {"category": "pothole"})
        transaction.commit()
    who = "duytu.officer"
    bare = {"status": "resolved", "reason": "Đã vá ổ gà"}
    refused = site.post(f"/staff/reports/{codes[0]}/status", bare, who=who)
    assert (refused.status, refused.kind) == (422, "proof-needed")
    for code, more in zip(
        codes, ({"evidence": ["e1"]}, {"reference": "QĐ 12/2026"}, {"reason": "answered"}), strict=True
    ):
        assert site.post(f"/staff/reports/{code}/status", bare | more, who=who).status == 200


def test_a_message_says_how_it_will_go_and_takes_the_chat_over(site: Site) -> None:
    site.file(ONE)
    site.chat()
    answer = site.post(f"/staff/reports/{ONE}/messages", {"text": "Chào anh"})
    assert answer.status == 201
    assert answer.json["plan"] | {"window_ends_at": "", "free_until": ""} == {
        "outcome": "send", "channel": "cs", "cost_vnd": 0, "until": None, "reason": None,
        "free_until": "", "window_ends_at": "",
    }  # fmt: skip
    (sent,) = site.outbox()
    assert sent["text"].endswith("\nChào anh") and ONE in sent["text"]
    assert site.report(ONE).handled_by_person == "csgt.officer"
    state = site.table.get(keys.state("csgt", "c_one")) or {}
    assert state["version"] == 2 and state["person_until"] > 0
    second = site.post(f"/staff/reports/{ONE}/messages", {"text": "Còn nữa"})
    assert second.json["text"] == "Còn nữa"


def test_handing_back_lets_the_bot_speak_again(site: Site) -> None:
    site.file(ONE)
    site.chat()
    site.post(f"/staff/reports/{ONE}/messages", {"text": "Chào anh"})
    answer = site.post(f"/staff/reports/{ONE}/handback")
    assert answer.json["handled_by_person"] is None
    assert (site.table.get(keys.state("csgt", "c_one")) or {})["person_until"] == 0
    assert steps(site, ONE)[-1] == "handed_back"


def test_whoever_has_no_chat_or_is_forgotten_cannot_be_written_to(site: Site) -> None:
    site.file(ONE)
    site.file(TWO, citizen="forgotten")
    assert site.post(f"/staff/reports/{ONE}/messages", {"text": "Chào"}).kind == "no-chat"
    assert site.post(f"/staff/reports/{TWO}/messages", {"text": "Chào"}).kind == "forgotten"
    # A status change goes through all the same; nobody is told.
    assert site.post(f"/staff/reports/{TWO}/status", {"status": "verifying", "reason": ""}).status == 200
    assert site.outbox() == []


def test_notes_stay_inside(site: Site) -> None:
    site.file(ONE)
    answer = site.post(f"/staff/reports/{ONE}/notes", {"text": "Gọi lại sau"})
    assert (answer.status, answer.json["seq"]) == (201, 2)
    assert site.outbox() == []


def test_an_identity_is_shown_with_a_reason_and_recorded_first(site: Site) -> None:
    site.file(ONE)
    site.identities.put_if_new("csgt", "c_one", "zalo-1")
    site.identities.set_phone("csgt", "c_one", "0912345678")
    path = f"/staff/reports/{ONE}/identity"
    assert site.post(path, {"reason": ""}, who="csgt.supervisor").status == 422
    answer = site.post(path, {"reason": "Gọi xác minh"}, who="csgt.supervisor")
    assert (answer.json["phone"], answer.json["zalo_user_id"]) == ("84912345678", "zalo-1")
    assert answer.headers["cache-control"] == "no-store"
    assert steps(site, ONE)[-1] == "identity_viewed"
    (row,) = site.get("/staff/audit", who="csgt.auditor").json["items"]
    assert (row["action"], row["report"], row["reason"]) == ("identity_viewed", ONE, "Gọi xác minh")


def test_an_identity_that_cannot_be_recorded_is_not_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.file(ONE)
    site.identities.put_if_new("csgt", "c_one", "zalo-1")

    def refuse(_self: Transaction) -> None:
        raise Conflict

    looked: list[str] = []

    def get(_self: object, _agency: str, citizen: str) -> Identity | None:
        looked.append(citizen)
        return None

    monkeypatch.setattr(Transaction, "commit", refuse)
    monkeypatch.setattr(type(site.identities), "get", get)
    answer = site.post(f"/staff/reports/{ONE}/identity", {"reason": "Gọi xác minh"}, who="csgt.supervisor")
    assert (answer.status, answer.kind, looked) == (409, "conflict", [])


def test_a_tampered_timeline_shows(site: Site) -> None:
    site.file(ONE)
    site.post(f"/staff/reports/{ONE}/notes", {"text": "một"})
    site.post(f"/staff/reports/{ONE}/notes", {"text": "hai"})
    assert site.get(f"/staff/reports/{ONE}/timeline").json["verified"] is True
    last = site.table.get(keys.timeline(ONE, 3))
    site.table.delete(keys.timeline(ONE, 3))
    cut = site.get(f"/staff/reports/{ONE}/timeline").json
    assert (cut["verified"], cut["broken_at"]) == (False, 3)
    assert last is not None
    site.table.put(last | {"data": {"text": "ba"}})
    changed = site.get(f"/staff/reports/{ONE}/timeline").json
    assert (changed["verified"], changed["broken_at"]) == (False, 3)


def test_opening_evidence_is_recorded_and_does_not_spoil_an_edit(site: Site) -> None:
    report = site.file(ONE, evidence=("e1",))
    site.store(report, "e1", b"picture")
    before = site.get(f"/staff/reports/{ONE}")
    assert before.json["evidence"][0]["sha256"]
    answer = site.get(f"/staff/reports/{ONE}/evidence/e1")
    assert answer.status == 200
    assert answer.json["url"].startswith("https://") and "Expires" in answer.json["url"]
    assert steps(site, ONE)[-1] == "evidence_viewed"
    edited = site.call(
        "PATCH", f"/staff/reports/{ONE}", {"urgency": "urgent"}, headers={"If-Match": before.headers["etag"]}
    )
    assert edited.status == 200


def test_evidence_that_is_not_there_says_which_kind_of_not_there(site: Site) -> None:
    report = site.file(ONE, evidence=("e1",))
    site.file(TWO)
    site.store(report, "e1", b"picture", state="failed", reason="dead_link")
    answer = site.get(f"/staff/reports/{ONE}/evidence/e1")
    assert (answer.status, answer.kind, answer.json["reason"]) == (409, "not-stored", "dead_link")
    assert site.get(f"/staff/reports/{TWO}/evidence/e1").status == 404
    assert site.get(f"/staff/reports/{ONE}/evidence/e2").status == 404


def test_the_conversation_shows_both_sides_with_deliveries(site: Site) -> None:
    site.file(ONE, messages=("m1",))
    site.chat()
    pk = keys.citizen_pk("csgt", "c_one")
    for n in range(3):
        site.table.put(
            keys.chat("csgt", "c_one", 1000 + n, f"m{n}")
            | {"direction": "in", "message": f"m{n}", "kind": "text", "text": f"tin {n}", "entity": "chat"}
        )
    site.table.put(
        {"pk": pk, "sk": "CHAT#0000000002000#o1", "direction": "out", "purpose": "staff", "text": "Chào"}
        | {"state": "refused", "reason": "window_closed", "report": ONE, "buttons": []}
    )
    page = site.get(f"/staff/reports/{ONE}/conversation?limit=2").json
    assert [m["id"] for m in page["items"]] == ["m2", "o1"]
    assert (page["items"][1]["by"], page["items"][1]["state"]) == ("person", "refused")
    earlier = site.get(f"/staff/reports/{ONE}/conversation?limit=2&cursor={page['next']}").json
    assert [m["id"] for m in earlier["items"]] == ["m0", "m1"]
    assert page["reachable"] is True and page["plan"]["outcome"] == "send"


def test_the_summary_of_a_card_and_a_report_agree(site: Site) -> None:
    report: Report = site.file(ONE, ward="00004", assignee="csgt.officer")
    row = site.get("/staff/reports?assignee=me").json["items"][0]
    whole = site.get(f"/staff/reports/{ONE}").json
    shared = set(row) & set(whole) - {"evidence"}
    assert {n: row[n] for n in shared} == {n: whole[n] for n in shared}
    assert row["code"] == report.code


def test_an_officer_takes_the_chat_before_writing_and_the_bot_is_quiet(site: Site) -> None:
    site.file(ONE)
    site.chat()
    taken = site.post(f"/staff/reports/{ONE}/takeover")
    assert (taken.status, taken.json["handled_by_person"]) == (200, "csgt.officer")
    shown = site.get(f"/staff/reports/{ONE}/conversation").json
    assert shown["person_until"] and shown["handled_by_person"] == "csgt.officer"
    assert site.post(f"/staff/reports/{ONE}/takeover").status == 200  # again: nothing more happens
    colleague = site.post(f"/staff/reports/{ONE}/takeover", who="csgt.supervisor")
    assert colleague.json["handled_by_person"] == "csgt.supervisor"
    assert [p["text"].startswith("Cán bộ") for p in site.outbox()] == [True]  # the citizen is told once
    steps = [s for s in site.get(f"/staff/reports/{ONE}/timeline").json["items"] if s["kind"] == "taken_over"]
    assert [s["data"] for s in steps] == [{}, {"was": "csgt.officer"}]


def test_a_report_flagged_complex_gets_the_longer_term_at_once(site: Site) -> None:
    site.file(ONE, status="in_progress")
    before = site.get(f"/staff/reports/{ONE}").json["deadline"]
    flagged = site.call("PATCH", f"/staff/reports/{ONE}", {"complex": True}).json
    assert flagged["flags"] == ["complex"] and flagged["deadline"] > before
    assert site.call("PATCH", f"/staff/reports/{ONE}", {"complex": False}).json["deadline"] == before
