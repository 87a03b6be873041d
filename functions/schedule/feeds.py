"""Reading an agency's RSS and Atom feeds: what is new becomes a draft, which a person reviews.

An entry is known by its guid, and by its address with its title: a feed that gives new guids to old entries
brings nothing twice. Feeds are fetched as media are: public addresses only, capped in size and time.
"""

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser

from desk.domain.clock import iso
from desk.domain.news import MAX_BODY, MAX_SUMMARY, MAX_TITLE, Article, is_picture, words_of
from desk.errors import DeskError, Invalid
from desk.logs import count, log, warn
from desk.storage.news import News, new_id
from desk.storage.table import Table
from desk.web.download import Downloader, Hosts
from schedule.html_text import cut, plain

MAX_BYTES, TOTAL_S = 3 * 1024 * 1024, 20.0
# A feed lists its newest entries; more new ones than this come with the next reading.
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed as plain text."""

    guid: str
    link: str
    title: str
    summary: str
    body: str
    cover: str = ""

    def marks(self, feed: str) -> list[str]:
        """What tells it from every other entry."""
        by_guid = [f"guid|{feed}|{self.guid}"] if self.guid else []
        return [*by_guid, f"link|{self.link}|{' '.join(words_of(self.title))}"]


def read_all(table: Table, names: Iterable[str], trusted: Iterable[str], now: datetime) -> dict[str, int]:
    """Read the feeds of these agencies; says how many drafts were made and how many feeds failed.

    `trusted`: literal addresses that may be private, as the local stack needs.
    """
    fetch = Downloader(Hosts(trusted, anywhere=True), max_bytes=MAX_BYTES, total_s=TOTAL_S)
    done: Counter[str] = Counter()
    for agency in names:
        news = News(table)
        feeds, version = news.feeds(agency)
        if not version:
            continue
        seen = {}
        for feed in feeds:
            result = _read(news, fetch, agency, feed, now)
            seen[feed["url"]] = result | {"at": iso(now)}
            done["drafts"] += result.get("new", 0)
            done["failed"] += "error" in result
        news.note_feeds(agency, seen)
    if done["failed"]:
        count("FeedsFailed", done["failed"])
    return dict(done)


def _read(
    news: News, fetch: Downloader, agency: str, feed: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    into = io.BytesIO()
    try:
        fetch.fetch(feed["url"], into)
        found = entries(into.getvalue())
    except DeskError as error:
        reason = error.code if isinstance(error, Invalid) else "unreachable"
        warn("feed not read", agency=agency, reason=reason)
        return {"error": reason}
    new = 0
    marks = {entry: entry.marks(feed["url"]) for entry in found}
    known = news.known_marks(agency, [m for some in marks.values() for m in some])
    fresh = [entry for entry in found if known.isdisjoint(marks[entry])]
    # The oldest first: the list of drafts then has the newest on top.
    for n, entry in enumerate(reversed(fresh[:AT_ONCE])):
        draft = _draft(agency, feed, entry, now + timedelta(milliseconds=n))
        new += news.add_imported(draft, marks[entry])
    log("feed read", agency=agency, count=new)
    return {"entries": len(found), "new": new}


def entries(data: bytes) -> list[Entry]:
    """The entries of an RSS or Atom document that have a title and an address, in its order.

    Raises Invalid (`not_a_feed`).
    """
    # A stream, never an address: given text, feedparser would open files and addresses of that name.
    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=True)
    if not parsed.get("version"):
        raise Invalid("neither RSS nor Atom", field="url", code="not_a_feed")
    return [entry for item in parsed.entries if (entry := _entry(item))]


def _entry(item: Mapping[str, Any]) -> Entry | None:
    title, link = cut(plain(str(item.get("title") or "")), MAX_TITLE), str(item.get("link") or "")
    if not title or urlsplit(link).scheme not in {"http", "https"}:
        return None
    summary = plain(str(item.get("summary") or ""))
    contents = item.get("content") or []
    body = plain(str(contents[0].get("value") or "")) if contents else summary
    told = "\n\n".join(p for p in (summary or body).split("\n\n") if not is_picture(p))
    pictures = [str(m.get("url")) for m in item.get("media_thumbnail") or item.get("media_content") or []]
    pictures += [str(e.get("href")) for e in item.get("enclosures") or [] if "image" in str(e.get("type"))]
    pictures += [line for line in f"{summary}\n{body}".split("\n") if is_picture(line)]
    return Entry(
        guid=str(item.get("id") or ""),
        link=link,
        title=title,
        summary=cut(" ".join(told.split()), MAX_SUMMARY) or title,
        body=cut(body, MAX_BODY - 600),
        cover=next((url for url in pictures if url.startswith("https://")), ""),
    )


def _draft(agency: str, feed: Mapping[str, Any], entry: Entry, now: datetime) -> Article:
    at = iso(now)
    return Article(
        agency=agency,
        id=new_id(now),
        title=entry.title,
        created_at=at,
        updated_at=at,
        summary=entry.summary,
        body=f"{entry.body or entry.summary}\n\nNguồn: {entry.link[:500]}",
        cover=entry.cover[:500],
        topics=tuple(feed.get("topics", ())),
        source=entry.link[:500],
        created_by="feed",
    )
