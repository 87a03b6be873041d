"""Articles of an OA.

Creating and changing is asynchronous: the call gives a token, `verify` turns it into the article's id once
the platform has processed it, and until then nobody sees the change. An article is hidden unless it says
`status: show`.
"""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.zalo.clock import Clock
from local.zalo.config import Agency, Config
from local.zalo.gate import Gate, Refusal, json_body
from local.zalo.ids import message_id
from local.zalo.store import Document, Store

PROCESSING_S = 1.0
AT_ONCE = 10
TITLE_LIMIT = 150
DESCRIPTION_LIMIT = 300
SHOWN = ("show", "hide")


class Articles:
    """The article endpoints, and what the phone page shows of them."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config, self._store, self._clock = config, store, clock

    def routes(self, gate: Gate) -> list[Route]:
        """All of them are v2.0."""
        return [
            gate.open_api("/v2.0/article/create", "POST", self.create),
            gate.open_api("/v2.0/article/update", "POST", self.update),
            gate.open_api("/v2.0/article/verify", "POST", self.verify),
            gate.open_api("/v2.0/article/remove", "POST", self.remove),
            gate.open_api("/v2.0/article/getslice", "GET", self.page),
            gate.open_api("/v2.0/article/getdetail", "GET", self.detail),
        ]

    async def create(self, request: Request, agency: Agency) -> Document:
        """Take a new article in; its id comes from `verify`."""
        return self._process(agency, message_id(), await json_body(request))

    async def update(self, request: Request, agency: Agency) -> Document:
        """Replace an article; the whole body is given again."""
        body = await json_body(request)
        return self._process(agency, self._own(agency, body.get("id"))["id"], body)

    async def verify(self, request: Request, agency: Agency) -> Document:
        """The id of a processed article; -214 while it is being processed."""
        token = (await json_body(request)).get("token")
        task = self._store.get("article_task", str(token))
        if task is None or task["agency"] != agency.key:
            raise Refusal(-201, "token is invalid")
        if task["ready_at"] > self._clock.now():
            raise Refusal(-214, "Article is being processed")
        self._settle()
        return {"id": task["article"]}

    async def remove(self, request: Request, agency: Agency) -> Document:
        """Delete an article."""
        article = self._own(agency, (await json_body(request)).get("id"))
        self._store.delete("article", article["id"])
        return {}

    async def page(self, request: Request, agency: Agency) -> Document:
        """A page of the OA's articles, newest first."""
        query = request.query_params
        try:
            offset, limit = int(query.get("offset", 0)), int(query.get("limit", AT_ONCE))
        except ValueError as error:
            raise Refusal(-201, "offset is invalid") from error
        if offset < 0 or not 1 <= limit <= AT_ONCE or query.get("type", "normal") not in ("normal", "video"):
            raise Refusal(-201, "limit is invalid")
        own = [a for a in self.of(agency) if a["type"] == query.get("type", "normal")]
        listed = ("id", "type", "title", "status", "total_view", "total_share", "create_date", "update_date")
        medias = [
            {key: article[key] for key in listed}
            | {"thumb": article["thumb"], "link_view": article["link_view"]}
            for article in own[offset : offset + limit]
        ]
        return {"medias": medias, "total": len(own)}

    async def detail(self, request: Request, agency: Agency) -> Document:
        """One article, whole."""
        return self._own(agency, request.query_params.get("id"))

    def of(self, agency: Agency, *, shown: bool = False) -> list[Document]:
        """The OA's articles, newest first; only the public ones with `shown`."""
        self._settle()
        own = [a for a in self._store.all("article").values() if a["agency"] == agency.key]
        return [a for a in reversed(own) if not shown or a["status"] == "show"]

    def sendable(self, agency: Agency, article_id: Any) -> Document:
        """An article that may be broadcast: one that is shown."""
        article = self._own(agency, article_id)
        if article["status"] != "show":
            raise Refusal(-201, "attachment_id is invalid")
        return article

    def shown(self, article_id: str) -> Document | None:
        """A public article, None when there is none of this id."""
        self._settle()
        article = self._store.get("article", article_id)
        return article if article and article["status"] == "show" else None

    def _settle(self) -> None:
        """Do what has been processed by now."""
        for token, task in list(self._store.all("article_task").items()):
            if task["document"] and task["ready_at"] <= self._clock.now():
                known = self._store.get("article", task["article"]) or {}
                counted = {k: known[k] for k in ("total_view", "total_share") if k in known}
                self._store.put("article", task["article"], task["document"] | counted)
                self._store.put("article_task", token, task | {"document": None})

    def _own(self, agency: Agency, article_id: Any) -> Document:
        self._settle()
        article = self._store.get("article", str(article_id))
        if article is None or article["agency"] != agency.key:
            raise Refusal(-201, "id is invalid")
        return article

    def _process(self, agency: Agency, key: str, body: Document) -> Document:
        _check(body)
        now = self._clock.now_ms()
        old = self._store.get("article", key) or {"create_date": now, "total_view": 0, "total_share": 0}
        cover = body.get("cover") or {}
        content = {
            k: body.get(k) for k in ("title", "author", "description", "body", "cover", "related_medias")
        }
        document = (
            old
            | content
            | {
                "id": key,
                "agency": agency.key,
                "type": body["type"],
                "status": body.get("status", "hide"),
                "comment": body.get("comment", "show"),
                "thumb": cover.get("photo_url", ""),
                "link_view": f"{self._config.base_url}/articles/{key}",
                "update_date": now,
            }
        )
        token = message_id() + message_id()
        task = {
            "agency": agency.key,
            "article": key,
            "ready_at": self._clock.now() + PROCESSING_S,
            "document": document,
        }
        self._store.put("article_task", token, task)
        return {"token": token}


def _check(body: Document) -> None:
    if body.get("type") not in ("normal", "video"):
        raise Refusal(-201, "type is invalid")
    for key, limit in (("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT)):
        value = body.get(key)
        if not isinstance(value, str) or not value:
            raise Refusal(-201, f"{key} is invalid")
        if len(value) > limit:
            raise Refusal(-210, f"{key} is over {limit} characters")
    if body.get("status", "hide") not in SHOWN or body.get("comment", "show") not in SHOWN:
        raise Refusal(-201, "status is invalid")
    if body["type"] == "normal":
        blocks = body.get("body")
        if not isinstance(blocks, list) or not blocks or not all(isinstance(b, dict) for b in blocks):
            raise Refusal(-201, "body is invalid")
        if not isinstance(body.get("cover"), dict):
            raise Refusal(-201, "cover is invalid")
