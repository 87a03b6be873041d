"""Does a text tell of another matter than the messages before it?"""

from collections.abc import Iterable, Sequence

from desk.domain.message import Seen
from desk.language.features import agency_of
from desk.language.normalize import clean
from desk.language.signals import goes_on

# Below this a category is a guess, and a guess opens no second report.
_SURE = 0.5
# Two kinds that the model confuses in this text are one kind.
_CONFUSED = 0.15
# A few words soon after the last ("xe chết máy la liệt") go on with the same matter.
_ASIDE_WORDS = 6

# As long as one tells one story.
_STORY_MS = 60_000


def tells_another(messages: Sequence[Seen], matters: Sequence[Seen], text: Seen) -> bool:
    """True when `text` opens a second matter beside `messages`, whose describing texts are `matters`.

    A second violation of the same vehicle is the same matter for the police; a second kind of road fault is
    another, because another crew mends it.
    """
    if not any(m.text for m in messages) and text.at - max(m.at for m in messages) <= _STORY_MS:
        return False
    if text.new_topic:
        return not _of_the_same(matters, text)
    if not matters or text.refers_back:
        return False
    if _apart(_all(m.plates for m in messages), text.plates):
        return True
    if text.category == "other" or _aside(messages, text):
        return False
    if _goes_on(messages, text):
        return False
    elsewhere = _apart(_all(m.streets for m in messages), text.streets)
    if text.category in {m.category for m in matters}:
        return elsewhere
    if agency_of(text.category) == "csgt" and any(agency_of(m.category) == "csgt" for m in matters):
        return elsewhere
    return all(_differ(m, text) for m in matters)


def _of_the_same(matters: Sequence[Seen], text: Seen) -> bool:
    """ "Thêm nữa là xe đó …": announced as more, but of the vehicle or of the kind that was told."""
    if not text.refers_back or text.plates or text.streets:
        return False
    police = [agency_of(m.category) == "csgt" for m in (text, *matters)]
    return text.category in {m.category for m in matters} or (len(police) > 1 and all(police))


def _goes_on(messages: Sequence[Seen], text: Seen) -> bool:
    """The story of a vehicle that was named goes on: no other is, and the sentence has no subject of its own."""
    soon = text.at - max(m.at for m in messages) <= _STORY_MS
    named = any(m.plates for m in messages) and not text.plates
    return soon and named and goes_on(clean(text.text).lower())


def _aside(messages: Sequence[Seen], text: Seen) -> bool:
    soon = text.at - max(m.at for m in messages) <= _STORY_MS
    return soon and not text.streets and not text.plates and len(text.text.split()) <= _ASIDE_WORDS


def _all(values: Iterable[Iterable[str]]) -> set[str]:
    return {v for some in values for v in some}


def _apart(known: set[str], said: Iterable[str]) -> bool:
    """True when both name something and nothing of it is the same (a part of a plate is the same plate)."""
    named = set(said)
    if not known or not named:
        return False
    return not any(a.startswith(b) or b.startswith(a) for a in known for b in named)


def _differ(earlier: Seen, text: Seen) -> bool:
    sure = earlier.confidence >= _SURE and text.confidence >= _SURE
    confused = any(c == earlier.category and p >= _CONFUSED for c, p in text.alternatives)
    return sure and not confused and earlier.category != text.category
