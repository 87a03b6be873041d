"""What a stored file tells about itself: the facts that officers and the classifier see beside it."""

from dataclasses import dataclass, field
from typing import Any, BinaryIO

from desk import picture
from desk.domain.clock import iso
from desk.sniff import MP4_AUDIO, Content
from media import container


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one file. `content` is corrected when a container turned out to hold sound only.

    `attributes` are those of the evidence item: width, height, duration_s, exif, recompressed, phash.
    """

    content: Content
    attributes: dict[str, Any] = field(default_factory=dict)
    thumbnail: bytes | None = None
    damaged: bool = False


def inspect(file: BinaryIO, content: Content) -> Facts:
    """The facts of a file whose content was sniffed. What cannot be told is left out."""
    match content.family:
        case "image":
            return _image(file, content)
        case "video" | "audio":
            return _recording(file, content)
    return Facts(content)


def _image(file: BinaryIO, content: Content) -> Facts:
    seen = picture.look(file)
    names = ("width", "height", "recompressed", "phash")
    attributes = {n: getattr(seen, n) for n in names} | {"exif": dict(seen.exif) or None}
    return Facts(content, _known(attributes), seen.thumbnail, seen.damaged)


def _recording(file: BinaryIO, content: Content) -> Facts:
    found = container.read(file, content.content_type)
    exif: dict[str, Any] = {}
    if found.recorded_at:
        exif["datetime"] = iso(found.recorded_at)
    if found.place:
        exif["gps"] = {"lat": found.place[0], "lon": found.place[1]}
    if found.handlers and b"vide" not in found.handlers and content.content_type == "video/mp4":
        content = MP4_AUDIO
    attributes = {
        "duration_s": found.duration_s,
        "width": found.width,
        "height": found.height,
        "exif": exif or None,
    }
    return Facts(content, _known(attributes), damaged=not found.complete)


def _known(attributes: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in attributes.items() if v is not None}
