"""Pictures, videos, voice and files: kept beside the state, served with their real bytes."""

import hashlib
import io
import mimetypes
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw, UnidentifiedImageError
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from local.zalo.clock import Clock
from local.zalo.ids import message_id
from local.zalo.store import Document, Store

SAMPLES = Path(__file__).parent / "samples" / "files"
THUMBNAIL = "thumbnail.jpg"
CONTENT_TYPES = {
    ".amr": "audio/amr",
    ".aac": "audio/aac",
    ".m4a": "audio/mp4",
    ".webm": "audio/webm",
    ".heic": "image/heic",
    ".webp": "image/webp",
}


class Media:
    """Media by id. An item's address is `/media/<id>/<name>`; its thumbnail lies beside it."""

    def __init__(self, store: Store, clock: Clock, folder: Path | None) -> None:
        self._store, self._clock = store, clock
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="zalo-media-")
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.folder.mkdir(parents=True, exist_ok=True)

    def save(self, content: bytes | BinaryIO, name: str, content_type: str = "") -> Document:
        """Keep bytes under a new id; they are copied in pieces, a long video never lies in memory."""
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        key = message_id()
        name = Path(name).name or "file"
        folder = self.folder / key
        folder.mkdir()
        checksum = hashlib.md5(usedforsecurity=False)
        with (folder / name).open("wb") as target:
            while piece := source.read(1 << 20):
                checksum.update(piece)
                target.write(piece)
        return self._store.put(
            "media",
            key,
            {
                "id": key,
                "name": name,
                "content_type": content_type if "/" in content_type else content_type_of(name),
                "size": (folder / name).stat().st_size,
                "checksum": checksum.hexdigest(),
                "created_at": self._clock.now_ms(),
                "path": f"/media/{key}/{name}",
            },
        )

    def get(self, key: str) -> Document | None:
        """What is known about one item."""
        return self._store.get("media", key)

    def file(self, item: Document) -> Path:
        """Where its bytes lie."""
        return self.folder / str(item["id"]) / str(item["name"])

    def thumbnail(self, item: Document) -> str:
        """The address of a small picture of it, made now: reduced from a picture, drawn for anything else."""
        target = self.folder / item["id"] / THUMBNAIL
        poster = SAMPLES / (Path(item["name"]).stem + ".poster.jpg")
        try:
            picture = Image.open(poster if poster.exists() else self.file(item)).convert("RGB")
            picture.thumbnail((320, 320))
        except (UnidentifiedImageError, OSError):
            picture = Image.new("RGB", (320, 180), "#1c2733")
            ImageDraw.Draw(picture).polygon([(135, 60), (135, 120), (190, 90)], fill="#ffffff")
        picture.save(target, "JPEG", quality=80)
        return f"/media/{item['id']}/{THUMBNAIL}"

    async def serve(self, request: Request) -> Response:
        """`GET /media/<id>/<name>`, with Range; 404 once it is gone."""
        item = self.get(request.path_params["id"])
        name = request.path_params["name"]
        if item is None or name not in (item["name"], THUMBNAIL):
            return PlainTextResponse("Not Found", 404)
        kind = "image/jpeg" if name == THUMBNAIL else item["content_type"]
        path = self.folder / item["id"] / name
        return FileResponse(path, media_type=kind) if path.exists() else PlainTextResponse("Not Found", 404)

    def forget(self) -> None:
        """Delete all of it."""
        for item in self._store.all("media").values():
            shutil.rmtree(self.folder / item["id"], ignore_errors=True)
        self._store.clear("media")


def content_type_of(name: str) -> str:
    """The type by the name's ending, as a phone would tell it."""
    ending = Path(name).suffix.lower()
    return CONTENT_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def samples() -> list[Document]:
    """The sample media that come with the simulator."""
    kinds = {"image": "image", "video": "video", "audio": "audio"}
    return [
        {"name": path.name, "kind": kinds.get(content_type_of(path.name).split("/")[0], "file")}
        for path in sorted(SAMPLES.iterdir())
        if ".poster." not in path.name
    ]
