"""Broadcasts for staff: previewed, ordered, cancelled, settled; who may, what is refused and why."""

from collections.abc import Iterator
from typing import Any

import pytest

from desk.domain.clock import parse
from desk.storage.broadcasts import Broadcasts
from desk.storage.news import News
from tests.staff_site import Answer, Site, make_site
from tests.unit.test_staff_news import ADMIN, CHIEF, OFFICER, act, published, read, write


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def broadcast(site: Site, article: str, body: Any = None, **options: Any) -> Answer:
    return act(site, article, "broadcast", body or {}, **options)


def preview(site: Site, article: str, query: str = "", who: str = CHIEF) -> Answer:
    return site.get(f"/staff/news/{article}/broadcast?{query}", who=who)


def due(site: Site, at: str) -> list[str]:
    return [row["entity"] for row in News(site.table).due("bhxh", parse(at))]


def lose(site: Site, article: str) -> None:
    """As a killed call leaves it."""
    broadcasts = Broadcasts(site.table)
    found = broadcasts.find("bhxh", article)
    taken = found and found.taken(parse(site.now))
    assert taken
    lost = broadcasts.save(taken).lost("timeout")
    assert lost
    broadcasts.save(lost)


def actions(site: Site) -> list[tuple[str, str]]:
    rows = site.get("/staff/audit", who=ADMIN).json["items"]
    return sorted((r["action"], r.get("reason") or "") for r in rows if r["action"].startswith("broadcast"))


def test_a_supervisor_orders_a_segment_now_and_everybody_sees_how_it_stands(site: Site) -> None:
    article = published(site)
    wanted = {"ages": ["55-64", "65+"], "gender": "female", "place": "hanoi"}
    assert broadcast(site, article, {"segment": wanted}, who=OFFICER).status == 403
    answer = broadcast(site, article, {"segment": wanted})
    assert answer.status == 200, answer.raw
    shown = read(site, article)["broadcast"]
    assert shown == answer.json["broadcast"]
    assert (shown["state"], shown["segment"], shown["ordered_by"]) == ("waiting", wanted, CHIEF)
    assert (shown["message_id"], shown["sent_at"], shown["attempts"]) == ("", None, 0)
    assert due(site, site.now) == ["broadcast"]
    (row,) = site.get("/staff/news", who=OFFICER).json["items"]
    assert row["broadcast_state"] == "waiting"
    assert actions(site) == [("broadcast_ordered", "")]


def test_an_article_is_broadcast_once_unless_nothing_went_out(site: Site) -> None:
    article = published(site)
    tag = {"If-Match": f'"{article}-{read(site, article)["version"]}"'}
    assert broadcast(site, article, headers=tag).status == 200
    assert broadcast(site, article, headers=tag).kind == "precondition-failed"
    again = broadcast(site, article)
    assert (again.status, again.kind) == (409, "already-broadcast")
    assert act(site, article, "broadcast/cancel").json["broadcast"]["state"] == "cancelled"
    assert due(site, site.now) == []
    assert act(site, article, "broadcast/cancel").kind == "nothing-to-cancel"
    assert broadcast(site, article).status == 200
    lose(site, article)
    assert broadcast(site, article).kind == "already-broadcast"
    assert act(site, article, "broadcast/cancel").kind == "nothing-to-cancel"


def test_a_repeated_request_orders_one(site: Site) -> None:
    article = published(site)
    answers = [broadcast(site, article, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [a.status for a in answers] == [200, 200] and answers[0].json == answers[1].json
    assert len(actions(site)) == 1


def test_a_time_is_kept_and_one_in_the_night_moves_to_the_morning(site: Site) -> None:
    article = published(site)
    for wrong in ("2026-11-25T02:00:00+00:00", "2030-01-01T00:00:00+07:00"):
        assert broadcast(site, article, {"at": wrong}).kind == "time-out-of-range"
    assert broadcast(site, article, {"at": "tomorrow 8h"}).json["field"] == "body.at"
    evening = "2026-11-25T22:30:00%2B07:00"
    told = preview(site, article, f"at={evening}&ages=65%2B,0-12&place=north").json
    assert (told["goes_at"], told["night"]) == ("2026-11-25T23:00:00.000+00:00", True)
    assert told["target"] == {"gender": "0", "ages": "0,7", "locations": "0"}
    answer = broadcast(site, article, {"at": "2026-11-25T22:30:00+07:00"})
    assert answer.json["broadcast"]["due_at"] == "2026-11-25T23:00:00.000+00:00"
    assert due(site, "2026-11-25T22:59:00+00:00") == []
    assert due(site, "2026-11-25T23:00:00+00:00") == ["broadcast"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"segment": {"ages": ["18-25"]}}, "body.segment.ages.0"),
        ({"segment": {"gender": "women"}}, "body.segment.gender"),
        ({"segment": {"place": "hue"}}, "body.segment.place"),
        ({"segment": {"colour": "red"}}, "body.segment.colour"),
        ({"twice": "yes"}, "body.twice"),
        ({"target": {}}, "body.target"),
    ],
)
def test_an_unknown_value_is_named(site: Site, body: Any, field: str) -> None:
    answer = broadcast(site, published(site), body)
    assert (answer.status, answer.json["field"]) == (422, field)


@pytest.mark.parametrize("query", ["ages=18-25", "gender=women", "place=hue", "at=soon"])
def test_a_preview_names_what_it_does_not_know(site: Site, query: str) -> None:
    answer = preview(site, published(site), query)
    assert (answer.status, answer.json["field"]) == (422, f"query.{query.split('=')[0]}")


def test_only_what_is_published_is_broadcast(site: Site) -> None:
    article = write(site)
    assert broadcast(site, article).kind == preview(site, article).kind == "article-state"
    assert broadcast(site, "n" + "0" * 17).status == 404


def test_one_way_or_the_other_unless_both_are_wanted(site: Site) -> None:
    both, other = published(site), published(site)
    assert not preview(site, both).json["sent_by_desk"]
    act(site, both, "send", {"audience": "followers"})
    assert preview(site, both).json["sent_by_desk"]
    refused = broadcast(site, both)
    assert (refused.status, refused.kind, refused.json["field"]) == (409, "may-come-twice", "body.twice")
    assert broadcast(site, both, {"twice": True}).status == 200
    broadcast(site, other)
    assert act(site, other, "send", {"audience": "followers"}).kind == "may-come-twice"
    act(site, other, "broadcast/cancel")
    assert act(site, other, "send", {"audience": "followers"}).status == 200


def test_hiding_an_article_calls_its_waiting_broadcast_off(site: Site) -> None:
    article = published(site)
    broadcast(site, article, {"at": "2026-11-26T08:00:00+07:00"})
    act(site, article, "hide")
    assert read(site, article)["broadcast"]["state"] == "cancelled"
    assert due(site, "2026-12-01T00:00:00+00:00") == ["article"]
    assert [action for action, _ in actions(site)] == ["broadcast_cancelled", "broadcast_ordered"]


def test_a_doubt_is_settled_by_a_person_with_a_reason(site: Site) -> None:
    article = published(site)
    broadcast(site, article)
    settle = {"decision": "sent", "reason": "thấy bài trên điện thoại"}
    assert act(site, article, "broadcast/decide", settle).kind == "broadcast-known"
    lose(site, article)
    shown = read(site, article)["broadcast"]
    assert (shown["state"], shown["error"], shown["doubt"], shown["due_at"]) == (
        "unknown",
        "timeout",
        True,
        None,
    )
    assert act(site, article, "broadcast/decide", {"decision": "sent"}).json["field"] == "body.reason"
    assert act(site, article, "broadcast/decide", settle, who=OFFICER).status == 403
    again = act(site, article, "broadcast/decide", {"decision": "again", "reason": "chưa ai nhận được"})
    assert (again.json["broadcast"]["state"], again.json["broadcast"]["doubt"]) == ("waiting", True)
    assert due(site, site.now) == ["broadcast"]
    assert act(site, article, "broadcast/cancel").json["broadcast"]["state"] == "unknown"
    done = act(site, article, "broadcast/decide", settle).json["broadcast"]
    assert (done["state"], done["decision"], done["decided_by"]) == ("sent", "sent", CHIEF)
    assert done["reason"] == settle["reason"] and done["sent_at"]
    assert ("broadcast_settled", settle["reason"]) in actions(site)
    assert ("broadcast_repeated", "chưa ai nhận được") in actions(site)


def test_another_agency_finds_nothing(site: Site) -> None:
    article = published(site)
    assert broadcast(site, article, who="csgt.supervisor").status == 404
    assert preview(site, article, who="csgt.supervisor").status == 404
