"""News: having Zalo itself broadcast an article, beside or in place of the desk's own messages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.domain.broadcast import AGE_CODES, Broadcast, Segment, order
from desk.domain.clock import iso
from desk.domain.news import Article
from desk.domain.news import State as ArticleState
from desk.storage import broadcasts as store
from desk.storage import news as news_store
from desk.storage.broadcasts import Broadcasts
from desk.storage.news import News
from desk.storage.sendings import Runs
from desk.storage.table import Transaction
from desk.zalo.plan import by_day, is_night
from staff.auth import Supervisor
from staff.broadcast_shapes import (
    AgesQuery,
    BroadcastIn,
    BroadcastPreview,
    Decide,
    GenderQuery,
    PlaceQuery,
)
from staff.desk import Desk, desk
from staff.news import load, wrong_state
from staff.news_moves import within_a_year
from staff.news_shapes import ArticleId, ArticleShape, etag, whole
from staff.problems import Problem
from staff.routing import new_router
from staff.schedule import wake_schedule
from staff.writing import Call, Calling, audit_row, once

router = new_router()

type Moved = tuple[Article, Broadcast]
type Change = Callable[[Article, Broadcast | None, Transaction], Moved]


@router.get("/staff/news/<article_id>/broadcast", tags=["news"], operation_id="previewBroadcast")
def preview_broadcast(
    article_id: ArticleId,
    person: Supervisor,
    ages: AgesQuery = "",
    gender: GenderQuery = "all",
    place: PlaceQuery = "anywhere",
    at: Annotated[str, Query(max_length=40)] = "",
) -> BroadcastPreview:
    """What a broadcast would do; nothing is ordered."""
    peers = desk()
    article = News(peers.table).load(person.agency, article_id, body=False)
    if article.state != ArticleState.PUBLISHED:
        raise wrong_state(article)
    named = tuple(age for age in ages.split(",") if age)
    if unknown := [age for age in named if age not in AGE_CODES]:
        raise Problem("invalid-request", f"{unknown[0]} is no age group", field="query.ages")
    now = peers.now()
    wanted = within_a_year(at, "query.at", now) or now
    return BroadcastPreview(
        goes_at=iso(by_day(wanted)),
        night=is_night(wanted),
        target=Segment(named, gender, place).target(),
        sent_by_desk=Runs(peers.table).find(person.agency, article_id) is not None,
    )


@router.post("/staff/news/<article_id>/broadcast", tags=["news"], operation_id="broadcastArticle")
def broadcast_article(
    article_id: ArticleId, person: Supervisor, by: Calling, body: BroadcastIn
) -> Response[ArticleShape]:
    """Have Zalo send a published article to all followers or a segment of them, at once or at a time.

    It reaches also who was silent for long and who told the desk to stop, uses the OA's broadcast quota, and cannot
    be recalled once Zalo has it. An article is broadcast once.
    """
    peers = desk()
    now = peers.now()
    at = by_day(within_a_year(body.at or "", "body.at", now) or now)

    def change(article: Article, found: Broadcast | None, transaction: Transaction) -> Moved:
        if article.state != ArticleState.PUBLISHED:
            raise wrong_state(article)
        ordered = order(found, article.agency, article.id, body.segment.segment(), at, person.name, now)
        if ordered is None:
            raise Problem("already-broadcast")
        if not body.twice and Runs(peers.table).find(article.agency, article.id):
            raise Problem("may-come-twice", field="body.twice")
        # The article's version is held, so that it is not hidden at the same moment.
        held = news_store.put(transaction, replace(article, updated_at=iso(now)))
        segment = " ".join(f"{name}={value}" for name, value in ordered.segment.target().items())
        told = {"article": article.id, "at": ordered.at, "segment": segment}
        transaction.put_new(audit_row(peers, person, "broadcast_ordered", **told))
        return held, ordered

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/broadcast/cancel", tags=["news"], operation_id="cancelBroadcast")
def cancel_broadcast(article_id: ArticleId, person: Supervisor, by: Calling) -> Response[ArticleShape]:
    """Call a broadcast off, until it is handed to Zalo."""
    peers = desk()

    def change(article: Article, found: Broadcast | None, transaction: Transaction) -> Moved:
        cancelled = found.cancelled() if found else None
        if cancelled is None:
            raise Problem("nothing-to-cancel")
        transaction.put_new(audit_row(peers, person, "broadcast_cancelled", article=article.id))
        return article, cancelled

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/broadcast/decide", tags=["news"], operation_id="decideBroadcast")
def decide_broadcast(
    article_id: ArticleId, person: Supervisor, by: Calling, body: Decide
) -> Response[ArticleShape]:
    """Settle a broadcast of which nobody knows whether Zalo took it, with a reason: send it once more (whoever got
    it gets it twice), or take it for sent."""
    peers = desk()
    now = peers.now()

    def change(article: Article, found: Broadcast | None, transaction: Transaction) -> Moved:
        decided = found and _decided(found, body, person.name, now)
        if not decided:
            raise Problem("broadcast-known")
        if body.decision == "again" and article.state != ArticleState.PUBLISHED:
            raise wrong_state(article)
        action = "broadcast_repeated" if body.decision == "again" else "broadcast_settled"
        transaction.put_new(audit_row(peers, person, action, reason=body.reason, article=article.id))
        return article, decided

    return _change(peers, by, article_id, change)


def _decided(found: Broadcast, body: Decide, by: str, now: datetime) -> Broadcast | None:
    if body.decision == "again":
        return found.again(body.reason, by, by_day(now), now)
    return found.settled(body.reason, by, now)


def _change(peers: Desk, by: Call, article_id: str, change: Change) -> Response[ArticleShape]:
    def attempt(transaction: Transaction) -> tuple[ArticleShape, int, dict[str, str]]:
        article = load(peers, by, article_id)
        found = Broadcasts(peers.table).find(article.agency, article.id)
        article, changed = change(article, found, transaction)
        broadcast = store.put(transaction, changed)
        return whole(article, broadcast=broadcast), 200, {"ETag": etag(article)}

    answer = once(peers, by, ArticleShape, attempt)
    wake_schedule("news")
    return answer
