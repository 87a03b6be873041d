"""News of an agency: what an article is, which moves it may make, who gets it, and what it says.

Zalo makes an article in two steps (create gives a token, verify turns it into an id), so publishing and hiding
are states of their own. What a supervisor approved is what goes out: an edit of a scheduled article makes it a
draft again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desk.domain.clock import iso, local, utc
from desk.domain.plain import plain
from desk.language.normalize import fold

# Limits of Zalo's article page; longer ones are refused with -210.
MAX_TITLE, MAX_SUMMARY, MAX_BODY = 150, 300, 20_000
LATEST = 5
# Zalo lists and shows articles for good; the desk searches the newest of them.
SEARCHED = 200
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_MAX_BUTTON = 60


class State(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    HIDING = "hiding"
    HIDDEN = "hidden"
    FAILED = "failed"
    DISCARDED = "discarded"


_MOVES: Mapping[str, Mapping[State, State]] = {
    "edit": {
        State.DRAFT: State.DRAFT,
        State.SCHEDULED: State.DRAFT,
        State.FAILED: State.DRAFT,
        State.HIDDEN: State.HIDDEN,
        State.PUBLISHED: State.PUBLISHING,
    },
    "schedule": {State.DRAFT: State.SCHEDULED, State.SCHEDULED: State.SCHEDULED},
    "unschedule": {State.SCHEDULED: State.DRAFT},
    "publish": {
        State.DRAFT: State.PUBLISHING,
        State.SCHEDULED: State.PUBLISHING,
        State.FAILED: State.PUBLISHING,
        State.HIDDEN: State.PUBLISHING,
    },
    "hide": {State.PUBLISHED: State.HIDING},
    "discard": {State.DRAFT: State.DISCARDED, State.FAILED: State.DISCARDED, State.HIDDEN: State.DISCARDED},
    "done": {State.PUBLISHING: State.PUBLISHED, State.HIDING: State.HIDDEN},
    "fail": {State.PUBLISHING: State.FAILED, State.HIDING: State.PUBLISHED},
}


def move(state: State, action: str) -> State | None:
    """The state after an action, None when the action is not possible from here."""
    return _MOVES[action].get(state)


class Audience(StrEnum):
    """Who gets an article as a message once it is published."""

    NOBODY = "nobody"
    TOPICS = "topics"  # who asked for one of its topics
    FOLLOWERS = "followers"  # everybody who follows the OA and did not say stop


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `body` is plain text: a blank line parts paragraphs, a line that is the address of a picture
    shows it. `due_at`: when the desk does the next thing about it. `attempt_at`, `token`: how far Zalo came."""

    agency: str
    id: str
    title: str
    created_at: str
    updated_at: str
    state: State = State.DRAFT
    summary: str = ""
    body: str = ""
    cover: str = ""
    author: str = ""
    topics: tuple[str, ...] = ()
    source: str = ""
    audience: Audience = Audience.NOBODY
    created_by: str = ""
    approved_by: str = ""
    due_at: str = ""
    published_at: str = ""
    url: str = ""
    zalo_id: str = ""
    token: str = ""
    attempt_at: str = ""
    attempts: int = 0
    error: str = ""
    version: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data, without what is empty."""
        return plain(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Article":
        """What `as_dict` gave; other attributes are passed over."""
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        known["topics"] = tuple(known.get("topics", ()))
        known["state"] = State(known.get("state", State.DRAFT))
        known["audience"] = Audience(known.get("audience", Audience.NOBODY))
        return cls(**known)


def missing(article: Article) -> str | None:
    """The first field that an article lacks before it may be published, None when it is complete."""
    return next((name for name in ("title", "summary", "body") if not getattr(article, name).strip()), None)


def begin(article: Article, action: str, now: datetime, by: str) -> Article | None:
    """The article with publishing or hiding begun and due at once; None when that is not possible."""
    state = move(article.state, action)
    if state is None:
        return None
    at = iso(now)
    return replace(
        article, state=state, due_at=at, updated_at=at, approved_by=by, token="", attempt_at="", attempts=0, error=""
    )  # fmt: skip


def blocks(body: str) -> list[dict[str, str]]:
    """The body as Zalo's article API takes it: texts, and pictures by address."""
    found: list[dict[str, str]] = []
    for paragraph in body.replace("\r", "").split("\n\n"):
        lines: list[str] = []
        for line in paragraph.split("\n"):
            if not is_picture(line.strip()):
                lines.append(line)
                continue
            found += _text(lines)
            lines = []
            found.append({"type": "image", "url": line.strip()})
        found += _text(lines)
    return found


def _text(lines: Sequence[str]) -> list[dict[str, str]]:
    content = "\n".join(lines).strip()
    return [{"type": "text", "content": content}] if content else []


def is_picture(line: str) -> bool:
    """Whether a line is nothing but the address of a picture."""
    path = line.split("?")[0].lower()
    return line.startswith("https://") and " " not in line and path.endswith(_PICTURES)


def as_zalo(article: Article, *, shown: bool) -> dict[str, Any]:
    """The body of Zalo's create and update calls: the whole article is given each time."""
    cover = {"cover_type": "photo", "photo_url": article.cover, "status": "show" if article.cover else "hide"}
    body: dict[str, Any] = {
        "type": "normal",
        "title": article.title,
        "author": article.author,
        "description": article.summary,
        "cover": cover,
        "body": blocks(article.body),
        "status": "show" if shown else "hide",
        "comment": "hide",
    }
    return body | ({"id": article.zalo_id} if article.zalo_id else {})


@dataclass(frozen=True, slots=True)
class Card:
    """A published article as citizens are told of it."""

    id: str
    title: str
    summary: str
    url: str
    published_at: str
    topics: tuple[str, ...] = ()

    @classmethod
    def of(cls, article: Article) -> "Card":
        """The card of a published article."""
        return cls(
            article.id, article.title, article.summary, article.url, article.published_at, article.topics
        )

    @property
    def button(self) -> dict[str, str]:
        """A button that opens it."""
        title = self.title if len(self.title) <= _MAX_BUTTON else self.title[: _MAX_BUTTON - 1].rstrip() + "…"
        return {"title": title, "url": self.url}


_NOT_SOUGHT = frozenset(
    "tin tuc moi nhat ve cac co gi khong nao xem doc tim kiem cho em toi minh hoi bai viet ban news latest about "
    "lien quan den nhung la duoc chua a da oi vay hom nay bao nhieu any of on".split()
)


def search(cards: Sequence[Card], text: str, names: Mapping[str, str]) -> list[Card]:
    """The best five of `cards` for what a citizen asks, the newest first among equals; all of the latest when
    they ask for nothing in particular. `names`: titles of topics by id."""
    sought = [word for word in words_of(text) if word not in _NOT_SOUGHT and len(word) > 1]
    if not sought:
        return list(cards[:LATEST])
    scored = []
    for place, card in enumerate(cards):
        said = " ".join((card.title, card.title, card.summary, *(names.get(t, "") for t in card.topics)))
        words = words_of(said)
        hits = sum(word in words for word in sought)
        phrase = " ".join(sought) in " ".join(words)
        if hits * 2 > len(sought):
            scored.append((-(hits + phrase), place, card))
    return [card for *_, card in sorted(scored, key=lambda s: s[:2])[:LATEST]]


def topic_in(text: str, topics: Sequence[Mapping[str, Any]]) -> str | None:
    """Id of the topic that a text names, by the agency's words for it; the longest word wins."""
    said = f" {' '.join(words_of(text))} "
    named = [(len(w), t["id"]) for t in topics for w in (t["title"], *t["words"]) if _phrase(w) in said]
    return max(named)[1] if named else None


def words_of(text: str) -> list[str]:
    """The words of a text in lower case without marks."""
    return re.findall(r"\w+", fold(text))


def _phrase(text: str) -> str:
    return f" {' '.join(words_of(text))} "


# ── who reads ──


@dataclass(frozen=True, slots=True)
class Reader:
    """A citizen who may get news. `day`: the Hanoi date of their last message, so that a run can pass over whom
    Zalo does not let us write to."""

    following: bool
    topics: tuple[str, ...]
    day: str

    def wants(self, audience: str, topics: Sequence[str]) -> bool:
        """Whether they belong to the audience of an article with these topics."""
        if audience == Audience.FOLLOWERS:
            return self.following
        return audience == Audience.TOPICS and not set(self.topics).isdisjoint(topics)


def reader(
    *, following: bool, topics: Sequence[str], opted_out: bool, last_interaction_ms: int
) -> Reader | None:
    """What the list of readers holds of a citizen; None when they are not on it."""
    if opted_out or not (following or topics):
        return None
    day = local(utc(last_interaction_ms)).date().isoformat()
    return Reader(following, tuple(sorted(topics)), day)


# Zalo's consultation window is 7 days; the list knows days only.
_WINDOW = timedelta(days=8)


def out_of_reach(who: Reader, now: datetime) -> bool:
    """Whether their last message is certainly older than Zalo's window for consultation messages."""
    return who.day < local(now - _WINDOW).date().isoformat()
