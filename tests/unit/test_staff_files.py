"""What staff take away: dossiers and exports."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from staff import app, dossier, exports, jobs
from tests.staff_site import CODES, Site, make_site

ONE = CODES[0]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Calls of the function to itself; a test makes them when it likes."""
    calls: list[dict[str, Any]] = []

    class Lambda:
        def invoke(self, **arguments: Any) -> None:
            assert arguments["InvocationType"] == "Event"
            assert arguments["FunctionName"] == "langnghe-test-staff"
            calls.append(json.loads(arguments["Payload"]))

    monkeypatch.setattr(jobs, "client", lambda _service: Lambda())
    return calls


def audit(site: Site) -> list[str]:
    return [r["action"] for r in site.get("/staff/audit", who="csgt.auditor").json["items"]]


def test_a_dossier_has_the_originals_the_timeline_and_a_manifest_of_their_hashes(site: Site) -> None:
    report = site.file(ONE, evidence=("e1", "e2"))
    site.store(report, "e1", b"picture")
    site.store(report, "e2", b"", state="failed", reason="dead_link")
    answer = site.get(f"/staff/reports/{ONE}/dossier")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.raw))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    for line in manifest["files"]:
        if "file" in line:
            assert hashlib.sha256(archive.read(line["file"])).hexdigest() == line["sha256"]
    picture, lost = manifest["files"][-2:]
    assert archive.read(picture["file"]) == b"picture" and picture["intact"] is True
    assert (lost["state"], lost["reason"], "file" in lost) == ("failed", "dead_link", False)
    timeline = json.loads(archive.read("timeline.json"))
    assert timeline["verified"] is True
    assert timeline["items"][-1]["kind"] == "dossier_taken"
    assert manifest["timeline_head"] == timeline["items"][-1]["hash"]
    assert audit(site) == ["dossier_taken"]


def test_a_larger_dossier_is_at_another_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "INLINE_BYTES", 10)
    site.store(site.file(ONE, evidence=("e1",)), "e1", b"picture")
    moved = site.get(f"/staff/reports/{ONE}/dossier")
    assert (moved.status, moved.headers["location"]) == (303, moved.json["url"])
    told = site.get(f"/staff/reports/{ONE}/dossier", headers={"Accept": "application/json"})
    assert told.status == 200 and told.json["state"] == "done"
    (first, *_) = boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"]
    assert first["Key"].startswith(f"csgt/{ONE}-")


def test_a_very_large_dossier_is_made_in_the_background(
    site: Site, monkeypatch: pytest.MonkeyPatch, invoked: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(dossier, "AT_ONCE_BYTES", 1)
    site.store(site.file(ONE, evidence=("e1",)), "e1", b"picture")
    answer = site.get(f"/staff/reports/{ONE}/dossier")
    assert answer.status == 202
    place = answer.json["status_url"]
    assert site.get(place).json["state"] == "queued"
    app.handler(invoked[0], None)
    assert site.get(place).json["url"].startswith("https://")


def test_an_export_has_all_that_is_listed_and_nobody_s_name(site: Site) -> None:
    for code in CODES[:3]:
        site.file(code)
    site.file(CODES[3], status="resolved")
    site.identities.put_if_new("csgt", "c_one", "zalo-1")
    answer = site.get("/staff/exports?status=received&format=csv")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode("utf-8-sig"))))
    assert {r["Mã phản ánh"] for r in rows} == set(CODES[:3])
    assert b"zalo-1" not in answer.raw
    assert audit(site) == ["exported"]


def test_an_xlsx_opens_and_a_formula_of_a_citizen_stays_text(site: Site) -> None:
    evil = '=HYPERLINK("http://x.vn")'
    site.post("/staff/reports", {"text": evil})
    sheet = site.get("/staff/exports?format=xlsx")
    archive = zipfile.ZipFile(io.BytesIO(sheet.raw))
    cells = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in cells and "<f>" not in cells
    assert len(re.findall("<row ", cells)) == 2
    text = site.get("/staff/exports?format=csv").raw.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["Nội dung"].startswith("'=HYPERLINK(")


def test_nothing_that_citizens_say_of_themselves_leaves_in_a_table(site: Site) -> None:
    said = "Tôi là Nguyễn Văn An, số 0912 345 678, CCCD 001099012345, thấy xe 30K-182.11 vượt đèn đỏ"
    site.post("/staff/reports", {"text": said, "name": "Nguyễn Văn An", "phone": "0912345678"})
    for kind in ("csv", "xlsx"):
        raw = site.get(f"/staff/exports?format={kind}").raw
        parts = [raw] if kind == "csv" else [f.read() for f in _files(raw)]
        for secret in ("Văn An", "0912", "345 678", "001099012345", "84912345678"):
            assert not any(secret.encode() in part for part in parts), (kind, secret)


def _files(raw: bytes) -> list[Any]:
    archive = zipfile.ZipFile(io.BytesIO(raw))
    return [archive.open(name) for name in archive.namelist()]


def test_a_long_export_is_made_in_the_background(
    site: Site, monkeypatch: pytest.MonkeyPatch, invoked: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for code in CODES[:4]:
        site.file(code)
    answer = site.get("/staff/exports?format=csv")
    assert answer.status == 202
    place = answer.json["status_url"]
    assert (site.get(place).json["state"], site.get(place).json["url"]) == ("queued", None)
    app.handler(invoked[0], None)
    app.handler(invoked[0], None)  # Lambda repeats; the job is done once
    done = site.get(place).json
    assert (done["state"], done["rows"]) == ("done", 4)
    (stored,) = boto3.client("s3").list_objects_v2(Bucket="exports")["Contents"]
    data = boto3.client("s3").get_object(Bucket="exports", Key=stored["Key"])["Body"].read()
    assert len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))) == 4
    assert audit(site) == ["exported"]
    assert site.get(place, who="duytu.officer").status == 404


def test_a_job_that_fails_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch, invoked: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    site.file(ONE)
    place = site.get("/staff/exports").json["status_url"]

    def break_down(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(app.JOBS, "export", break_down)
    with pytest.raises(OSError, match="disk full"):
        app.handler(invoked[0], None)
    assert site.get(place).json["state"] == "failed"


@pytest.mark.parametrize("query", ["format=pdf", "status=done", "from=x", "category=none"])
def test_a_wrong_filter_is_named(site: Site, query: str) -> None:
    answer = site.get(f"/staff/exports?{query}")
    assert (answer.status, answer.json["field"]) == (422, f"query.{query.split('=')[0]}")
