"""Has machines read the pictures and recordings of a report, and puts what they read beside what people said.

A picture is read at once. A recording is written down while we wait: the task puts itself back until it is done.
Doing a task again reads nothing twice: what has a reading is left out. (A crash between the service's answer and our
writing of it costs a second call.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx

from desk.domain import facts, readings
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.closing import complete
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import Invalid, NotFound
from desk.logs import count, log
from desk.readers import PlateReader, VoiceReader
from desk.readers.rekognition import RekognitionPlates
from desk.readers.transcribe import TranscribeVoice
from desk.settings import settings
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.outbox import Task, read_task
from desk.storage.reports import Change, Reports
from desk.storage.table import Item, Table

# A recording is looked at again after so many seconds, and given up after so many looks (an hour).
_LOOK_S = 30
_LOOKS = 120
_NAMES = {"image": "ảnh", "audio": "ghi âm"}


@dataclass(frozen=True, slots=True)
class Machines:
    """The machines and the clock."""

    table: Table
    plates: PlateReader
    voice: VoiceReader
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def read(machines: Machines, task: dict[str, Any]) -> None:
    """Do one task of the kind `read`. Raises Unavailable."""
    try:
        report = Reports(machines.table).load(task["report"])
    except NotFound:
        log("report missing", report=task["report"])
        return
    done = {r["evidence"] for r in report.readings}
    found: list[tuple[dict[str, Any], facts.Facts | None]] = []
    waiting: list[str] = []
    for source, item in _sources(machines.table, report):
        if item["id"] not in task["evidence"] or item["id"] in done:
            continue
        if readings.family(item) == "image":
            found.append((_picture(machines, source, item), None))
        elif reading := _voice(machines, source, item, last=task["attempt"] >= _LOOKS):
            found.append((reading, _said(report, item, reading)))
        else:
            waiting.append(item["id"])
    attempt = task["attempt"] + 1
    again = [read_task(report, waiting, *waiting, attempt=attempt, delay_s=_LOOK_S)] if waiting else []
    if found or again:
        at = iso(machines.now())
        Reports(machines.table).change(report.code, lambda known: _changed(known, found, again, at))
    for reading, _ in found:
        count("PicturesRead" if reading["kind"] == "picture" else "SecondsHeard", reading.get("seconds") or 1)
        log("read", report=report.code, kind=reading["kind"], reason=reading["error"])


def _sources(table: Table, report: Report) -> list[tuple[str, Item]]:
    """Stored pictures and recordings with their names as an officer counts them: "ảnh 2", "ghi âm 1"."""
    counted: dict[str, int] = {}
    found = []
    for item in table.get_many([keys.evidence(e) for e in report.evidence]):
        if name := _NAMES.get(readings.family(item)):
            counted[name] = counted.get(name, 0) + 1
            if item.get("state") == "stored" and not item.get("withdrawn"):
                found.append((f"{name} {counted[name]}", item))
    return found


def _picture(machines: Machines, source: str, item: Item) -> dict[str, Any]:
    at = iso(machines.now())
    try:
        plates = machines.plates.plates(item["key"], item["version_id"])
    except Invalid as error:
        return readings.picture(item["id"], source, (), at, error.code)
    return readings.picture(item["id"], source, [(p.plate, p.confidence) for p in plates], at)


def _voice(machines: Machines, source: str, item: Item, *, last: bool) -> dict[str, Any] | None:
    at = iso(machines.now())
    try:
        heard = machines.voice.hear(item["id"], item["key"], item["extension"])
    except Invalid as error:
        return readings.voice(item["id"], source, "", 0.0, 0.0, at, error.code)
    if heard is None:
        return readings.voice(item["id"], source, "", 0.0, 0.0, at, "timeout") if last else None
    return readings.voice(item["id"], source, heard.text, heard.confidence, heard.seconds, at)


def _said(report: Report, item: Item, reading: dict[str, Any]) -> facts.Facts | None:
    """The facts in what was said; the time of the message is what "hôm qua" is counted from."""
    if not reading["text"]:
        return None
    sent = epoch_ms(parse(item.get("sent_at") or report.created_at))
    return facts.of_text(reading["text"], at=sent, agency=report.agency)


def _changed(
    report: Report,
    found: Sequence[tuple[dict[str, Any], facts.Facts | None]],
    again: Sequence[Task],
    at: str,
) -> Change:
    changed, steps = report, []
    for reading, heard in found:
        changed = readings.with_reading(changed, reading, heard)
        plates = [p["compact"] for p in reading.get("plates") or ()]
        data = {
            "evidence": reading["evidence"],
            "kind": reading["kind"],
            "plates": plates,
            "error": reading["error"],
        }
        steps.append(Step("read", at, "desk", {k: v for k, v in data.items() if v}))
    return complete(changed), steps, again


@cache
def machines(table: Table) -> Machines:
    """The machines of this process, wired to AWS."""
    bucket = settings().evidence_bucket
    http = httpx.Client(timeout=10)
    return Machines(
        table,
        RekognitionPlates(client("rekognition"), bucket),
        TranscribeVoice(client("transcribe"), http, bucket),
    )
