"""Outlines on the map: decoding, containment, distance. Positions are (x east, y north) in 1e-5 degree."""

from math import cos, hypot, inf, radians

type Point = tuple[float, float]
type Box = tuple[int, int, int, int]
"""West, south, east, north."""

_NARROWER = cos(radians(21))
"""A degree of longitude at Hanoi, in degrees of latitude."""


def decode(encoded: str) -> tuple[Point, ...]:
    """The ring of an encoded polyline (https://developers.google.com/maps/documentation/utilities/polylinealgorithm)."""
    numbers, value, shift = [], 0, 0
    for letter in encoded:
        bits = ord(letter) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    points, x, y = [], 0, 0
    for dy, dx in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return tuple(points)


def in_box(point: Point, box: Box, margin: int = 0) -> bool:
    """Whether the point lies in the box, widened by `margin` on all sides."""
    x, y = point
    west, south, east, north = box
    return west - margin <= x <= east + margin and south - margin <= y <= north + margin


def inside(point: Point, ring: tuple[Point, ...]) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    x, y = point
    crossings = False
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings = not crossings
        x1, y1 = x2, y2
    return crossings


def distance(point: Point, ring: tuple[Point, ...]) -> float:
    """To the nearest edge, in 1e-5 degree of latitude (1.1 m)."""
    x, y = point
    nearest = inf
    x1, y1 = (ring[-1][0] - x) * _NARROWER, ring[-1][1] - y
    for ring_x, ring_y in ring:
        x2, y2 = (ring_x - x) * _NARROWER, ring_y - y
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        along = max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length)) if length else 0.0
        nearest = min(nearest, hypot(x1 + along * dx, y1 + along * dy))
        x1, y1 = x2, y2
    return nearest
