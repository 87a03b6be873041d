"""Durations, sizes and times, read from containers built byte by byte."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.container import read
from tests.media_files import FTYP, RECORDED, box, large_box, movie_header, track, video


class TestVideo:
    def test_duration_size_time_and_place_are_read(self) -> None:
        place = box(b"\xa9xyz", b"\0\x12\x15\xc7", b"+21.0285+105.8542/")
        found = read(
            video(movie_header(), track(b"vide", 1920, 1080), track(b"soun"), box(b"udta", place)),
            "video/mp4",
        )
        assert found.duration_s == 12.5
        assert (found.width, found.height) == (1920, 1080)
        assert found.recorded_at == RECORDED
        assert found.place == (21.0285, 105.8542)
        assert found.handlers == {b"vide", b"soun"}
        assert found.complete

    def test_a_video_held_upright_is_as_it_is_shown(self) -> None:
        found = read(video(movie_header(), track(b"vide", 1920, 1080, turned=True)), "video/mp4")
        assert (found.width, found.height) == (1080, 1920)

    def test_the_long_form_of_headers_is_read(self) -> None:
        found = read(video(movie_header(version=1), track(b"vide", 640, 480, version=1)), "video/mp4")
        assert (found.duration_s, found.width, found.recorded_at) == (12.5, 640, RECORDED)

    def test_the_index_is_found_before_and_behind_the_media(self) -> None:
        index = box(b"moov", movie_header())
        assert read(BytesIO(FTYP + index + box(b"mdat", b"x" * 99)), "video/mp4").duration_s == 12.5
        assert read(BytesIO(FTYP + large_box(b"mdat", b"x" * 99) + index), "video/mp4").duration_s == 12.5

    @pytest.mark.parametrize("created", [0, 2_082_844_800], ids=["unset", "1970"])
    def test_a_clock_that_was_not_set_tells_no_time(self, created: int) -> None:
        assert read(video(movie_header(created=created)), "video/mp4").recorded_at is None

    @pytest.mark.parametrize(("duration", "scale"), [(0, 1000), (0xFFFFFFFF, 1000), (500, 0)])
    def test_a_duration_that_is_not_known_is_none(self, duration: int, scale: int) -> None:
        assert read(video(movie_header(duration, scale=scale)), "video/mp4").duration_s is None

    def test_a_video_without_its_index_is_incomplete(self) -> None:
        assert not read(BytesIO(FTYP + box(b"mdat", b"x" * 500)), "video/mp4").complete

    def test_a_file_cut_inside_the_media_is_incomplete(self) -> None:
        whole = video(media=b"x" * 5000).getvalue()
        assert not read(BytesIO(whole[:2000]), "video/mp4").complete

    def test_a_header_that_claims_gigabytes_is_not_read_into_memory(self) -> None:
        class Meter(BytesIO):
            most = 0

            def read(self, size: int | None = -1, /) -> bytes:
                data = super().read(size)
                self.most = max(self.most, len(data))
                return data

        claims = FTYP + struct.pack(">I4s", 0xFFFFFFF0, b"moov") + struct.pack(">I4s", 0xFFFFFF00, b"mvhd")
        meter = Meter(claims + b"\0" * 1_000_000)
        read(meter, "video/mp4")
        assert meter.most <= 128

    def test_a_swarm_of_tiny_boxes_ends(self) -> None:
        assert read(BytesIO(FTYP + box(b"free") * 200_000), "video/mp4").duration_s is None

    def test_boxes_nested_in_themselves_end(self) -> None:
        nested = b""
        for _ in range(3000):
            nested = box(b"moov", nested)
        assert read(BytesIO(FTYP + nested), "video/mp4").complete

    @given(st.binary(max_size=200))
    def test_any_bytes_after_the_brand_are_survived(self, rest: bytes) -> None:
        read(BytesIO(FTYP + rest), "video/mp4")
        read(BytesIO(FTYP + box(b"moov", rest)), "video/mp4")

    def test_another_container_tells_nothing(self) -> None:
        assert read(BytesIO(b"\x1a\x45\xdf\xa3" + b"\0" * 50), "video/webm").duration_s is None


class TestVoice:
    def test_amr_lasts_as_many_frames_as_it_has(self) -> None:
        # Mode 7 (12.2 kbit/s): 31 bytes behind the header byte; type 15 is "no data".
        frames = (b"\x3c" + b"\0" * 31) * 99 + b"\x7c"
        assert read(BytesIO(b"#!AMR\n" + frames), "audio/amr").duration_s == 2.0

    def test_wide_band_amr_has_other_frames(self) -> None:
        frames = (b"\x44" + b"\0" * 60) * 50
        assert read(BytesIO(b"#!AMR-WB\n" + frames), "audio/amr").duration_s == 1.0

    def test_aac_lasts_as_many_frames_as_it_has(self) -> None:
        length = 200
        rate_index = 4  # 44,100 Hz
        header = bytes(
            [
                0xFF,
                0xF1,
                1 << 6 | rate_index << 2,
                0x80 | length >> 11,
                length >> 3 & 0xFF,
                (length & 7) << 5,
                0,
            ]
        )
        frames = (header + b"\0" * (length - 7)) * 431
        assert read(BytesIO(frames), "audio/aac").duration_s == pytest.approx(10.0, abs=0.01)

    def test_wav_is_read(self) -> None:
        rate, seconds = 8000, 3
        data = b"\0" * rate * seconds
        fmt = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
        wav = b"WAVE" + b"fmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(data)) + data
        assert read(BytesIO(b"RIFF" + struct.pack("<I", len(wav)) + wav), "audio/x-wav").duration_s == 3.0

    @given(st.binary(max_size=300), st.sampled_from(["audio/aac", "audio/amr", "audio/mpeg", "audio/ogg"]))
    def test_any_bytes_are_survived(self, data: bytes, kind: str) -> None:
        for head in (b"", b"#!AMR\n", b"ID3\x04\0\0", b"OggS\0\2", b"\xff\xfb\x90\0"):
            read(BytesIO(head + data), kind)
