"""The evidence bucket: written once, locked, checked, read back through short links."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import httpx
import pytest
from botocore.exceptions import ClientError

from desk.errors import Conflict
from desk.storage.evidence import EvidenceBucket, Stored, disposition, original_key

KEY = original_key("csgt", "csgt-4c8bd4f-0", "2026-11-24T03:00:00.000+00:00")
PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 50_000


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(bucket: EvidenceBucket, data: bytes, sha256: str | None = None, kind: str = "image/jpeg") -> Stored:
    return bucket.put(
        KEY,
        BytesIO(data),
        sha256=sha256 or digest(data),
        size=len(data),
        content_type=kind,
        file_name="a.html" if kind != "image/jpeg" else "csgt-4c8bd4f-0.jpg",
        source="https://f6.zdn.vn",
    )


def versions(bucket: EvidenceBucket) -> list[str]:
    found = bucket.client.list_object_versions(Bucket=bucket.name).get("Versions", [])
    return [version["VersionId"] for version in found]


def item(stored: Stored, **attributes: object) -> dict[str, object]:
    return {
        "id": "csgt-4c8bd4f-0",
        "key": stored.key,
        "version_id": stored.version_id,
        "content_type": "image/jpeg",
        "extension": "jpg",
    } | attributes


def test_an_original_is_locked_from_its_first_moment(evidence_bucket: EvidenceBucket) -> None:
    stored = put(evidence_bucket, PHOTO)
    at = {"Bucket": evidence_bucket.name, "Key": KEY, "VersionId": stored.version_id}
    held = evidence_bucket.client.get_object_retention(**at)["Retention"]
    assert held["Mode"] == "GOVERNANCE"
    assert held["RetainUntilDate"] > datetime.now(UTC) + timedelta(days=399)
    with pytest.raises(ClientError) as refused:
        evidence_bucket.client.delete_object(**at)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert b"".join(evidence_bucket.read(KEY, stored.version_id)) == PHOTO


def test_other_bytes_are_refused_under_the_key_of_an_original(evidence_bucket: EvidenceBucket) -> None:
    first = put(evidence_bucket, PHOTO)
    with pytest.raises(Conflict):
        put(evidence_bucket, b"something else")
    assert versions(evidence_bucket) == [first.version_id]
    assert evidence_bucket.find(KEY) == first


def test_the_same_bytes_again_are_the_original(evidence_bucket: EvidenceBucket) -> None:
    assert put(evidence_bucket, PHOTO) == put(evidence_bucket, PHOTO)
    assert len(versions(evidence_bucket)) == 1


def test_bytes_that_changed_on_the_way_are_not_stored(evidence_bucket: EvidenceBucket) -> None:
    with pytest.raises(ClientError) as refused:
        put(evidence_bucket, PHOTO, sha256=digest(b"what was meant"))
    assert refused.value.response["Error"]["Code"] in {"BadDigest", "InvalidRequest"}
    assert versions(evidence_bucket) == []


def test_the_checksum_and_the_source_stand_with_the_object(evidence_bucket: EvidenceBucket) -> None:
    put(evidence_bucket, PHOTO)
    found = evidence_bucket.find(KEY)
    assert found is not None
    assert (found.sha256, found.bytes, found.source) == (digest(PHOTO), len(PHOTO), "https://f6.zdn.vn")


def test_nothing_is_found_where_nothing_was_stored(evidence_bucket: EvidenceBucket) -> None:
    assert evidence_bucket.find(KEY) is None


class TestLinks:
    def test_a_picture_is_shown_under_its_name(self, evidence_bucket: EvidenceBucket) -> None:
        answer = httpx.get(evidence_bucket.link(item(put(evidence_bucket, PHOTO))))
        assert answer.content == PHOTO
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-disposition"].startswith('inline; filename="csgt-4c8bd4f-0.jpg"')

    def test_a_picture_can_be_saved(self, evidence_bucket: EvidenceBucket) -> None:
        url = evidence_bucket.link(item(put(evidence_bucket, PHOTO)), name="Ảnh 1.jpg", save=True)
        asked = httpx.URL(url).params["response-content-disposition"]
        assert asked == "attachment; filename=\"_nh 1.jpg\"; filename*=UTF-8''%E1%BA%A2nh%201.jpg"

    @pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/plain"])
    def test_a_file_that_could_run_is_only_ever_a_download(
        self, kind: str, evidence_bucket: EvidenceBucket
    ) -> None:
        stored = put(evidence_bucket, PHOTO, kind=kind)
        url = evidence_bucket.link(item(stored, content_type=kind, file_name="a.html"))
        asked = httpx.URL(url).params
        assert asked["response-content-type"] == "application/octet-stream"
        assert asked["response-content-disposition"].startswith("attachment;")
        # As it was stored, too: a link that asks for nothing is as harmless.
        headers = httpx.get(url).headers
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment;")

    def test_a_link_is_signed_and_short(self, evidence_bucket: EvidenceBucket) -> None:
        query = httpx.URL(evidence_bucket.link(item(put(evidence_bucket, PHOTO)))).params
        assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert query["X-Amz-Expires"] == "300"
        assert query["versionId"] != ""


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    made = disposition('Biên bản "số 1"\r\nX-Evil: 1/..\\a.pdf', inline=False)
    assert made == (
        'attachment; filename="Bi_n b_n s_ 1X-Evil: 1..a.pdf"; '
        "filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20s%E1%BB%91%201X-Evil%3A%201..a.pdf"
    )
