"""The conversation with one citizen: what is remembered of it, and when the desk speaks.

The desk holds its answer back while messages come: a burst is closed when it has been quiet for a few seconds,
or after a minute at most. `closing` decides then what becomes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from desk.domain import code
from desk.domain.grouping import Asked, Grouping, group
from desk.domain.lookups.dialogue import Dialogue, is_photo
from desk.domain.message import Seen, parts
from desk.language.acts import Act

# Zalo's last retry comes an hour late; what is older than the window belongs to no burst any more.
WINDOW_MS = 2 * 3600_000
WINDOW_SIZE = 60
OLDER_SIZE = 100
# So many unanswered messages are answered at once, however fast more come: a transaction has its limits.
FULL = 20
# How long a "yes" answers a question of ours, by what was asked.
CONFIRM_MS = {"": 30 * 60_000, "transfer": 24 * 3600_000}
EMERGENCY_PAUSE_MS = 10 * 60_000
WELCOME_PAUSE_MS = 24 * 3600_000


@dataclass(frozen=True, slots=True)
class Confirm:
    """The desk asked for a yes: `kind` is withdraw, erase or transfer."""

    kind: str
    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """All times in milliseconds since 1970. `version` 0 means that it is not stored yet. `topics`: news that the
    citizen asked for; `listed`: what the list of readers holds of them.

    `older` maps messages that left the window to their reports: somebody may quote them. `person_report` is what
    an officer is in the chat about, until `person_until`.
    """

    agency: str
    citizen: str
    window: tuple[Seen, ...] = ()
    older: tuple[tuple[str, str], ...] = ()
    open_since: int | None = None
    last_arrival: int | None = None
    asked: Asked | None = None
    asked_facts: tuple[str, ...] = ()
    confirm: Confirm | None = None
    following: bool = False
    welcome_due: bool = False
    welcomed_at: int | None = None
    opted_out: bool = False
    topics: tuple[str, ...] = ()
    listed: str = ""
    person_until: int = 0
    person_report: str = ""
    last_interaction: int = 0
    emergency_at: int = 0
    english: bool = False
    dialogue: Dialogue | None = None
    version: int = 0

    @property
    def fresh(self) -> list[Seen]:
        """Messages that the desk has not answered yet."""
        return [m for m in self.window if m.new]

    @property
    def grouping(self) -> Grouping:
        """What the remembered messages tell."""
        return group(self.window, asked=self.asked)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the table."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        data["window"] = [m.as_dict() for m in self.window]
        for name in ("asked", "confirm", "dialogue"):
            part = data[name]
            data[name] = {f.name: getattr(part, f.name) for f in fields(part)} if part else None
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Conversation":
        """What `as_dict` gave."""
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        known["window"] = tuple(Seen.from_dict(m) for m in known.get("window", ()))
        known["older"] = tuple((m, r) for m, r in known.get("older", ()))
        for name in ("asked_facts", "topics"):
            known[name] = tuple(known.get(name, ()))
        if "asked" in known:
            known["asked"] = Asked(**known["asked"])
        if "confirm" in known:
            known["confirm"] = Confirm(**known["confirm"])
        if "dialogue" in known:
            known["dialogue"] = Dialogue(**known["dialogue"] | {"given": tuple(known["dialogue"]["given"])})
        return cls(**known)


def arrive(state: Conversation, message: Seen, now: int) -> Conversation:
    """Remember a message that came at `now`. One that is remembered already changes nothing."""
    if any(m.id == message.id for m in state.window):
        return state
    if message.quote and not message.quoted_report:
        known = dict(state.older) | {m.id: m.report for m in state.window if m.report}
        message = replace(message, quoted_report=known.get(message.quote))
    window = sorted((*state.window, *parts(message, state.agency)), key=lambda m: m.order)
    edge = window[-1].at - WINDOW_MS
    kept = [m for m in window if m.new or m.at >= edge]
    spare = len(kept) - WINDOW_SIZE
    if spare > 0:
        answered = [m for m in kept if not m.new][:spare]
        kept = [m for m in kept if m not in answered]
    stay = {m.key for m in kept}
    left = [(m.id, m.report) for m in window if m.key not in stay and m.report]
    return replace(
        state,
        window=tuple(kept),
        older=(*state.older, *left)[-OLDER_SIZE:],
        open_since=state.open_since or now,
        last_arrival=now,
        last_interaction=max(state.last_interaction, message.at),
    )


def wait_ms(state: Conversation, now: int, *, quiet_s: float, longest_s: float) -> int | None:
    """How long until the burst may be closed: 0 now, None when there is nothing to close.

    Taps on buttons, and answers in a dialogue, are whole by themselves: nobody waits for more. Photos of a card come
    in bursts.
    """
    if state.open_since is None or state.last_arrival is None:
        return None
    fresh = state.fresh
    if len(fresh) >= FULL or (fresh and all(m.command and not is_photo(m) for m in fresh)):
        return 0
    due = min(state.last_arrival + quiet_s * 1000, state.open_since + longest_s * 1000)
    return max(0, round(due - now))


def needs_emergency_answer(state: Conversation, message: Seen) -> bool:
    """True when the message tells of a life in danger and the numbers were not given just now."""
    return message.act == Act.EMERGENCY and message.at - state.emergency_at > EMERGENCY_PAUSE_MS


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be read before a burst can be closed: reports by code, whether all of the citizen's own, and
    whether the published news."""

    codes: frozenset[str]
    mine: bool
    news: bool = False


def needs(state: Conversation) -> Needs:
    """See `Needs`."""
    sorted_out = state.grouping
    fresh = {m.key for m in state.fresh}
    codes: set[str] = set()
    for one in sorted_out.groups:
        if any(m.key in fresh or m.report is None for m in one.messages):
            codes |= {m.report for m in one.messages if m.report}
            codes |= {one.code} if one.code else set()
    codes |= {m.report for m in state.window if m.key in sorted_out.cancelled and m.report}
    for message in state.fresh:
        codes |= set(code.find(message.text)) | ({message.quoted_report} if message.quoted_report else set())
    codes |= {state.confirm.code} if state.confirm and state.confirm.code else set()
    codes |= {state.person_report} if state.person_report else set()
    about_own = {Act.STATUS, Act.CANCEL, Act.SLIP, Act.DELETE_MEDIA, Act.HUMAN, Act.YES}
    mine = any(m.act in about_own or m.command for m in state.fresh)
    return Needs(frozenset(codes), mine, any(asks_for_news(m) for m in state.fresh))


def asks_for_news(message: Seen) -> bool:
    """Whether a message can only be answered with the published news at hand."""
    return message.command == "news" or (not message.command and message.act == Act.NEWS)
