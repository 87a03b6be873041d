"""What a phone writes into a photo: itself, the moment and the place."""

from datetime import datetime

from PIL import Image


def exif(place: tuple[float, float], at: datetime) -> Image.Exif:
    """EXIF of a photo taken there (latitude, longitude) and then (a Hanoi clock)."""
    moment = at.strftime("%Y:%m:%d %H:%M:%S")
    made = Image.Exif()
    made[0x010F], made[0x0110], made[0x0131] = "Lang Nghe", "Simulated phone", "local.zalo.samples"
    made[0x0132] = moment
    made.get_ifd(0x8769).update({0x9003: moment, 0x9011: "+07:00"})
    made.get_ifd(0x8825).update({1: "N", 2: _degrees(place[0]), 3: "E", 4: _degrees(place[1])})
    return made


def _degrees(value: float) -> tuple[float, float, float]:
    degrees, rest = divmod(value, 1)
    minutes, rest = divmod(rest * 60, 1)
    return degrees, minutes, round(rest * 60, 2)
