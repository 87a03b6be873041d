"""What the desk says about news: the latest, what a citizen looks for, and which of it they want to be sent.

A citizen who follows gets what goes to all followers; topics are asked for one by one. Stopping takes back all.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from desk import agencies
from desk.domain import news, payloads
from desk.domain.clock import local, parse
from desk.domain.conversation import Conversation
from desk.domain.news import Article, Card
from desk.domain.wording import Wording

MOST_TOPICS = 4  # beside the button that leads to the latest news


class Says(Protocol):
    """An answer that is being put together."""

    def say(self, text: str, *buttons: dict[str, str]) -> None:
        """Add a part and its buttons."""


def topics(words: Wording) -> list[dict[str, Any]]:
    """The topics of the agency: id, title, and the words by which citizens name them."""
    return words.agency.topics


def title(words: Wording, topic: str) -> str:
    """A topic's title; its id when the agency has dropped it."""
    found = next((t for t in topics(words) if t["id"] == topic), {"title": topic})
    return str(found.get("title_en", found["title"]) if words.english else found["title"])


def tell(answer: Says, words: Wording, shelf: Sequence[Card], text: str) -> None:
    """The latest five articles, or those that a text asks for."""
    names = {t["id"]: " ".join((t["title"], *t["words"])) for t in topics(words)}
    found = news.search(shelf, text, names)
    head = "news_latest" if found == list(shelf[: news.LATEST]) else "news_found"
    if not shelf:
        answer.say(words("news_none"))
    elif not found:
        answer.say(words("news_not_found"), *words.buttons(("news", "")))
    else:
        lines = [f"{n}. {c.title} ({_day(c.published_at)})" for n, c in enumerate(found, 1)]
        answer.say("\n".join((words(head), *lines, words("news_hint"))), *(c.button for c in found if c.url))


def subscribe(answer: Says, words: Wording, state: Conversation, topic: str | None) -> Conversation:
    """Send news again; of a topic when one is named, else the topics are offered."""
    state = replace(state, opted_out=False)
    if topic:
        answer.say(words("topic_on", topic=title(words, topic)), *words.buttons(("untopic", topic)))
        return replace(state, topics=tuple(sorted({*state.topics, topic})))
    known = topics(words)
    offered = [
        {"title": title(words, t["id"]), "payload": words.buttons(("topic", t["id"]))[0]["payload"]}
        for t in known
        if t["id"] not in state.topics
    ]
    answer.say(words("resumed"))
    if offered:
        answer.say(words("topic_ask"), *offered[:MOST_TOPICS], *words.buttons(("news", "")))
    return state


def unsubscribe(answer: Says, words: Wording, state: Conversation, topic: str | None) -> Conversation:
    """Leave out a topic, or send nothing any more."""
    if topic:
        answer.say(words("topic_off", topic=title(words, topic)))
        return replace(state, topics=tuple(t for t in state.topics if t != topic))
    answer.say(words("stopped"), *words.buttons(("resume", "")))
    return replace(state, opted_out=True, topics=())


def message(article: Article) -> tuple[str, tuple[dict[str, str], ...]]:
    """What readers are sent of an article: text, and buttons to read it and to stop."""
    agency = agencies.agency(article.agency)
    text = agency.text("news_message", title=article.title, summary=article.summary)
    read = [{"title": agency.text("button_read"), "url": article.url}] if article.url else []
    stop = {"title": agency.text("button_stop"), "payload": payloads.payload("stop")}
    return text, (*read, stop)


def template_of(article: Article) -> dict[str, Any] | None:
    """The approved template that carries an article outside Zalo's seven days, if the agency has one: in its file,
    `[news.template]` with the template's `id`, and the names of its parameters for `title` and `summary`."""
    own = agencies.agency(article.agency).data.get("news", {}).get("template")
    if not own:
        return None
    told = {"title": article.title, "summary": article.summary}
    return {"id": str(own["id"]), "data": {own[name]: text for name, text in told.items() if name in own}}


def _day(at: str) -> str:
    return local(parse(at)).strftime("%d/%m")
