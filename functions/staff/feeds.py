"""Feeds: which RSS and Atom documents the agency takes drafts from, and how their last reading went."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from desk import agencies
from desk.storage.news import News
from desk.storage.table import Transaction
from staff.auth import Administrator, Reader, Supervisor
from staff.desk import Desk, desk
from staff.news import check_topics
from staff.news_shapes import FeedShape, FeedsIn, FeedsShape, NewsSettings, Started, Topic
from staff.problems import Problem
from staff.routing import new_router
from staff.schedule import wake_schedule
from staff.writing import Calling, audit_row, once

router = new_router()


@router.get("/staff/news/settings", tags=["news"], operation_id="readNewsSettings")
def read_settings(person: Reader) -> NewsSettings:
    """Topics and feeds of the agency."""
    own = agencies.agency(person.agency)
    topics = own.topics
    shown = [Topic(id=t["id"], title=t["title"], title_en=t.get("title_en", t["title"])) for t in topics]
    return NewsSettings(topics=shown, feeds=_feeds(desk(), person.agency), reminders="reminders" in own.data)


@router.put("/staff/news/feeds", tags=["news"], operation_id="replaceFeeds")
def replace_feeds(person: Administrator, by: Calling, body: FeedsIn) -> Response[FeedsShape]:
    """Replace the feeds. They are read every hour; what is new becomes a draft. 409 when they changed meanwhile."""
    peers = desk()
    for feed in body.feeds:
        check_topics(person.agency, feed.topics)
    if len({feed.url for feed in body.feeds}) < len(body.feeds):
        raise Problem("feed-twice", field="body.feeds")
    feeds: list[dict[str, Any]] = [feed.model_dump() for feed in body.feeds]

    def attempt(transaction: Transaction) -> tuple[FeedsShape, int, dict[str, str]]:
        news = News(peers.table)
        if news.feeds(person.agency)[1] != body.version:
            raise Problem("conflict", "the feeds have changed", field="body.version")
        news.put_feeds(transaction, person.agency, feeds, body.version)
        transaction.put_new(audit_row(peers, person, "feeds_changed", feeds=len(feeds)))
        shown = [FeedShape(**feed) for feed in feeds]
        return FeedsShape(version=body.version + 1, feeds=shown), 200, {}

    answer = once(peers, by, FeedsShape, attempt)
    wake_schedule("feeds")
    return answer


@router.post("/staff/news/feeds/read", status_code=202, tags=["news"], operation_id="readFeeds")
def read_feeds(person: Supervisor) -> Response[Started]:
    """Read the feeds now; new drafts appear in the list in a moment."""
    wake_schedule("feeds")
    return Response(202, "application/json", Started(started=True))


def _feeds(peers: Desk, agency: str) -> FeedsShape:
    news = News(peers.table)
    feeds, version = news.feeds(agency)
    seen = news.feeds_seen(agency)
    shown = []
    for feed in feeds:
        last = seen.get(feed["url"], {})
        told = {"read_at": last.get("at"), **{n: last.get(n) for n in ("entries", "new", "error")}}
        shown.append(FeedShape(url=feed["url"], topics=list(feed.get("topics", [])), **told))
    return FeedsShape(version=version, feeds=shown)
