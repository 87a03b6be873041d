"""Tasks of the media queue from end to end: a real web server, a real table, a real locked bucket."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from desk.domain.report import Report
from desk.domain.timeline import Step, first_break
from desk.errors import Unavailable
from desk.storage import evidence, keys, reports
from desk.storage.evidence import EvidenceBucket
from desk.storage.table import Item, Table, Transaction, load
from desk.web.download import Downloader, Hosts
from desk.web.network import Unreachable
from media import collect as module
from media.apology import Apologies
from media.collect import LAST_ATTEMPT, Collector
from tests.media_files import FTYP, box, camera_exif, encoded, movie_header, scene, track, video
from tests.site import Site, body

NOW = "2026-11-24T03:00:00.000+00:00"
PHOTO = encoded(scene(), exif=camera_exif()).getvalue()
CODE = "CS-7K3M-9XQ4"


@dataclass
class Desk:
    """A media function with its surroundings."""

    collector: Collector
    site: Site

    @property
    def table(self) -> Table:
        return self.collector.table

    @property
    def bucket(self) -> EvidenceBucket:
        return self.collector.bucket

    def task(self, name: str, content: bytes | None = None, **changes: Any) -> dict[str, Any]:
        """Evidence called `name` that waits for its bytes, and the task that fetches them."""
        attributes = {"report": None, "received_at": NOW, "citizen": "c_1", "media_kind": "image"} | changes
        if content is not None:
            self.site.answers[f"/{name}"] = body(content)
        self.table.put_new(
            evidence.pending(
                name,
                agency="csgt",
                citizen=attributes["citizen"],
                kind=attributes["media_kind"],
                msg_id="m1",
                sent_at=attributes["received_at"],
                received_at=attributes["received_at"],
                report=attributes["report"],
                file_name=attributes.get("file_name"),
            )
        )
        return {
            "evidence_id": name,
            "url": self.site.url(f"/{name}"),
            "thumbnail_url": None,
            "declared_checksum": None,
        } | attributes

    def item(self, task: dict[str, Any]) -> Item:
        found = self.table.get(keys.evidence(task["evidence_id"]))
        assert found is not None
        return found

    def original(self, task: dict[str, Any]) -> bytes:
        item = self.item(task)
        return b"".join(self.bucket.read(item["key"], item["version_id"]))

    def objects(self) -> list[str]:
        found = self.bucket.client.list_object_versions(Bucket=self.bucket.name).get("Versions", [])
        return sorted(version["Key"].rpartition("/")[2] for version in found)

    def messages(self) -> list[dict[str, Any]]:
        """What is on its way to citizens."""
        scanned = self.table.client.scan(TableName=self.table.name)["Items"]
        return [i["payload"] for i in map(load, scanned) if i.get("entity") == "outbox"]

    def timeline(self) -> list[Any]:
        return reports.Reports(self.table).timeline(CODE)

    def file_report(self) -> None:
        report = Report(code=CODE, agency="csgt", citizen="c_1", created_at=NOW, updated_at=NOW)
        transaction = self.table.transaction()
        reports.write(transaction, report, [Step("received", NOW, "c_1")])
        transaction.commit()


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


@pytest.fixture
def desk(site: Site, desk_table: Table, evidence_bucket: EvidenceBucket) -> Desk:
    hosts = Hosts(["zdn.vn", "127.0.0.1"])
    collector = Collector(
        table=desk_table,
        bucket=evidence_bucket,
        download=Downloader(hosts, max_bytes=300_000, total_s=5),
        poster=Downloader(hosts, max_bytes=300_000, total_s=2),
        apologies=Apologies(desk_table, 200 * 1024 * 1024),
        now=lambda: datetime(2026, 11, 24, 3, 0, 5, tzinfo=UTC),
    )
    return Desk(collector, site)


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the next transaction fail as if the function had died before it."""

    def arm() -> None:
        real = Transaction.commit

        def once(transaction: Transaction) -> None:
            monkeypatch.setattr(Transaction, "commit", real)
            raise Unavailable("died here")

        monkeypatch.setattr(Transaction, "commit", once)

    return arm


class TestStoring:
    def test_a_photo_is_stored_as_it_came_with_what_it_tells(self, desk: Desk) -> None:
        task = desk.task("a.jpg", PHOTO)
        assert desk.collector.collect(task, 1) == "stored"
        item = desk.item(task)
        assert desk.original(task) == PHOTO
        assert item["sha256"] == hashlib.sha256(PHOTO).hexdigest()
        assert item["key"] == "evidence/csgt/2026/11/a.jpg/original"
        assert (item["content_type"], item["bytes"]) == ("image/jpeg", len(PHOTO))
        assert (item["width"], item["height"], item["recompressed"]) == (1200, 800, False)
        assert item["exif"]["gps"] == {"lat": 21.0285, "lon": 105.8542}
        assert len(item["phash"]) == 16
        assert (item["source_host"], item["source_scheme"]) == ("127.0.0.1", "http")
        assert item["source_url_sha256"] == hashlib.sha256(task["url"].encode()).hexdigest()
        assert item["stored_at"] == "2026-11-24T03:00:05.000+00:00"
        assert "reason" not in item
        assert desk.messages() == []

    def test_the_thumbnail_is_beside_the_original(self, desk: Desk) -> None:
        task = desk.task("a.jpg", PHOTO)
        desk.collector.collect(task, 1)
        link = desk.bucket.thumbnail_link(desk.item(task))
        assert link is not None
        small = httpx.get(link)
        assert small.headers["content-type"] == "image/jpeg"
        assert 0 < len(small.content) < len(PHOTO)
        assert desk.objects() == ["original", "thumbnail.jpg"]

    def test_a_video_has_its_duration_and_zalos_still_as_thumbnail(self, desk: Desk) -> None:
        desk.site.answers["/still.jpg"] = body(PHOTO)
        content = video(movie_header(), track(b"vide", 1280, 720)).getvalue()
        task = desk.task("v.mp4", content, media_kind="video", thumbnail_url=desk.site.url("/still.jpg"))
        desk.collector.collect(task, 1)
        item = desk.item(task)
        assert (item["content_type"], item["duration_s"]) == ("video/mp4", 12.5)
        assert item["thumbnail_key"].endswith("/thumbnail.jpg")
        assert item["phash"]

    def test_a_video_stands_without_its_still(self, desk: Desk) -> None:
        content = video(movie_header(), track(b"vide", 1280, 720)).getvalue()
        task = desk.task("v.mp4", content, media_kind="video", thumbnail_url=desk.site.url("/gone.jpg"))
        assert desk.collector.collect(task, 1) == "stored"
        assert "thumbnail_key" not in desk.item(task)

    def test_a_document_keeps_its_name_and_says_whether_it_is_what_was_announced(self, desk: Desk) -> None:
        content = b"%PDF-1.7\n" + b"x" * 100
        right = hashlib.md5(content).hexdigest().upper()
        good = desk.task("a", content, media_kind="file", file_name="Đơn.pdf", declared_checksum=right)
        other = desk.task("b", content, media_kind="file", file_name="Đơn.pdf", declared_checksum="0" * 32)
        desk.collector.collect(good, 1)
        desk.collector.collect(other, 1)
        assert desk.item(good)["checksum_matches"] is True
        assert desk.item(other)["checksum_matches"] is False
        assert "_n.pdf" in httpx.get(desk.bucket.link(desk.item(good))).headers["content-disposition"]

    def test_a_stored_piece_of_a_report_is_a_step_of_its_timeline(self, desk: Desk) -> None:
        desk.file_report()
        task = desk.task("a.jpg", PHOTO, report=CODE)
        desk.collector.collect(task, 1)
        step = desk.timeline()[-1]
        item = desk.item(task)
        assert (step.kind, step.actor) == ("evidence_stored", "desk")
        assert step.data["sha256"] == item["sha256"]
        assert step.data["version_id"] == item["version_id"]
        assert first_break(desk.timeline()) is None

    def test_a_decoder_that_breaks_does_not_lose_the_original(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def explode(*_: object) -> None:
            raise MemoryError

        monkeypatch.setattr(module, "inspect", explode)
        task = desk.task("a.jpg", PHOTO)
        assert desk.collector.collect(task, 1) == "stored"
        assert desk.original(task) == PHOTO
        assert desk.item(task)["content_type"] == "image/jpeg"

    def test_a_file_that_killed_the_function_twice_is_kept_without_looking(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "inspect", lambda *_: pytest.fail("looked again"))
        assert desk.collector.collect(desk.task("a.jpg", PHOTO), 3) == "stored"


class TestAgain:
    def test_a_task_that_comes_again_does_nothing(self, desk: Desk) -> None:
        desk.file_report()
        task = desk.task("a.jpg", PHOTO, report=CODE)
        desk.collector.collect(task, 1)
        before = desk.item(task)
        assert desk.collector.collect(task, 2) == "stored"
        assert desk.item(task) == before
        assert len(desk.site.asked) == 1
        assert len(desk.timeline()) == 2

    def test_a_crash_after_the_upload_is_healed_though_the_link_is_dead_by_then(
        self, desk: Desk, crash: Callable[[], None]
    ) -> None:
        task = desk.task("a.jpg", PHOTO)
        crash()
        with pytest.raises(Unavailable):
            desk.collector.collect(task, 1)
        assert desk.item(task)["state"] == "pending"
        del desk.site.answers["/a.jpg"]
        assert desk.collector.collect(task, 2) == "stored"
        assert desk.original(task) == PHOTO
        assert desk.objects() == ["original", "thumbnail.jpg"]
        item = desk.item(task)
        assert (item["source_host"], item["source_scheme"]) == ("127.0.0.1", "http")
        assert item["exif"]["model"] == "SM-A546E"

    def test_what_was_stored_first_stays_though_the_link_now_shows_something_else(
        self, desk: Desk, crash: Callable[[], None]
    ) -> None:
        task = desk.task("a.jpg", PHOTO)
        crash()
        with pytest.raises(Unavailable):
            desk.collector.collect(task, 1)
        desk.site.answers["/a.jpg"] = body(encoded(scene(300, 200)).getvalue())
        desk.collector.collect(task, 2)
        assert desk.original(task) == PHOTO
        assert desk.item(task)["width"] == 1200

    def test_two_workers_with_one_task_store_one_original_and_write_one_step(self, desk: Desk) -> None:
        desk.file_report()
        task = desk.task("a.jpg", PHOTO, report=CODE)
        together = threading.Barrier(2)

        def run(attempt: int) -> str:
            together.wait()
            return desk.collector.collect(task, attempt)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(run, (1, 2))) == ["stored", "stored"]
        assert desk.objects() == ["original", "thumbnail.jpg"]
        assert [entry.kind for entry in desk.timeline()] == ["received", "evidence_stored"]

    def test_photos_of_one_report_side_by_side_all_reach_its_timeline(self, desk: Desk) -> None:
        desk.file_report()
        tasks = [desk.task(f"{n}.jpg", PHOTO, report=CODE) for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda task: desk.collector.collect(task, 1), tasks))
        steps = [entry.data["id"] for entry in desk.timeline() if entry.kind == "evidence_stored"]
        assert sorted(steps) == sorted(task["evidence_id"] for task in tasks)
        assert first_break(desk.timeline()) is None

    def test_a_report_found_in_the_meantime_is_kept(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The conversation files the report between reading the item and writing what became of it."""
        desk.file_report()
        task = desk.task("a.jpg", PHOTO)
        real = Transaction.commit

        def meanwhile(transaction: Transaction) -> None:
            monkeypatch.setattr(Transaction, "commit", real)
            desk.table.update(keys.evidence("a.jpg"), {"report": CODE, "version": 2})
            real(transaction)

        monkeypatch.setattr(Transaction, "commit", meanwhile)
        desk.collector.collect(task, 1)
        assert desk.item(task)["report"] == CODE
        assert desk.item(task)["state"] == "stored"
        assert desk.timeline()[-1].kind == "evidence_stored"

    def test_what_the_citizen_took_back_is_not_fetched(self, desk: Desk) -> None:
        task = desk.task("a.jpg", PHOTO)
        desk.table.update(keys.evidence("a.jpg"), {"withdrawn": True})
        assert desk.collector.collect(task, 1) == "withdrawn"
        assert desk.collector.collect({**task, "evidence_id": "unknown"}, 1) == "withdrawn"
        assert desk.site.asked == []


PAGE = b"<!DOCTYPE html><title>404</title>"
CUT = PHOTO[: len(PHOTO) // 2]
CANNOT_PLAY = FTYP + box(b"mdat", b"\0" * 900)


class TestFailures:
    @pytest.mark.parametrize(
        ("content", "kind", "state", "reason", "told"),
        [
            (None, "image", "failed", "dead_link", "không tải về được"),
            (PAGE, "image", "rejected", "not_media", "bị lỗi"),
            (PAGE, "file", "rejected", "not_media", "bị lỗi"),
            (b"%PDF-1.7", "image", "rejected", "not_media", "bị lỗi"),
            (b"", "audio", "rejected", "empty", "bị lỗi"),
            (b"x" * 300_001, "video", "rejected", "too_large", "lớn quá 200 MB"),
            (CUT, "image", "stored", "damaged", "bị lỗi"),
            (CANNOT_PLAY, "video", "stored", "damaged", "bị lỗi"),
        ],
        ids=["dead", "page", "page as file", "pdf", "empty", "oversize", "cut", "cannot play"],
    )
    def test_it_is_recorded_with_its_reason_and_told_to_officer_and_citizen(
        self, content: bytes | None, kind: str, state: str, reason: str, told: str, desk: Desk
    ) -> None:
        desk.file_report()
        task = desk.task("a", content, media_kind=kind, report=CODE)
        assert desk.collector.collect(task, 1) == state
        assert desk.item(task)["reason"] == reason
        step = desk.timeline()[-1]
        assert step.kind == f"evidence_{'stored' if state == 'stored' else 'failed'}"
        assert step.data["reason"] == reason
        assert ("original" in desk.objects()) == (state == "stored")
        [message] = desk.messages()
        assert told in message["text"]
        assert (message["purpose"], message["citizen"], message["report"]) == ("media", "c_1", CODE)

    def test_a_foreign_host_is_told_to_officers_only(self, desk: Desk) -> None:
        desk.file_report()
        task = desk.task("a.jpg", report=CODE) | {"url": "http://evil.example/a.jpg"}
        assert desk.collector.collect(task, 1) == "rejected"
        assert desk.item(task)["reason"] == "host_not_allowed"
        assert desk.item(task)["source_host"] == "evil.example"
        assert desk.timeline()[-1].data["reason"] == "host_not_allowed"
        assert desk.messages() == []

    def test_dead_photos_of_a_burst_are_told_in_one_message(self, desk: Desk) -> None:
        """The burst lies across the border of two windows of ten minutes."""
        times = [
            "2026-11-24T03:09:58.000+00:00",
            "2026-11-24T03:09:59.000+00:00",
            "2026-11-24T03:10:01.000+00:00",
        ]
        desk = replace(
            desk, collector=replace(desk.collector, now=lambda: datetime(2026, 11, 24, 3, 10, 2, tzinfo=UTC))
        )
        for number, at in enumerate(times):
            desk.collector.collect(desk.task(f"{number}.jpg", received_at=at), 1)
        assert len(desk.messages()) == 1
        desk.collector.collect(desk.task("other.jpg", received_at=times[2], citizen="c_2"), 1)
        assert len(desk.messages()) == 2

    def test_a_failure_a_quarter_of_an_hour_later_is_told_anew(self, desk: Desk) -> None:
        desk.collector.collect(desk.task("1.jpg"), 1)
        desk.collector.collect(desk.task("2.jpg", received_at="2026-11-24T03:15:01.000+00:00"), 1)
        assert len(desk.messages()) == 2

    def test_dead_photos_side_by_side_are_told_in_one_message(self, desk: Desk) -> None:
        tasks = [desk.task(f"{n}.jpg") for n in range(6)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda task: desk.collector.collect(task, 1), tasks))
        assert len(desk.messages()) == 1
        assert {desk.item(task)["state"] for task in tasks} == {"failed"}

    def test_a_citizen_who_writes_english_is_told_in_english(self, desk: Desk) -> None:
        desk.table.put(keys.state("csgt", "c_1") | {"english": True})
        desk.collector.collect(desk.task("a.jpg"), 1)
        assert "Please send it again" in desk.messages()[0]["text"]

    def test_a_server_in_trouble_is_asked_again_until_the_last_attempt(self, desk: Desk) -> None:
        task = desk.task("a.jpg")
        desk.site.answers["/a.jpg"] = body(b"", status="503 Later")
        for attempt in range(1, LAST_ATTEMPT):
            with pytest.raises(Unreachable):
                desk.collector.collect(task, attempt)
            assert desk.item(task)["state"] == "pending"
        assert desk.messages() == []
        assert desk.collector.collect(task, LAST_ATTEMPT) == "failed"
        assert desk.item(task)["reason"] == "unreachable"
        assert len(desk.messages()) == 1

    def test_a_server_that_recovers_delivers(self, desk: Desk) -> None:
        task = desk.task("a.jpg")
        desk.site.answers["/a.jpg"] = body(b"", status="503 Later")
        with pytest.raises(Unreachable):
            desk.collector.collect(task, 1)
        desk.site.answers["/a.jpg"] = body(PHOTO)
        assert desk.collector.collect(task, 2) == "stored"
