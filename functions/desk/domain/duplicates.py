"""Are two reports about the same thing? A score with its reasons; the one whose first message is older is first.

The reward rules for reported violations leave out what others sent before (NĐ 176/2024, art. 7.3, and the draft
circular of 09/2025), so who was first is kept as a decision that can be looked into.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desk.domain.clock import parse
from desk.domain.looks import alike
from desk.domain.report import Report
from desk.language.normalize import fold

LIKELY = 0.6
# Violations pass within minutes; a pothole stays.
WINDOW: Mapping[str, timedelta] = {"csgt": timedelta(hours=48), "duytu": timedelta(days=30)}
_NEAR_M = 120
_SAME_TIME = timedelta(minutes=30)
# The same picture is the same matter, or a clip used again for another: either way an officer must see it.
_WEIGHTS = {"plate": 0.5, "look": 0.6, "place": 0.3, "time": 0.2, "category": 0.1}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are, from 0 to 1, and why: plate, look, place, time, category."""

    score: float
    reasons: tuple[str, ...]


def compare(
    one: Report, other: Report, looks: Iterable[str] = (), other_looks: Iterable[str] = ()
) -> Likeness:
    """Compare two reports; `looks` are perceptual hashes (16 hex digits) of their pictures."""
    reasons = []
    if {p["compact"] for p in one.plates} & {p["compact"] for p in other.plates}:
        reasons.append("plate")
    if any(alike(a, b) for a in looks for b in other_looks):
        reasons.append("look")
    if _same_place(one, other):
        reasons.append("place")
    if _same_time(one, other):
        reasons.append("time")
    if one.category == other.category and one.category != "other":
        reasons.append("category")
    if one.plates and other.plates and "plate" not in reasons and "look" not in reasons:
        # Two vehicles that were both named are two matters, wherever and whenever.
        return Likeness(0.0, ())
    # A road fault has no plate and no hour: place and kind are all there is.
    if {"place", "category"} <= set(reasons) and not one.plates and not other.plates:
        return Likeness(max(LIKELY, _sum(reasons)), tuple(reasons))
    return Likeness(_sum(reasons), tuple(reasons))


def _sum(reasons: Iterable[str]) -> float:
    return round(min(1.0, sum(_WEIGHTS[r] for r in reasons)), 2)


def is_earlier(other: Report, one: Report) -> bool:
    """True when `other` was reported first: by the first message, then by the code."""
    return (other.first_message_at or other.created_at, other.code) < (
        one.first_message_at or one.created_at,
        one.code,
    )


def _same_place(one: Report, other: Report) -> bool:
    if one.location and other.location:
        return distance_m(one.location, other.location) <= _NEAR_M
    return bool(_names(one.place) & _names(other.place))


def _names(place: dict[str, Any] | None) -> set[str]:
    if not place:
        return set()
    names = [place.get("street"), place.get("landmark"), *(place.get("junction") or ())]
    return {fold(n) for n in names if n}


def _same_time(one: Report, other: Report) -> bool:
    if not one.when or not other.when:
        return False
    first, second = parse(one.when["start"]), parse(other.when["start"])
    return abs(first - second) <= _SAME_TIME


def distance_m(a: dict[str, float], b: dict[str, float]) -> float:
    """Metres between two points (haversine; the earth as a sphere is exact enough for a street)."""
    lat1, lat2 = math.radians(a["lat"]), math.radians(b["lat"])
    dlat, dlon = lat2 - lat1, math.radians(b["lon"] - a["lon"])
    h = math.sin(dlat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))
