"""Broadcasts as the API shows and takes them."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from desk.domain.broadcast import AgeGroup, Broadcast, Gender, Place, Segment, State
from staff.bodies import MOMENT, Body, Reason
from staff.shapes import Shape

_AGES = "|".join(r"0-12 13-17 18-24 25-34 35-44 45-54 55-64 65\+".split())

AgesQuery = Annotated[
    str,
    Query(
        max_length=60,
        description="Age groups, separated by commas; empty: every age.",
        json_schema_extra={"pattern": f"^(({_AGES})(,({_AGES}))*)?$"},
    ),
]
GenderQuery = Annotated[Gender, Query()]
PlaceQuery = Annotated[Place, Query()]


class SegmentIn(Body):
    """Whom of the followers Zalo is to reach, by what people told Zalo of themselves. Everybody unless narrowed;
    with `ages`, those whose age Zalo does not know are left out."""

    ages: list[AgeGroup] = Field([], max_length=8)
    gender: Gender = "all"
    place: Place = "anywhere"

    def segment(self) -> Segment:
        """The segment in the words of the domain."""
        return Segment(tuple(self.ages), self.gender, self.place)


class BroadcastIn(Body):
    """To whom and when: everybody and at once unless said otherwise; at night it waits for the morning. `twice`:
    also when the desk's own messages went out, whose readers may then get the article twice."""

    segment: SegmentIn = Field(default_factory=lambda: SegmentIn(ages=[]))
    at: Annotated[str, Field(min_length=10, max_length=40, json_schema_extra=MOMENT)] | None = None
    twice: bool = Field(False, strict=True)


class Decide(Body):
    """What becomes of a broadcast of which nobody knows whether Zalo took it: sent once more, or taken for sent."""

    decision: Literal["again", "sent"]
    reason: Reason


class SegmentShape(Shape):
    """Whom Zalo is to reach."""

    ages: list[str]
    gender: str
    place: str


class BroadcastPreview(Shape):
    """What would happen. How many would get it, Zalo tells neither before nor afterwards."""

    goes_at: str = Field(description="When the desk would hand it over.")
    night: bool = Field(description="It would wait for the morning.")
    target: dict[str, str] = Field(description="The target as Zalo takes it.")
    sent_by_desk: bool = Field(
        description="The desk's own messages went out: their readers may get it twice."
    )


class BroadcastShape(Shape):
    """The broadcast of an article by Zalo. Zalo tells no figures of it, neither by reader nor in all."""

    state: Literal["waiting", "sending", "sent", "unknown", "refused", "cancelled"]
    segment: SegmentShape
    ordered_by: str
    ordered_at: str
    at: str = Field(description="The time it was ordered for.")
    due_at: str | None = Field(None, description="When the desk tries next.")
    attempts: int
    attempt_at: str | None = Field(None, description="The last call to Zalo.")
    sent_at: str | None = None
    message_id: str = Field(description="Zalo's id, empty when it told none.")
    error: str = Field(description="Why it waits, was refused, or is in doubt.")
    doubt: bool = Field(description="An earlier attempt may have gone out.")
    decision: str = Field(description="How a person settled a doubt: again, sent, or empty.")
    reason: str
    decided_by: str
    decided_at: str | None = None


def shown(broadcast: Broadcast | None) -> BroadcastShape | None:
    """A broadcast as staff see it."""
    if broadcast is None:
        return None
    values: dict[str, Any] = {n: getattr(broadcast, n) for n in BroadcastShape.model_fields if n != "segment"}
    optional = {n: values[n] or None for n in ("due_at", "attempt_at", "sent_at", "decided_at")}
    # While the call is made, the time is that of giving the attempt up, not of a next one.
    if broadcast.state == State.SENDING:
        optional["due_at"] = None
    segment = SegmentShape(ages=list(broadcast.ages), gender=broadcast.gender, place=broadcast.place)
    return BroadcastShape(**values | optional | {"segment": segment})
