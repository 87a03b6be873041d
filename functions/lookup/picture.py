"""A table as a PNG picture that can be read on a phone: few colours, a few dozen kilobytes."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# DejaVu Sans, cut down to Vietnamese; its licence lies beside it.
_FONT = Path(__file__).parent / "fonts/DejaVuSans-vi.ttf"
_WIDTH, _MARGIN, _LINE = 1080, 36, 52
_COLUMNS = (0.0, 0.17, 0.34, 0.48)
_INK, _FAINT, _STRIPE, _PAPER = "#1b2733", "#5c6b7a", "#eef3f8", "#ffffff"
MOST_ROWS = 70


def draw(title: str, rows: Sequence[Sequence[str]], foot: str) -> bytes:
    """Title, head (the first row), rows, the last row as the total, and a line below.

    When there are more rows than fit a picture, the oldest are left out: `…` says so.
    """
    head, *body, total = rows
    if len(body) > MOST_ROWS:
        body = [("…", "…", "…", "…"), *body[-MOST_ROWS:]]
    height = _MARGIN * 2 + 80 + _LINE * (len(body) + 2) + 60
    image = Image.new("RGB", (_WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((_MARGIN, _MARGIN), title, fill=_INK, font=_font(38))
    y = _MARGIN + 80
    for number, row in enumerate([head, *body, total]):
        if number % 2:
            pen.rectangle((_MARGIN / 2, y - 8, _WIDTH - _MARGIN / 2, y + _LINE - 10), fill=_STRIPE)
        edge = number in {0, len(body) + 1}
        _row(pen, y, row, _FAINT if edge else _INK)
        y += _LINE
    pen.text((_MARGIN, y + 8), foot, fill=_FAINT, font=_font(26))
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _row(pen: ImageDraw.ImageDraw, y: float, row: Sequence[str], colour: str) -> None:
    inner = _WIDTH - 2 * _MARGIN
    for place, text in zip(_COLUMNS, row, strict=False):
        left = _MARGIN + place * inner
        room = _WIDTH - _MARGIN - left
        pen.text((left, y), _fitting(text, room), fill=colour, font=_font(28))


def _fitting(text: str, room: float) -> str:
    """The text, shortened until it fits."""
    font = _font(28)
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)
