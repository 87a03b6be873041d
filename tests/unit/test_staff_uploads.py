"""Pictures that officers add, and closing a repair with them."""

import base64
import hashlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from staff import uploads
from tests.staff_site import CODES, Site, make_site

ONE = CODES[0]
PATH = f"/staff/reports/{ONE}/evidence"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        made.file(ONE)
        yield made


def picture(colour: str = "teal", size: tuple[int, int] = (800, 600)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_an_added_picture_is_stored_hashed_named_and_in_the_timeline(site: Site) -> None:
    data = picture()
    answer = site.post(PATH, {"data": encoded(data), "file_name": "đã vá.jpg"})
    assert answer.status == 201
    (item,) = answer.json["evidence"]
    assert item["state"] == "stored"
    assert item["sha256"] == hashlib.sha256(data).hexdigest()
    assert (item["by"], item["file_name"]) == ("csgt.officer", "đã vá.jpg")
    assert (item["width"], item["height"], item["thumbnail_url"] is not None) == (800, 600, True)
    link = site.get(f"{PATH}/{item['id']}").json
    assert link["sha256"] == item["sha256"]
    steps = site.get(f"/staff/reports/{ONE}/timeline").json
    assert steps["verified"]
    assert [s["kind"] for s in steps["items"]] == ["received", "evidence_added", "evidence_viewed"]
    assert steps["items"][1]["actor"] == "staff:csgt.officer"


def test_the_same_picture_twice_is_there_once(site: Site) -> None:
    first = site.post(PATH, {"data": encoded(picture())}).json["evidence"]
    again = site.post(PATH, {"data": encoded(picture())}).json["evidence"]
    assert len(again) == 1
    assert again[0]["id"] == first[0]["id"]
    assert len(site.post(PATH, {"data": encoded(picture("gold"))}).json["evidence"]) == 2


@pytest.mark.parametrize(
    "data",
    ["not base64!", encoded(b"plain text"), encoded(b"<html><script>1</script>"), encoded(picture()[:200])],
)
def test_what_is_no_picture_is_refused_naming_the_field(site: Site, data: str) -> None:
    answer = site.post(PATH, {"data": data})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "body.data")
    assert not site.report(ONE).evidence


def test_only_a_picture_may_be_large(site: Site) -> None:
    noise = Image.effect_noise((2400, 1600), 120).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=60)
    data = file.getvalue()
    assert 300_000 < len(data) < uploads.MAX_BYTES
    assert site.post(PATH, {"data": encoded(data)}).status == 201
    assert site.post(f"/staff/reports/{ONE}/notes", {"text": encoded(data)}).status == 413
    assert site.post(PATH, {"data": "A" * (uploads.MAX_BODY + 4)}).status == 413


@pytest.mark.parametrize("who", ["csgt.auditor", "duytu.officer"])
def test_auditors_and_others_add_nothing(site: Site, who: str) -> None:
    assert site.post(PATH, {"data": encoded(picture())}, who=who).status == 403


def test_a_repair_is_closed_with_the_officers_picture(site: Site) -> None:
    site.file(CODES[1], agency="duytu")
    report = site.report(CODES[1])
    path = f"/staff/reports/{CODES[1]}"
    assert report.agency == "duytu"
    site.call("PATCH", path, {"category": "pothole"}, who="duytu.officer")
    closing = {"status": "resolved", "reason": "handled"}
    assert site.post(f"{path}/status", closing, who="duytu.officer").kind == "proof-needed"
    added = site.post(f"{path}/evidence", {"data": encoded(picture())}, who="duytu.officer").json["evidence"]
    proof = [e["id"] for e in added]
    done = site.post(f"{path}/status", closing | {"evidence": proof}, who="duytu.officer")
    assert done.status == 200
    assert done.json["resolution"]["evidence"] == proof
