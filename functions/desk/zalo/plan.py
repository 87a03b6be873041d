"""Whether, when and how a message may go to a citizen: Zalo's rules, the agency's purse, people's sleep.

Pure: the caller brings the facts and the time. Rules of the platform (facts as of September 2026):
consultation messages go to whoever interacted within 7 days, free within 48 hours; promotion never between
22:00 and 06:00; an approved template may go at any time and always costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from desk.domain.clock import HANOI
from desk.zalo.errors import Action, Wait, ZaloError

WINDOW = timedelta(days=7)
FREE = timedelta(hours=48)
MARGIN = timedelta(minutes=2)  # our clock and Zalo's may differ
AWAKE = timedelta(hours=1)  # who wrote within the hour is not woken by an answer
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
FIRST_BACKOFF, MAX_BACKOFF = timedelta(seconds=20), timedelta(minutes=30)


class Channel(StrEnum):
    """How a message travels."""

    CS = "cs"  # consultation message in the chat
    TEMPLATE = "template"  # approved template to the Zalo user
    ZBS = "zbs"  # approved template to the phone


@dataclass(frozen=True, slots=True)
class Kind:
    """How one purpose is treated. `patience`: how old the message may grow before it is pointless.
    `essential` ones go out even over the budget; `holdable` ones may wait in the ledger."""

    patience: timedelta
    quiet: bool = False
    essential: bool = False
    holdable: bool = True
    channels: tuple[Channel, ...] = (Channel.CS, Channel.TEMPLATE, Channel.ZBS)


KINDS: dict[str, Kind] = {
    "answer": Kind(timedelta(hours=24), essential=True),
    "emergency": Kind(timedelta(hours=1), essential=True),
    "staff": Kind(timedelta(days=3)),
    "status": Kind(timedelta(days=3), quiet=True),
    "media": Kind(timedelta(hours=24), quiet=True),
    "system": Kind(timedelta(hours=24), quiet=True),
    # A day later it tells a wrong number of days; outside the window it needs a template.
    "reminder": Kind(timedelta(hours=24), quiet=True),
    # A run pauses over night: what began in the evening still makes sense in the morning.
    "news": Kind(timedelta(hours=36), quiet=True, channels=(Channel.CS, Channel.TEMPLATE)),
    # The code proves that the citizen holds the phone: it must not arrive in the chat that asks for it. Not
    # held either, so that it never lies in the ledger.
    "otp": Kind(timedelta(minutes=5), essential=True, holdable=False, channels=(Channel.ZBS,)),
}


@dataclass(frozen=True, slots=True)
class Prices:
    """Estimates in VND, for the budget and for what staff are shown; the contract with Zalo decides.
    Override them in the agency's file (`[notification.prices]`)."""

    cs_after_48h: int = 55
    template: int = 200
    zbs: int = 300

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Prices":
        """Prices from an agency's file; what it does not name keeps its default."""
        return cls(**{name: int(table[name]) for name in cls.__dataclass_fields__ if name in table})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision rests on. `last_interaction` None: not known (then Zalo decides). `reply_quota` and
    `budget_vnd`: what is left, None when unlimited or unknown. `called_off`: staff stopped it. `refused`: channels
    that Zalo refused."""

    purpose: str
    created_at: datetime
    last_interaction: datetime | None = None
    opted_out: bool = False
    called_off: bool = False
    reply_quota: int | None = None
    budget_vnd: int | None = None
    has_template: bool = False
    has_phone: bool = False
    refused: frozenset[Channel] = frozenset()
    prices: Prices = Prices()


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now."""

    channel: Channel
    cost_vnd: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it until then and decide again."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not send it."""

    reason: str


type Decision = Send | Hold | Refuse


def decide(facts: Facts, now: datetime) -> Decision:
    """What to do with a message now."""
    kind = KINDS.get(facts.purpose, KINDS["system"])
    if now > facts.created_at + kind.patience:
        return Refuse("too_late")
    if facts.called_off:
        return Refuse("called_off")
    if facts.opted_out and facts.purpose in {"news", "reminder"}:
        return Refuse("opted_out")
    channel = _channel(facts, kind, now)
    if channel is None:
        return Refuse("window_closed" if Channel.CS in kind.channels else "no_template")
    cost = _cost(facts, channel, now)
    if cost and not kind.essential and facts.budget_vnd is not None and cost > facts.budget_vnd:
        return Refuse("over_budget")
    # Zalo refuses news at night (-234) even to who is awake and writing.
    if kind.quiet and is_night(now) and (facts.purpose == "news" or not _awake(facts, now)):
        return _until_morning(facts, kind, channel, cost, now)
    return Send(channel, cost)


def after_error(facts: Facts, error: ZaloError, attempts: int, now: datetime) -> Hold | Refuse:
    """What follows when Zalo did not take a message and another channel or token does not help.

    `attempts` counts the calls so far, from 1. Waits as the error asks, twice as long each time, while the message
    still makes sense; what a person must mend is tried every hour meanwhile.
    """
    kind = KINDS.get(facts.purpose, KINDS["system"])
    if error.action in (Action.DROP, Action.AMBIGUOUS) or not kind.holdable:
        return Refuse(error.reason)
    wait: Wait = error.wait or ("hour" if error.action is Action.HUMAN else "soon")
    until = _due(wait, attempts, now)
    if until > facts.created_at + kind.patience:
        return Refuse(error.reason)
    return Hold(until, error.reason)


def is_night(now: datetime) -> bool:
    """Between 22:00 and 06:00 in Hanoi."""
    at = now.astimezone(HANOI).time()
    return at >= NIGHT_BEGINS or at < NIGHT_ENDS


def next_morning(now: datetime) -> datetime:
    """The next 06:00 in Hanoi after `now`."""
    local = now.astimezone(HANOI)
    morning = datetime.combine(local.date(), NIGHT_ENDS, HANOI)
    return morning if morning > local else morning + timedelta(days=1)


def by_day(when: datetime) -> datetime:
    """A time, or the next morning when it lies in the night."""
    return next_morning(when) if is_night(when) else when


def window_end(facts: Facts) -> datetime | None:
    """When the consultation window closes; None when not known."""
    return None if facts.last_interaction is None else facts.last_interaction + WINDOW - MARGIN


def is_closed(facts: Facts, now: datetime) -> bool:
    """Whether the consultation window is over, as far as we know."""
    end = window_end(facts)
    return end is not None and now >= end


def _channel(facts: Facts, kind: Kind, now: datetime) -> Channel | None:
    usable = {
        Channel.CS: not is_closed(facts, now),
        Channel.TEMPLATE: facts.has_template,
        Channel.ZBS: facts.has_template and facts.has_phone,
    }
    return next((c for c in kind.channels if usable[c] and c not in facts.refused), None)


def _cost(facts: Facts, channel: Channel, now: datetime) -> int:
    if channel is Channel.TEMPLATE:
        return facts.prices.template
    if channel is Channel.ZBS:
        return facts.prices.zbs
    known = facts.last_interaction is not None
    if facts.reply_quota == 0 or (facts.last_interaction and now > facts.last_interaction + FREE - MARGIN):
        return facts.prices.cs_after_48h
    return 0 if known else facts.prices.cs_after_48h


def _awake(facts: Facts, now: datetime) -> bool:
    return facts.last_interaction is not None and now - facts.last_interaction < AWAKE


def _until_morning(facts: Facts, kind: Kind, channel: Channel, cost: int, now: datetime) -> Decision:
    """Hold over the night, unless the only way to the citizen closes meanwhile."""
    morning = next_morning(now)
    if morning > facts.created_at + kind.patience:
        return Refuse("too_late")
    end = window_end(facts)
    closes = channel is Channel.CS and end is not None and end <= morning and not facts.has_template
    if closes and facts.purpose != "news":
        return Send(channel, cost)
    return Hold(morning, "night")


def _due(wait: Wait, attempts: int, now: datetime) -> datetime:
    match wait:
        case "hour":
            return now + timedelta(hours=1)
        case "morning":
            return next_morning(now)
        case "tomorrow":
            return next_morning(datetime.combine(now.astimezone(HANOI).date(), time(12), HANOI))
    return now + min(FIRST_BACKOFF * (1 << min(attempts - 1, 10)), MAX_BACKOFF)
