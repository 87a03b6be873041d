"""What a word of taking back ("thôi", "gửi nhầm", "xóa ảnh đầu") takes back: what was said in the same breath."""

import re
from collections.abc import Callable, Sequence

from desk.domain.message import Seen
from desk.language.acts import Act
from desk.language.normalize import fold

# One breath: as long as the desk waits for the next message.
BREATH_MS = 10_000
_TAKES_BACK = frozenset({Act.CANCEL, Act.DELETE_MEDIA})
# "Thôi không gửi nữa", "thôi xóa giúp": words of stopping, read as taking back when they begin with "thôi".
_STOPS = frozenset({Act.STOP, Act.DELETE_DATA, Act.DELETE_MEDIA})
_PLACE = re.compile(
    r"\b(?:anh|hinh|clip|video|cai|tam) (?:(?P<last>cuoi|sau cung)|(?:thu |so )?(?P<nth>dau|nhat|hai|ba|[1-4]))\b"
)
_PLACES = {"dau": 1, "nhat": 1, "1": 1, "hai": 2, "2": 2, "ba": 3, "3": 3, "4": 4}


def takes_back(message: Seen) -> bool:
    """True for a text that takes something back."""
    return message.act in _TAKES_BACK or _begins_with_stop(message)


def taken_back(known: Sequence[Seen], taker: Seen, *, within: int) -> list[Seen]:
    """What `taker` takes back of the messages known: the one it quotes, else the run of them right before it;
    of pictures named as such those of the last `within` milliseconds."""
    if taker.quote:
        return [m for m in known if m.id == taker.quote]
    if taker.act != Act.DELETE_MEDIA or _begins_with_stop(taker):
        return _same_breath(known, taker, lambda _: True)
    media = _same_breath(known, taker, lambda m: m.is_media)
    return _picked(media or _same_breath(known, taker, lambda m: m.is_media, within), fold(taker.text))


def _begins_with_stop(message: Seen) -> bool:
    return message.act in _STOPS and fold(message.text).startswith("thoi")


def _picked(media: list[Seen], said: str) -> list[Seen]:
    """Of some pictures the one that is named by its place: "ảnh đầu gửi nhầm", "bỏ ảnh thứ 2"."""
    found = _PLACE.search(said)
    if not found or len(media) < 2:
        return media
    ordered = sorted(media, key=lambda m: m.order)
    place = len(ordered) if found["last"] else _PLACES[found["nth"]]
    return [ordered[place - 1]] if place <= len(ordered) else media


def _same_breath(
    known: Sequence[Seen], taker: Seen, fits: Callable[[Seen], bool], within: int = BREATH_MS
) -> list[Seen]:
    """The unbroken run of messages right before `taker`, none further than `within` from the first of it."""
    run: list[Seen] = []
    edge = taker.at
    for message in sorted(known, key=lambda m: m.order, reverse=True):
        if message.at > taker.at:
            continue
        if edge - message.at > (within if not run else BREATH_MS):
            break
        if fits(message):
            run.append(message)
        elif run:
            break
        edge = message.at
    return run
