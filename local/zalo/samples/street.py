"""A street in Hanoi, drawn in perspective with simple shapes: houses, trees, road, vehicles.

Metres: x to the right, y up, z away from the camera. Everything is drawn at twice the size and reduced, which
smooths the edges.
"""

import random
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
WALLS: list[Colour] = [
    (236, 205, 140),
    (226, 178, 120),
    (205, 214, 190),
    (232, 222, 200),
    (190, 205, 214),
    (222, 160, 140),
    (242, 226, 170),
]
AWNINGS: list[Colour] = [(176, 58, 46), (40, 110, 90), (38, 84, 140), (200, 120, 30)]
ROAD, PAVEMENT, KERB, PAINT = (84, 88, 94), (176, 166, 152), (206, 200, 190), (236, 236, 230)


@dataclass
class Street:
    """One picture. `size` is that of the result."""

    size: tuple[int, int] = (1280, 960)
    seed: int = 7
    horizon: float = 0.46
    eye_m: float = 1.65
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self._w, self._h = self.size[0] * 2, self.size[1] * 2
        self._random = random.Random(self.seed)
        self.image = Image.new("RGB", (self._w, self._h))
        self.draw = ImageDraw.Draw(self.image)
        self._sky()
        self._ground()
        for z in range(60, 1, -5):
            self._house(-1, z)
            self._house(1, z)

    def at(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Where a point of the street lies in the picture."""
        focal = self._w * 0.72
        return self._w / 2 + focal * x / z, self._h * self.horizon - focal * (y - self.eye_m) / z

    def shape(self, points: list[tuple[float, float, float]], fill: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([self.at(*point) for point in points], fill=fill)

    def box(
        self, x: float, y: float, z: float, wide: float, high: float, fill: Colour, radius: float = 0.0
    ) -> None:
        """An upright rectangle facing the camera; x is its middle, y its foot."""
        left, top = self.at(x - wide / 2, y + high, z)
        right, foot = self.at(x + wide / 2, y, z)
        scale = (right - left) / wide
        self.draw.rounded_rectangle((left, top, right, foot), radius * scale, fill=fill)

    def disc(self, x: float, y: float, z: float, radius: float, fill: Colour, flat: float = 1.0) -> None:
        """A circle facing the camera, or an ellipse pressed `flat`."""
        cx, cy = self.at(x, y, z)
        r = self._w * 0.72 * radius / z
        self.draw.ellipse((cx - r, cy - r * flat, cx + r, cy + r * flat), fill=fill)

    def glow(self, x: float, y: float, z: float, radius: float, colour: Colour) -> None:
        """Light around a lamp."""
        layer = Image.new("RGB", self.image.size)
        cx, cy = self.at(x, y, z)
        r = self._w * 0.72 * radius / z
        ImageDraw.Draw(layer).ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)
        self._replace(ImageChops.screen(self.image, layer.filter(ImageFilter.GaussianBlur(r * 0.6))))

    def night(self) -> None:
        """Turn day into night; lamps are lit afterwards."""
        tint = Image.new("RGB", self.image.size, (72, 86, 134))
        self._replace(ImageChops.multiply(self.image, tint))

    def tree(self, x: float, z: float) -> None:
        """A round street tree."""
        self.box(x, 0, z, 0.28, 2.6, (92, 70, 52))
        for dx, dy, r, shade in ((-0.7, 3.3, 1.0, 0), (0.6, 3.4, 1.1, 12), (0, 4.1, 1.2, 24)):
            self.disc(x + dx, dy, z, r, (52 + shade, 104 + shade, 60 + shade // 2))

    def car(self, x: float, z: float, colour: Colour, plate: str, y: float = 0.0) -> None:
        """A car seen from behind, with its plate."""
        dark = (colour[0] * 3 // 5, colour[1] * 3 // 5, colour[2] * 3 // 5)
        self.disc(x, y + 0.02, z, 1.05, (54, 57, 62), flat=0.16)
        for side in (-0.68, 0.68):
            self.box(x + side, y, z, 0.26, 0.5, (30, 30, 32), 0.06)
        self.box(x, y + 0.72, z, 1.5, 0.78, dark, 0.3)
        self.box(x, y + 0.84, z, 1.32, 0.52, (58, 78, 96), 0.2)
        self.shape([(x - 0.5, y + 1.3, z), (x - 0.1, y + 1.3, z), (x - 0.35, y + 0.88, z)], (120, 146, 164))
        self.box(x, y + 0.26, z, 1.84, 0.66, colour, 0.18)
        self.box(x, y + 0.24, z, 1.7, 0.14, dark, 0.06)
        for side in (-0.74, 0.74):
            self.box(x + side, y + 0.6, z, 0.3, 0.18, (206, 44, 40), 0.05)
        self.plate(x, y + 0.46, z, 0.56, plate)

    def bike(self, x: float, z: float, shirt: Colour, plate: str, helmet: Colour = (224, 220, 210)) -> None:
        """A motorbike with its rider, seen from behind."""
        self.disc(x, 0.02, z, 0.5, (54, 57, 62), flat=0.16)
        self.box(x, 0, z, 0.15, 0.62, (28, 28, 30), 0.07)
        self.box(x, 0.42, z, 0.5, 0.34, (150, 40, 40), 0.12)
        self.box(x, 0.6, z, 0.34, 0.1, (224, 60, 50), 0.04)
        for side in (-0.24, 0.24):
            self.box(x + side, 0.34, z, 0.18, 0.5, (52, 60, 84), 0.08)
        self.box(x, 0.78, z, 0.54, 0.66, shirt, 0.2)
        for side in (-0.34, 0.34):
            self.box(x + side, 0.9, z, 0.16, 0.46, shirt, 0.08)
        self.disc(x, 1.6, z, 0.19, helmet)
        self.plate(x, 0.26, z, 0.3, plate)

    def plate(self, x: float, y: float, z: float, wide: float, text: str) -> None:
        """A number plate: black on white."""
        self.box(x, y, z, wide, wide * 0.28, (248, 248, 244), 0.02)
        left, top = self.at(x - wide / 2, y + wide * 0.28, z)
        right, foot = self.at(x + wide / 2, y, z)
        font = ImageFont.load_default(max(6, (foot - top) * 0.72))
        middle = ((left + right) / 2, (top + foot) / 2)
        self.draw.text(middle, text, fill=(20, 20, 24), font=font, anchor="mm")

    def traffic_light(self, x: float, z: float, lit: str) -> None:
        """A light on a pole; `lit` is red, amber or green."""
        colours: dict[str, Colour] = {"red": (236, 52, 44), "amber": (244, 180, 40), "green": (60, 200, 100)}
        self.box(x, 0, z, 0.14, 3.0, (70, 74, 80))
        self.box(x, 2.9, z, 0.5, 1.32, (36, 40, 46), 0.1)
        for index, (name, colour) in enumerate(colours.items()):
            self.disc(x, 3.98 - index * 0.4, z, 0.15, colour if name == lit else (64, 68, 74))
        self.glow(x, 3.98 - list(colours).index(lit) * 0.4, z, 0.55, colours[lit])

    def photo(self) -> Image.Image:
        """The picture, with the grain and the dark corners of a phone's camera."""
        picture = self.image.resize(self.size, Image.Resampling.LANCZOS)
        grain = Image.effect_noise(self.size, 9).convert("RGB")
        picture = Image.blend(picture, ImageChops.overlay(picture, grain), 0.35)
        shade = Image.new("L", self.size, 205)
        ImageDraw.Draw(shade).ellipse(
            (-self.size[0] * 0.15, -self.size[1] * 0.15, self.size[0] * 1.15, self.size[1] * 1.15), fill=255
        )
        shade = shade.filter(ImageFilter.GaussianBlur(self.size[0] / 12))
        return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))

    def _replace(self, image: Image.Image) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)

    def _sky(self) -> None:
        top, low = (122, 172, 214), (232, 228, 212)
        end = int(self._h * self.horizon) + 2
        for y in range(end):
            mix = (y / end) ** 1.4
            colour = tuple(round(a + (b - a) * mix) for a, b in zip(top, low, strict=True))
            self.draw.line((0, y, self._w, y), fill=colour)

    def _ground(self) -> None:
        near, far = 1.0, 400.0
        self.draw.rectangle((0, self._h * self.horizon, self._w, self._h), fill=PAVEMENT)
        self.shape([(-4, 0, near), (4, 0, near), (4, 0, far), (-4, 0, far)], ROAD)
        for side in (-1, 1):
            edge, inner = side * 4.25, side * 4
            self.shape([(inner, 0, near), (edge, 0, near), (edge, 0, far), (inner, 0, far)], KERB)
        for z in range(2, 80, 4):
            self.shape([(-0.07, 0, z), (0.07, 0, z), (0.07, 0, z + 2), (-0.07, 0, z + 2)], PAINT)

    def _house(self, side: int, z: float) -> None:
        """One narrow house of the row: wall, a shop below, windows with shutters above."""
        x, deep, high = side * 7.0, 5.0, 6.4 + 3.2 * self._random.randint(0, 3)
        wall = self._random.choice(WALLS)
        haze = min(0.6, z / 110)
        wall = _mixed(wall, (214, 220, 222), haze)
        self.shape([(x, 0, z), (x, 0, z + deep), (x, high, z + deep), (x, high, z)], wall)
        self.shape(
            [(x, 0, z), (x + side * 9, 0, z), (x + side * 9, high, z), (x, high, z)],
            _mixed(wall, (90, 84, 80), 0.35),
        )
        self.shape(
            [(x, 0, z + 0.5), (x, 0, z + deep - 0.5), (x, 2.5, z + deep - 0.5), (x, 2.5, z + 0.5)],
            _mixed((70, 64, 60), (214, 220, 222), haze),
        )
        out = x - side * 1.1
        self.shape(
            [(x, 3.0, z + 0.3), (x, 3.0, z + deep - 0.3), (out, 2.5, z + deep - 0.3), (out, 2.5, z + 0.3)],
            _mixed(self._random.choice(AWNINGS), (214, 220, 222), haze),
        )
        shutter = _mixed(
            self._random.choice([(62, 104, 92), (96, 76, 60), (70, 92, 120)]), (214, 220, 222), haze
        )
        for floor in range(1, int(high / 3.2)):
            foot = floor * 3.2 + 0.7
            for begin in (0.7, 2.8):
                far, near = z + begin + 1.5, z + begin
                self.shape(
                    [(x, foot, near), (x, foot, far), (x, foot + 1.7, far), (x, foot + 1.7, near)], shutter
                )


def _mixed(a: Colour, b: Colour, share: float) -> Colour:
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )
