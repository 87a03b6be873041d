"""News for staff: write, approve, send, stop, hide; who may, what is refused and why."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from desk.domain.news import Article, Reader, State
from desk.storage import keys, readers
from desk.storage.news import News
from desk.storage.sendings import Runs
from tests.staff_site import Answer, Site, make_site

GOOD = {"title": "Tăng lương hưu", "summary": "Từ 01/7", "body": "Một\n\nHai", "topics": ["pension"]}
OFFICER, CHIEF, ADMIN = "bhxh.officer", "bhxh.supervisor", "bhxh.administrator"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def write(site: Site, **changed: Any) -> str:
    answer = site.post("/staff/news", GOOD | changed, who=OFFICER)
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def act(site: Site, article: str, action: str, body: Any = None, who: str = CHIEF, **options: Any) -> Answer:
    return site.post(f"/staff/news/{article}/{action}", body, who=who, **options)


def read(site: Site, article: str) -> Any:
    return site.get(f"/staff/news/{article}", who=OFFICER).json


def published(site: Site) -> str:
    """An article as the schedule leaves it."""
    article = write(site)
    act(site, article, "publish", {})
    news = News(site.table)
    out = {
        "state": State.PUBLISHED,
        "due_at": "",
        "published_at": site.now,
        "zalo_id": "z1",
        "url": "https://z.vn/1",
    }
    news.save(replace(news.load("bhxh", article), **out))
    return article


def test_a_draft_is_written_read_changed_and_listed(site: Site) -> None:
    article = write(site)
    first = site.get(f"/staff/news/{article}", who=OFFICER)
    assert first.json | GOOD == first.json
    assert (first.json["state"], first.json["created_by"], first.json["run"]) == ("draft", OFFICER, None)
    tag = {"If-Match": first.headers["etag"]}
    changed = site.call("PATCH", f"/staff/news/{article}", {"title": "Khác"}, who=OFFICER, headers=tag)
    assert (changed.status, changed.json["title"], changed.json["body"]) == (200, "Khác", GOOD["body"])
    late = site.call("PATCH", f"/staff/news/{article}", {"title": "Nữa"}, who=OFFICER, headers=tag)
    assert (late.status, late.kind) == (412, "precondition-failed")
    site.now = "2026-11-25T03:00:01+00:00"
    write(site, title="Mới hơn")
    first_page = site.get("/staff/news?limit=1", who=OFFICER).json
    rest = site.get(f"/staff/news?limit=1&cursor={first_page['next']}", who=OFFICER).json
    assert [i["title"] for i in first_page["items"] + rest["items"]] == ["Mới hơn", "Khác"]
    assert site.get("/staff/news?state=scheduled", who=OFFICER).json["items"] == []
    assert site.get("/staff/news", who="csgt.officer").json["items"] == []
    assert site.get(f"/staff/news/{article}", who="csgt.officer").status == 404


def test_a_repeated_post_writes_one_article(site: Site) -> None:
    key = {"Idempotency-Key": "k1"}
    ids = {site.post("/staff/news", GOOD, who=OFFICER, headers=key).json["id"] for _ in range(2)}
    assert len(ids) == 1 and len(site.get("/staff/news", who=OFFICER).json["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "  "}, "body.title"),
        ({"title": "x" * 151}, "body.title"),
        ({"summary": "x" * 301}, "body.summary"),
        ({"cover": "http://a.vn/p.jpg"}, "body.cover"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_is_wrong_is_named(site: Site, body: Any, field: str) -> None:
    answer = site.post("/staff/news", GOOD | body, who=OFFICER)
    assert answer.status == 422
    assert answer.json["field"] == field


def test_a_topic_of_another_agency_is_none(site: Site) -> None:
    answer = site.post("/staff/news", GOOD | {"topics": ["pension", "traffic"]}, who=OFFICER)
    assert (answer.status, answer.kind, answer.json["field"]) == (409, "unknown-topic", "body.topics.1")


def test_a_supervisor_publishes_an_officer_does_not(site: Site) -> None:
    article = write(site)
    assert act(site, article, "publish", {}, who=OFFICER).status == 403
    answer = act(site, article, "publish", {"audience": "topics"})
    assert (answer.json["state"], answer.json["approved_by"]) == ("publishing", CHIEF)
    assert answer.json["audience"] == "topics"
    due = News(site.table).due("bhxh", site_now(site))
    assert [(d["entity"], d["code"]) for d in due] == [("article", article)]
    again = act(site, article, "publish", {})
    assert (again.status, again.kind, again.json["state"]) == (409, "article-state", "publishing")
    audit = site.get("/staff/audit", who=ADMIN).json["items"]
    assert audit[0]["action"] == "article_published"


def site_now(site: Site) -> Any:
    from desk.domain.clock import parse

    return parse(site.now)


def test_an_incomplete_article_is_not_published(site: Site) -> None:
    article = write(site, summary="")
    answer = act(site, article, "publish", {})
    assert (answer.status, answer.kind, answer.json["field"]) == (409, "article-incomplete", "summary")
    bare = write(site, topics=[])
    answer = act(site, bare, "publish", {"audience": "topics"})
    assert (answer.kind, answer.json["field"]) == ("no-topics", "body.audience")


def test_a_scheduled_article_waits_and_an_edit_takes_the_approval_back(site: Site) -> None:
    article = write(site)
    for wrong in ("2026-11-25T02:00:00+00:00", "2030-01-01T00:00:00+07:00"):
        assert act(site, article, "publish", {"at": wrong}).kind == "time-out-of-range"
    assert act(site, article, "publish", {"at": "tomorrow 8h"}).json["field"] == "body.at"
    answer = act(site, article, "publish", {"at": "2026-11-26T08:00:00+07:00", "audience": "followers"})
    assert (answer.json["state"], answer.json["due_at"]) == ("scheduled", "2026-11-26T01:00:00.000+00:00")
    assert News(site.table).due("bhxh", site_now(site)) == []
    edited = site.call("PATCH", f"/staff/news/{article}", {"title": "Khác"}, who=OFFICER)
    assert edited.json["state"] == "draft"
    act(site, article, "publish", {"at": "2026-11-26T08:00:00+07:00"})
    assert act(site, article, "cancel").json["state"] == "draft"
    assert act(site, article, "cancel").kind == "nothing-to-cancel"


def test_a_published_article_is_sent_once_and_the_sending_can_be_stopped(site: Site) -> None:
    article = published(site)
    answer = act(site, article, "send", {"audience": "followers"})
    assert answer.status == 200, answer.raw
    run = read(site, article)["run"]
    assert (run["state"], run["audience"], run["figures"]["recipients"]) == ("running", "followers", 0)
    second = act(site, article, "send", {"audience": "topics"})
    assert (second.status, second.kind) == (409, "already-sent")
    assert act(site, article, "cancel").status == 200
    run = read(site, article)["run"]
    assert run["state"] == "cancelled" and run["ended_at"]
    assert not Runs(site.table).running("bhxh", article)
    assert News(site.table).due("bhxh", site_now(site)) == []
    assert act(site, write(site), "send", {"audience": "followers"}).kind == "article-state"


def test_changing_and_hiding_what_citizens_read_takes_a_supervisor(site: Site) -> None:
    article = published(site)
    path = f"/staff/news/{article}"
    assert site.call("PATCH", path, {"title": "Sửa"}, who=OFFICER).status == 403
    assert act(site, article, "hide", who=OFFICER).status == 403
    assert act(site, article, "hide").json["state"] == "hiding"
    assert site.call("PATCH", path, {"title": "Sửa"}, who=CHIEF).kind == "article-state"


def test_a_discarded_draft_leaves_the_list(site: Site) -> None:
    article = write(site)
    assert act(site, article, "discard", who=OFFICER).json["state"] == "discarded"
    assert site.get("/staff/news", who=OFFICER).json["items"] == []
    assert len(site.get("/staff/news?state=discarded", who=OFFICER).json["items"]) == 1
    assert act(site, article, "publish", {}).kind == "article-state"


def test_an_audience_is_counted(site: Site) -> None:
    for n in range(5):
        transaction = site.table.transaction()
        readers.put(transaction, "bhxh", f"c_{n}", Reader(n < 3, ("bhyt",) if n > 1 else (), "2026-11-20"))
        transaction.commit()
    site.table.put(keys.reader("csgt", "c_9") | {"following": True, "day": "2026-11-20"})
    sizes = [
        site.get(f"/staff/news/audience?{query}", who=OFFICER).json["readers"]
        for query in ("audience=followers", "audience=topics&topics=bhyt,pension", "audience=nobody")
    ]
    assert sizes == [3, 3, 0]
    wrong = site.get("/staff/news/audience?audience=topics&topics=bhyt,roads", who=OFFICER)
    assert (wrong.kind, wrong.json["field"]) == ("unknown-topic", "query.topics.1")


def test_feeds_are_set_by_an_administrator_and_guarded_by_their_version(site: Site) -> None:
    body = {"version": 0, "feeds": [{"url": "https://agency.vn/rss", "topics": ["bhyt"]}]}
    assert site.call("PUT", "/staff/news/feeds", body, who=CHIEF).status == 403
    assert site.call("PUT", "/staff/news/feeds", body, who=ADMIN).json["version"] == 1
    assert site.call("PUT", "/staff/news/feeds", body, who=ADMIN).kind == "conflict"
    News(site.table).note_feeds("bhxh", {"https://agency.vn/rss": {"at": site.now, "error": "dead_link"}})
    shown = site.get("/staff/news/settings", who=OFFICER).json
    assert [t["id"] for t in shown["topics"]] == ["bhxh", "bhyt", "pension", "unemployment"]
    assert shown["feeds"]["feeds"][0]["error"] == "dead_link"
    for url in ("ftp://a.vn/x", "https://user@a.vn/", "file:///etc/passwd"):
        answer = site.call("PUT", "/staff/news/feeds", {"version": 1, "feeds": [{"url": url}]}, who=ADMIN)
        assert (answer.status, answer.json["field"]) == (422, "body.feeds.0.url")
    twice = {"version": 1, "feeds": [{"url": "https://a.vn"}] * 2}
    assert site.call("PUT", "/staff/news/feeds", twice, who=ADMIN).json["field"] == "body.feeds"


def test_an_imported_article_says_where_it_comes_from(site: Site) -> None:
    imported = Article("bhxh", "n" + "0" * 17, "Tin", site.now, site.now, source="https://agency.vn/1")
    assert News(site.table).add_imported(imported, ["a", "b"])
    assert not News(site.table).add_imported(replace(imported, id="n" + "1" * 17), ["b", "c"])
    (row,) = site.get("/staff/news", who=OFFICER).json["items"]
    assert row["source"] == "https://agency.vn/1"
