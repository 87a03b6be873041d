"""Pictures and videos made for tests."""

import struct
from datetime import UTC, datetime
from io import BytesIO

from PIL import ExifTags, Image, ImageDraw

RECORDED = datetime(2026, 11, 24, 0, 30, 5, tzinfo=UTC)
SINCE_1904 = int((RECORDED - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
FTYP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def large_box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content


def movie_header(
    duration: int = 12_500, created: int = SINCE_1904, scale: int = 1000, version: int = 0
) -> bytes:
    fields = ">B3xIIII" if version == 0 else ">B3xQQIQ"
    return box(b"mvhd", struct.pack(fields, version, created, created, scale, duration), b"\0" * 80)


def track(
    handler: bytes, width: int = 0, height: int = 0, *, turned: bool = False, version: int = 0
) -> bytes:
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    head = b"\0" * (32 if version else 20) + b"\0" * 16
    size = struct.pack(">II", width << 16, height << 16)
    tkhd = box(b"tkhd", bytes([version, 0, 0, 7]), head, struct.pack(">9i", *matrix), size)
    return box(b"trak", tkhd, box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)))


def video(*parts: bytes, media: bytes = b"") -> BytesIO:
    return BytesIO(FTYP + box(b"mdat", media) + box(b"moov", *(parts or (movie_header(),))))


def scene(width: int = 1200, height: int = 800) -> Image.Image:
    """A picture with a bright top-left corner and some shapes."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 4), "white")
    draw.ellipse((width // 2, height // 2, width - width // 50, height - height // 50), "red")
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> BytesIO:
    out = BytesIO()
    image.save(out, kind, **options)
    return out


def camera_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "samsung\0"
    exif[ExifTags.Base.Model] = "SM-A546E"
    exif[ExifTags.Base.Software] = "A546EXXU1"
    exif[ExifTags.Base.Artist] = "Nguyen Van A"
    exif[ExifTags.Base.ImageDescription] = "a secret"
    exif[ExifTags.Base.Orientation] = orientation
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = "2026:11:24 07:30:05"
    detail[ExifTags.Base.OffsetTimeOriginal] = "+07:00"
    detail[ExifTags.Base.BodySerialNumber] = "R5CW"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (21.0, 1.0, 42.6)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    gps[ExifTags.GPS.GPSLongitude] = (105.0, 51.0, 15.12)
    return exif
