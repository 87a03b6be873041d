"""Machines that read: the adapters against a stub that speaks AWS's protocol, and what becomes of what they read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from classification.classify import classify
from classification.reading import Machines, read
from desk import agencies
from desk.domain import facts
from desk.domain.readings import MACHINE
from desk.domain.report import Report
from desk.errors import Invalid, Unavailable
from desk.readers.rekognition import RekognitionPlates
from desk.readers.transcribe import TranscribeVoice
from desk.storage import evidence
from desk.storage.reports import Reports, write
from desk.storage.table import load
from tests.aws_stub import Refused, Stub, aws_stub
from tests.world import World, make_world

CODE = "CS-PTD3-MTRC"
AT = "2026-11-24T03:00:00Z"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with aws_stub() as made:
        yield made


@pytest.fixture
def world() -> Iterator[World]:
    with make_world() as made:
        yield made


def shows(stub: Stub, *lines: tuple[str, float]) -> None:
    detections = [
        {"DetectedText": t, "Type": "LINE", "Id": n, "Confidence": c} for n, (t, c) in enumerate(lines)
    ]
    words = [d | {"Type": "WORD"} for d in detections]
    stub.answers["DetectText"] = lambda _: {
        "TextDetections": [*detections, *words],
        "TextModelVersion": "3.0",
    }


def says(stub: Stub, text: str, *, looks: int = 1) -> None:
    """A recording that is written down at the n-th look."""
    jobs: dict[str, int] = {}
    items = [
        {"type": "pronunciation", "start_time": "0.0", "end_time": "6.5",
         "alternatives": [{"confidence": "0.9", "content": text}]},
        {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]},
    ]  # fmt: skip
    stub.files["/transcript"] = {"results": {"transcripts": [{"transcript": text}], "items": items}}

    def start(asked: dict[str, Any]) -> dict[str, Any]:
        jobs[asked["TranscriptionJobName"]] = 0
        return {"TranscriptionJob": {"TranscriptionJobStatus": "IN_PROGRESS"}}

    def get(asked: dict[str, Any]) -> dict[str, Any]:
        name = asked["TranscriptionJobName"]
        if name not in jobs:
            raise Refused("BadRequestException")
        jobs[name] += 1
        if jobs[name] < looks:
            return {"TranscriptionJob": {"TranscriptionJobStatus": "IN_PROGRESS"}}
        url = f"{stub.url}/transcript"
        return {
            "TranscriptionJob": {
                "TranscriptionJobStatus": "COMPLETED",
                "Transcript": {"TranscriptFileUri": url},
            }
        }

    def delete(asked: dict[str, Any]) -> dict[str, Any]:
        del jobs[asked["TranscriptionJobName"]]
        return {}

    stub.answers |= {
        "StartTranscriptionJob": start, "GetTranscriptionJob": get, "DeleteTranscriptionJob": delete,
    }  # fmt: skip


def plates(stub: Stub) -> RekognitionPlates:
    return RekognitionPlates(stub.client("rekognition"), "evidence")


def voice(stub: Stub) -> TranscribeVoice:
    return TranscribeVoice(stub.client("transcribe"), httpx.Client(), "evidence")


def test_the_plates_of_a_picture_are_read_also_when_they_stand_on_two_lines(stub: Stub) -> None:
    shows(stub, ("PHỞ BÒ 0912345678", 99.0), ("29-B1", 96.0), ("123.45", 91.0), ("30A-999.01", 98.5))
    found = plates(stub).plates("evidence/csgt/e1/original", "v1")
    assert [(p.plate.compact, round(p.confidence, 3)) for p in found] == [
        ("30A99901", 0.985),
        ("29B112345", 0.91),
    ]
    (call,) = stub.calls
    assert call[1]["Image"] == {
        "S3Object": {"Bucket": "evidence", "Name": "evidence/csgt/e1/original", "Version": "v1"}
    }


def test_a_picture_that_cannot_be_read_is_no_fault_of_the_service(stub: Stub) -> None:
    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        raise Refused("InvalidImageFormatException")

    stub.answers["DetectText"] = refuse
    with pytest.raises(Invalid):
        plates(stub).plates("k", "v")


def test_a_service_that_is_busy_is_asked_again_later(stub: Stub) -> None:
    def busy(_: dict[str, Any]) -> dict[str, Any]:
        raise Refused("AccessDeniedException")

    stub.answers["DetectText"] = busy
    with pytest.raises(Unavailable):
        plates(stub).plates("k", "v")


def test_a_recording_is_written_down_while_we_wait_and_leaves_no_copy(stub: Stub) -> None:
    says(stub, "xe vượt đèn đỏ", looks=2)
    hear = voice(stub).hear
    assert hear("csgt-m1-0", "k", "m4a") is None
    assert hear("csgt-m1-0", "k", "m4a") is None
    heard = hear("csgt-m1-0", "k", "m4a")
    assert heard
    assert (heard.text, heard.confidence, heard.seconds) == ("xe vượt đèn đỏ", 0.9, 6.5)
    assert [name for name, _ in stub.calls].count("StartTranscriptionJob") == 1
    assert stub.calls[-1][0] == "DeleteTranscriptionJob"
    started = next(body for name, body in stub.calls if name == "StartTranscriptionJob")
    assert (started["LanguageCode"], started["Media"]) == ("vi-VN", {"MediaFileUri": "s3://evidence/k"})


def test_a_recording_of_another_kind_is_not_sent(stub: Stub) -> None:
    with pytest.raises(Invalid):
        voice(stub).hear("e", "k", "aiff")
    assert stub.calls == []


# ── what becomes of it ──


def file(world: World, *names: str, kind: str = "image", **told: Any) -> None:
    report = Report(
        code=CODE, agency="csgt", citizen="c", created_at=AT, updated_at=AT, evidence=names,
        **({"category": "red_light", "text": "xe này vượt đèn đỏ"} | told),
    )  # fmt: skip
    transaction = world.table.transaction()
    write(transaction, report, [])
    types = {"image": ("image/jpeg", "jpg"), "audio": ("audio/mp4", "m4a")}[kind]
    for name in names:
        item = evidence.pending(
            name, agency="csgt", citizen="c", kind=kind, msg_id="m", sent_at=AT, received_at=AT, report=CODE
        )
        stored = {"state": "stored", "key": f"k/{name}", "version_id": "v", "content_type": types[0]}
        transaction.put(item | stored | {"extension": types[1]})
    transaction.commit()


def run(world: World, stub: Stub, *names: str, attempt: int = 0) -> Report:
    machines = Machines(world.table, plates(stub), voice(stub), lambda: datetime(2026, 11, 24, 4, tzinfo=UTC))
    read(machines, {"kind": "read", "report": CODE, "evidence": list(names), "attempt": attempt})
    return Reports(world.table).load(CODE)


def tasks(world: World) -> list[dict[str, Any]]:
    items = [load(i) for i in world.dynamodb.scan(TableName=world.table.name)["Items"]]
    return [i for i in items if i.get("entity") == "outbox"]


def test_what_a_machine_read_becomes_a_fact_with_its_source_when_nobody_told_one(
    world: World, stub: Stub
) -> None:
    file(world, "e1", "e2")
    shows(stub, ("30A-999.01", 98.5))
    report = run(world, stub, "e2")
    (plate,) = report.plates
    assert (plate["compact"], plate["by"], plate["source"]) == ("30A99901", MACHINE, "đọc từ ảnh 2")
    assert plate["confidence"] == 0.985
    assert report.facts_by["plates"] == MACHINE
    assert "plate" not in report.missing
    assert [(r["kind"], r.get("seconds")) for r in report.readings] == [("picture", None)]
    assert [e.kind for e in Reports(world.table).timeline(CODE)] == ["read"]


def test_what_people_said_stands_and_the_reading_beside_it(world: World, stub: Stub) -> None:
    told = facts.of_text("xe 29A-123.45 vượt đèn đỏ", at=1_795_489_200_000, agency="csgt").plates
    file(world, "e1", plates=told)
    shows(stub, ("30A-999.01", 98.5))
    report = run(world, stub, "e1")
    assert [p["compact"] for p in report.plates] == ["29A12345"]
    assert "plates" not in report.facts_by
    assert [p["compact"] for p in report.readings[0]["plates"]] == ["30A99901"]


def test_nothing_is_read_twice(world: World, stub: Stub) -> None:
    file(world, "e1")
    shows(stub, ("30A-999.01", 98.5))
    run(world, stub, "e1")
    run(world, stub, "e1")
    assert len(stub.calls) == 1


def test_a_later_word_of_the_citizen_takes_the_place_of_the_machines(world: World, stub: Stub) -> None:
    file(world, "e1")
    shows(stub, ("30A-999.01", 98.5))
    report = run(world, stub, "e1")
    silent = facts.apply(report, facts.of_text("vượt đèn đỏ", at=1_795_489_200_000, agency="csgt"))
    assert [p["compact"] for p in silent.plates] == ["30A99901"]
    told = facts.apply(report, facts.of_text("biển 29A-123.45", at=1_795_489_200_000, agency="csgt"))
    assert [p["compact"] for p in told.plates] == ["29A12345"]
    assert "plates" not in told.facts_by


def test_what_is_heard_fills_what_nobody_wrote(world: World, stub: Stub) -> None:
    file(world, "a1", kind="audio", category="other", text="")
    says(stub, "Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở lúc bảy giờ ba mươi sáng nay")
    first = run(world, stub, "a1")
    assert first.readings == ()
    (again,) = [t for t in tasks(world) if t["payload"]["kind"] == "read"]
    assert (again["delay_s"], again["payload"]["attempt"]) == (30, 1)
    report = run(world, stub, "a1", attempt=1)
    assert report.category == "red_light"
    assert report.plates[0]["source"] == "đọc từ ghi âm 1"
    assert report.place
    assert report.place["by"] == MACHINE
    assert [r["seconds"] for r in report.readings] == [6.5]


def test_pictures_of_a_violation_without_a_plate_are_given_to_read_where_the_agency_wants_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(world, "e1")
    classify(world.table, CODE, reads=True)
    assert not [t for t in tasks(world) if t["payload"]["kind"] == "read"]
    monkeypatch.setitem(agencies.agency("csgt").data, "reading", {"pictures": "missing"})
    classify(world.table, CODE)
    assert not [t for t in tasks(world) if t["payload"]["kind"] == "read"]
    for _ in range(2):
        classify(world.table, CODE, reads=True)
    (task,) = [t for t in tasks(world) if t["payload"]["kind"] == "read"]
    assert task["payload"]["evidence"] == ["e1"]
