"""What bytes are, told from the bytes: neither a name's ending nor a declared type is believed."""

import codecs
from dataclasses import dataclass

import filetype

# How much of a file's beginning `sniff` wants to see.
HEAD_BYTES = 8192

_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title", b"<meta")


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of content. `family` is image, video, audio, page (HTML), text, other or unknown."""

    content_type: str
    extension: str
    family: str


_PAGE = Content("text/html", "html", "page")
_TEXT = Content("text/plain", "txt", "text")
_MP4 = Content("video/mp4", "mp4", "video")
_UNKNOWN = Content("application/octet-stream", "bin", "unknown")
MP4_AUDIO = Content("audio/mp4", "m4a", "audio")


def sniff(head: bytes) -> Content:
    """What a file is that begins with `head` (the first HEAD_BYTES of it)."""
    if _is_page(head):
        return _PAGE
    kind = filetype.guess(head)
    if kind is not None:
        family = kind.mime.partition("/")[0]
        return Content(
            kind.mime, kind.extension, family if family in {"image", "video", "audio"} else "other"
        )
    if head[4:8] == b"ftyp":
        # An ISO container of a brand that the library does not list: phones have many.
        return _MP4
    return _TEXT if _is_text(head) else _UNKNOWN


def fits(content: Content, declared: str, file_name: str | None = None) -> bool:
    """True when content can be what a message declared (image, gif, video, audio or file).

    A picture that turns out to be a video is still evidence; a web page or an error text in its place is not.
    Any file may be sent as a file, but a page under another name is what a dead link shows.
    """
    if declared == "file":
        return content is not _PAGE or (file_name or "").lower().endswith((".html", ".htm"))
    return content.family in {"image", "video", "audio"}


def _is_page(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<?xml", b"<!--")):
        return b"<html" in start
    return start.startswith(_PAGE_STARTS)


def _is_text(head: bytes) -> bool:
    # Not final when cut: the cut may go through a character.
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return "\0" not in decoder.decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
