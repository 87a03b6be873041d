"""Lost updates, repeated requests, and requests that are no requests."""

from collections.abc import Iterator
from typing import Any

import pytest

from staff import problems
from tests.staff_site import CODES, Site, make_site

CODE = CODES[0]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        made.file(CODE)
        yield made


def test_if_match_is_honoured_when_given(site: Site) -> None:
    path = f"/staff/reports/{CODE}"
    tag = site.get(path).headers["etag"]
    first = site.call("PATCH", path, {"urgency": "urgent"}, headers={"If-Match": tag})
    assert first.status == 200 and first.headers["etag"] != tag
    late = site.call("PATCH", path, {"urgency": "normal"}, headers={"If-Match": tag})
    assert (late.status, late.kind) == (412, "precondition-failed")
    assert site.report(CODE).urgency == "urgent"
    for header in ({}, {"If-Match": "*"}, {"If-Match": f'"old", {first.headers["etag"]}'}):
        assert site.call("PATCH", path, {"urgency": "urgent"}, headers=header).status == 200


def test_the_tag_of_an_answer_is_the_tag_of_the_next_reading(site: Site) -> None:
    path = f"/staff/reports/{CODE}"
    body = {"plates": ["29A-123.45"], "location": {"lat": 21.0, "lon": 105.5}, "when": "2026-11-24"}
    changed = site.call("PATCH", path, body)
    assert site.get(path).headers["etag"] == changed.headers["etag"]


def test_a_repeated_post_gets_the_first_answer_and_does_nothing_again(site: Site) -> None:
    path, key = f"/staff/reports/{CODE}/notes", {"Idempotency-Key": "k-1"}
    first = site.post(path, {"text": "một"}, headers=key)
    again = site.post(path, {"text": "một"}, headers=key)
    assert (again.status, again.json) == (201, first.json)
    assert again.headers["idempotency-replayed"] == "true"
    assert site.report(CODE).timeline_seq == 2


def test_a_key_with_another_body_or_another_address_is_refused(site: Site) -> None:
    key = {"Idempotency-Key": "k-1"}
    site.post(f"/staff/reports/{CODE}/notes", {"text": "một"}, headers=key)
    for path, body in (("notes", {"text": "hai"}), ("status", {"status": "verifying", "reason": ""})):
        answer = site.post(f"/staff/reports/{CODE}/{path}", body, headers=key)
        assert (answer.status, answer.kind) == (422, "idempotency-key-reused")


def test_a_key_belongs_to_a_person(site: Site) -> None:
    key = {"Idempotency-Key": "k-1"}
    site.post(f"/staff/reports/{CODE}/notes", {"text": "một"}, headers=key)
    other = site.post(f"/staff/reports/{CODE}/notes", {"text": "hai"}, headers=key, who="csgt.supervisor")
    assert other.status == 201


def test_a_repeated_intake_is_one_report(site: Site) -> None:
    key = {"Idempotency-Key": "k-2"}
    body = {"text": "Đèn đỏ hỏng ở Kim Mã", "phone": "0912 345 678"}
    codes = {site.post("/staff/reports", body, headers=key).json["code"] for _ in range(3)}
    assert len(codes) == 1
    assert len(site.get("/staff/reports").json["items"]) == 2


def test_a_refused_post_may_be_repeated_with_its_key(site: Site) -> None:
    key = {"Idempotency-Key": "k-3"}
    path = f"/staff/reports/{CODE}/messages"
    assert site.post(path, {"text": "Chào"}, headers=key).status == 409
    site.chat()
    assert site.post(path, {"text": "Chào"}, headers=key).status == 201


def test_an_identity_is_never_kept_with_a_key(site: Site) -> None:
    site.identities.put_if_new("csgt", "c_one", "zalo-1")
    key = {"Idempotency-Key": "k-4"}
    for _ in range(2):
        site.post(
            f"/staff/reports/{CODE}/identity", {"reason": "xác minh"}, headers=key, who="csgt.supervisor"
        )
    items = site.table.client.scan(TableName=site.table.name)["Items"]
    assert "zalo-1" not in str(items)
    assert [s["kind"] for s in site.get(f"/staff/reports/{CODE}/timeline").json["items"]].count(
        "identity_viewed"
    ) == 2


@pytest.mark.parametrize(
    ("raw", "status", "kind"),
    [
        ("{", 400, "invalid-json"),
        ('{"text": "\\ud83d"}', 400, "invalid-json"),
        ("", 422, "invalid-request"),
        ("[]", 422, "invalid-request"),
        ("null", 422, "invalid-request"),
        ('"x"', 422, "invalid-request"),
        ('{"text": 7}', 422, "invalid-request"),
        ('{"text": "a", "text2": "b"}', 422, "invalid-request"),
        ('{"text": "   "}', 422, "invalid-request"),
        ('{"text": "' + "a" * 300_000 + '"}', 413, "too-large"),
    ],
)
def test_a_body_that_is_none_is_a_problem_with_a_type(site: Site, raw: str, status: int, kind: str) -> None:
    answer = site.call("POST", f"/staff/reports/{CODE}/notes", raw=raw)
    assert (answer.status, answer.kind) == (status, kind)
    assert answer.headers["content-type"] == problems.MEDIA_TYPE


@pytest.mark.parametrize(
    "kind", ["application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"]
)
def test_another_media_type_is_refused(site: Site, kind: str) -> None:
    answer = site.call(
        "POST", f"/staff/reports/{CODE}/notes", raw='{"text": "a"}', headers={"Content-Type": kind}
    )
    assert (answer.status, answer.kind) == (415, "unsupported-media-type")


def test_another_method_is_answered_with_those_there_are(site: Site) -> None:
    answer = site.call("DELETE", f"/staff/reports/{CODE}")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, PATCH")
    assert site.get("/staff/nothing").status == 404
    assert site.get("/staff/agency/calendar").headers["allow"] == "PUT"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=abc", "status=done", "from=x", "ward=99999", "category=x"],
)
def test_a_wrong_filter_is_named(site: Site, query: str) -> None:
    answer = site.get(f"/staff/reports?{query}")
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == f"query.{query.split('=')[0]}"


def test_a_fault_of_ours_tells_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret 0912345678")

    monkeypatch.setattr("staff.reports_list.find", break_down)
    answer = site.get("/staff/reports")
    assert (answer.status, answer.kind) == (500, "internal")
    assert b"0912345678" not in answer.raw


def test_every_kind_of_problem_explains_itself(site: Site) -> None:
    for kind, (status, title, _) in problems.KINDS.items():
        page = site.get(f"/problems/{kind}", who=None)
        assert page.status == 200
        assert title in page.raw.decode() and str(status) in page.raw.decode()
    assert site.get("/problems/none", who=None).status == 404
