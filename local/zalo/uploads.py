"""Uploads of an OA: images and GIFs give an attachment id, files a token; both are gone after seven days."""

from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.routing import Route

from local.zalo.clock import Clock
from local.zalo.config import Agency
from local.zalo.gate import Gate, Refusal
from local.zalo.ids import message_id
from local.zalo.media import Media
from local.zalo.store import Document, Store
from local.zalo.windows import Windows

MEGABYTE = 1024 * 1024
# Kind: most bytes, endings that are taken, and how the bytes of each begin.
LIMITS = {
    "image": (MEGABYTE, {".jpg", ".jpeg", ".png"}),
    "gif": (5 * MEGABYTE, {".gif"}),
    "file": (5 * MEGABYTE, {".pdf", ".doc", ".docx", ".csv"}),
}
BEGINNINGS = {".jpg": b"\xff\xd8", ".jpeg": b"\xff\xd8", ".png": b"\x89PNG", ".gif": b"GIF8", ".pdf": b"%PDF"}
LIFE_S = 7 * 24 * 3600


class Uploads:
    """What the OA has uploaded."""

    def __init__(self, store: Store, clock: Clock, media: Media, windows: Windows) -> None:
        self._store, self._clock, self._media, self._windows = store, clock, media, windows

    def routes(self, gate: Gate) -> list[Route]:
        """The three upload endpoints."""

        def endpoint(kind: str) -> Route:
            async def upload(request: Request, agency: Agency) -> Document:
                return await self._take(request, agency, kind)

            return gate.open_api(f"/v2.0/oa/upload/{kind}", "POST", upload)

        return [endpoint(kind) for kind in LIMITS]

    def taken(self, agency: Agency, kind: str, key: str) -> Document:
        """The item behind an attachment id or token: -201 if there is none, -100 if it is too old."""
        upload = self._store.get("upload", key)
        if upload is None or upload["agency"] != agency.key or upload["kind"] != kind:
            raise Refusal(-201, "token is invalid" if kind == "file" else "attachment_id is invalid")
        if upload["expires_at"] <= self._clock.now():
            raise Refusal(-100, "Attachment is expired")
        item = self._media.get(upload["media"])
        if item is None:
            raise Refusal(-100, "Attachment is expired")
        return item | {"thumbnail": upload["thumbnail"]}

    async def _take(self, request: Request, agency: Agency, kind: str) -> Document:
        most, endings = LIMITS[kind]
        upload = (await request.form()).get("file")
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise Refusal(-201, "file is invalid")
        ending = Path(upload.filename).suffix.lower()
        content = await upload.read(most + 1)
        if ending not in endings or not content.startswith(BEGINNINGS.get(ending, b"")) or not content:
            raise Refusal(-201, "file is invalid")
        if len(content) > most:
            raise Refusal(-210, f"file is over {most} bytes")
        self._windows.spend_upload(agency)
        item = self._media.save(content, upload.filename)
        key = message_id() + message_id()
        self._store.put(
            "upload",
            key,
            {
                "agency": agency.key,
                "kind": kind,
                "media": item["id"],
                "thumbnail": self._media.thumbnail(item) if kind != "file" else None,
                "expires_at": self._clock.now() + LIFE_S,
            },
        )
        return {"token" if kind == "file" else "attachment_id": key}
