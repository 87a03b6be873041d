"""News as the API shows and takes them."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator, Field, StringConstraints

from desk.domain.broadcast import Broadcast
from desk.domain.news import MAX_BODY, MAX_SUMMARY, MAX_TITLE, Article
from desk.storage.sendings import Figures, Run
from staff.bodies import MOMENT, Body, Version
from staff.broadcast_shapes import BroadcastShape, shown
from staff.shapes import Shape

ArticleId = Annotated[str, Path(pattern=r"^n[0-9a-f]{17}$", description="Id of an article.")]


def _web_address(value: str) -> str:
    """An address of the open web. Raises ValueError."""
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise ValueError("an address such as https://example.vn/… is wanted")
    return value


def _secure_address(value: str) -> str:
    if value and not value.startswith("https://"):
        raise ValueError("an address that begins with https:// is wanted")
    return _web_address(value)


_URI: dict[str, Any] = {"anyOf": [{"type": "string", "format": "uri"}, {"const": ""}]}
_Line = StringConstraints(strip_whitespace=True, pattern=r"^[^\r\n]*$")
_Title = Annotated[str, _Line, StringConstraints(max_length=MAX_TITLE)]
_Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_SUMMARY)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_BODY)]
_Cover = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500),
    AfterValidator(_secure_address),
    Field(json_schema_extra=_URI, description="Address of a picture."),
]
_Author = Annotated[str, _Line, StringConstraints(max_length=100)]
_Topic = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,30}$")]


class ArticleIn(Body):
    """A new article. In `body` a blank line parts paragraphs; a line that is the address of a picture shows it."""

    title: Annotated[_Title, StringConstraints(pattern=r"\S")]
    summary: _Summary = ""
    body: _Text = ""
    cover: _Cover = ""
    author: _Author = ""
    topics: list[_Topic] = Field([], max_length=10, description="Ids of the agency's topics.")


class ArticleEdit(Body):
    """What changes; what is left out stays."""

    title: Annotated[_Title, StringConstraints(pattern=r"\S")] | None = None
    summary: _Summary | None = None
    body: _Text | None = None
    cover: _Cover | None = None
    author: _Author | None = None
    topics: list[_Topic] | None = Field(None, max_length=10)


type AudienceName = Literal["nobody", "topics", "followers"]


class Publish(Body):
    """When and to whom: at once unless `at` is given; as a message to nobody unless `audience` is."""

    at: Annotated[str, Field(min_length=10, max_length=40, json_schema_extra=MOMENT)] | None = None
    audience: AudienceName = "nobody"


class Send(Body):
    """To whom a published article goes as a message. `twice`: also when Zalo broadcast it, whose readers may then
    get it twice."""

    audience: Literal["topics", "followers"]
    twice: bool = Field(False, strict=True)


class FeedIn(Body):
    """A feed (RSS or Atom) and the topics of what it brings."""

    url: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=8, max_length=500),
        AfterValidator(_web_address),
        Field(json_schema_extra={"format": "uri"}),
    ]
    topics: list[_Topic] = Field([], max_length=10)


class FeedsIn(Body):
    """All feeds of the agency; `version` is what was read (0 when there were none)."""

    version: Version
    feeds: list[FeedIn] = Field(max_length=10)


class FeedShape(Shape):
    """A feed and how its last reading went."""

    url: str
    topics: list[str]
    read_at: str | None = None
    entries: int | None = None
    new: int | None = None
    error: str | None = None


class FeedsShape(Shape):
    """The feeds of the agency."""

    version: int
    feeds: list[FeedShape]


class Topic(Shape):
    """Something that citizens can ask to be told about."""

    id: str
    title: str
    title_en: str


class NewsSettings(Shape):
    """What the page of news needs to know."""

    topics: list[Topic]
    feeds: FeedsShape
    reminders: bool = Field(description="Whether the agency has scheduled look-ups too.")


class AudienceSize(Shape):
    """How many an article would go to now."""

    readers: int


class Started(Shape):
    """Something goes on in the background."""

    started: bool


class FiguresShape(Shape):
    """Delivery of messages to many; see the fields. `sent` counts delivered and seen ones too."""

    recipients: int
    sent: int
    delivered: int
    seen: int
    waiting: int = Field(description="Handed over for sending; nothing is known yet.")
    unknown: int = Field(description="Zalo did not answer; the desk asks for them.")
    refused: dict[str, int] = Field(description="Refused by Zalo, by reason.")
    skipped: dict[str, int] = Field(description="Not tried, by reason.")


class RunShape(Shape):
    """The sending of an article as messages."""

    state: Literal["running", "done", "cancelled"]
    audience: str
    started_at: str
    ended_at: str | None = None
    started_by: str
    expected: int | None = Field(None, description="Readers of the audience at the beginning.")
    figures: FiguresShape


class ArticleSummary(Shape):
    """An article as a list shows it."""

    id: str
    state: str
    title: str
    summary: str
    topics: list[str]
    source: str = Field(description="Where it was imported from, empty when it was written here.")
    audience: str
    created_at: str
    created_by: str
    updated_at: str
    due_at: str | None = None
    published_at: str | None = None
    url: str
    error: str = Field(description="Why Zalo did not take it the last time.")
    broadcast_state: str | None = Field(None, description="Where its broadcast by Zalo stands.")


class ArticleShape(ArticleSummary):
    """An article with its text, and how its sending goes."""

    body: str
    cover: str
    author: str
    approved_by: str
    version: int
    etag: str
    run: RunShape | None = None
    broadcast: BroadcastShape | None = None


class ArticleList(Shape):
    """A page of articles, newest first."""

    items: list[ArticleSummary]
    next: str | None = None


def summary(article: Article, broadcast: Broadcast | None = None) -> ArticleSummary:
    """A list's row."""
    return ArticleSummary(**_known(article, ArticleSummary), broadcast_state=_state(broadcast))


def whole(
    article: Article,
    run: Run | None = None,
    figures: Figures | None = None,
    broadcast: Broadcast | None = None,
) -> ArticleShape:
    """An article with its run and its broadcast."""
    return ArticleShape(
        **_known(article, ArticleShape),
        etag=etag(article),
        run=_run(run, figures),
        broadcast=shown(broadcast),
        broadcast_state=_state(broadcast),
    )


def etag(article: Article) -> str:
    """The entity tag of an article, quoted."""
    return f'"{article.id}-{article.version}"'


def _state(broadcast: Broadcast | None) -> str | None:
    return str(broadcast.state) if broadcast else None


def _run(run: Run | None, figures: Figures | None) -> RunShape | None:
    if run is None:
        return None
    return RunShape(
        state=run.state,  # type: ignore[arg-type]
        audience=run.audience,
        started_at=run.created_at,
        ended_at=run.ended_at or None,
        started_by=run.started_by,
        expected=run.expected,
        figures=figures_shape(figures or Figures()),
    )


def figures_shape(figures: Figures) -> FiguresShape:
    """How far messages to many came."""
    return FiguresShape(**{n: getattr(figures, n) for n in FiguresShape.model_fields})


def _known(article: Article, shape: type[Shape]) -> dict[str, Any]:
    names = [n for n in shape.model_fields if hasattr(article, n)]
    values = {n: getattr(article, n) for n in names}
    optional = {n: values[n] or None for n in ("due_at", "published_at")}
    return values | optional | {"topics": list(article.topics)}
