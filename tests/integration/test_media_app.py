"""The media function as Lambda calls it: batches, failures, hurry, logs, memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from desk.settings import Settings
from desk.storage import evidence, keys
from desk.storage.evidence import EvidenceBucket
from desk.storage.table import Table
from desk.web.download import TOTAL_S, Downloader, Hosts
from media import app
from media.apology import Apologies
from media.collect import LAST_ATTEMPT, POSTER_S, Collector
from tests.media_files import FTYP, box, encoded, movie_header, scene, track
from tests.site import Site, body
from tests.tables import template

NOW = "2026-11-24T03:00:00.000+00:00"
ROOT = Path(__file__).parent.parent.parent
PHOTO = encoded(scene()).getvalue()


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


def wait_for(table: Table, site: Site, name: str, kind: str = "image") -> str:
    """Evidence that waits for its bytes; returns the body of its task."""
    table.put_new(
        evidence.pending(
            name, agency="csgt", citizen="c_1", kind=kind, msg_id="m", sent_at=NOW, received_at=NOW
        )
    )
    url = site.url(f"/{name}?token=canary-token")
    task = {"evidence_id": name, "media_kind": kind, "url": url, "file_name": "canary-name.jpg"}
    return json.dumps(task | {"received_at": NOW, "thumbnail_url": None, "declared_checksum": None})


def record(task: str, message_id: str, attempt: int = 1, receipt: str = "r") -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": receipt,
        "body": task,
        "attributes": {"ApproximateReceiveCount": str(attempt)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-1:000000000000:media",
        "awsRegion": "ap-southeast-1",
    }


@pytest.fixture
def wired(
    desk_table: Table,
    evidence_bucket: EvidenceBucket,
    aws: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Collector:
    hosts = Hosts(["127.0.0.1"])
    download = Downloader(hosts, max_bytes=300_000, total_s=5)
    collector = Collector(desk_table, evidence_bucket, download, download, Apologies(desk_table, 300_000))
    monkeypatch.setattr(app, "collector", lambda: collector)
    monkeypatch.setattr(app, "client", aws)
    return collector


def test_only_the_task_that_failed_comes_again(wired: Collector, site: Site) -> None:
    site.answers["/good?token=canary-token"] = body(PHOTO)
    site.answers["/down?token=canary-token"] = body(b"", status="503 Later")
    records = [record(wait_for(wired.table, site, name), name) for name in ("down", "good", "dead")]
    answer = app.handler({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "down"}]}
    states = [(wired.table.get(keys.evidence(name)) or {})["state"] for name in ("down", "good", "dead")]
    assert states == ["pending", "stored", "failed"]


def test_a_batch_forgets_the_failures_of_the_one_before(wired: Collector, site: Site) -> None:
    site.answers["/down?token=canary-token"] = body(b"", status="503 Later")
    site.answers["/good?token=canary-token"] = body(PHOTO)
    failing = record(wait_for(wired.table, site, "down"), "down")
    assert app.handler({"Records": [failing]}, None)["batchItemFailures"]
    assert app.handler({"Records": [record(wait_for(wired.table, site, "good"), "good")]}, None) == {
        "batchItemFailures": []
    }


def test_a_task_that_failed_comes_again_in_seconds(
    wired: Collector, site: Site, aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="media-hurry", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
    monkeypatch.setattr(app, "settings", lambda: replace(Settings.from_env(), media_queue_url=url))
    monkeypatch.setattr(app, "_RETRY_S", (0,))
    site.answers["/down?token=canary-token"] = body(b"", status="503 Later")
    sqs.send_message(QueueUrl=url, MessageBody=wait_for(wired.table, site, "down"))
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert not sqs.receive_message(QueueUrl=url).get("Messages")
    app.handler({"Records": [record(message["Body"], "m", receipt=message["ReceiptHandle"])]}, None)
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"]


def test_logs_name_neither_addresses_nor_files(
    wired: Collector, site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    site.answers["/good?token=canary-token"] = body(PHOTO)
    site.answers["/down?token=canary-token"] = body(b"", status="503 Later")
    records = [record(wait_for(wired.table, site, name), name) for name in ("good", "down", "dead")]
    app.handler({"Records": records}, None)
    logged = "".join(capfd.readouterr()) + "".join(str(vars(line)) for line in caplog.records)
    assert {vars(line).get("evidence_id") for line in caplog.records} == {"good", "down", "dead"}
    assert "canary" not in logged
    assert "127.0.0.1" not in logged


def test_the_last_attempt_is_the_one_after_which_the_queue_gives_up() -> None:
    queue = template()["Resources"]["MediaQueue"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == LAST_ATTEMPT


def test_a_download_fits_between_the_time_outs_of_function_and_queue() -> None:
    resources = template()["Resources"]
    timeout = resources["MediaFunction"]["Properties"]["Timeout"]
    assert timeout > TOTAL_S + POSTER_S
    assert resources["MediaQueue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout


MEBIBYTE = 1024 * 1024
LARGE = 150 * MEBIBYTE
# Runs the handler on a small task, forgets the high-water mark, runs it on the large one.
MEASURE = """
import json, sys
from pathlib import Path
from media.app import handler
def high_water():
    line = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
small, large = map(json.loads, sys.stdin.read().splitlines())
answers = [handler({"Records": [small]}, None)]
Path("/proc/self/clear_refs").write_text("5")
before = high_water()
answers.append(handler({"Records": [large]}, None))
print(json.dumps({"answers": answers, "growth": high_water() - before}), file=sys.stderr)
"""


def video_stream(size: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """A video of about `size` bytes, made while it is sent; its index stands at the end."""
    index = box(b"moov", movie_header(), track(b"vide", 1920, 1080))
    head = FTYP + (size + 8).to_bytes(4, "big") + b"mdat"
    block = bytes(range(256)) * 256

    def answer(handler: BaseHTTPRequestHandler) -> None:
        length = len(head) + size + len(index)
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + head)
        for _ in range(size // len(block)):
            handler.wfile.write(block)
        handler.wfile.write(index)

    return answer


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
def test_memory_does_not_grow_with_the_file(
    site: Site, desk_table: Table, evidence_bucket: EvidenceBucket, ministack: str
) -> None:
    site.answers["/small?token=canary-token"] = body(PHOTO)
    site.answers["/large?token=canary-token"] = video_stream(LARGE)
    tasks = [wait_for(desk_table, site, "small"), wait_for(desk_table, site, "large", "video")]
    environment = os.environ | {
        "AWS_ENDPOINT_URL": ministack,
        "TABLE": desk_table.name,
        "EVIDENCE_BUCKET": evidence_bucket.name,
        "MEDIA_HOSTS": "127.0.0.1",
        "PYTHONPATH": str(ROOT / "functions"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input="\n".join(json.dumps(record(task, "m")) for task in tasks),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    measured = json.loads(ran.stderr.splitlines()[-1])
    assert measured["answers"] == [{"batchItemFailures": []}] * 2
    item = desk_table.get(keys.evidence("large"))
    assert item is not None
    assert (item["state"], item["duration_s"]) == ("stored", 12.5)
    assert item["bytes"] > LARGE
    print(f"memory grew by {measured['growth'] / MEBIBYTE:.1f} MiB for a file of {LARGE / MEBIBYTE:.0f} MiB")
    assert measured["growth"] < 40 * MEBIBYTE
