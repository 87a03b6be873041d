"""GET …/dossier: everything about a report in one zip, from the originals, with a manifest of their hashes."""

import hashlib
import json
import re
import tempfile
import zipfile
from typing import IO, Any

from aws_lambda_powertools.event_handler import Response

from desk.domain.clock import iso, local
from desk.domain.report import Report
from desk.domain.timeline import Step, first_break
from desk.storage.table import Item
from staff import files, jobs, views
from staff.auth import Person, Reader
from staff.desk import Desk, desk
from staff.exports import Export
from staff.reports import Code
from staff.routing import new_router
from staff.writing import append, audit_row

router = new_router()

# A Lambda answers with 6 MB at most, base64 takes a third more.
INLINE_BYTES = 4_000_000
# What can be fetched and packed before the gateway's 30 seconds are over.
AT_ONCE_BYTES = 100_000_000
ZIP = "application/zip"
_ANSWERS = {
    200: {"description": "The zip, or its address for whoever asks for JSON", "content": {
        ZIP: {"schema": {"type": "string", "format": "binary"}}, "application/json": {"model": Export}}},
    202: {"description": "A large one, made in the background", "content": {"application/json": {"model": Export}}},
    303: {"description": "The zip is at another address", "content": {"application/json": {"model": Export}}},
}  # fmt: skip


@router.get(
    "/staff/reports/<code>/dossier", tags=["reports"], operation_id="readDossier",
    responses=_ANSWERS,  # type: ignore[arg-type]
)  # fmt: skip
def read_dossier(code: Code, person: Reader) -> Response[Any]:
    """Report, timeline and originals. It stands in the timeline and in the audit that it was taken."""
    peers = desk()
    report = peers.report(code, person)
    items = views.evidence_items(peers.table, [report])
    size = sum(int(i.get("bytes") or 0) for i in items if i["state"] == "stored")
    at = iso(peers.now())
    row = audit_row(peers, person, "dossier_taken", report=code, bytes=size)
    report = append(peers, person, code, Step("dossier_taken", at, person.actor, {"bytes": size}), audit=row)
    if size > AT_ONCE_BYTES:
        job = jobs.start(peers, person, "dossier", code=code)
        place = f"/staff/exports/{job}"
        return _json(
            202, Export(id=job, state="queued", status_url=place), {"Location": place, "Retry-After": "5"}
        )
    with tempfile.TemporaryFile() as file:
        pack(peers, report, items, person, file)
        if file.tell() <= INLINE_BYTES:
            file.seek(0)
            return files.download(f"{code}.zip", ZIP, file.read())
        place = files.key(person.agency, f"{code}-{report.version}.zip")
        files.put(peers, place, file, ZIP)
    url = files.link(peers, place, f"{code}.zip", ZIP)
    done = Export(id=code, state="done", rows=1, status_url=f"/staff/reports/{code}/dossier", url=url)
    if "application/json" in (router.current_event.headers.get("accept") or ""):
        return _json(200, done, {})
    return _json(303, done, {"Location": url})


def _json(status: int, body: Export, headers: dict[str, str]) -> Response[Any]:
    return Response(status, "application/json", body.model_dump(), {"Cache-Control": "no-store", **headers})


def make(desk: Desk, person: Person, job: str, arguments: dict[str, Any]) -> None:
    """Make the dossier of a job."""
    report = desk.report(arguments["code"], person)
    jobs.progress(desk, person.agency, job, state="running", started_at=iso(desk.now()))
    with tempfile.TemporaryFile() as file:
        pack(desk, report, views.evidence_items(desk.table, [report]), person, file)
        place = files.key(person.agency, f"{job}.zip")
        files.put(desk, place, file, ZIP)
    done = {"key": place, "content_type": ZIP, "file_name": f"{report.code}.zip", "rows": 1}
    jobs.progress(desk, person.agency, job, state="done", **done)


def pack(desk: Desk, report: Report, items: list[Item], person: Person, file: IO[bytes]) -> None:
    """Write the zip. Each original is hashed as it passes and compared with what was noted on its arrival."""
    entries = [e.as_dict() for e in desk.reports.timeline(report.code)]
    broken = first_break(desk.reports.timeline(report.code))
    shown = views.report(report, items, desk.bucket).model_dump(mode="json")
    for one in shown["evidence"]:
        one.pop("thumbnail_url")
    texts = {
        "report.json": _pretty(shown),
        "timeline.json": _pretty({"verified": broken is None, "broken_at": broken, "items": entries}),
    }
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, text in texts.items():
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
            listed.append({"file": name, "sha256": hashlib.sha256(text.encode()).hexdigest()})
        for number, item in enumerate(items, start=1):
            listed.append(_original(desk, archive, number, item))
        manifest = {
            "report": report.code,
            "made_at": iso(desk.now()),
            "made_by": person.actor,
            "timeline_head": report.timeline_head,
            "files": listed,
        }
        archive.writestr("manifest.json", _pretty(manifest), zipfile.ZIP_DEFLATED)
        readme = _readme(report, local(desk.now()).strftime("%H:%M %d/%m/%Y"))
        archive.writestr("README.txt", readme, zipfile.ZIP_DEFLATED)


def _original(desk: Desk, archive: zipfile.ZipFile, number: int, item: Item) -> dict[str, Any]:
    """Put an original into the zip; returns its line of the manifest."""
    names = ("id", "kind", "state", "reason", "content_type", "bytes", "sha256", "version_id", "received_at")
    line = {n: item[n] for n in names if item.get(n) is not None}
    if item["state"] != "stored":
        return line
    name = (
        f"evidence/{number:03d}-{re.sub(r'[^0-9A-Za-z._-]', '_', item['id'])}.{item.get('extension', 'bin')}"
    )
    digest = hashlib.sha256()
    with archive.open(zipfile.ZipInfo(name, _stamp(item)), "w", force_zip64=True) as out:
        for piece in desk.bucket.read(item["key"], item["version_id"]):
            digest.update(piece)
            out.write(piece)
    return line | {
        "file": name,
        "sha256_now": digest.hexdigest(),
        "intact": digest.hexdigest() == item["sha256"],
    }


def _stamp(item: Item) -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second = map(int, re.findall(r"\d+", item["received_at"])[:6])
    return year, month, day, hour, minute, second


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _readme(report: Report, at: str) -> str:
    return (
        f"Hồ sơ phản ánh {report.code}, lập lúc {at}.\n\n"
        "report.json: nội dung phản ánh (người phản ánh được ghi bằng bí danh).\n"
        "timeline.json: các bước xử lý; mỗi bước mang mã băm SHA-256 của bước trước.\n"
        "evidence/: tệp gốc như khi nhận.\n"
        "manifest.json: mã băm SHA-256 của từng tệp.\n"
    )
