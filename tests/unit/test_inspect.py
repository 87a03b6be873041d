"""The facts of a file as they stand in its evidence item."""

from io import BytesIO

from desk.sniff import sniff
from media.inspect import inspect
from tests.media_files import FTYP, box, camera_exif, encoded, movie_header, scene, track, video


def test_a_photo_has_a_size_a_place_a_hash_and_a_thumbnail() -> None:
    file = encoded(scene(), exif=camera_exif())
    facts = inspect(file, sniff(file.getvalue()))
    assert facts.attributes.keys() == {"width", "height", "recompressed", "phash", "exif"}
    assert facts.attributes["exif"]["gps"] == {"lat": 21.0285, "lon": 105.8542}
    assert facts.thumbnail is not None
    assert not facts.damaged


def test_a_video_has_a_duration_and_the_time_of_recording() -> None:
    file = video(movie_header(), track(b"vide", 1280, 720))
    facts = inspect(file, sniff(file.getvalue()))
    assert facts.attributes == {
        "duration_s": 12.5,
        "width": 1280,
        "height": 720,
        "exif": {"datetime": "2026-11-24T00:30:05.000+00:00"},
    }
    assert facts.content.content_type == "video/mp4"


def test_a_container_with_sound_only_is_audio() -> None:
    file = video(movie_header(), track(b"soun"))
    assert inspect(file, sniff(file.getvalue())).content.content_type == "audio/mp4"


def test_a_video_that_cannot_play_is_damaged() -> None:
    file = BytesIO(FTYP + box(b"mdat", b"\0" * 500))
    facts = inspect(file, sniff(file.getvalue()))
    assert facts.damaged
    assert facts.attributes == {}


def test_a_document_has_no_facts() -> None:
    file = BytesIO(b"%PDF-1.7\n%more")
    facts = inspect(file, sniff(file.getvalue()))
    assert (facts.attributes, facts.thumbnail, facts.damaged) == ({}, None, False)
