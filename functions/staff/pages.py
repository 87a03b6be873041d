"""What people open in a browser: the console's files and the explanations of problems."""

from functools import cache
from html import escape
from typing import Annotated, Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Path as PathParam

from desk.errors import NotFound
from desk.settings import settings
from staff import static
from staff.desk import desk
from staff.problems import KINDS
from staff.routing import new_router

router = new_router()

# A group makes it a dynamic route, which is matched after all others.
ANY_FILE = "/(.+)"


@cache
def _policy() -> str:
    """Content-Security-Policy: nothing but our own files, evidence from the bucket, tiles and sign-in."""
    names = settings()
    evidence = _origin(desk().bucket.client.meta.endpoint_url, names.evidence_bucket)
    tiles, sign_in = _origin(names.map_tiles), _origin(names.sign_in_url)
    parts = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {evidence} {tiles}",
        "media-src": f"'self' blob: {evidence}",
        "frame-src": evidence,
        "connect-src": f"'self' {sign_in} {evidence}",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {' '.join(value.split())}" for name, value in parts.items())


def _origin(address: str, bucket: str = "") -> str:
    """Scheme and host of an address, with `{s}` and the like as wildcard; of a bucket its own host too."""
    if not address:
        return ""
    url = urlsplit(address.replace("{s}", "*"))
    origin = f"{url.scheme}://{url.netloc}"
    return f"{origin} {url.scheme}://{bucket}.{url.netloc}" if bucket else origin


def headers(cache_control: str) -> dict[str, Any]:
    """Security headers of every page."""
    return {
        "Content-Security-Policy": _policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
        "Strict-Transport-Security": "max-age=31536000",
        "Cache-Control": cache_control,
    }


def page(status: int, title: str, text: str) -> Response[str]:
    """A page with one message."""
    body = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<h1>{escape(title)}</h1><p>{escape(text)}</p><p><a href="/">Về trang làm việc</a></p></html>'
    )
    return Response(status, "text/html; charset=utf-8", body, headers("no-store"))


def file(name: str, folder: str = "console") -> Response[Any]:
    """A file of the console or of another folder beside it; 304 when the browser has it. Raises NotFound."""
    found = static.find(name, folder)
    known = headers(found.cache_control) | {"ETag": found.tag}
    if found.is_known(router.current_event.headers.get("if-none-match", "")):
        return Response(304, found.content_type, "", known)
    text = isinstance(found.body, str)
    return Response(200, found.content_type, found.body, known, compress=text)


@router.get("/", include_in_schema=False, enable_validation=False)
def index() -> Response[Any]:
    """The console."""
    return file("index.html")


@router.get("/problems/<kind>", include_in_schema=False)
def problem(kind: Annotated[str, PathParam()]) -> Response[str]:
    """What a kind of problem means."""
    if kind not in KINDS:
        raise NotFound("no such kind of problem")
    status, title, explained = KINDS[kind]
    text = f"{title} ({status})\n\n{explained}\n"
    return Response(200, "text/plain; charset=utf-8", text, headers("public, max-age=3600"))


@router.get("/console.json", include_in_schema=False, enable_validation=False)
def console() -> Response[Any]:
    """What the console must know before anybody has signed in."""
    names = settings()
    known = {
        "sign_in_url": names.sign_in_url,
        "client_id": names.user_pool_client_id,
        "map_tiles": names.map_tiles,
        "environment": names.environment,
    }
    return Response(200, "application/json", known, headers("no-cache"))


@router.get(ANY_FILE, include_in_schema=False, enable_validation=False)
def other() -> Response[Any]:
    """Any other file of the console."""
    if router.current_event.path.startswith("/staff/"):
        raise NotFoundError
    return file(router.current_event.path.lstrip("/"))
