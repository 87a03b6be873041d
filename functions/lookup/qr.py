"""The QR codes on a photo, read in memory. zxing-cpp reads from Pillow's own memory: numpy is not needed."""

from collections.abc import Iterator
from io import BytesIO

import zxingcpp
from PIL import Image, ImageFilter

from desk.logs import warn
from desk.picture import FORMATS

# More points than this are not decoded: a quarter of a gigabyte at four bytes each.
MOST_POINTS = 64_000_000
# A photo is brought down to this; a code of 11 mm on a card that fills it has seven points a module.
LONGEST = 4096
# Up to this size a card's code may have only two points a module: enlarged, more are found.
_SMALL = 2048
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def codes(photo: bytes) -> list[str]:
    """The texts of the codes on a photo, as UTF-8; none when it is no picture, too large, or shows no code."""
    try:
        grey = _grey(photo)
        looks = _looks(grey) if grey else ()
        return next((found for look in looks if (found := _read(look))), [])
    except Exception as error:  # noqa: BLE001 - decoders raise anything on hostile bytes
        warn("card not understood", error=type(error).__name__)
        return []


def _grey(photo: bytes) -> Image.Image | None:
    """The picture in grey, not larger than LONGEST; None when decoding would take too much."""
    image = Image.open(BytesIO(photo), formats=FORMATS)
    if image.width * image.height > MOST_POINTS:
        return None
    image.draft("L", (LONGEST, LONGEST))
    grey = image.convert("L")
    grey.thumbnail((LONGEST, LONGEST))
    return grey


def _looks(grey: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then sharper, and twice as large when it is small. Any turn is found in each."""
    yield grey
    small = max(grey.size) <= _SMALL
    sharp = grey.filter(ImageFilter.UnsharpMask(1.5 if small else 4, 150, 2))
    yield sharp.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC) if small else sharp


def _read(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(image, formats=_QR, try_invert=False)
    return [code.bytes.decode(errors="replace") for code in found]
