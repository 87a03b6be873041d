"""Cards of the invented people, to be photographed in the chat: no likeness of a real card, but its QR code."""

import io
from datetime import date
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from local.gateway.people import Person

# A card is 85.6 x 54 mm, twenty points a millimetre. Its code measures 11 mm, as in the draft of the identity card of
# 2024: the smallest known.
_MM = 20
SIZE = (1712, 1080)
KINDS = ("identity", "health")
_CODE = 11 * _MM
_FONT = Path(__file__).parents[2] / "functions/lookup/fonts/DejaVuSans-vi.ttf"
_INK, _PAPER, _BAND = "#1b2733", "#f2f6ee", "#2c6e63"


def identity_text(person: Person) -> str:
    """What the code of a chip-based identity card says (desk.domain.lookups.card_code)."""
    born = date.fromisoformat(person.birth).strftime("%d%m%Y")
    sex = "Nữ" if person.personal[3] in "1379" else "Nam"
    return f"{person.personal}||{person.name}|{born}|{sex}|Số 1, Phố Ví Dụ, Phường Giả Định, Hà Nội|01012022"


def health_text(person: Person) -> str:
    """What the code of a health card of the old form says."""
    born = date.fromisoformat(person.birth).strftime("%d/%m/%Y")
    name, place = person.name.encode().hex(), "Hà Nội".encode().hex()
    begins = person.card_from.strftime("%d/%m/%Y")
    five = person.five.strftime("%d/%m/%Y") if person.five else "-"
    code = f"{person.facility[0][:2]} - {person.facility[0][2:]}"
    return f"{person.card}|{name}|{born}|1|{place}|{code}|{begins}|-|{begins}|01|-|4|{five}|0000000000000000-0000|$"


def code(text: str, side: int) -> Image.Image:
    """A QR code with its quiet zone, in grey, about `side` points wide."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = memoryview(barcode.to_image()).shape[0]
    drawn = memoryview(barcode.to_image(scale=max(1, round(side / modules))))
    return Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), drawn.tobytes())


def card(title: str, lines: list[str], text: str) -> Image.Image:
    """A card with a code at the upper right."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 7 * _MM), fill=_BAND)
    pen.text((2 * _MM, 2 * _MM), title, fill=_PAPER, font=ImageFont.truetype(str(_FONT), 56))
    for number, line in enumerate(lines):
        pen.text((2 * _MM, (28 + 5 * number) * _MM), line, fill=_INK, font=ImageFont.truetype(str(_FONT), 52))
    image.paste(code(text, _CODE), (SIZE[0] - _CODE - 3 * _MM, 9 * _MM))
    return image


def sample(person: Person, kind: str) -> bytes:
    """A PNG of somebody's card of one of the KINDS."""
    if kind == "health":
        picture = card("THẺ BHYT MẪU (không có giá trị)", [person.name, person.card], health_text(person))
    else:
        picture = card(
            "CĂN CƯỚC MẪU (không có giá trị)", [person.name, person.personal], identity_text(person)
        )
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
