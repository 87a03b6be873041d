"""One message of a citizen, and what the desk read in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from desk import agencies
from desk.domain import intent, payloads
from desk.domain.clock import HANOI, utc
from desk.domain.intent import NEAR
from desk.language.acts import Act
from desk.language.normalize import fold
from desk.language.topics import topics
from desk.language.understanding import Understanding, understand

MEDIA_KINDS = frozenset({"image", "gif", "video", "audio", "file"})
# Enough for the desk to read; the whole text stands in the chat and in the report.
_KEPT_TEXT = 1000
_MAY_TELL_SEVERAL = frozenset({Act.REPORT, Act.EMERGENCY, Act.COMPLAINT, Act.ENQUIRY, Act.OTHER})


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment as Zalo announced it; what it really is, the media function finds out."""

    kind: str
    url: str
    thumbnail_url: str | None = None
    file_name: str | None = None
    size: int | None = None
    checksum: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came. `at` is the sender's time, `arrived` ours, both in milliseconds since 1970."""

    id: str
    at: int
    arrived: int
    kind: str
    text: str = ""
    quote: str | None = None
    location: tuple[float, float] | None = None
    media: tuple[Media, ...] = ()


def evidence_id(agency: str, citizen: str, message_id: str, place: int) -> str:
    """Id of the n-th attachment of a citizen's message: the same however often the event comes."""
    return f"{agency}-{hashlib.sha256(f'{citizen}|{message_id}'.encode()).hexdigest()[:20]}-{place}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the conversation remembers it: what it said, and what the desk understood.

    A message that tells several matters is remembered as its parts, counted by `part`; `several` marks one that seems
    to tell more than it was cut into. `report` is the code of the report it belongs to, `new` means that the desk has
    not answered it yet. `wants` is "near" when it asks for a health facility nearby, "facility" when it may name one or
    ask for one; "office" when it asks for an office of the agency or its hours, "office_near" for the nearest.
    """

    id: str
    at: int
    kind: str
    part: int = 0
    text: str = ""
    quote: str | None = None
    quoted_report: str | None = None
    location: tuple[float, float] | None = None
    evidence: tuple[str, ...] = ()
    command: str = ""
    act: str = ""
    category: str = "other"
    confidence: float = 0.0
    alternatives: tuple[tuple[str, float], ...] = ()
    plates: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    new_topic: bool = False
    refers_back: bool = False
    urgent: bool = False
    english: bool = False
    several: bool = False
    wants: str = ""
    report: str | None = None
    new: bool = True

    @property
    def key(self) -> str:
        """Tells the parts of one message apart."""
        return f"{self.id}+{self.part}" if self.part else self.id

    @property
    def order(self) -> tuple[int, str, int]:
        """Where it stands among the messages: by its own time, never by its arrival."""
        return self.at, self.id, self.part

    @property
    def is_media(self) -> bool:
        """A picture, a recording, a file: something that can be evidence."""
        return self.kind in MEDIA_KINDS

    @property
    def is_attachment(self) -> bool:
        """Something shown rather than told: media, a pin, a link, a contact."""
        return self.is_media or self.kind in {"location", "link", "card"}

    def as_dict(self) -> dict[str, Any]:
        """Plain data, without what has its default."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return {f.name: data[f.name] for f in fields(self) if data[f.name] != f.default}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Seen":
        """What `as_dict` gave."""
        tuples = ("location", "evidence", "plates", "streets")
        known: dict[str, Any] = {k: tuple(v) if k in tuples and v is not None else v for k, v in data.items()}
        if "alternatives" in known:
            known["alternatives"] = tuple((c, float(p)) for c, p in known["alternatives"])
        return cls(**known)


def see(message: Message, agency: str, *, citizen: str = "", quoted_report: str | None = None) -> Seen:
    """Read a message."""
    seen = Seen(
        id=message.id,
        at=message.at,
        kind=message.kind,
        text=message.text[:_KEPT_TEXT],
        quote=message.quote,
        quoted_report=quoted_report,
        location=message.location,
        evidence=tuple(evidence_id(agency, citizen, message.id, n) for n in range(len(message.media))),
    )
    if message.text.startswith("#") and (name := payloads.parse(message.text)[0]):
        wants = name if name == NEAR else ""
        return replace(seen, command=name, act=str(Act.HUMAN if name == "person" else Act.MENU), wants=wants)
    return with_reading(seen, agency) if message.text.strip() else seen


def parts(seen: Seen, agency: str) -> tuple[Seen, ...]:
    """The message cut into the matters it tells, each read by itself; a caption keeps its picture with the first."""
    if seen.kind != "text" or seen.quote or seen.act not in _MAY_TELL_SEVERAL:
        return (seen,)
    found = topics(seen.text, utc(seen.at).astimezone(HANOI), agency)
    if len(found.parts) == 1:
        return (replace(seen, several=found.several),)
    several = [
        with_reading(replace(seen, part=n, text=part.text.strip()), agency)
        for n, part in enumerate(found.parts)
    ]
    return (several[0], *(replace(one, new_topic=True) for one in several[1:]))


def read(seen: Seen, agency: str) -> Understanding:
    """All that the language package reads in a message's text."""
    sent = utc(seen.at).astimezone(HANOI)
    return understand(seen.text, sent_at=sent, agency=agency, location=seen.location)


def with_reading(seen: Seen, agency: str) -> Seen:
    """The message with what grouping needs to know of its text."""
    found = read(seen, agency)
    act = intent.act(found, seen.text, agency)
    place = found.place
    names = (place.street, *(place.junction or ()), place.landmark) if place else ()
    return replace(
        seen,
        act=str(act),
        category=found.category,
        confidence=round(found.confidence, 3),
        alternatives=tuple((c, round(p, 3)) for c, p in found.alternatives[:3]),
        plates=tuple(p.compact for p in found.plates),
        streets=tuple(sorted({fold(n) for n in names if n})),
        new_topic=found.starts_new_topic,
        refers_back=found.refers_back,
        urgent=found.urgent,
        english=found.english,
        wants=intent.wants(found, act, seen.text, agencies.agency(agency)),
    )
