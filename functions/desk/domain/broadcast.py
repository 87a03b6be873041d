"""An article that Zalo itself sends to all followers, or to some of them by age, gender and place.

One call hands over tens of thousands of messages, knows no idempotency key, and cannot be taken back. So an attempt
is written down before the call; one whose answer was lost is `unknown` and repeated by nobody but a person who
decides to. While such an attempt stands in doubt, nothing later makes it look as if nothing had been sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, get_args

from desk.domain.clock import iso, parse
from desk.domain.plain import plain

type Gender = Literal["all", "male", "female"]
type Place = Literal["anywhere", "hanoi", "north", "central", "south"]
type AgeGroup = Literal["0-12", "13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"]

# The values of `recipient.target`, by the types of a public SDK (npm @warriorteam/redai-zalo-sdk 1.32.17,
# types/broadcast.d.ts): texts, several parted by commas; `cities` stands in the place of `locations`. Zalo's own
# Java SDK (test v3/SendBroadcastMessage) has the same fields with single numbers. Not tried against Zalo.
AGE_CODES: Mapping[str, str] = {name: str(n) for n, name in enumerate(get_args(AgeGroup.__value__))}
GENDER_CODES: Mapping[str, str] = {"all": "0", "male": "1", "female": "2"}
_PLACE_TARGETS: Mapping[str, Mapping[str, str]] = {
    "anywhere": {},
    "hanoi": {"cities": "9"},
    "north": {"locations": "0"},
    "central": {"locations": "1"},
    "south": {"locations": "2"},
}

# What is news today is none tomorrow: what Zalo put off for longer is given up.
PATIENCE = timedelta(hours=24)
# The function that makes the call is stopped after 300 seconds: an attempt older than this has nobody behind it.
IN_FLIGHT = timedelta(minutes=6)
_LONGEST_PAUSE = timedelta(hours=6)


class State(StrEnum):
    """Where a broadcast stands."""

    WAITING = "waiting"  # for its time, the morning, or another try: nobody has it yet, it can be cancelled
    SENDING = "sending"  # the call is being made
    SENT = "sent"  # Zalo took it, or a person settled that it did
    UNKNOWN = "unknown"  # the call was made, and whether Zalo took it is not known
    REFUSED = "refused"  # Zalo did not take it
    CANCELLED = "cancelled"  # staff called it off before it was handed over


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom Zalo is to reach among the followers. No ages: all of them, also whose age Zalo does not know."""

    ages: tuple[str, ...] = ()
    gender: str = "all"
    place: str = "anywhere"

    def target(self) -> dict[str, str]:
        """The segment as Zalo takes it. The gender is always named: whether an empty target is one is not known."""
        codes = sorted({AGE_CODES[age] for age in self.ages})
        ages = {"ages": ",".join(codes)} if codes else {}
        return {"gender": GENDER_CODES[self.gender], **ages, **_PLACE_TARGETS[self.place]}


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The broadcast of one article. `at`: the time it was ordered for; `due_at`: when the desk looks at it next.
    `doubt`: an earlier attempt may have reached everybody. `decision`, `reason`: how a person settled a doubt."""

    agency: str
    article: str
    at: str
    state: State = State.WAITING
    ages: tuple[str, ...] = ()
    gender: str = "all"
    place: str = "anywhere"
    ordered_by: str = ""
    ordered_at: str = ""
    due_at: str = ""
    attempts: int = 0
    attempt_at: str = ""
    sent_at: str = ""
    message_id: str = ""
    error: str = ""
    doubt: bool = False
    decision: str = ""
    reason: str = ""
    decided_by: str = ""
    decided_at: str = ""
    version: int = 0

    @property
    def segment(self) -> Segment:
        """Whom it is for."""
        return Segment(self.ages, self.gender, self.place)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, without what is empty."""
        return plain(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Broadcast":
        """What `as_dict` gave; other attributes are passed over."""
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        return cls(**known | {"ages": tuple(data.get("ages", ())), "state": State(data["state"])})

    def is_due(self, now: datetime) -> bool:
        """Whether the desk has something to do about it now."""
        return bool(self.due_at) and parse(self.due_at) <= now

    # What the desk does. Each move is None where it is not possible.

    def taken(self, now: datetime) -> "Broadcast | None":
        """An attempt begins. Written before the call, so that no second one is made."""
        if self.state != State.WAITING:
            return None
        begun = {
            "attempts": self.attempts + 1,
            "attempt_at": iso(now),
            "due_at": iso(now + IN_FLIGHT),
            "error": "",
        }
        return replace(self, state=State.SENDING, **begun)  # type: ignore[arg-type]

    def sent(self, message_id: str, now: datetime) -> "Broadcast | None":
        """Zalo took it."""
        if self.state != State.SENDING:
            return None
        return replace(
            self, state=State.SENT, message_id=message_id, sent_at=iso(now), due_at="", error="", doubt=False
        )

    def lost(self, reason: str) -> "Broadcast | None":
        """The answer to the attempt is lost: it may have gone out."""
        if self.state != State.SENDING:
            return None
        return replace(self, state=State.UNKNOWN, error=reason, due_at="", doubt=True)

    def put_off(self, reason: str, pause: timedelta, now: datetime) -> "Broadcast | None":
        """It did not go out and is tried again: after `pause`, twice as long with each attempt, six hours at most.
        Refused when its time was more than a day ago by then."""
        if self.state not in (State.WAITING, State.SENDING):
            return None
        until = now + min(pause * (1 << min(max(self.attempts - 1, 0), 20)), max(pause, _LONGEST_PAUSE))
        if until > parse(self.at) + PATIENCE:
            return self.refused(reason)
        return self.held(reason, until)

    def held(self, reason: str, until: datetime) -> "Broadcast | None":
        """It waits until a time."""
        if self.state not in (State.WAITING, State.SENDING):
            return None
        return replace(self, state=State.WAITING, error=reason, due_at=iso(until))

    def refused(self, reason: str) -> "Broadcast | None":
        """It did not go out and is not tried again."""
        if self.state not in (State.WAITING, State.SENDING):
            return None
        return replace(self, state=self._over(State.REFUSED), error=reason, due_at="")

    # What staff do.

    def cancelled(self) -> "Broadcast | None":
        """Called off, while nobody has it."""
        if self.state != State.WAITING:
            return None
        return replace(self, state=self._over(State.CANCELLED), due_at="")

    def again(self, reason: str, by: str, at: datetime, now: datetime) -> "Broadcast | None":
        """Sent once more although it may have gone out, at a time; the doubt stays until Zalo takes it."""
        if self.state != State.UNKNOWN:
            return None
        once_more = {"state": State.WAITING, "at": iso(at), "due_at": iso(at), "attempts": 0, "error": ""}
        return replace(self._decided("again", reason, by, now), **once_more)  # type: ignore[arg-type]

    def settled(self, reason: str, by: str, now: datetime) -> "Broadcast | None":
        """Taken for sent."""
        if self.state != State.UNKNOWN:
            return None
        known = self._decided("sent", reason, by, now)
        return replace(known, state=State.SENT, sent_at=self.attempt_at, doubt=False)

    def _decided(self, decision: str, reason: str, by: str, now: datetime) -> "Broadcast":
        return replace(self, decision=decision, reason=reason, decided_by=by, decided_at=iso(now))

    def _over(self, state: State) -> State:
        """Where it ends when this attempt did nothing: in doubt, if an earlier one may have."""
        return State.UNKNOWN if self.doubt else state


def order(
    before: Broadcast | None,
    agency: str,
    article: str,
    segment: Segment,
    at: datetime,
    by: str,
    now: datetime,
) -> Broadcast | None:
    """A broadcast for a time, in place of one of which nothing went out; None when there is one that counts: an
    article is broadcast once."""
    if before and before.state not in (State.REFUSED, State.CANCELLED):
        return None
    return Broadcast(
        agency, article, iso(at), ages=tuple(dict.fromkeys(segment.ages)), gender=segment.gender,
        place=segment.place, ordered_by=by, ordered_at=iso(now), due_at=iso(at),
        version=before.version if before else 0,
    )  # fmt: skip
