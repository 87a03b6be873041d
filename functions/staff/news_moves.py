"""News: publishing, sending to readers, stopping, hiding, discarding. Supervisors decide what citizens read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.domain.broadcast import State as BroadcastState
from desk.domain.clock import iso
from desk.domain.news import Article, Audience, State, begin, missing, move
from desk.storage import broadcasts as broadcast_store
from desk.storage import news as store
from desk.storage import sendings as run_store
from desk.storage.broadcasts import Broadcasts
from desk.storage.readers import Readers
from desk.storage.sendings import CANCELLED, RUNNING, Runs
from desk.storage.table import Transaction
from staff.auth import Officer, Reader, Supervisor
from staff.desk import Desk, desk
from staff.news import check_topics, load, needs_supervisor, wrong_state
from staff.news_shapes import (
    ArticleId,
    ArticleShape,
    AudienceName,
    AudienceSize,
    Publish,
    Send,
    etag,
    whole,
)
from staff.problems import Problem
from staff.routing import new_router
from staff.schedule import wake_schedule
from staff.search import moment
from staff.writing import Call, Calling, audit_row, once

router = new_router()
FURTHEST = timedelta(days=366)

type Change = Callable[[Article, Transaction], Article]


@router.post("/staff/news/<article_id>/publish", tags=["news"], operation_id="publishArticle")
def publish_article(
    article_id: ArticleId, person: Supervisor, by: Calling, body: Publish
) -> Response[ArticleShape]:
    """Publish on the OA's page, at once or at a time, and send it to an audience when it is out."""
    peers = desk()
    now = peers.now()
    at = within_a_year(body.at or "", "body.at", now)

    def change(article: Article, transaction: Transaction) -> Article:
        if (lacks := missing(article)) is not None:
            raise Problem("article-incomplete", f"{lacks} is empty", field=lacks)
        _check_audience(article, body.audience)
        chosen = replace(article, audience=Audience(body.audience))
        if at is None:
            begun = begin(chosen, "publish", now, person.name)
        elif (state := move(article.state, "schedule")) is not None:
            begun = replace(
                chosen, state=state, due_at=iso(at), updated_at=iso(now), approved_by=person.name, error=""
            )  # fmt: skip
        else:
            begun = None
        if begun is None:
            raise wrong_state(article)
        action = "article_scheduled" if at else "article_published"
        transaction.put_new(audit_row(peers, person, action, article=article.id, audience=body.audience))
        return begun

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/send", tags=["news"], operation_id="sendArticle")
def send_article(
    article_id: ArticleId, person: Supervisor, by: Calling, body: Send
) -> Response[ArticleShape]:
    """Send a published article to an audience. Each article is sent once; also after a broadcast by Zalo only if
    `twice` says so."""
    peers = desk()
    untouched = {BroadcastState.REFUSED, BroadcastState.CANCELLED}

    def change(article: Article, transaction: Transaction) -> Article:
        if article.state != State.PUBLISHED:
            raise wrong_state(article)
        _check_audience(article, body.audience)
        if Runs(peers.table).find(article.agency, article.id):
            raise Problem("already-sent")
        broadcast = Broadcasts(peers.table).find(article.agency, article.id)
        if broadcast and broadcast.state not in untouched and not body.twice:
            raise Problem("may-come-twice", field="body.twice")
        now = peers.now()
        sent = replace(article, audience=Audience(body.audience), updated_at=iso(now))
        run_store.begin(transaction, run_store.new_run(sent, person.name, now))
        transaction.put_new(
            audit_row(peers, person, "article_sent", article=article.id, audience=body.audience)
        )
        return sent

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/cancel", tags=["news"], operation_id="cancelArticle")
def cancel_article(article_id: ArticleId, person: Supervisor, by: Calling) -> Response[ArticleShape]:
    """Stop what has not happened yet: a publication that is scheduled, or the messages still to be sent."""
    peers = desk()

    def change(article: Article, transaction: Transaction) -> Article:
        now = peers.now()
        if (state := move(article.state, "unschedule")) is not None:
            transaction.put_new(audit_row(peers, person, "article_unscheduled", article=article.id))
            return replace(article, state=state, due_at="", updated_at=iso(now), audience=Audience.NOBODY)
        run = Runs(peers.table).find(article.agency, article.id)
        if run is None or run.state != RUNNING:
            raise Problem("nothing-to-cancel")
        run_store.end(transaction, run, CANCELLED, iso(now))
        transaction.put_new(audit_row(peers, person, "article_sending_stopped", article=article.id))
        return replace(article, updated_at=iso(now))

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/hide", tags=["news"], operation_id="hideArticle")
def hide_article(article_id: ArticleId, person: Supervisor, by: Calling) -> Response[ArticleShape]:
    """Take an article off the OA's page. Messages that went out stay where they are; a broadcast that waits is
    called off."""
    peers = desk()

    def change(article: Article, transaction: Transaction) -> Article:
        begun = begin(article, "hide", peers.now(), person.name)
        if begun is None:
            raise wrong_state(article)
        waiting = Broadcasts(peers.table).find(article.agency, article.id)
        if waiting and (cancelled := waiting.cancelled()):
            broadcast_store.put(transaction, cancelled)
            transaction.put_new(audit_row(peers, person, "broadcast_cancelled", article=article.id))
        transaction.put_new(audit_row(peers, person, "article_hidden", article=article.id))
        return begun

    return _change(peers, by, article_id, change)


@router.post("/staff/news/<article_id>/discard", tags=["news"], operation_id="discardArticle")
def discard_article(article_id: ArticleId, person: Officer, by: Calling) -> Response[ArticleShape]:
    """Put a draft away for good; an imported one does not come again."""
    peers = desk()

    def change(article: Article, _transaction: Transaction) -> Article:
        state = move(article.state, "discard")
        if state is None:
            raise wrong_state(article)
        if article.published_at:
            needs_supervisor(person)
        return replace(article, state=state, updated_at=iso(peers.now()))

    return _change(peers, by, article_id, change)


@router.get("/staff/news/audience", tags=["news"], operation_id="countAudience")
def count_audience(
    person: Reader,
    audience: Annotated[AudienceName, Query()] = "followers",
    topics: Annotated[str, Query(max_length=300, description="Ids of topics, separated by commas.")] = "",
) -> AudienceSize:
    """How many readers an audience has now."""
    named = [t for t in topics.split(",") if t]
    check_topics(person.agency, named, "query.topics")
    return AudienceSize(readers=Readers(desk().table).count(person.agency, audience, named))


def within_a_year(text: str, field: str, now: datetime) -> datetime | None:
    """A time from now to a year from now, None when none is named. Raises Invalid, Problem."""
    at = moment(text, field)
    if at and not now < at < now + FURTHEST:
        raise Problem("time-out-of-range", field=field)
    return at


def _check_audience(article: Article, audience: str) -> None:
    if audience == Audience.TOPICS and not article.topics:
        raise Problem("no-topics", field="body.audience")


def _change(peers: Desk, by: Call, article_id: str, change: Change) -> Response[ArticleShape]:
    def attempt(transaction: Transaction) -> tuple[ArticleShape, int, dict[str, str]]:
        article = load(peers, by, article_id)
        written = store.put(transaction, change(article, transaction))
        return whole(written), 200, {"ETag": etag(written)}

    answer = once(peers, by, ArticleShape, attempt)
    wake_schedule("news")
    return answer
