"""Publishing and hiding articles at Zalo, step by step: create or update, verify, address.

Each step is written down before the next is taken, so that whoever comes later goes on from there. A create that
was begun and never answered may have made an article: it is looked for by its title before another is made.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.news import Article, Audience, State, as_zalo, move
from desk.logs import count, log, warn
from desk.storage.news import News, put
from desk.storage.sendings import begin, new_run
from desk.zalo.api import Access, ZaloApi
from desk.zalo.errors import Action, NoAnswer, ZaloError
from desk.zalo.tokens import Tokens

IN_FLIGHT = timedelta(seconds=60)  # an attempt older than this has died
BACKOFF, LONGEST = timedelta(seconds=15), timedelta(minutes=15)
PATIENCE = 30  # attempts, some six hours
VERIFY_PAUSES_S = (1.2, 2.0, 4.0)
_CLOCKS_DIFFER_MS = 10_000


@dataclass(frozen=True, slots=True)
class Zalo:
    """Zalo for one agency's articles."""

    tokens: Tokens
    api: ZaloApi
    agency: str

    def call(self, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change something. Raises ZaloError."""
        return self._with(lambda access: self.api.article(access, action, body))

    def newest(self) -> list[dict[str, Any]]:
        """The OA's newest articles. Raises ZaloError."""
        return list(self._with(self.api.articles).get("medias") or [])

    def broadcast(self, article_id: str, target: Mapping[str, str]) -> str:
        """Have Zalo send an article to a target; returns Zalo's id of it, empty when it tells none.

        Raises ZaloError; after NoAnswer it may have been sent.
        """
        sent = self.tokens.use(self.agency, lambda access: self.api.broadcast(access, article_id, target))
        return sent.message_id

    def _with(self, call: Callable[[Access], dict[str, Any]]) -> dict[str, Any]:
        return self.tokens.use(self.agency, call)


def advance(
    news: News, zalo: Zalo, article: Article, now: datetime, *, sleep: Callable[[float], None] = time.sleep
) -> Article:
    """Take an article that is due as far as it goes now; returns it as written last.

    Raises Conflict when another worker has it.
    """
    if article.state == State.SCHEDULED:
        begun = {"state": State.PUBLISHING, "attempt_at": "", "token": "", "attempts": 0}
        article = news.save(replace(article, **begun))  # type: ignore[arg-type]
    elif article.attempt_at and not article.token and now - parse(article.attempt_at) < IN_FLIGHT:
        return article
    try:
        if not article.token:
            article = _attempt(news, zalo, article, now)
            article = _hand_in(news, zalo, article)
        return _finish(news, zalo, article, now, sleep)
    except NoAnswer as error:
        return _later(news, article, error.reason, now, IN_FLIGHT)
    except ZaloError as error:
        patient = error.action in (Action.LATER, Action.RETRY) or error.wait == "soon"
        if patient and article.attempts < PATIENCE:
            wait = min(BACKOFF * (1 << min(article.attempts, 6)), LONGEST)
            return _later(news, replace(article, attempt_at=""), error.reason, now, wait)
        return _failed(news, article, error, now)


def _attempt(news: News, zalo: Zalo, article: Article, now: datetime) -> Article:
    """Write down that Zalo is about to be asked, with the article that an earlier attempt may have made."""
    if article.attempt_at and not article.zalo_id and (made := _made_before(zalo, article)):
        article = replace(article, zalo_id=made)
    return news.save(replace(article, attempt_at=iso(now)))


def _hand_in(news: News, zalo: Zalo, article: Article) -> Article:
    """Create or update; the token says that Zalo has it."""
    shown = article.state == State.PUBLISHING
    answer = zalo.call("update" if article.zalo_id else "create", as_zalo(article, shown=shown))
    return news.save(replace(article, token=str(answer.get("token") or "")))


def _made_before(zalo: Zalo, article: Article) -> str | None:
    """Zalo's id of an article with our title made since the attempt, None when there is none."""
    since = epoch_ms(parse(article.attempt_at)) - _CLOCKS_DIFFER_MS
    for found in zalo.newest():
        if found.get("title") == article.title and int(found.get("create_date") or 0) >= since:
            return str(found["id"])
    return None


def _finish(
    news: News, zalo: Zalo, article: Article, now: datetime, sleep: Callable[[float], None]
) -> Article:
    """Ask until Zalo has processed it, then say that it is out, or hidden."""
    for pause in VERIFY_PAUSES_S:
        try:
            answer = zalo.call("verify", {"token": article.token})
            break
        except ZaloError as error:
            if error.reason != "article_in_progress":
                raise
            sleep(pause)
    else:
        answer = zalo.call("verify", {"token": article.token})
    zalo_id = str(answer.get("id") or article.zalo_id)
    url = article.url
    if article.state == State.PUBLISHING:
        url = next((str(a.get("link_view") or "") for a in zalo.newest() if str(a.get("id")) == zalo_id), url)
    state = move(article.state, "done")
    assert state is not None
    done = replace(
        article, state=state, zalo_id=zalo_id, url=url, token="", attempt_at="", attempts=0, error="", due_at="",
        updated_at=iso(now), published_at=article.published_at or iso(now),
    )  # fmt: skip
    transaction = news.table.transaction()
    written = put(transaction, done)
    if state == State.PUBLISHED and done.audience != Audience.NOBODY and not article.published_at:
        begin(transaction, new_run(done, done.approved_by, now))
    transaction.commit()
    count("ArticlePublished" if state == State.PUBLISHED else "ArticleHidden")
    log("article", agency=article.agency, code=article.id, state=str(state))
    return written


def _later(news: News, article: Article, reason: str, now: datetime, wait: timedelta) -> Article:
    later = replace(article, error=reason, due_at=iso(now + wait), attempts=article.attempts + 1)
    log("article waits", agency=article.agency, code=article.id, reason=reason, attempts=later.attempts)
    return news.save(later)


def _failed(news: News, article: Article, error: ZaloError, now: datetime) -> Article:
    state = move(article.state, "fail")
    assert state is not None
    warn(
        "article refused", agency=article.agency, code=article.id, reason=error.reason, zalo_error=error.code
    )
    count("ArticleRefused")
    failed = replace(
        article, state=state, error=error.reason, token="", attempt_at="", due_at="", updated_at=iso(now)
    )  # fmt: skip
    return news.save(failed)
