"""What the sample pictures show: one matter each, as a citizen might photograph it."""

from PIL import Image, ImageDraw

from local.zalo.samples.street import PAINT, Street

PLATES = {"car": "29A-123.45", "bike": "29B1-678.90", "parked": "30E-456.78"}


def red_light(seed: int = 7) -> Street:
    """A car and a motorbike beyond the stop line, the light is red."""
    street = Street(seed=seed)
    for x in (-5.6, 5.7):
        for z in (30, 18):
            street.tree(x, z)
    for stripe in range(-7, 8):
        x = stripe * 0.54
        street.shape([(x, 0, 5.6), (x + 0.3, 0, 5.6), (x + 0.3, 0, 8.2), (x, 0, 8.2)], PAINT)
    street.shape([(0.1, 0, 4.7), (3.9, 0, 4.7), (3.9, 0, 5.0), (0.1, 0, 5.0)], PAINT)
    street.traffic_light(4.7, 10, "red")
    street.bike(-1.4, 20, (60, 110, 150), "29C1-246.80")
    street.car(1.8, 9.4, (182, 52, 48), PLATES["car"])
    street.bike(-0.3, 8.0, (70, 120, 90), PLATES["bike"])
    return street


def parked_on_pavement() -> Street:
    """A car on the pavement; people have to walk on the road."""
    street = Street(seed=21)
    street.tree(-5.4, 26)
    street.tree(5.6, 22)
    street.bike(1.2, 24, (150, 110, 60), "29D1-135.79")
    street.bike(2.4, 15, (80, 80, 120), "29X1-112.23")
    street.car(-4.7, 10.2, (224, 226, 228), PLATES["parked"], y=0.1)
    street.tree(5.3, 9)
    return street


def pothole() -> Street:
    """A hole full of water in the middle of the lane, and a cone that somebody put there."""
    street = Street(seed=33, horizon=0.34)
    street.tree(-5.6, 24)
    street.tree(5.6, 30)
    street.car(-1.9, 26, (60, 86, 120), "30G-224.46")
    for x, z, r, colour in (
        (0.9, 4.6, 1.15, (66, 66, 66)),
        (1.0, 4.62, 1.0, (48, 44, 42)),
        (1.05, 4.7, 0.84, (110, 122, 128)),
        (0.8, 4.9, 0.36, (156, 172, 180)),
    ):
        street.disc(x, 0, z, r, colour, flat=0.24)
    street.shape([(-0.5, 0, 5.6), (-0.1, 0, 5.6), (-0.26, 0.7, 5.6), (-0.34, 0.7, 5.6)], (232, 96, 40))
    street.shape([(-0.4, 0.28, 5.6), (-0.2, 0.28, 5.6), (-0.23, 0.42, 5.6), (-0.37, 0.42, 5.6)], PAINT)
    return street


def broken_lamp() -> Street:
    """A street by night, one lamp is dark."""
    street = Street(seed=40)
    street.tree(5.6, 24)
    street.night()
    for x, z, lit in ((-4.7, 34, True), (4.7, 26, True), (-4.7, 18, True), (4.6, 10, False)):
        side = -1 if x > 0 else 1
        street.box(x, 0, z, 0.14, 5.4, (46, 50, 58))
        street.box(x + side * 0.6, 5.3, z, 1.3, 0.1, (46, 50, 58))
        street.box(x + side * 1.2, 5.16, z, 0.5, 0.16, (255, 226, 160) if lit else (30, 32, 38), 0.05)
        if lit:
            street.glow(x + side * 1.2, 5.1, z, 1.6, (236, 176, 90))
            street.glow(x + side * 1.6, 0.1, z, 2.2, (92, 66, 34))
    return street


def wrong_way(second: float, size: tuple[int, int]) -> Image.Image:
    """A moment of the clip: a motorbike comes towards us in our lane, a car drives away."""
    street = Street(size=size, seed=52)
    street.tree(-5.6, 24)
    street.tree(5.6, 20)
    street.shape([(0.9, 0, 9), (1.5, 0, 9), (1.5, 0, 12), (0.9, 0, 12)], PAINT)
    street.shape([(0.6, 0, 12), (1.8, 0, 12), (1.2, 0, 14.5)], PAINT)
    street.car(-1.9, 10 + second * 5, (70, 96, 130), "30H-335.57")
    z = 26 - second * 6.4
    street.bike(1.4 - second * 0.1, z, (170, 70, 60), "29E2-314.15", helmet=(40, 44, 50))
    street.disc(1.4 - second * 0.1, 0.95, z, 0.09, (255, 248, 214))
    street.glow(1.4 - second * 0.1, 0.95, z, 0.3, (200, 190, 150))
    return street.image.resize(size, Image.Resampling.LANCZOS)


def letter() -> Image.Image:
    """A one-page letter; grey lines stand for its text."""
    page = Image.new("RGB", (827, 1169), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((270, 90, 557, 108), fill=(60, 66, 74))
    draw.rectangle((330, 124, 497, 134), fill=(120, 126, 134))
    for row in range(18):
        draw.rectangle((90, 210 + row * 36, 737 - (row * 97) % 240, 220 + row * 36), fill=(176, 182, 190))
    return page
