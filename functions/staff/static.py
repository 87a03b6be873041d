"""Files for browsers: found, typed, tagged. What carries a hash of its content in its name is kept for good."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desk.errors import NotFound
from staff import bundle

HERE = Path(__file__).parent
CONSOLE = HERE / "console"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
# A browser asks again each time, and is told in a few bytes that nothing has changed.
ASK_AGAIN = "no-cache"
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """What a browser gets. `tag` is its ETag."""

    body: str | bytes
    content_type: str
    tag: str
    cache_control: str = ASK_AGAIN

    def is_known(self, if_none_match: str) -> bool:
        """Whether the browser has it already (RFC 9110, 13.1.2)."""
        known = {t.strip().removeprefix("W/") for t in if_none_match.split(",")}
        return self.tag.removeprefix("W/") in known or "*" in known


def _made(body: str | bytes, content_type: str, cache_control: str = ASK_AGAIN) -> File:
    # Weak: the same content goes out compressed and as it is.
    return File(body, content_type, f'W/"{_digest(body)}"', cache_control)


def _digest(body: str | bytes) -> str:
    return hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest()[:16]


@cache
def find(name: str, folder: str = "console") -> File:
    """A file of the console, or of another folder beside it. Raises NotFound."""
    if folder == "console" and (made := _console().get(name)):
        return made
    root = HERE / folder
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise NotFound("no such page")
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("json", "xml"))
    # Vendored files lie in a folder that names their version.
    cache_control = FOR_GOOD if name.startswith("vendor/") else ASK_AGAIN
    # The resolver would serialise bytes of a JSON type once more, so text goes as text.
    body: str | bytes = path.read_text("utf-8") if text else path.read_bytes()
    return _made(body, f"{kind}; charset=utf-8" if text else kind, cache_control)


@cache
def _console() -> dict[str, File]:
    """The console's page with its script and its sheet, each under a name with a hash of its content."""
    script = bundle.script(CONSOLE / "js/app.js")
    sheet = bundle.sheet(CONSOLE / "css/console.css")
    names = {"js": f"console.{_digest(script)}.js", "css": f"console.{_digest(sheet)}.css"}
    page = (CONSOLE / "index.html").read_text("utf-8")
    page = page.replace("/js/app.js", f"/{names['js']}").replace("/css/console.css", f"/{names['css']}")
    return {
        "index.html": _made(page, "text/html; charset=utf-8"),
        names["js"]: _made(script, "text/javascript; charset=utf-8", FOR_GOOD),
        names["css"]: _made(sheet, "text/css; charset=utf-8", FOR_GOOD),
    }
