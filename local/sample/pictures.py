"""Pictures for the sample reports: the matter of each, on a street of its own. Drawn when they are sent."""

import io
import random
from collections.abc import Callable
from datetime import datetime

from PIL import Image, ImageChops

from local.zalo.samples.exif import exif
from local.zalo.samples.street import PAINT, Colour, Street

SIZE = (960, 720)
CARS: list[Colour] = [
    (182, 52, 48),
    (224, 226, 228),
    (60, 86, 120),
    (40, 42, 48),
    (150, 152, 156),
    (196, 160, 96),
]
SHIRTS: list[Colour] = [(60, 110, 150), (70, 120, 90), (150, 110, 60), (120, 60, 90), (80, 80, 120)]
WATER, SHINE, EARTH, HOLE = (120, 128, 122), (168, 178, 176), (122, 96, 70), (42, 38, 36)

type Scene = Callable[[Street, random.Random, str], None]


def draw(
    name: str, plate: str, *, seed: int, place: tuple[float, float] | None = None, at: datetime | None = None
) -> bytes:
    """A JPEG of the scene `name`; the same seed gives the same picture. Place and time stand in its EXIF."""
    dice = random.Random(seed)
    street = Street(size=SIZE, seed=seed, horizon=0.36 + dice.random() * 0.12)
    for side in (-5.5, 5.6):
        for z in range(34, 8, -9):
            if dice.random() < 0.6:
                street.tree(side, z + dice.random() * 3)
    SCENES[name](street, dice, plate)
    file = io.BytesIO()
    known = exif(place, at) if place and at else Image.Exif()
    _framed(street.photo(), dice).save(file, "JPEG", quality=74, exif=known)
    return file.getvalue()


def _framed(photo: Image.Image, dice: random.Random) -> Image.Image:
    """As somebody holds a phone: nearer or farther, a little aside, in this or that light."""
    share = dice.uniform(0.68, 0.98)
    wide, high = round(SIZE[0] * share), round(SIZE[1] * share)
    left, top = (
        round((SIZE[0] - wide) * dice.uniform(0.3, 0.85)),
        round((SIZE[1] - high) * dice.uniform(0.3, 0.8)),
    )
    light = dice.choice([(255, 255, 255), (255, 236, 208), (214, 220, 232), (255, 222, 184)])
    part = photo.crop((left, top, left + wide, top + high)).resize(SIZE, Image.Resampling.LANCZOS)
    return ImageChops.multiply(part, Image.new("RGB", SIZE, light))


def _traffic(street: Street, dice: random.Random, near: float = 14) -> None:
    """Others on the road, far enough not to hide the matter."""
    for z in sorted((near + dice.random() * 22 for _ in range(dice.randint(2, 4))), reverse=True):
        if dice.random() < 0.35:
            street.car(dice.choice([-2.0, 1.9]), z, dice.choice(CARS), _plate(dice, "30"))
        else:
            street.bike(dice.uniform(-3, 3), z, dice.choice(SHIRTS), _plate(dice, "29"))


def _plate(dice: random.Random, start: str) -> str:
    return f"{start}{dice.choice('ABEFGHK')}-{dice.randint(100, 999)}.{dice.randint(10, 99)}"


def _pool(street: Street, x: float, z: float, radius: float, colour: Colour, flat: float = 0.24) -> None:
    street.disc(x, 0, z, radius, colour, flat)


def _red_light(street: Street, dice: random.Random, plate: str) -> None:
    for stripe in range(-7, 8):
        x = stripe * 0.54
        street.shape([(x, 0, 5.6), (x + 0.3, 0, 5.6), (x + 0.3, 0, 8.2), (x, 0, 8.2)], PAINT)
    _traffic(street, dice, 18)
    street.traffic_light(4.7, 10, "red")
    street.car(dice.uniform(1.2, 2.2), 9.2 + dice.random(), dice.choice(CARS), plate)
    street.bike(-0.8, 7.4, dice.choice(SHIRTS), _plate(dice, "29"))


def _parked(street: Street, dice: random.Random, plate: str) -> None:
    _traffic(street, dice, 18)
    side = dice.choice([-1, 1])
    street.car(side * 4.6, 13.5, dice.choice(CARS), _plate(dice, "29"), y=0.1)
    street.car(side * 4.5, 8.6 + dice.random(), dice.choice(CARS), plate, y=0.1)


def _riding(street: Street, dice: random.Random, plate: str) -> None:
    for z in (19, 15, 11.5):
        street.bike(4.9 - dice.random() * 0.5, z, dice.choice(SHIRTS), _plate(dice, "29"))
    _traffic(street, dice, 16)
    street.bike(4.6, 7.2, dice.choice(SHIRTS), plate)


def _crowded(street: Street, dice: random.Random, plate: str) -> None:
    _traffic(street, dice, 14)
    for x, z in ((1.0, 7.9), (1.25, 7.6), (1.1, 7.0)):
        street.bike(x, z, dice.choice(SHIRTS), plate, helmet=(40, 30, 26))


def _stall(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    for z in (15, 12, 9.5, 7.4):
        street.box(4.9, 0.1, z, 1.2, 0.5, dice.choice([(40, 90, 160), (190, 50, 44), (220, 170, 60)]), 0.08)
        for x in (4.2, 5.6):
            street.box(x, 0.1, z - 0.1, 0.4, 0.34, (196, 60, 50), 0.06)
            street.disc(x, 1.05, z, 0.18, (222, 186, 156))
            street.box(x, 0.45, z, 0.42, 0.5, dice.choice(SHIRTS), 0.12)


def _wrong_way(street: Street, dice: random.Random, plate: str) -> None:
    street.shape([(-2.4, 0, 9), (-1.8, 0, 9), (-1.8, 0, 12), (-2.4, 0, 12)], PAINT)
    _traffic(street, dice, 20)
    street.car(-1.8, 9 + dice.random() * 2, dice.choice(CARS), plate)
    street.glow(-2.5, 0.7, 9, 0.3, (250, 240, 200))
    street.glow(-1.1, 0.7, 9, 0.3, (250, 240, 200))


def _jam(street: Street, dice: random.Random, _plate_: str) -> None:
    for z in range(30, 7, -3):
        for x in (-2.9, -1.0, 1.0, 2.9):
            if dice.random() < 0.5:
                street.car(x, z + dice.random(), dice.choice(CARS), _plate(dice, "30"))
            else:
                street.bike(x, z + dice.random(), dice.choice(SHIRTS), _plate(dice, "29"))


def _long(street: Street, dice: random.Random, plate: str, body: Colour, *, glass: bool) -> None:
    """A bus or a lorry from behind."""
    x, z = 1.7, 10.0
    street.disc(x, 0.02, z, 1.5, (54, 57, 62), flat=0.14)
    for side in (-0.9, 0.9):
        street.box(x + side, 0, z, 0.36, 0.7, (28, 28, 30), 0.06)
    street.box(x, 0.4, z, 2.4, 2.7, body, 0.14)
    if glass:
        street.box(x, 1.8, z, 2.1, 1.0, (52, 70, 86), 0.1)
    else:
        street.box(x, 1.0, z, 2.2, 1.9, (150, 126, 92), 0.02)
        for n in range(7):
            street.disc(x - 1.3 + n * 0.4, 2.9, z, 0.34, (164, 140, 104))
    for side in (-1.0, 1.0):
        street.box(x + side, 0.75, z, 0.24, 0.3, (206, 44, 40), 0.04)
    street.plate(x, 0.55, z, 0.8, plate)


def _bus(street: Street, dice: random.Random, plate: str) -> None:
    _traffic(street, dice, 16)
    _long(street, dice, plate, dice.choice([(224, 226, 228), (70, 120, 90), (200, 120, 40)]), glass=True)
    for z in (8.4, 7.6):
        street.box(3.7, 0.1, z, 0.44, 1.1, dice.choice(SHIRTS), 0.14)
        street.disc(3.7, 1.4, z, 0.19, (222, 186, 156))


def _truck(street: Street, dice: random.Random, plate: str) -> None:
    _traffic(street, dice, 16)
    _long(street, dice, plate, (96, 104, 112), glass=False)
    for _ in range(14):
        _pool(
            street, dice.uniform(0.4, 2.8), dice.uniform(4.6, 8.6), dice.uniform(0.06, 0.3), (170, 146, 108)
        )


def _hidden_plate(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 15)
    street.bike(0.8, 6.4, dice.choice(SHIRTS), "")
    street.box(0.8, 0.26, 6.38, 0.32, 0.14, (150, 190, 214), 0.04)


def _phone(street: Street, dice: random.Random, plate: str) -> None:
    _traffic(street, dice, 16)
    street.car(0.9, 7.8, dice.choice(CARS), plate)
    street.disc(0.5, 1.18, 7.75, 0.16, (222, 186, 156))
    street.box(0.7, 1.1, 7.74, 0.07, 0.2, (20, 20, 24), 0.02)


def _pothole(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    for n in range(dice.randint(1, 3)):
        x, z, r = dice.uniform(-1.8, 2.2), 4.4 + n * 2.6 + dice.random(), dice.uniform(0.6, 1.1)
        _pool(street, x, z, r * 1.12, (66, 66, 66))
        _pool(street, x + 0.05, z + 0.03, r, HOLE)
        if dice.random() < 0.7:
            _pool(street, x + 0.08, z + 0.08, r * 0.8, WATER)
            _pool(street, x - 0.1, z + 0.25, r * 0.3, SHINE)
    if dice.random() < 0.5:
        _cone(street, dice.uniform(-2, 2), 6.0)


def _cone(street: Street, x: float, z: float) -> None:
    street.shape([(x - 0.2, 0, z), (x + 0.2, 0, z), (x + 0.04, 0.7, z), (x - 0.04, 0.7, z)], (232, 96, 40))
    street.shape([(x - 0.12, 0.28, z), (x + 0.12, 0.28, z), (x + 0.08, 0.44, z), (x - 0.08, 0.44, z)], PAINT)


def _sinkhole(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 20)
    x = dice.uniform(-0.5, 1.2)
    for r, colour in ((1.9, (96, 96, 98)), (1.7, EARTH), (1.4, (70, 52, 38)), (1.0, (24, 20, 18))):
        _pool(street, x, 6.2, r, colour, 0.3)
    for side in (-2.4, 2.4):
        _cone(street, x + side, 6.0)


def _manhole(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    x, z = dice.uniform(-1.4, 1.4), 5.0 + dice.random()
    _pool(street, x, z, 0.62, (120, 120, 118))
    _pool(street, x, z + 0.02, 0.5, (16, 16, 18))
    if dice.random() < 0.6:
        _pool(street, x + 0.95, z + 0.5, 0.52, (96, 92, 88))
        _pool(street, x + 0.95, z + 0.5, 0.4, (112, 108, 102))
    street.box(x - 0.1, 0, z + 0.3, 0.05, 1.3, (110, 84, 60))
    street.disc(x - 0.1, 1.4, z + 0.3, 0.34, (60, 110, 64))


def _strip(street: Street, x: float, y: float, z: float, half: float, deep: float) -> None:
    """Light on water."""
    inner, far = half - 0.1, z + deep
    street.shape([(x - half, y, z), (x + half, y, z), (x + inner, y, far), (x - inner, y, far)], SHINE)


def _flood(street: Street, dice: random.Random, _plate_: str) -> None:
    street.shape([(-7, 0.16, 2.6), (7, 0.16, 2.6), (7, 0.16, 60), (-7, 0.16, 60)], WATER)
    _traffic(street, dice, 12)
    for z in (32, 24, 18, 13, 9.5, 7, 5.2):
        x = dice.uniform(-3, 3)
        _strip(street, x, 0.17, z, 1.6, 0.18)
    street.bike(0.6, 8.2, dice.choice(SHIRTS), _plate(dice, "29"))
    street.shape([(-7, 0.3, 2.6), (7, 0.3, 2.6), (7, 0.3, 7.6), (-7, 0.3, 7.6)], (114, 122, 118))
    for z in (6.4, 5.2, 4.2):
        x = dice.uniform(-2, 2)
        _strip(street, x, 0.31, z, 1.2, 0.1)


def _dark(street: Street, dice: random.Random, _plate_: str) -> None:
    street.night()
    for x, z, lit in ((-4.7, 34, dice.random() < 0.5), (4.7, 26, False), (-4.7, 18, False), (4.6, 10, False)):
        side = -1 if x > 0 else 1
        street.box(x, 0, z, 0.14, 5.4, (40, 44, 52))
        street.box(x + side * 0.6, 5.3, z, 1.3, 0.1, (40, 44, 52))
        if lit:
            street.glow(x + side * 1.2, 5.1, z, 1.6, (236, 176, 90))
    street.glow(-1.4, 0.8, 16, 0.5, (240, 230, 200))


def _dead_light(street: Street, dice: random.Random, _plate_: str) -> None:
    _jam(street, dice, "")
    street.box(4.5, 0, 8, 0.14, 3.0, (70, 74, 80))
    street.box(4.5, 2.9, 8, 0.5, 1.32, (36, 40, 46), 0.1)
    for step in range(3):
        street.disc(4.5, 3.98 - step * 0.4, 7.98, 0.15, (58, 62, 68))


def _tree(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    street.shape([(-4.2, 0.5, 8.2), (3.2, 0.2, 7.2), (3.2, 0.5, 7.2), (-4.2, 1.0, 8.2)], (92, 70, 52))
    for _ in range(46):
        shade = dice.randint(0, 34)
        spot = (dice.uniform(-1.2, 3.4), dice.uniform(0.2, 1.3), dice.uniform(6.6, 8.0))
        street.disc(*spot, dice.uniform(0.2, 0.5), (46 + shade, 98 + shade, 54 + shade // 2))
    for _ in range(12):
        street.disc(dice.uniform(-1, 3.2), dice.uniform(0.3, 1.2), 6.6, 0.07, (206, 60, 44))


def _worn(street: Street, dice: random.Random, _plate_: str) -> None:
    for stripe in range(-7, 8):
        for part in range(6):
            if dice.random() < 0.42:
                x, z = stripe * 0.54, 5.2 + part * 0.5
                street.shape(
                    [(x, 0, z), (x + 0.28, 0, z), (x + 0.28, 0, z + 0.4), (x, 0, z + 0.4)], (124, 127, 130)
                )
    _traffic(street, dice, 14)


def _cable(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 14)
    for x, z in ((4.6, 16), (4.4, 7)):
        street.box(x, 0, z, 0.22, 6.2, (150, 146, 138))
    for n in range(9):
        low, sag = 4.4 - n * 0.12, 1.6 + dice.random() * 1.6
        points = [(4.5 - k * 0.02, low - sag * (1 - ((k - 5) / 5) ** 2), 16 - k * 0.9) for k in range(11)]
        back = [(x, y - 0.05, z) for x, y, z in reversed(points)]
        street.shape([*points, *back], (28, 28, 32))


def _rail(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    for n in range(9):
        z, broken = 22 - n * 2, n in (5, 6)
        x = -0.2 + (1.1 if broken else 0)
        street.box(x, 0, z, 0.14, 0.4 if broken else 1.0, (210, 212, 214))
        if not broken:
            bar = [(-0.25, 0.9, z), (-0.15, 0.9, z), (-0.15, 0.9, z - 1.8), (-0.25, 0.9, z - 1.8)]
            street.shape(bar, (196, 60, 50))
    street.shape([(-0.2, 0.1, 12), (1.6, 0.1, 9.4), (1.6, 0.3, 9.4), (-0.2, 0.3, 12)], (214, 216, 218))


def _debris(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    for _ in range(60):
        x, z, r = dice.gauss(0.9, 1.0), 6.4 + abs(dice.gauss(0, 1.0)), dice.uniform(0.1, 0.5)
        shade = dice.randint(-14, 18)
        street.disc(x, dice.random() * 0.3, z, r, (146 + shade, 112 + shade, 80 + shade), 0.55)


def _sign(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 16)
    street.shape([(4.2, 0, 8), (4.34, 0, 8), (3.1, 2.3, 8), (2.98, 2.3, 8)], (150, 154, 160))
    street.disc(2.9, 2.6, 7.98, 0.44, (206, 44, 40))
    street.disc(2.9, 2.6, 7.96, 0.33, (244, 244, 240))
    street.box(2.9, 2.52, 7.94, 0.46, 0.14, (40, 42, 48), 0.03)


def _pavement(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 16)
    for row in range(14):
        for column in range(5):
            if dice.random() < 0.45:
                x, z = 4.3 + column * 0.42, 4.2 + row * 0.6
                lift = dice.random() * 0.12
                tone = dice.choice([(150, 138, 122), (120, 104, 86), (190, 178, 160)])
                street.shape(
                    [(x, lift, z), (x + 0.36, 0, z), (x + 0.36, 0, z + 0.5), (x, lift, z + 0.5)], tone
                )


def _trench(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 18)
    street.shape([(0.6, 0, 3), (1.7, 0, 3), (1.5, 0, 26), (0.9, 0, 26)], (112, 100, 86))
    for _ in range(40):
        _pool(street, dice.uniform(0.6, 1.7), dice.uniform(3.4, 12), dice.uniform(0.05, 0.22), (92, 82, 70))


def _joint(street: Street, dice: random.Random, _plate_: str) -> None:
    _traffic(street, dice, 16)
    street.shape([(-4, 0, 6), (4, 0, 6), (4, 0, 6.5), (-4, 0, 6.5)], (40, 40, 44))
    for n in range(12):
        x = -3.9 + n * 0.66
        up = dice.random() * 0.16
        street.shape([(x, up, 6.1), (x + 0.5, 0, 6.1), (x + 0.5, 0, 6.4), (x, up, 6.4)], (134, 138, 142))


SCENES: dict[str, Scene] = {
    "red_light": _red_light, "parked": _parked, "pavement_riding": _riding, "overloaded": _crowded,
    "pavement_stall": _stall, "wrong_way": _wrong_way, "jam": _jam, "bus": _bus, "truck": _truck,
    "hidden_plate": _hidden_plate, "phone": _phone, "pothole": _pothole, "sinkhole": _sinkhole,
    "manhole": _manhole, "flood": _flood, "dark_street": _dark, "dead_light": _dead_light, "tree": _tree,
    "worn_paint": _worn, "cable": _cable, "broken_rail": _rail, "debris": _debris, "bent_sign": _sign,
    "broken_pavement": _pavement, "trench": _trench, "joint": _joint,
}  # fmt: skip
