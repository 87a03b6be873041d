"""The agency's page, health, the connection of the OA, static pages, and the OpenAPI document."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import boto3
import pytest
from openapi_spec_validator import validate

from desk import agencies
from desk.domain.reminder import Kind, Watch
from desk.language.identity import without_identity
from desk.storage import runs, watches
from desk.zalo.connect import Connected, Connector
from staff import app, connect, jobs, pages
from tests.staff_site import CODES, Site, make_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_everybody_sees_reasons_people_and_categories_and_few_see_the_connection(site: Site) -> None:
    shown = site.get("/staff/agency").json
    assert shown["me"] == {"name": "csgt.officer", "agency": "csgt", "role": "officer"}
    assert {r["id"] for r in shown["reasons"]} >= {"handled", "answered", "not_enough_ground"}
    assert {"username": "csgt.supervisor", "role": "supervisor"} in shown["staff"]
    assert len(shown["wards"]) == 126
    assert shown["connection"] is None
    assert site.get("/staff/agency", who="csgt.administrator").json["connection"]["state"] == "absent"


def test_no_secret_is_in_the_agency_s_page(site: Site) -> None:
    boto3.client("secretsmanager").create_secret(
        Name="langnghe/test/agency/csgt",
        SecretString=json.dumps(
            {"oa_id": "1", "app_id": "2", "app_secret": "geheim-1", "oa_secret_key": "geheim-2"}
        ),
    )
    assert b"geheim" not in site.get("/staff/agency", who="csgt.administrator").raw


def test_the_calendar_of_an_agency_is_replaced_as_a_whole(site: Site) -> None:
    who = "csgt.administrator"
    day = {"date": "2027-01-02", "works": False, "note": "Nghỉ bù"}
    first = site.call("PUT", "/staff/agency/calendar", {"version": 0, "days": [day]}, who=who)
    assert (first.status, first.json) == (200, {"version": 1, "days": [day]})
    late = site.call("PUT", "/staff/agency/calendar", {"version": 0, "days": []}, who=who)
    assert (late.status, late.kind) == (409, "conflict")
    assert site.get("/staff/agency", who=who).json["calendar"]["days"] == [day]
    wrong = site.call(
        "PUT", "/staff/agency/calendar", {"version": 1, "days": [{"date": "x", "works": 1}]}, who=who
    )
    assert (wrong.status, wrong.json["field"]) == (422, "body.days.0.date")


def test_health_says_which_part_fails(site: Site) -> None:
    assert site.get("/staff/health").json == {
        "status": "ok", "checks": {"table": "ok", "evidence": "ok", "secrets": "ok"}, "reminders": None,
    }  # fmt: skip
    site.table.client.delete_table(TableName=site.table.name)
    broken = site.get("/staff/health")
    assert (broken.status, broken.json["checks"]["table"]) == (503, "failing")


def test_health_shows_how_far_the_reminders_of_the_day_have_come(site: Site) -> None:
    started = "2026-11-25T01:00:00.000+00:00"
    today = "2026-11-25"
    at = runs.Run("2026-11-25T08", today, "2026-11-24", "2026-11-24", today, started, queued=3)
    run = runs.save(site.table, "bhxh", at)
    for n in range(4):
        day = date(2026, 11, 24 + n // 2 + (n == 3))
        watch = Watch("bhxh", f"c_{n}", f"{n:032x}", Kind.CARD, "p-1", "2026-12-25", day, day)
        transaction = site.table.transaction()
        watches.write(transaction, None, watch)
        transaction.commit()
    shown = site.get("/staff/health", who="bhxh.officer").json["reminders"]
    assert shown == {
        "day": "2026-11-25", "since": "2026-11-24", "at": "2026-11-25", "part": 1, "parts": 16,
        "state": "running", "queued": 3, "left": 3, "started_at": started, "finished_at": None,
    }  # fmt: skip
    runs.save(site.table, "bhxh", replace(run, finished_at=started))
    assert site.get("/staff/health", who="bhxh.officer").json["reminders"]["state"] == "done"
    assert site.get("/staff/health", who="csgt.officer").json["reminders"] is None


def test_an_oa_without_credentials_cannot_be_connected(site: Site) -> None:
    answer = site.get("/oauth/zalo/start", who="csgt.administrator")
    assert (answer.status, answer.kind) == (409, "not-connected")


def test_an_administrator_is_sent_to_zalo_and_the_way_back_is_recorded(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("secretsmanager").create_secret(
        Name="langnghe/test/agency/csgt",
        SecretString=json.dumps({"oa_id": "1", "app_id": "2", "app_secret": "3"}),
    )
    sent = site.get("/oauth/zalo/start", who="csgt.administrator")
    assert sent.status == 302
    assert "redirect_uri=https%3A%2F%2Fdesk.example.vn%2Foauth%2Fzalo%2Fcallback" in sent.headers["location"]
    told = site.get("/oauth/zalo/start", who="csgt.administrator", headers={"Accept": "application/json"})
    assert told.json["location"].startswith("https://oauth.zaloapp.com/")
    monkeypatch.setattr(Connector, "finish", lambda _self, _query: Connected("csgt", "csgt.administrator"))
    back = site.get("/oauth/zalo/callback?code=c&state=s", who=None)
    assert (back.status, back.headers["location"]) == (303, "/#/admin")
    (row,) = site.get("/staff/audit", who="csgt.auditor").json["items"]
    assert (row["action"], row["actor"]) == ("oa_connected", "staff:csgt.administrator")


def test_a_callback_with_a_strange_state_shows_a_page_and_stores_nothing(site: Site) -> None:
    answer = site.get("/oauth/zalo/callback?code=c&state=<script>", who=None)
    assert (answer.status, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert b"<script>" not in answer.raw


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"x-forwarded-proto": "https", "host": "desk.example.vn"}, "https://desk.example.vn"),
        ({"host": "abc.execute-api.localhost:4566"}, "http://abc.execute-api.localhost:4566"),
    ],
)
def test_the_address_people_see_is_the_one_they_came_by(
    site: Site, headers: dict[str, str], address: str
) -> None:
    event = {"headers": headers, "requestContext": {"domainName": headers["host"].split(":")[0]}}
    assert connect.public_url(event) == address


def test_pages_carry_a_strict_policy_and_are_compressed(site: Site) -> None:
    answer = site.get("/", who=None, headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert b"<!doctype html>" in gzip.decompress(answer.raw).lower()
    policy = dict(p.split(" ", 1) for p in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/../app.py", "/js/../../app.py", "/js", "/nothing.js", "/%2e%2e/app.py"])
def test_only_files_of_the_console_are_served(site: Site, path: str) -> None:
    assert site.get(path, who=None).status == 404
    assert not pages.file("index.html").headers.get("Set-Cookie")


def test_the_openapi_document_is_valid_and_names_every_route(site: Site) -> None:
    answer = site.get("/staff/openapi.json", who=None)
    assert answer.status == 200
    document = answer.json
    validate(document)
    assert set(document["paths"]) >= {
        "/staff/reports", "/staff/reports/{code}", "/staff/reports/{code}/status", "/staff/reports/{code}/messages",
        "/staff/reports/{code}/notes", "/staff/reports/{code}/transfer", "/staff/reports/{code}/merge",
        "/staff/reports/{code}/timeline", "/staff/reports/{code}/evidence/{evidence_id}",
        "/staff/reports/{code}/identity", "/staff/reports/{code}/dossier", "/staff/statistics", "/staff/exports",
        "/staff/agency", "/staff/health",
    }  # fmt: skip
    ids = [o["operationId"] for p in document["paths"].values() for o in p.values()]
    assert len(ids) == len(set(ids))
    for path in document["paths"].values():
        for operation in path.values():
            assert {"401", "403", "422"} <= set(operation["responses"])


def test_every_agency_has_reasons_for_every_closing_and_a_question(site: Site) -> None:
    for name in agencies.names():
        rows: list[dict[str, Any]] = agencies.agency(name).data["reasons"]
        for status in ("resolved", "rejected", "needs_info"):
            assert any(status in r["for"] for r in rows), (name, status)
        kinds = {r.get("kind") for r in rows if "resolved" in r["for"]}
        assert kinds == {"fixed", "answered"}, name
        assert len({r["id"] for r in rows}) == len(rows)


def test_corrections_for_training_hold_no_phone_plate_or_address(site: Site) -> None:
    text = "Gọi 0912 345 678 hoặc a@b.vn, xe 29A-123.45, CCCD 001099012345, ngõ 12 Kim Mã"
    kept = without_identity(text)
    assert "ngõ 12 Kim Mã" in kept
    for gone in ("0912", "a@b.vn", "123.45", "001099012345"):
        assert gone not in kept


def test_what_staff_read_is_kept_by_no_cache(site: Site) -> None:
    for path in ("/staff/reports", "/staff/agency", "/staff/nothing"):
        answer = site.get(path)
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in site.get("/staff/openapi.json", who=None).headers["cache-control"]


def test_a_day_off_declared_late_moves_the_deadlines_of_open_reports(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    fake = type("Lambda", (), {"invoke": lambda _self, **sent: calls.append(json.loads(sent["Payload"]))})
    monkeypatch.setattr(jobs, "client", lambda _service: fake())
    site.file(CODES[0])  # eight working hours; the 24th of November is a holiday
    before = site.report(CODES[0]).deadline
    body = {"version": 0, "days": [{"date": "2026-11-25", "works": False, "note": "Nghỉ"}]}
    assert site.call("PUT", "/staff/agency/calendar", body, who="csgt.administrator").status == 200
    for event in calls:
        assert app.handler(event, None) == {"state": "done"}
    after = site.report(CODES[0])
    assert before and "-25T" in before and after.deadline == before.replace("-25T", "-26T")
    step = site.get(f"/staff/reports/{CODES[0]}/timeline").json["items"][-1]
    assert (step["kind"], step["data"]["why"]) == ("deadline_moved", "calendar")


def test_replies_are_the_administrator_s_and_come_filled_in(site: Site) -> None:
    site.file(CODES[0], plates=({"compact": "29A12345"},))
    assert "{code}" in str(site.get("/staff/agency/canned").json["replies"])
    text = "Phản ánh {code} về xe {plates} tại {place}: {officer}, {agency}, {hotline}."
    body = {"version": 0, "replies": [{"id": "mine", "title": "Của tôi", "text": text}]}
    who = "csgt.administrator"
    assert site.call("PUT", "/staff/agency/canned", body).status == 403
    assert site.call("PUT", "/staff/agency/canned", body, who=who).json["version"] == 1
    assert site.call("PUT", "/staff/agency/canned", body, who=who).kind == "conflict"
    (reply,) = site.get(f"/staff/reports/{CODES[0]}/canned").json["replies"]
    own = agencies.agency("csgt")
    filled = f"Phản ánh {CODES[0]} về xe 29A12345 tại …: csgt.officer, {own.name}, {own.data['contacts']['hotline']}."
    assert reply == {"id": "mine", "title": "Của tôi", "text": filled}
    assert site.get("/staff/agency").json["canned"][0]["text"] == text
    for wrong in ("{name}", "a { b"):
        replies = [{"id": "x", "title": "x", "text": f"x {wrong}"}]
        refused = site.call("PUT", "/staff/agency/canned", {"version": 1, "replies": replies}, who=who)
        assert (refused.status, refused.json["field"]) == (422, "body.replies.0.text")
