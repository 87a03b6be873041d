"""Duration, size and time of recording, read from the containers that phones and Zalo use.

Only box headers and a few fields are read, with seeks between them: memory does not grow with the file.
ISO base media (MP4, MOV, 3GP, M4A; ISO/IEC 14496-12), AMR (RFC 4867, section 5) and AAC in ADTS
(ISO/IEC 13818-7); other audio is left to tinytag.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from tinytag import TinyTag, TinyTagException

# A recording has a few dozen boxes and an hour of voice 180,000 frames; more is a trap for the reader.
_MAX_BOXES = 5_000
_MAX_FRAMES = 1_000_000
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_BEFORE_PHONES = datetime(1990, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([+-]\d{1,2}\.\d+)([+-]\d{1,3}\.\d+)")
_PARENTS = {b"moov", b"trak", b"mdia", b"udta"}

_AMR_NARROW, _AMR_WIDE = b"#!AMR\n", b"#!AMR-WB\n"
# Bytes of a frame after its header byte, by frame type; a frame is 20 ms.
_AMR_SIZES = {
    _AMR_NARROW: (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0),
    _AMR_WIDE: (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0),
}
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


@dataclass(slots=True)
class Recording:
    """What a container says. `complete` is False when a part without which it cannot play is missing."""

    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    recorded_at: datetime | None = None
    place: tuple[float, float] | None = None
    complete: bool = True
    handlers: set[bytes] = field(default_factory=set)


def read(file: BinaryIO, content_type: str) -> Recording:
    """Read a video or audio file. A container that is not understood gives an empty Recording."""
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp":
        return _iso(file)
    for magic, sizes in _AMR_SIZES.items():
        if head.startswith(magic):
            return Recording(duration_s=_amr(file, len(magic), sizes))
    if content_type == "audio/aac":
        return Recording(duration_s=_adts(file))
    if content_type.startswith("audio/"):
        return Recording(duration_s=_other_audio(file))
    return Recording()


def _other_audio(file: BinaryIO) -> float | None:
    file.seek(0)
    try:
        seconds = TinyTag.get(file_obj=file, tags=False).duration
    except TinyTagException:
        return None
    return round(seconds, 2) if seconds else None


def _iso(file: BinaryIO) -> Recording:
    found = Recording()
    end = file.seek(0, 2)
    seen_index = False
    for kind, start, size in _boxes(file, 0, end):
        file.seek(start)
        match kind:
            case b"moov":
                seen_index = True
            case b"mvhd":
                _movie_header(file.read(32), found)
            case b"tkhd":
                _track_header(file.read(min(size, 104)), found)
            case b"hdlr":
                found.handlers.add(file.read(12)[8:12])
            case b"\xa9xyz":
                _location(file.read(min(size, 64)), found)
    found.complete = seen_index
    return found


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and size of the content of each box, parents before their children."""
    open_until = [(start, end)]
    for _ in range(_MAX_BOXES):
        while open_until and open_until[-1][0] + 8 > open_until[-1][1]:
            open_until.pop()
        if not open_until:
            return
        at, limit = open_until.pop()
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return
        size, kind = struct.unpack(">I4s", header[:8])
        content = at + 8
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack(">Q", header[8:])
            content = at + 16
        elif size == 0:
            size = limit - at
        following = at + size
        if following < content:
            return
        open_until.append((following, limit))
        yield kind, content, min(following, limit) - content
        if kind in _PARENTS:
            open_until.append((content, min(following, limit)))


def _movie_header(data: bytes, found: Recording) -> None:
    fields = ">4xIIII" if data[:1] == b"\0" else ">4xQQIQ"
    if len(data) < struct.calcsize(fields):
        return
    created, _, scale, duration = struct.unpack_from(fields, data)
    unknown = duration in {0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
    if scale and not unknown:
        found.duration_s = round(duration / scale, 2)
    try:
        recorded_at = _EPOCH_1904 + timedelta(seconds=created)
    except OverflowError:
        return
    # Zero stands for "not known", and a phone with a flat clock says 1970.
    if recorded_at > _BEFORE_PHONES:
        found.recorded_at = recorded_at


def _track_header(data: bytes, found: Recording) -> None:
    """The picture's size as shown: the last two fields, 16.16 fixed, turned by the matrix before them."""
    if len(data) < 84:
        return
    width, height = (n >> 16 for n in struct.unpack(">II", data[-8:]))
    a, b = struct.unpack(">ii", data[-44:-36])
    if width and height:
        found.width, found.height = (height, width) if a == 0 and b != 0 else (width, height)


def _location(data: bytes, found: Recording) -> None:
    """ISO 6709 text, such as +21.0285+105.8542/, after two 16-bit fields."""
    if match := _PLACE.match(data[4:].decode("latin-1")):
        found.place = (float(match[1]), float(match[2]))


def _amr(file: BinaryIO, start: int, sizes: tuple[int, ...]) -> float | None:
    frames, at = 0, start
    file.seek(start)
    while frames < _MAX_FRAMES and (header := file.read(1)):
        at += 1 + sizes[header[0] >> 3 & 0x0F]
        file.seek(at)
        frames += 1
    return round(frames * 0.02, 2) or None


def _adts(file: BinaryIO) -> float | None:
    frames, at, rate = 0, 0, 0
    while frames < _MAX_FRAMES:
        file.seek(at)
        header: Any = file.read(7)
        if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
            break
        index = header[2] >> 2 & 0x0F
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        if index >= len(_ADTS_RATES) or length < 7:
            break
        rate = _ADTS_RATES[index]
        at += length
        frames += 1
    return round(frames * 1024 / rate, 2) if rate else None
