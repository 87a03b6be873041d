"""Photos of cards as phones take them: turned, aslant, near or far, blurred, noisy, with a reflection, compressed."""

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter


@dataclass(frozen=True)
class Shot:
    """How a photo is taken. `width`: its longer side, of which the card's takes `share`. `turn` in degrees, `slant` 0
    to 1, `blur` in points of the photo, `noise` in steps of 255."""

    width: int = 1600
    share: float = 0.8
    turn: float = 0.0
    slant: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    light: float = 1.0
    glare: float = 0.0
    quality: int = 80


def any_shot(dice: random.Random, *, width: int = 1600, near: float = 0.6) -> Shot:
    """A shot as people take them; the card takes at least `near` of the width."""
    return Shot(
        width=width,
        share=dice.uniform(near, 0.95),
        turn=dice.choice((0, 90, 180, 270)) + dice.gauss(0, 7),
        slant=dice.uniform(0, 0.5),
        blur=abs(dice.gauss(0, 0.7)) * width / 1600,
        noise=dice.uniform(0, 14),
        light=dice.uniform(0.45, 1.15),
        glare=dice.choice((0, 0, 0.5, 0.8)),
        quality=dice.randint(45, 90),
    )


def take(card: Image.Image, shot: Shot, seed: int = 0) -> bytes:
    """A JPEG of the card on a table; the same seed gives the same picture."""
    dice = random.Random(seed)
    upright = 45 < shot.turn % 180 < 135
    size = (shot.width, shot.width * 3 // 4)[:: -1 if upright else 1]
    table = Image.new("L", (card.width * 3, card.height * 4), 96)
    table.paste(card.convert("L"), (card.width, card.height * 3 // 2))
    photo = table.transform(size, Image.Transform.PERSPECTIVE, _seen(table.size, card.width, size, shot, dice),
                            Image.Resampling.BICUBIC)  # fmt: skip
    photo = ImageEnhance.Brightness(photo).enhance(shot.light)
    if shot.glare:
        photo = ImageChops.screen(photo, _reflection(size, shot.glare, dice))
    photo = photo.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.noise:
        photo = ImageChops.add(photo, _grain(size, shot.noise, dice), offset=-128)
    file = io.BytesIO()
    photo.convert("RGB").save(file, "JPEG", quality=shot.quality)
    return file.getvalue()


def _seen(
    table: tuple[int, int], card: int, photo: tuple[int, int], shot: Shot, dice: random.Random
) -> tuple[float, ...]:
    """Which point of the table each point of the photo shows, as Pillow's eight coefficients."""
    scale = card / (shot.share * shot.width)
    angle = math.radians(shot.turn)
    lean = dice.uniform(0, 2 * math.pi)
    g, h = (shot.slant * f(lean) / shot.width for f in (math.cos, math.sin))
    (cx, cy), (tx, ty) = ((side / 2 for side in size) for size in (photo, table))
    x = (scale * math.cos(angle) + tx * g, -scale * math.sin(angle) + tx * h, tx)
    y = (scale * math.sin(angle) + ty * g, scale * math.cos(angle) + ty * h, ty)
    z = (g, h, 1.0)
    rows = [(a, b, c - a * cx - b * cy) for a, b, c in (x, y, z)]
    whole = rows[2][2]
    return tuple(v / whole for v in (*rows[0], *rows[1], *rows[2][:2]))


def _grain(size: tuple[int, int], noise: float, dice: random.Random) -> Image.Image:
    """Noise around 128, of that standard deviation; Pillow's own knows no seed."""
    spread = noise * math.sqrt(12) / 255
    even = Image.frombytes("L", size, dice.randbytes(size[0] * size[1]))
    return even.point([round(128 + (value - 127.5) * spread) for value in range(256)])


def _reflection(size: tuple[int, int], strength: float, dice: random.Random) -> Image.Image:
    """A lamp's soft spot somewhere on the picture."""
    spot = Image.new("L", (size[0] // 8, size[1] // 8))
    x, y = dice.uniform(0.2, 0.8) * spot.width, dice.uniform(0.2, 0.8) * spot.height
    radius = dice.uniform(0.08, 0.2) * spot.width
    ImageDraw.Draw(spot).ellipse((x - radius, y - radius, x + radius, y + radius), fill=round(255 * strength))
    return spot.filter(ImageFilter.GaussianBlur(radius / 2)).resize(size, Image.Resampling.BICUBIC)
