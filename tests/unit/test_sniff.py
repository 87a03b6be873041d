"""What bytes are, whatever they are called."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desk.sniff import HEAD_BYTES, fits, sniff


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


def brand(major: bytes, *compatible: bytes) -> bytes:
    brands = major + b"\0\0\2\0" + b"".join(compatible)
    return (len(brands) + 8).to_bytes(4, "big") + b"ftyp" + brands + b"\0" * 40


def zip_file() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


MEDIA = [
    (picture("JPEG"), "image/jpeg", "jpg"),
    (picture("PNG"), "image/png", "png"),
    (picture("WEBP"), "image/webp", "webp"),
    (picture("GIF"), "image/gif", "gif"),
    (brand(b"heic", b"mif1", b"heic"), "image/heic", "heic"),
    (brand(b"isom", b"isom", b"mp41"), "video/mp4", "mp4"),
    (brand(b"mp42", b"isom", b"mp42"), "video/mp4", "mp4"),
    (brand(b"qt  "), "video/quicktime", "mov"),
    (brand(b"XAVC", b"XAVC"), "video/mp4", "mp4"),
    (brand(b"M4A ", b"M4A "), "audio/mp4", "m4a"),
    (b"#!AMR\n" + b"\x3c" * 40, "audio/amr", "amr"),
    (b"\xff\xf1\x50\x80" + b"\0" * 40, "audio/aac", "aac"),
    (b"ID3\x04" + b"\0" * 40, "audio/mpeg", "mp3"),
    (b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 20, "audio/x-wav", "wav"),
]
PAGES = [
    b"<!DOCTYPE html><html>",
    b"\xef\xbb\xbf\r\n  <!doctype HTML>",
    b"<html lang='vi'>",
    b"<HEAD><title>404</title>",
    b"<!-- cached --><html>",
    b'<?xml version="1.0"?><!DOCTYPE html PUBLIC><html xmlns="http://www.w3.org/1999/xhtml">',
    b"<script>location='/'</script>",
]
NOT_MEDIA = [
    b'{"error": "expired"}',
    b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    b"%PDF-1.7\n",
    b"MZ\x90\0" + b"\0" * 60,
    b"\0\1\2\3 nothing known",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    zip_file(),
]


@pytest.mark.parametrize(("head", "content_type", "extension"), MEDIA, ids=[m[1] for m in MEDIA])
def test_media_is_known_by_its_bytes_and_fits_whatever_kind_of_media_was_declared(
    head: bytes, content_type: str, extension: str
) -> None:
    content = sniff(head)
    assert (content.content_type, content.extension) == (content_type, extension)
    assert all(fits(content, kind) for kind in ("image", "gif", "video", "audio", "file"))


@pytest.mark.parametrize("head", PAGES)
def test_a_web_page_never_passes_for_a_picture_nor_for_another_file(head: bytes) -> None:
    content = sniff(head)
    assert content.family == "page"
    assert not fits(content, "image")
    assert not fits(content, "file", "document.pdf")
    assert not fits(content, "file")


def test_a_web_page_that_was_sent_as_one_is_a_file() -> None:
    assert fits(sniff(PAGES[0]), "file", "Trang.HTML")


@pytest.mark.parametrize("head", NOT_MEDIA)
def test_anything_else_is_a_file_and_not_a_picture(head: bytes) -> None:
    content = sniff(head)
    assert fits(content, "file", "a.bin")
    assert not any(fits(content, kind) for kind in ("image", "gif", "video", "audio"))


def test_text_cut_inside_a_letter_is_still_text() -> None:
    head = ("x" + "ệ" * HEAD_BYTES).encode()[:HEAD_BYTES]
    assert sniff(head).content_type == "text/plain"
    assert sniff("chào".encode()[:-1] + b"\xff").content_type == "application/octet-stream"


@given(st.binary(max_size=300))
def test_any_bytes_have_one_answer(head: bytes) -> None:
    assert sniff(head).family in {"image", "video", "audio", "page", "text", "other", "unknown"}
