"""Small things that the platform shows by address: avatars, articles, rendered templates."""

import hashlib
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.zalo.simulator import Simulator
from local.zalo.store import Document

AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><defs><linearGradient id="g" x2="1" y2="1">'
    '<stop stop-color="hsl({hue} 62% 52%)"/><stop offset="1" stop-color="hsl({other} 66% 38%)"/>'
    '</linearGradient></defs><rect width="96" height="96" fill="url(#g)"/><text x="48" y="50" fill="#fff"'
    ' font-family="system-ui,sans-serif" font-weight="600" font-size="36" text-anchor="middle"'
    ' dominant-baseline="central">{initials}</text></svg>'
)
ARTICLE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
:root{{color-scheme:light dark}}
body{{font:17px/1.6 system-ui,sans-serif;max-width:38rem;margin:0 auto;padding:1rem}}
img,video{{width:100%;border-radius:.8rem}}h1{{line-height:1.25}}figcaption,.by{{opacity:.7;font-size:.85em}}
figure{{margin:1rem 0}}</style><article><h1>{title}</h1><p class="by">{by}</p><p><b>{description}</b></p>
{body}</article></html>"""


class Pages:
    """Answers to a browser, not to a program."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> list[Route]:
        """All of them are GET."""
        return [
            Route("/avatars/{id}.svg", self.avatar),
            Route("/articles/{id}", self.article),
            Route("/zinstant/{id}", self.template),
        ]

    async def avatar(self, request: Request) -> Response:
        """Initials on a colour of their own: nobody's face, nobody's logo."""
        key = request.path_params["id"]
        agency = self._sim.config.agencies.get(key)
        known = self._sim.store.get("citizen", key)
        name = agency.name if agency else known["name"] if known else key
        if agency:
            # Few, and seen side by side: spread over the circle instead of drawn by lot.
            hue = (205 + 140 * list(self._sim.config.agencies).index(key)) % 360
        else:
            hue = int(hashlib.sha256(key.encode()).hexdigest()[:4], 16) % 360
        drawn = AVATAR.format(hue=hue, other=(hue + 40) % 360, initials=escape(initials(name)))
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "max-age=60"})

    async def article(self, request: Request) -> Response:
        """A public article as a reader sees it."""
        article = self._sim.articles.shown(request.path_params["id"])
        if article is None:
            return PlainTextResponse("Không có bài viết này", 404)
        article["total_view"] += 1
        self._sim.store.put("article", article["id"], article)
        agency = self._sim.config.agencies[article["agency"]]
        by = " · ".join(escape(part) for part in (agency.name, article["author"]) if part)
        body = "".join(_block(block) for block in article["body"] or [])
        text = {"title": escape(article["title"]), "description": escape(article["description"])}
        return HTMLResponse(ARTICLE.format(by=by, body=body, **text))

    async def template(self, request: Request) -> Response:
        """What an echo's `link_url` leads to: the template as text."""
        message = self._sim.world.message(request.path_params["id"])
        if message is None:
            return PlainTextResponse("Not Found", 404)
        cards = [card["title"] for card in message.get("elements") or []]
        return PlainTextResponse("\n".join([message["text"] or "", *cards]).strip())


def initials(name: str) -> str:
    """At most two letters: of the first and the last word that begin with one."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _block(block: Document) -> str:
    content = str(block.get("content") or block.get("caption") or "")
    url = escape(str(block.get("url") or block.get("photo_url") or ""))
    match block.get("type"):
        case "image":
            caption = f"<figcaption>{escape(content)}</figcaption>"
            return f'<figure><img src="{url}" alt="{escape(content)}">{caption}</figure>'
        case "video":
            return f'<figure><video src="{url}" controls></video></figure>'
    return f"<p>{escape(content)}</p>"
