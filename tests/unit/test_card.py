"""The QR code of a card: what its text tells, and how many photos of it can be read."""

import io
import random
import re
import subprocess
import sys
import zlib
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from desk.domain.lookups import card_code
from local.gateway import cards
from local.gateway.people import people
from lookup import qr
from tests.card_photos import Shot, any_shot, take

TODAY = date(2026, 11, 24)
MINH, LAN, *_ = people(TODAY)
PROOF = {"name": MINH.name, "birth": MINH.birth, "number": MINH.personal}
HEALTH = cards.health_text(MINH)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (cards.identity_text(MINH), PROOF),
        (cards.identity_text(MINH).replace("||", "|012345678|") + "||||", PROOF),
        (cards.identity_text(MINH).replace(MINH.name, MINH.name.upper()), PROOF),
        (HEALTH, PROOF | {"number": MINH.card}),
        (HEALTH.replace(MINH.card, MINH.social), PROOF | {"number": MINH.social}),
        (HEALTH.replace(MINH.card, MINH.personal), PROOF),
        # The year alone: the date is asked for.
        (HEALTH.replace("12/03/1985", "1985"), {"name": MINH.name, "number": MINH.card}),
        (HEALTH.replace(MINH.name.encode().hex(), "zz"), {"birth": MINH.birth, "number": MINH.card}),
        # Born tomorrow, or on no day.
        ("001085000001||Nguyễn Văn Minh|25112026|Nam|Hà Nội|", {"name": MINH.name, "number": MINH.personal}),
        ("001085000001||Nguyễn Văn Minh|31021985|Nam|Hà Nội|", {"name": MINH.name, "number": MINH.personal}),
        ("001085000001||H'Bia Niê|12031985|Nữ|Đắk Lắk|01012022", PROOF | {"name": "H'Bia Niê"}),
        ("https://vneid.gov.vn/?q=001085000001|a|b|c|d", {}),
        ("00108500001||Nguyễn Văn Minh|12031985|Nam|Hà Nội|01012022", {}),
        ("٠٠١٠٨٥٠٠٠٠٠١||Nguyễn Văn Minh|12031985|Nam|Hà Nội|01012022", {}),
        ("001085000001", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_code_tells(text: str, parts: dict[str, str]) -> None:
    assert card_code.read(text, TODAY) == parts


_fields = st.one_of(st.text(max_size=20), st.from_regex(r"\d{9,12}"), st.from_regex(r"\d{2}/?\d{2}/?\d{4}"),
                    st.text(max_size=9).map(lambda t: t.encode("utf-8", "replace").hex()),
                    st.sampled_from(cards.identity_text(MINH).split("|") + HEALTH.split("|")))  # fmt: skip


@given(st.one_of(st.text(), st.lists(_fields, max_size=17).map("|".join)))
@example("001085000001||" + "Nguyễn " * 30 + "|12031985|Nam|Hà Nội|")
def test_only_well_formed_parts_come_out_of_any_text(text: str) -> None:
    found = card_code.read(text, TODAY)
    assert not found or "number" in found
    assert re.fullmatch(r"[A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12}|", found.get("number", ""))
    assert date(1900, 1, 1) <= date.fromisoformat(found.get("birth", "1985-03-12")) <= TODAY
    name = found.get("name", "Văn Minh")
    assert len(name) <= 80 and len(name.split()) + name.count("-") >= 1 and not re.search(r"[\d|<>\n]", name)


@given(st.dates(date(1900, 1, 1), TODAY), st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_every_identity_card_is_read_whole(born: date, number: str) -> None:
    text = f"{number}||Lê Thu Hoà|{born:%d%m%Y}|Nữ|Số 1|{TODAY - timedelta(days=1):%d%m%Y}"
    assert card_code.read(text, TODAY) == {"name": "Lê Thu Hoà", "birth": born.isoformat(), "number": number}


# ── photos ──


def test_the_sample_cards_can_be_read() -> None:
    for kind, text in (("identity", cards.identity_text(LAN)), ("health", cards.health_text(LAN))):
        assert qr.codes(cards.sample(LAN, kind)) == [text]


@pytest.mark.parametrize("turn", range(0, 360, 45))
def test_a_card_may_lie_in_any_direction(turn: int) -> None:
    text = cards.identity_text(MINH)
    assert qr.codes(take(cards.card("THẺ", [], text), Shot(share=0.7, turn=turn))) == [text]


@pytest.mark.parametrize(
    ("width", "near", "photos", "floor"),
    [
        # As Zalo passes photos on when they are not sent in full size: two to three points a module.
        (1600, 0.6, 60, 0.82),
        # Twelve million points, the card as small as a third of the photo.
        (4000, 0.35, 12, 0.85),
    ],
)
def test_most_photos_are_read(width: int, near: float, photos: int, floor: float) -> None:
    """Measured over 200 and 60 such photos: 184 and 49 are read, in 0.04 and 0.2 s each; of the 27 others 18 are
    blurred by more than half a module. Without the second look the first 60 and 12 stay below the floor (48, 10)."""
    texts = [cards.identity_text(MINH), cards.health_text(MINH)]
    drawn = [cards.card("THẺ MẪU", [MINH.name, MINH.card], text) for text in texts]
    read = 0
    for seed in range(photos):
        shot = any_shot(random.Random(seed), width=width, near=near)
        found = qr.codes(take(drawn[seed % 2], shot, seed))
        assert found in ([], [texts[seed % 2]]), "never another text"
        read += bool(found)
    assert read / photos >= floor, f"{read} of {photos}"


def _png(width: int, height: int) -> bytes:
    """A picture that claims its size, and holds one row of it."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[16:24] = width.to_bytes(4) + height.to_bytes(4)
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", b"\xff\xd8\xff\xe0 broken", _png(8, 8)[:-30], _png(30_000, 30_000), _png(8000, 8000),
     cards.sample(MINH, "identity")[:3000]],
    ids=["empty", "text", "broken", "cut", "bomb", "hollow", "half"],
)  # fmt: skip
def test_what_is_no_readable_picture_shows_no_code(data: bytes) -> None:
    assert qr.codes(data) == []


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "convert", decode)
    assert qr._grey(_png(30_000, 30_000)) is None


def test_the_reader_is_loaded_with_the_first_photo_and_without_numpy() -> None:
    program = (
        "import sys; import lookup.app; before = 'zxingcpp' in sys.modules; sys.modules['numpy'] = None;"
        "from lookup.qr import codes; from local.gateway import cards; from local.gateway.people import people;"
        "from datetime import date; p = people(date.today())[0];"
        "assert codes(cards.sample(p, 'identity')) == [cards.identity_text(p)]; print(before)"
    )
    environment = {"PYTHONPATH": "functions:.", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr
