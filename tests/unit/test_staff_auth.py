"""Who may do what: every route and every role that changes something; `test_staff_roles.py` has the rest."""

from collections.abc import Iterator
from typing import Any

import pytest

from staff import app
from staff.auth import Role, groups_of, person_of
from staff.problems import Problem
from tests.staff_site import CODES, Site, make_site

CODE, INTO = CODES[:2]
JOB = "0" * 32
ARTICLE = "n" + "0" * 17
EVERYBODY = {"auditor", "officer", "supervisor", "administrator"}
WORKERS = EVERYBODY - {"auditor"}
LEADERS = {"supervisor", "administrator"}

ENTRY = {
    "questions": ["Đăng kiểm ô tô ở đâu"],
    "vi": "Dạ, ở trung tâm đăng kiểm ạ.",
    "source": {"title": "Cục Đăng kiểm", "url": "https://www.vr.org.vn", "date": "2026-01-01"},
}

# One white dot.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="

# Route, a body that is good, and who may.
ROUTES: list[tuple[str, str, Any, set[str]]] = [
    ("GET", "/staff/reports", None, EVERYBODY),
    ("POST", "/staff/reports", {"text": "Đèn hỏng"}, WORKERS),
    ("GET", "/staff/reports/{code}", None, EVERYBODY),
    ("PATCH", "/staff/reports/{code}", {"urgency": "urgent"}, WORKERS),
    ("POST", "/staff/reports/{code}/status", {"status": "verifying", "reason": ""}, WORKERS),
    ("POST", "/staff/reports/{code}/messages", {"text": "Chào"}, WORKERS),
    ("POST", "/staff/reports/{code}/takeover", None, WORKERS),
    ("POST", "/staff/reports/{code}/handback", None, WORKERS),
    ("POST", "/staff/reports/{code}/notes", {"text": "ghi"}, WORKERS),
    ("POST", "/staff/reports/{code}/transfer", {"agency": "duytu", "reason": "không thuộc"}, WORKERS),
    ("POST", "/staff/reports/{code}/merge", {"into": INTO}, LEADERS),
    ("POST", "/staff/reports/{code}/unmerge", {"reason": "hai việc"}, LEADERS),
    ("POST", "/staff/reports/{code}/identity", {"reason": "xác minh"}, LEADERS),
    ("GET", "/staff/reports/{code}/timeline", None, EVERYBODY),
    ("GET", "/staff/reports/{code}/conversation", None, EVERYBODY),
    ("GET", "/staff/reports/{code}/canned", None, EVERYBODY),
    ("GET", "/staff/reports/{code}/evidence/{evidence_id}", None, EVERYBODY),
    ("POST", "/staff/reports/{code}/evidence", {"data": PICTURE}, WORKERS),
    ("POST", "/staff/reports/{code}/read", {}, WORKERS),
    ("GET", "/staff/reports/{code}/dossier", None, EVERYBODY),
    ("GET", "/staff/statistics", None, EVERYBODY),
    ("GET", "/staff/exports", None, EVERYBODY),
    ("GET", "/staff/exports/{job}", None, EVERYBODY),
    ("GET", "/staff/news", None, EVERYBODY),
    ("POST", "/staff/news", {"title": "Tin"}, WORKERS),
    ("GET", "/staff/news/settings", None, EVERYBODY),
    ("GET", "/staff/news/audience", None, EVERYBODY),
    ("PUT", "/staff/news/feeds", {"version": 0, "feeds": []}, {"administrator"}),
    ("POST", "/staff/news/feeds/read", None, LEADERS),
    ("GET", "/staff/news/{article_id}", None, EVERYBODY),
    ("PATCH", "/staff/news/{article_id}", {"title": "Tin"}, WORKERS),
    ("POST", "/staff/news/{article_id}/publish", {}, LEADERS),
    ("POST", "/staff/news/{article_id}/send", {"audience": "followers"}, LEADERS),
    ("POST", "/staff/news/{article_id}/cancel", None, LEADERS),
    ("POST", "/staff/news/{article_id}/hide", None, LEADERS),
    ("GET", "/staff/news/{article_id}/broadcast", None, LEADERS),
    ("POST", "/staff/news/{article_id}/broadcast", {}, LEADERS),
    ("POST", "/staff/news/{article_id}/broadcast/cancel", None, LEADERS),
    ("POST", "/staff/news/{article_id}/broadcast/decide", {"decision": "sent", "reason": "đã thấy"}, LEADERS),
    ("POST", "/staff/news/{article_id}/discard", None, WORKERS),
    ("GET", "/staff/reminders", None, EVERYBODY),
    ("GET", "/staff/agency", None, EVERYBODY),
    ("GET", "/staff/agency/canned", None, EVERYBODY),
    ("PUT", "/staff/agency/canned", {"version": 0, "replies": []}, {"administrator"}),
    ("PUT", "/staff/agency/calendar", {"version": 0, "days": []}, {"administrator"}),
    ("GET", "/staff/audit", None, {"auditor", "administrator"}),
    ("GET", "/staff/knowledge", None, EVERYBODY),
    ("POST", "/staff/knowledge", ENTRY, LEADERS),
    ("POST", "/staff/knowledge/try", {"text": "mức phạt"}, WORKERS),
    ("GET", "/staff/knowledge/{entry_id}", None, EVERYBODY),
    ("GET", "/staff/knowledge/{entry_id}/versions", None, EVERYBODY),
    ("PUT", "/staff/knowledge/{entry_id}", ENTRY, LEADERS),
    ("GET", "/staff/questions", None, EVERYBODY),
    ("POST", "/staff/questions/dismiss", {"ids": ["c~1790000000000~m"]}, LEADERS),
    ("GET", "/staff/facilities", None, EVERYBODY),
    ("PUT", "/staff/facilities", {"as_of": "2026", "source": "BHXH", "csv": "code,name"}, {"administrator"}),
    ("DELETE", "/staff/facilities", None, {"administrator"}),
    ("GET", "/staff/offices", None, EVERYBODY),
    ("PUT", "/staff/offices", {"as_of": "2026", "source": "BHXH", "csv": "name,address"}, {"administrator"}),
    ("DELETE", "/staff/offices", None, {"administrator"}),
    ("GET", "/staff/health", None, EVERYBODY),
    ("GET", "/oauth/zalo/start", None, {"administrator"}),
]
ABOUT_A_REPORT = [r for r in ROUTES if "{code}" in r[1]]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        furnish(made)
        yield made


def furnish(site: Site) -> None:
    """Two reports, one with a picture and a chat."""
    site.file(INTO)
    site.store(site.file(CODE, evidence=("e1",)), "e1", b"picture")
    site.chat()


def fill(path: str) -> str:
    return (
        path.replace("{code}", CODE)
        .replace("{evidence_id}", "e1")
        .replace("{job}", JOB)
        .replace("{entry_id}", "thoi-hieu")
        .replace("{article_id}", ARTICLE)
    )


def test_this_list_has_every_route_of_the_api() -> None:
    routes = {(r.method, r.openapi_path) for r in (*app.app._static_routes, *app.app._dynamic_routes)}
    api = {(m, p) for m, p in routes if p.startswith(("/staff/", "/oauth/zalo/start"))}
    assert api - {("GET", "/staff/openapi.json")} == {(m, p) for m, p, _, _ in ROUTES}


WRITING = [(m, p, body, role) for m, p, body, may in ROUTES for role in sorted(may) if m != "GET"]


@pytest.mark.parametrize(("method", "path", "body", "role"), WRITING)
def test_a_role_may_change_what_its_list_says(
    site: Site, method: str, path: str, body: Any, role: str
) -> None:
    answer = site.call(method, fill(path), body, who=f"csgt.{role}")
    # 404: no such export; 409: the OA has no credentials here.
    assert answer.status in {200, 201, 202, 404, 409}, answer.raw


def test_lists_statistics_exports_and_audit_hold_nothing_of_another_agency(site: Site) -> None:
    site.post(f"/staff/reports/{CODE}/identity", {"reason": "xác minh"}, who="csgt.supervisor")
    who = "duytu.administrator"
    assert site.get("/staff/reports", who=who).json["items"] == []
    assert site.get(f"/staff/reports?q={CODE}", who=who).json["items"] == []
    assert site.get("/staff/statistics", who=who).json["total"] == 0
    assert CODE.encode() not in site.get("/staff/exports", who=who).raw
    assert [r["action"] for r in site.get("/staff/audit", who=who).json["items"]] == ["exported"]


def test_a_report_cannot_be_merged_into_another_agency_s(site: Site) -> None:
    other = CODES[5].replace("CS-", "DT-")
    site.file(other, agency="duytu")
    answer = site.post(f"/staff/reports/{CODE}/merge", {"into": other}, who="csgt.supervisor")
    assert (answer.status, answer.kind) == (403, "other-agency")


@pytest.mark.parametrize(
    "claim",
    ["[csgt.officer]", "csgt.officer", ["csgt.officer"], "[csgt.officer csgt.auditor]", '["csgt.officer"]'],
)
def test_groups_are_read_however_the_gateway_writes_them(claim: object) -> None:
    event = {
        "requestContext": {"authorizer": {"jwt": {"claims": {"username": "an", "cognito:groups": claim}}}}
    }
    person = person_of(event)
    assert (person.name, person.agency, person.role) == ("an", "csgt", Role.OFFICER)


@pytest.mark.parametrize(
    "claim", [None, "", "[]", "[nowhere.officer]", "[csgt.king]", "[csgt.officer duytu.officer]", "csgt"]
)
def test_whoever_belongs_to_no_one_agency_gets_nowhere(claim: object) -> None:
    event = {
        "requestContext": {"authorizer": {"jwt": {"claims": {"username": "an", "cognito:groups": claim}}}}
    }
    with pytest.raises(Problem) as refused:
        person_of(event)
    assert refused.value.kind == "no-agency"


def test_groups_of_anything_else_are_none() -> None:
    assert groups_of(7) == []


def test_an_auditor_is_refused_before_the_body_is_looked_at(site: Site) -> None:
    assert site.post(f"/staff/reports/{CODE}/notes", {"nonsense": 1}, who="csgt.auditor").status == 403
