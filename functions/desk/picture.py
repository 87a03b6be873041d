"""A picture's size, allow-listed EXIF, perceptual hash and thumbnail, without trusting it with memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

THUMBNAIL_PX = 480
_QUALITY = 80
# Only these decoders run: no PostScript, no vector formats, no exotic ones.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
# Less contrast than this (of 255) and the hash would only tell noise: all dark or blank pictures would look alike.
_MIN_CONTRAST = 16
# What decoding may take; a picture that needs more is kept as it is, without a thumbnail.
_MAX_DECODED_BYTES = 128 * 1024 * 1024
_MAX_TEXT = 64
# Pillow's own guard counts pixels and stops at the header. The guard here counts what decoding would take,
# which for a baseline JPEG, scaled down while it is decoded, is a small part.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows about itself.

    `exif` has at most datetime (ISO, with an offset when the camera wrote one), gps (lat, lon in degrees),
    make, model and software. `recompressed` guesses that a messenger has processed it: a photo as a camera
    writes it names the camera. `phash` is a 64-bit difference hash in hexadecimal: pictures that look alike
    differ in few bits; None for a picture with hardly anything on it. `damaged`: it says it is a picture but
    does not open or decode.
    """

    width: int | None = None
    height: int | None = None
    exif: Mapping[str, Any] = field(default_factory=dict)
    recompressed: bool | None = None
    phash: str | None = None
    thumbnail: bytes | None = None
    damaged: bool = False


def look(file: BinaryIO) -> Picture:
    """Look at a picture. One of a format that is not decoded here (HEIC) gives an empty Picture."""
    file.seek(0)
    try:
        image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        return Picture()
    except (OSError, ValueError, SyntaxError):
        return Picture(damaged=True)
    width, height = image.size
    raw = _exif(image)
    exif = _allowed(raw)
    if raw.get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}:
        width, height = height, width
    camera = bool({"make", "model", "datetime"} & exif.keys())
    facts: dict[str, Any] = {"width": width, "height": height, "exif": exif, "recompressed": not camera}
    # Pillow's decoders raise these for broken data, each format in its own way.
    try:
        small = _small(image)
    except (OSError, ValueError, SyntaxError, IndexError, EOFError):
        return Picture(**facts, damaged=True)
    if small is None:
        return Picture(**facts)
    out = BytesIO()
    small.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(**facts, phash=_difference_hash(small), thumbnail=out.getvalue())


def _small(image: Image.Image) -> Image.Image | None:
    """The picture upright, in RGB on white, at most THUMBNAIL_PX a side; None when decoding would take too much."""
    full = image.width * image.height
    image.draft("RGB", (THUMBNAIL_PX, THUMBNAIL_PX))
    # A progressive JPEG keeps the coefficients of all of it while it is decoded.
    needed = full * 3 if image.info.get("progressive") else image.width * image.height * 4
    if needed > _MAX_DECODED_BYTES:
        return None
    # Reducing first: turning and blending then cost little.
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        upright = Image.new("RGB", layered.size, "white")
        upright.paste(layered, mask=layered.getchannel("A"))
    return upright.convert("RGB")


def _difference_hash(image: Image.Image) -> str | None:
    """64 bits: whether each of 8 x 8 points is brighter than its right neighbour."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    if max(grey) - min(grey) < _MIN_CONTRAST:
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return f"{bits:016x}"


def _exif(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except (OSError, ValueError, SyntaxError):
        # Broken EXIF does not make a broken picture.
        return Image.Exif()


def _allowed(raw: Image.Exif) -> dict[str, Any]:
    """The few fields that tell where, when and with what a picture was taken."""
    try:
        detail = raw.get_ifd(ExifTags.IFD.Exif)
        gps = raw.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError):
        detail, gps = {}, {}
    fields = {
        "make": _text(raw.get(ExifTags.Base.Make)),
        "model": _text(raw.get(ExifTags.Base.Model)),
        "software": _text(raw.get(ExifTags.Base.Software)),
        "datetime": _taken(
            detail.get(ExifTags.Base.DateTimeOriginal), detail.get(ExifTags.Base.OffsetTimeOriginal)
        ),
        "gps": _position(gps),
    }
    return {k: v for k, v in fields.items() if v}


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return "".join(c for c in value if c.isprintable()).strip()[:_MAX_TEXT] or None


def _taken(value: Any, offset: Any) -> str | None:
    """EXIF writes 2026:11:24 07:30:00 and, when it knows it, +07:00 in a field of its own."""
    text = _text(value)
    if not text or len(text) < 19:
        return None
    day, _, clock = text[:19].partition(" ")
    plain = f"{day.replace(':', '-')}T{clock}"
    zone = _text(offset) or ""
    for candidate in (plain + zone, plain):
        try:
            return datetime.fromisoformat(candidate).isoformat()
        except ValueError:
            continue
    return None


def _position(gps: Mapping[int, Any]) -> dict[str, float] | None:
    """Degrees, north and east positive; None when absent, broken or the 0,0 of a phone without a fix."""
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] == "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or lat == lon == 0:
        return None
    return {"lat": lat, "lon": lon}


def _degrees(parts: Any, negative: bool) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if negative else value
