"""Articles of an agency, the shelf of published ones that citizens read from, and the marks of imported ones."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from desk.domain.clock import epoch_ms, parse
from desk.domain.news import LATEST, Article, Card, State
from desk.errors import AlreadyDone, NotFound
from desk.storage import keys
from desk.storage.table import Item, Page, Table, Transaction

_WAITS = frozenset({State.SCHEDULED, State.PUBLISHING, State.HIDING})
_OFF_SHELF = frozenset({State.HIDDEN, State.DISCARDED})


def new_id(now: datetime) -> str:
    """An id that sorts by time."""
    return f"n{epoch_ms(now):011x}{token_hex(3)}"


@dataclass(frozen=True, slots=True)
class News:
    """The articles in the desk table."""

    table: Table

    def load(self, agency: str, article_id: str, *, body: bool = True) -> Article:
        """An article, with its text unless that is not needed. Raises NotFound."""
        wanted = [keys.article(agency, article_id)] + (
            [keys.article_body(agency, article_id)] if body else []
        )
        found = {item["sk"].split("#")[0]: item for item in self.table.get_many(wanted)}
        if "ARTICLE" not in found:
            raise NotFound(f"no article {article_id}")
        return Article.from_dict(found["ARTICLE"] | {"body": found.get("BODY", {}).get("body", "")})

    def page(self, agency: str, state: str = "", *, limit: int, start: str = "") -> Page:
        """Articles without their texts, newest first; `start` is the id of the last one seen. The items are the
        table's: `Article.from_dict` reads them."""
        pk = keys.news_pk(agency)
        options: dict[str, Any] = {"values": {":state": state}, "names": {"#state": "state"}} if state else {}
        return self.table.query(
            pk,
            prefix="ARTICLE#",
            forward=False,
            limit=limit,
            start=keys.article(agency, start) if start else None,
            where="#state = :state" if state else None,
            **options,
        )

    def due(self, agency: str, now: datetime, *, limit: int = 50) -> list[Item]:
        """Index rows of the articles, runs and broadcasts that wait for the desk: entity, code and key."""
        until = f"{epoch_ms(now):013d}~"
        return self.table.query(
            keys.news_due_pk(agency), index="gsi1", between=("0", until), limit=limit
        ).items

    def latest(self, agency: str, limit: int = LATEST) -> list[Card]:
        """Published articles, newest first."""
        page = self.table.query(keys.shelf_pk(agency), forward=False, limit=limit)
        return [_card(item) for item in page.items]

    def save(self, article: Article) -> Article:
        """Write a changed article. Raises Conflict when another writer was first."""
        transaction = self.table.transaction()
        written = put(transaction, article)
        transaction.commit()
        return written

    def add_imported(self, article: Article, marks: Iterable[str]) -> bool:
        """Write a draft from a feed, once: False when one of the marks is there already."""
        transaction = self.table.transaction()
        for name in sorted(set(marks)):
            transaction.mark(_mark(article.agency, name) | {"entity": "feed_mark", "article": article.id})
        put(transaction, article)
        try:
            transaction.commit()
        except AlreadyDone:
            return False
        return True

    def known_marks(self, agency: str, marks: Iterable[str]) -> set[str]:
        """Which of the marks are there: what was imported need not be read again."""
        by_sk = {_mark(agency, name)["sk"]: name for name in marks}
        pk = keys.news_pk(agency)
        return {by_sk[item["sk"]] for item in self.table.get_many({"pk": pk, "sk": sk} for sk in by_sk)}

    def feeds(self, agency: str) -> tuple[list[dict[str, Any]], int]:
        """The agency's feeds and their version, 0 when none were ever set."""
        item = self.table.get(keys.feeds(agency)) or {}
        return list(item.get("feeds", [])), int(item.get("version", 0))

    def put_feeds(
        self, transaction: Transaction, agency: str, feeds: Sequence[Mapping[str, Any]], was: int
    ) -> None:
        """Replace the agency's feeds over version `was`."""
        item = keys.feeds(agency) | {"entity": "feeds", "feeds": list(feeds), "version": was + 1}
        transaction.put_version(item, was)

    def note_feeds(self, agency: str, seen: Mapping[str, Any]) -> None:
        """Keep how the last reading of the feeds went, by address."""
        self.table.update(keys.feeds(agency), {"seen": dict(seen)}, condition="attribute_exists(pk)")

    def feeds_seen(self, agency: str) -> dict[str, Any]:
        """How the last reading went, by address."""
        return dict((self.table.get(keys.feeds(agency)) or {}).get("seen", {}))


def put(transaction: Transaction, article: Article) -> Article:
    """Add the article's next version with its text, its place on the shelf, and when it is due."""
    written = replace(article, version=article.version + 1)
    item = keys.article(article.agency, article.id) | written.as_dict() | {"entity": "article"}
    body = item.pop("body", "")
    if article.state in _WAITS:
        due = f"{epoch_ms(parse(article.due_at)):013d}#{article.id}"
        item |= {"gsi1pk": keys.news_due_pk(article.agency), "gsi1sk": due, "code": article.id}
    transaction.put_version(item, article.version)
    transaction.put(keys.article_body(article.agency, article.id) | {"entity": "body", "body": body or None})
    if article.published_at:
        place = keys.shelf(article.agency, epoch_ms(parse(article.published_at)), article.id)
        if article.state == State.PUBLISHED:
            transaction.put(place | _shelved(written))
        elif article.state in _OFF_SHELF:
            transaction.delete(place)
    return written


def _mark(agency: str, name: str) -> Item:
    return keys.feed_mark(agency, hashlib.sha256(name.encode()).hexdigest()[:32])


def _shelved(article: Article) -> Item:
    card = Card.of(article)
    return {
        "entity": "shelf",
        "id": card.id,
        "title": card.title,
        "summary": card.summary,
        "url": card.url,
        "published_at": card.published_at,
        "topics": list(card.topics),
    }


def _card(item: Item) -> Card:
    return Card(
        item["id"], item["title"], item["summary"], item.get("url", ""), item["published_at"],
        tuple(item.get("topics", ())),
    )  # fmt: skip
