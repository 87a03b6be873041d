"""One task of the media queue: get the file, store the original, say what it is, or say why there is none."""

import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO

import httpx

from desk import picture
from desk.domain.clock import iso
from desk.domain.timeline import Step
from desk.errors import Conflict, Invalid, Unavailable
from desk.logs import count, log, warn
from desk.settings import settings
from desk.sniff import HEAD_BYTES, Content, fits, sniff
from desk.storage import keys, reports
from desk.storage.clients import client
from desk.storage.evidence import EvidenceBucket, file_name, original_key, s3_client, settled, thumbnail_key
from desk.storage.outbox import classify_task, put_tasks
from desk.storage.table import Item, Table
from desk.web.download import Download, Downloader, Hosts, save
from desk.web.network import Unreachable
from media.apology import Apologies
from media.inspect import Facts, inspect

# maxReceiveCount of the media queue in template.yaml; after it a task is dead.
LAST_ATTEMPT = 5
# A file that stopped the function twice while it was looked into is kept without looking.
_LOOKS = 2
_POSTER_BYTES = 5 * 1024 * 1024
POSTER_S = 15.0
# Photos of one report are stored side by side and all write to its timeline.
_WRITES = 10
_FAILED = {"dead_link", "timeout", "unreachable"}

type Task = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collector:
    """Handles tasks of the media queue. `poster` fetches the still picture that Zalo offers with a video."""

    table: Table
    bucket: EvidenceBucket
    download: Downloader
    poster: Downloader
    apologies: Apologies
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    def collect(self, task: Task, attempt: int) -> str:
        """Do one task; returns the state of its evidence. Doing it again changes nothing.

        `attempt` counts from 1. Raises Unavailable for what another attempt may heal; on the last one a link
        that does not answer is recorded as failed, and anything else goes to the dead-letter queue.
        """
        item = self.table.get(keys.evidence(task["evidence_id"]))
        if item is None or item.get("withdrawn"):
            return "withdrawn"
        if item["state"] != "pending":
            return str(item["state"])
        with tempfile.TemporaryFile() as file:
            try:
                found = self._store(task, item, file, attempt)
            except Invalid as error:
                found = {"state": "failed" if error.code in _FAILED else "rejected", "reason": error.code}
            except Unreachable as error:
                if attempt < LAST_ATTEMPT:
                    raise
                found = {"state": "failed", "reason": error.reason}
        found |= {"source_url_sha256": hashlib.sha256(task["url"].encode()).hexdigest()}
        found.setdefault("source_host", _host(task["url"]))
        self._record(task, found)
        count("EvidenceStored" if found["state"] == "stored" else "EvidenceFailed")
        log(
            "evidence",
            evidence_id=item["id"],
            agency=item["agency"],
            kind=item["kind"],
            state=found["state"],
            reason=found.get("reason"),
            bytes=found.get("bytes"),
            attempts=attempt,
        )
        return str(found["state"])

    def _store(self, task: Task, item: Item, file: BinaryIO, attempt: int) -> Item:
        """Download and store; returns attributes for the evidence item. Raises Invalid, Unavailable."""
        key = original_key(item["agency"], item["id"], task["received_at"])
        got = self._obtain(task["url"], key, file, attempt)
        content = sniff(file.read(HEAD_BYTES))
        if not fits(content, task["media_kind"], task.get("file_name")):
            raise Invalid("not what was announced", field="url", code="not_media")
        # The original first: whatever goes wrong while looking into it, it is safe.
        stored = self.bucket.put(
            key,
            file,
            sha256=got.sha256,
            size=got.bytes,
            content_type=content.content_type,
            file_name=file_name(item | {"extension": content.extension}),
            source=f"{got.scheme}://{got.host}",
        )
        facts = _look(file, content) if attempt <= _LOOKS else Facts(content)
        found: Item = {
            "state": "stored",
            "stored_at": iso(self.now()),
            "key": stored.key,
            "version_id": stored.version_id,
            "sha256": got.sha256,
            "bytes": got.bytes,
            "content_type": facts.content.content_type,
            "extension": facts.content.extension,
            "source_host": got.host,
            "source_scheme": got.scheme,
            **facts.attributes,
        }
        if facts.damaged:
            found["reason"] = "damaged"
        if task.get("declared_checksum"):
            found["checksum_matches"] = task["declared_checksum"].lower() == got.md5
        small = facts.thumbnail
        if content.family == "video" and task.get("thumbnail_url") and attempt <= _LOOKS:
            seen = self._poster(task["thumbnail_url"])
            small, found["phash"] = seen.thumbnail, seen.phash
        if small:
            found["thumbnail_key"] = thumbnail_key(key)
            self._put_thumbnail(found["thumbnail_key"], small)
        return found

    def _obtain(self, url: str, key: str, file: BinaryIO, attempt: int) -> Download:
        """The bytes, from the bucket when an earlier attempt got as far as that, from Zalo otherwise."""
        if attempt > 1 and (stored := self.bucket.find(key)):
            size, sha256, md5 = save(self.bucket.read(key, stored.version_id), file, stored.bytes)
            scheme, _, host = stored.source.partition("://")
            return Download(size, sha256, md5, scheme, host)
        return self.download.fetch(url, file)

    def _poster(self, url: str) -> picture.Picture:
        still = BytesIO()
        try:
            self.poster.fetch(url, still)
        except (Invalid, Unavailable):
            # An ornament: the video stands without it.
            return picture.Picture()
        return picture.look(still)

    def _put_thumbnail(self, key: str, data: bytes) -> None:
        try:
            self.bucket.put_bytes(key, data, "image/jpeg")
        except Conflict:
            # An earlier attempt wrote one, with another version of the library; it will do.
            log("thumbnail kept")

    def _record(self, task: Task, found: Item) -> None:
        """Evidence, the report's timeline and the word to the citizen in one transaction.

        Raises Conflict when other writers were first again and again.
        """
        for attempt in range(_WRITES):
            item = self.table.get(keys.evidence(task["evidence_id"]))
            if item is None or item.get("withdrawn") or item["state"] != "pending":
                return
            version = item["version"]
            transaction = self.table.transaction()
            transaction.update(
                keys.evidence(item["id"]),
                found | {"version": version + 1},
                condition="version = :expected",
                bound={":expected": version},
            )
            if code := item.get("report"):
                report = reports.Reports(self.table).load(code)
                kind = "evidence_stored" if found["state"] == "stored" else "evidence_failed"
                step = Step(kind, iso(self.now()), "desk", settled(item | found))
                written = reports.write(transaction, report, [step])
                if found.get("phash"):
                    # Only now is its look known: it may have been sent before.
                    put_tasks(transaction, [classify_task(written, "look", item["id"])])
            if found.get("reason"):
                put_tasks(transaction, self.apologies.tasks(item, found["reason"], self.now()))
            try:
                transaction.commit()
                return
            except Conflict:
                if attempt == _WRITES - 1:
                    raise
                self.sleep(random.uniform(0.02, 0.05) * (attempt + 1))  # noqa: S311 - no secret


def _look(file: BinaryIO, content: Content) -> Facts:
    try:
        return inspect(file, content)
    except Exception as error:  # noqa: BLE001 - decoders raise anything on hostile bytes; the original is safe
        warn("evidence not understood", error=type(error).__name__)
        return Facts(content)


def _host(url: str) -> str | None:
    try:
        return httpx.URL(url).host or None
    except httpx.InvalidURL:
        return None


@cache
def collector() -> Collector:
    """The collector of this process, wired to AWS."""
    own = settings()
    hosts = Hosts(own.media_hosts)
    table = Table(client("dynamodb"), own.table)
    return Collector(
        table=table,
        bucket=EvidenceBucket(s3_client(), own.evidence_bucket),
        download=Downloader(hosts, max_bytes=own.media_max_bytes),
        poster=Downloader(hosts, max_bytes=_POSTER_BYTES, total_s=POSTER_S),
        apologies=Apologies(table, own.media_max_bytes),
    )
