"""Evidence: the item that says what became of an attachment, and the bucket that holds the original.

S3 refuses a second write under a key (`If-None-Match: *`), checks the SHA-256 on arrival and keeps it with
the object, and the bucket's default retention (Object Lock) starts with the write. One piece of evidence has
one key, made of its id alone, so that a task that comes again finds what an earlier attempt has stored.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Conflict, Unavailable
from desk.storage import keys
from desk.storage.table import Item

LINK_S = 300
_CHUNK = 64 * 1024
# Shown inside a page; everything else is offered as a download and named as bytes, so that a file a citizen
# sent never runs as a page of ours.
_SHOWN = frozenset(
    "image/jpeg image/png image/gif image/webp image/avif video/mp4 video/quicktime video/webm video/3gpp "
    "audio/mpeg audio/mp4 audio/aac audio/amr audio/ogg audio/x-wav application/pdf".split()
)
# S3 answers 403 for an absent key to whoever may not list the bucket, as the media function may not.
_ABSENT = {"404", "NoSuchKey", "403", "AccessDenied", "Forbidden"}
_PASSING = {"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "503"}


def pending(
    evidence_id: str,
    *,
    agency: str,
    citizen: str,
    kind: str,
    msg_id: str,
    sent_at: str,
    received_at: str,
    report: str | None = None,
    file_name: str | None = None,
) -> Item:
    """The item of an attachment that is still to be fetched. Its states: pending, stored, failed, rejected.

    The media function and whoever attaches it to a report change it side by side: each writer sets its own
    attributes only, on the condition that `version` is what it read, and counts it up.
    """
    return keys.evidence(evidence_id) | {
        "entity": "evidence",
        "id": evidence_id,
        "agency": agency,
        "citizen": citizen,
        "report": report,
        "kind": kind,
        "state": "pending",
        "msg_id": msg_id,
        "file_name": file_name,
        "sent_at": sent_at,
        "received_at": received_at,
        "version": 1,
    }


@cache
def s3_client() -> Any:
    """A client for large bodies (a single PUT of 200 MB takes its time) that signs links as KMS demands."""
    config = Config(
        signature_version="s3v4",
        connect_timeout=2,
        read_timeout=60,
        retries={"total_max_attempts": 3, "mode": "standard"},
    )
    return boto3.client("s3", config=config)


def original_key(agency: str, evidence_id: str, received_at: str) -> str:
    """Key of an original. `received_at` is ISO 8601; year and month make browsing and lifecycle rules easy."""
    return f"evidence/{agency}/{received_at[:4]}/{received_at[5:7]}/{evidence_id}/original"


def thumbnail_key(original: str) -> str:
    """Key of the thumbnail of an original."""
    return f"{original.removesuffix('original')}thumbnail.jpg"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the bucket holds it; `sha256` is hexadecimal, `source` where it came from."""

    key: str
    version_id: str
    sha256: str
    bytes: int
    source: str


@dataclass(frozen=True, slots=True)
class EvidenceBucket:
    """The bucket. `client` is a boto3 S3 client, see `s3_client`."""

    client: Any
    name: str

    def put(
        self,
        key: str,
        file: BinaryIO,
        *,
        sha256: str,
        size: int,
        content_type: str,
        file_name: str,
        source: str = "",
    ) -> Stored:
        """Write an object once, streaming, and return it. `source` is kept with it.

        When an earlier attempt has written the same bytes, that object is returned. Raises Conflict when it
        holds other bytes (what is stored first is the evidence), Unavailable when S3 does not answer.
        """
        file.seek(0)
        try:
            answer = self.client.put_object(
                Bucket=self.name,
                Key=key,
                Body=file,
                ContentLength=size,
                **_served(content_type, file_name),
                ChecksumSHA256=b64encode(bytes.fromhex(sha256)).decode(),
                IfNoneMatch="*",
                Metadata={"source": source} if source else {},
            )
        except (BotoCoreError, ClientError) as error:
            if _code(error) not in {"PreconditionFailed", "412"}:
                raise _explain(error) from error
            stored = self.find(key)
            if stored is None or stored.sha256 != sha256:
                raise Conflict("other bytes are stored under this key") from error
            return stored
        return Stored(key, answer["VersionId"], sha256, size, source)

    def put_bytes(self, key: str, data: bytes, content_type: str) -> Stored:
        """Write a small object once, see `put`."""
        digest = hashlib.sha256(data).hexdigest()
        name = key.rpartition("/")[2]
        return self.put(
            key, BytesIO(data), sha256=digest, size=len(data), content_type=content_type, file_name=name
        )

    def find(self, key: str) -> Stored | None:
        """What is stored under a key, None when nothing is. Raises Unavailable."""
        try:
            head = self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")
        except (BotoCoreError, ClientError) as error:
            if _code(error) in _ABSENT:
                return None
            raise _explain(error) from error
        digest = b64decode(head["ChecksumSHA256"]).hex()
        return Stored(
            key, head["VersionId"], digest, head["ContentLength"], head["Metadata"].get("source", "")
        )

    def read(self, key: str, version_id: str) -> Iterator[bytes]:
        """The bytes of one version, in pieces; boto3 checks them against the stored checksum at the end.

        Raises Unavailable.
        """
        try:
            answer = self.client.get_object(
                Bucket=self.name, Key=key, VersionId=version_id, ChecksumMode="ENABLED"
            )
            yield from answer["Body"].iter_chunks(_CHUNK)
        except (BotoCoreError, ClientError) as error:
            raise _explain(error) from error

    def link(self, item: Item, *, name: str | None = None, save: bool = False, seconds: int = LINK_S) -> str:
        """A short-lived address of the original of a stored evidence item.

        `name` is the file's name for the reader (the citizen's own, or the id, otherwise); `save` offers it
        as a download even when a browser could show it.
        """
        served = _served(item["content_type"], name or file_name(item), save=save)
        answer = {f"Response{header}": value for header, value in served.items()}
        return self._presign(seconds, Key=item["key"], VersionId=item["version_id"], **answer)

    def thumbnail_link(self, item: Item, *, seconds: int = LINK_S) -> str | None:
        """A short-lived address of an item's thumbnail, None when it has none."""
        if not item.get("thumbnail_key"):
            return None
        return self._presign(seconds, Key=item["thumbnail_key"], ResponseContentType="image/jpeg")

    def _presign(self, seconds: int, **parameters: str) -> str:
        url: str = self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.name, **parameters}, ExpiresIn=seconds
        )
        return url


def file_name(item: Mapping[str, Any]) -> str:
    """What a file is called for its readers: as the citizen named it, or by its id."""
    return item.get("file_name") or f"{item['id']}.{item['extension']}"


def _served(content_type: str, name: str, *, save: bool = False) -> dict[str, str]:
    """The headers under which a browser gets a file, stored with it and named again in every link."""
    shown = content_type in _SHOWN
    return {
        "ContentType": content_type if shown else "application/octet-stream",
        "ContentDisposition": disposition(name, inline=shown and not save),
    }


def disposition(file_name: str, *, inline: bool) -> str:
    """Content-Disposition (RFC 6266) for any file name, Vietnamese ones included."""
    name = "".join(c for c in file_name if c.isprintable() and c not in '/\\"').strip() or "file"
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def settled(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the timeline of a report says about a piece of evidence that was stored or could not be."""
    names = ("id", "kind", "state", "reason", "content_type", "bytes", "sha256", "version_id")
    return {n: item[n] for n in names if item.get(n) is not None}


def _code(error: BotoCoreError | ClientError) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def _explain(error: BotoCoreError | ClientError) -> Exception:
    """An answer that may be another one later as Unavailable; anything else is a fault of ours."""
    code = _code(error)
    # A conditional write that met another one at work (409) is to be tried again, as the documentation says.
    if not code or code in _PASSING or code == "ConditionalRequestConflict":
        return Unavailable("the evidence bucket does not answer")
    return error
