"""What a picture shows about itself, and that a hostile one costs little."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from desk.picture import THUMBNAIL_PX, look
from tests.media_files import camera_exif, encoded, scene


def distance(one: str | None, other: str | None) -> int:
    assert one is not None
    assert other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def thumbnail(file: BytesIO) -> Image.Image:
    data = look(file).thumbnail
    assert data is not None
    return Image.open(BytesIO(data))


def test_exif_keeps_when_where_and_with_what_and_nothing_of_the_person() -> None:
    seen = look(encoded(scene(), exif=camera_exif()))
    assert seen.exif == {
        "make": "samsung",
        "model": "SM-A546E",
        "software": "A546EXXU1",
        "datetime": "2026-11-24T07:30:05+07:00",
        "gps": {"lat": 21.0285, "lon": 105.8542},
    }
    assert seen.recompressed is False


def test_a_picture_without_a_camera_has_probably_been_recompressed() -> None:
    seen = look(encoded(scene()))
    assert seen.exif == {}
    assert seen.recompressed is True


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2026:13:45 07:30:05", "yesterday", ""])
def test_a_time_that_is_none_is_left_out(taken: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    assert "datetime" not in look(encoded(scene(), exif=exif)).exif


@pytest.mark.parametrize("latitude", [(0.0, 0.0, 0.0), (91.0, 0.0, 0.0)])
def test_a_place_that_is_none_is_left_out(latitude: tuple[float, ...]) -> None:
    exif = camera_exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = latitude
    gps[ExifTags.GPS.GPSLongitude] = (0.0, 0.0, 0.0)
    assert "gps" not in look(encoded(scene(), exif=exif)).exif


def test_the_thumbnail_is_a_small_upright_jpeg_without_exif() -> None:
    seen = look(encoded(scene(1200, 800), exif=camera_exif(orientation=6)))
    small = thumbnail(encoded(scene(1200, 800), exif=camera_exif(orientation=6)))
    assert (seen.width, seen.height) == (800, 1200)
    assert small.format == "JPEG"
    assert small.size == (320, THUMBNAIL_PX)
    assert not small.getexif()
    # Orientation 6 is a quarter turn clockwise: the white corner and the black upper edge are now on the right.
    brightness = small.convert("L")
    assert brightness.getpixel((310, 10)) > 240
    assert brightness.getpixel((310, 400)) < 30


def test_a_small_picture_is_not_blown_up() -> None:
    assert thumbnail(encoded(scene(60, 40), "PNG")).size == (60, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_picture_gets_a_thumbnail(mode: str) -> None:
    image = scene(64, 64).convert("L" if mode == "I;16" else mode)
    kind = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
    if mode == "I;16":
        image = image.point(lambda value: value * 256, "I").convert("I;16")
    assert thumbnail(encoded(image, kind)).mode == "RGB"


def test_what_is_transparent_is_white_in_the_thumbnail() -> None:
    assert thumbnail(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")).getpixel((4, 4)) == (
        255,
        255,
        255,
    )


def test_the_first_picture_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("white", "black")]
    file = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert thumbnail(file).convert("L").getpixel((5, 5)) > 250


def test_copies_of_a_picture_have_nearly_the_same_hash_and_other_pictures_do_not() -> None:
    original = look(encoded(scene(), quality=95)).phash
    copies = [
        encoded(scene(), quality=30),
        encoded(scene(600, 400)),
        encoded(scene(), "WEBP"),
        encoded(scene(), "PNG"),
    ]
    assert max(distance(original, look(copy).phash) for copy in copies) <= 6
    assert distance(original, look(encoded(scene().rotate(90))).phash) > 15


@pytest.mark.parametrize("shade", [0, 5, 128, 255])
def test_a_blank_picture_looks_like_no_other(shade: int) -> None:
    seen = look(encoded(Image.effect_noise((400, 300), 4).point(lambda v: (v - 128) // 2 + shade)))
    assert seen.phash is None
    assert seen.thumbnail is not None


def bomb(width: int, height: int) -> BytesIO:
    """A PNG of a few kilobytes that would decode to width x height."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5000))
        + chunk(b"IEND", b"")
    )


def test_a_decompression_bomb_is_measured_and_not_decoded() -> None:
    tracemalloc.start()
    try:
        seen = look(bomb(60_000, 60_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (seen.width, seen.height, seen.thumbnail, seen.damaged) == (60_000, 60_000, None, False)
    assert peak < 5_000_000


def test_a_large_photo_still_gets_a_thumbnail() -> None:
    """108 megapixels, as phones take them: a JPEG is scaled down while it is decoded."""
    assert thumbnail(encoded(Image.new("L", (12_000, 9_000), 128))).size == (480, 360)


def test_a_cut_picture_is_damaged_and_keeps_what_its_head_told() -> None:
    whole = encoded(scene(), exif=camera_exif()).getvalue()
    seen = look(BytesIO(whole[: len(whole) // 2]))
    assert seen.damaged
    assert (seen.width, seen.height) == (1200, 800)
    assert seen.exif["model"] == "SM-A546E"


def test_a_format_that_is_not_decoded_is_no_damage() -> None:
    assert not look(BytesIO(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64)).damaged


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_bytes_never_raise(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"]))
    options = {"exif": camera_exif()} if kind in {"JPEG", "PNG", "WEBP"} else {}
    content = bytearray(encoded(scene(40, 30), kind, **options).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    look(BytesIO(bytes(content)))
