"""HTML of a feed as the plain text of an article: paragraphs, and pictures by their address on a line."""

import re
from html.parser import HTMLParser

_PARTS = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 blockquote ul ol table section article figure".split())
_SILENT = frozenset({"script", "style", "iframe", "noscript", "template"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        source = dict(attrs).get("src") or ""
        if tag == "img" and source.startswith("https://") and not self._silent:
            self.pieces.append(f"\n\n{source}\n\n")
        elif tag in _PARTS:
            self.pieces.append("\n" if tag in {"br", "li", "tr"} else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _PARTS - {"br", "li", "tr"}:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The text of a piece of HTML; of plain text, the text itself."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a word with an ellipsis when it was longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return head[: head.rfind(" ") if " " in head[limit // 2 :] else limit].rstrip(" ,.;:") + "…"
