"""News: reading, writing and changing articles. What happens to them afterwards is in `news_moves`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk import agencies
from desk.domain.clock import iso
from desk.domain.news import Article, State, begin, move
from desk.storage import news as store
from desk.storage.broadcasts import Broadcasts
from desk.storage.news import News
from desk.storage.sendings import Runs
from desk.storage.table import Transaction
from staff import cursors
from staff.auth import Officer, Person, Reader, Role
from staff.desk import Desk, desk
from staff.news_shapes import (
    ArticleEdit,
    ArticleId,
    ArticleIn,
    ArticleList,
    ArticleShape,
    etag,
    summary,
    whole,
)
from staff.problems import Problem
from staff.routing import new_router
from staff.schedule import wake_schedule
from staff.writing import Call, Calling, once

router = new_router()

StateFilter = Annotated[str, Query(max_length=20, json_schema_extra={"enum": ["", *State]})]


@router.get("/staff/news", compress=True, tags=["news"], operation_id="listNews")
def list_news(
    person: Reader,
    state: StateFilter = "",
    cursor: Annotated[str, Query(max_length=100, json_schema_extra={"pattern": cursors.ARTICLE})] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ArticleList:
    """Articles of the agency, newest first, discarded ones only when asked for. A page can be shorter than
    `limit` and still have a `next`."""
    if state and state not in list(State):
        raise Problem("invalid-request", "no such state", field="query.state")
    start = cursors.decode(cursor, cursors.ARTICLE) if cursor else ""
    page = News(desk().table).page(person.agency, state, limit=limit, start=start)
    found = [Article.from_dict(item) for item in page.items]
    out = Broadcasts(desk().table).of(person.agency, [a.id for a in found if a.published_at])
    items = [summary(a, out.get(a.id)) for a in found if state or a.state != State.DISCARDED]
    following = cursors.encode(page.next["sk"].removeprefix("ARTICLE#")) if page.next else None
    return ArticleList(items=items, next=following)


@router.get("/staff/news/<article_id>", compress=True, tags=["news"], operation_id="readArticle")
def read_article(article_id: ArticleId, person: Reader) -> Response[ArticleShape]:
    """An article, how far its messages came, and its broadcast; the ETag is for If-Match."""
    peers = desk()
    found, runs = News(peers.table).load(person.agency, article_id), Runs(peers.table)
    run = runs.find(person.agency, article_id)
    figures = runs.figures(person.agency, article_id) if run else None
    broadcast = Broadcasts(peers.table).find(person.agency, article_id)
    return Response(200, "application/json", whole(found, run, figures, broadcast), {"ETag": etag(found)})


@router.post("/staff/news", status_code=201, tags=["news"], operation_id="writeArticle")
def write_article(person: Officer, by: Calling, body: ArticleIn) -> Response[ArticleShape]:
    """Write a draft."""
    peers = desk()
    check_topics(person.agency, body.topics)

    def attempt(transaction: Transaction) -> tuple[ArticleShape, int, dict[str, str]]:
        now = peers.now()
        article = Article(
            agency=person.agency,
            id=store.new_id(now),
            created_at=iso(now),
            updated_at=iso(now),
            created_by=person.name,
            **body.model_dump(exclude={"topics"}),
            topics=tuple(body.topics),
        )
        written = store.put(transaction, article)
        return whole(written), 201, {"ETag": etag(written)}

    return once(peers, by, ArticleShape, attempt)


@router.patch("/staff/news/<article_id>", tags=["news"], operation_id="editArticle")
def edit_article(
    article_id: ArticleId, person: Officer, by: Calling, body: ArticleEdit
) -> Response[ArticleShape]:
    """Change an article. A scheduled one becomes a draft again; a published one is changed at Zalo, which takes
    a supervisor."""
    peers = desk()
    values: dict[str, Any] = {n: v for n, v in body.model_dump(exclude_unset=True).items() if v is not None}
    check_topics(person.agency, values.get("topics", ()))

    def attempt(transaction: Transaction) -> tuple[ArticleShape, int, dict[str, str]]:
        article = load(peers, by, article_id)
        edited = replace(article, **values | {"topics": tuple(values.get("topics", article.topics))})
        if edited == article:
            return whole(article), 200, {"ETag": etag(article)}
        now, state = peers.now(), move(article.state, "edit")
        if state is None:
            raise wrong_state(article)
        if state == State.PUBLISHING:
            needs_supervisor(person)
            again = begin(edited, "edit", now, person.name)
            assert again is not None
            edited = again
        written = store.put(transaction, replace(edited, state=state, updated_at=iso(now)))
        return whole(written), 200, {"ETag": etag(written)}

    answer = once(peers, by, ArticleShape, attempt)
    wake_schedule("news")
    return answer


def load(peers: Desk, by: Call, article_id: str) -> Article:
    """The article that a request is about, in the state that If-Match names. Raises NotFound, Problem."""
    article = News(peers.table).load(by.person.agency, article_id)
    by.check_tag(etag(article), "the article")
    return article


def check_topics(agency: str, topics: Sequence[str], where: str = "body.topics") -> None:
    """Raises Problem for a topic that the agency does not have; `where` names the list that holds it."""
    known = {t["id"] for t in agencies.agency(agency).topics}
    for n, topic in enumerate(topics):
        if topic not in known:
            raise Problem("unknown-topic", f"{topic} is no topic of the agency", field=f"{where}.{n}")


def wrong_state(article: Article) -> Problem:
    """What is asked does not fit where the article stands."""
    return Problem("article-state", f"the article is {article.state}", state=str(article.state))


def needs_supervisor(person: Person) -> None:
    """Raises Problem for whoever may not decide what citizens read."""
    if person.role < Role.SUPERVISOR:
        raise Problem("forbidden", "this needs the role supervisor")
