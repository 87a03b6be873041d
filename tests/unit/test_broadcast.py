"""Broadcasts as the domain knows them: segments as Zalo takes them, and moves that never forget a doubt."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from desk.domain.broadcast import (
    AGE_CODES,
    PATIENCE,
    AgeGroup,
    Broadcast,
    Gender,
    Place,
    Segment,
    State,
    order,
)

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ages = st.lists(st.sampled_from(get_args(AgeGroup.__value__)), max_size=10)
genders, places = st.sampled_from(get_args(Gender.__value__)), st.sampled_from(get_args(Place.__value__))


@pytest.mark.parametrize(
    ("segment", "target"),
    [
        (Segment(), {"gender": "0"}),
        (Segment(("65+", "0-12", "65+")), {"gender": "0", "ages": "0,7"}),
        (Segment((), "female", "hanoi"), {"gender": "2", "cities": "9"}),
        (Segment(("18-24",), "male", "south"), {"gender": "1", "ages": "2", "locations": "2"}),
    ],
)
def test_a_segment_is_told_in_zalos_codes(segment: Segment, target: dict[str, str]) -> None:
    assert segment.target() == target


@given(ages, genders, places)
def test_every_segment_has_a_target_of_known_codes_and_one_kind_of_place(
    ages: list[str], gender: str, place: str
) -> None:
    target = Segment(tuple(ages), gender, place).target()
    assert target["gender"] in {"0", "1", "2"}
    named = target.get("ages", "").split(",") if ages else []
    assert named == sorted({AGE_CODES[age] for age in ages}) and ("ages" in target) == bool(ages)
    assert len({"cities", "locations"} & set(target)) == (place != "anywhere")
    assert all(isinstance(v, str) and v for v in target.values())


def ordered(**changed: object) -> Broadcast:
    made = order(None, "bhxh", "n1", Segment(), NOW, "lan", NOW)
    assert made
    return Broadcast.from_dict(made.as_dict() | changed)


@given(ages, genders, places)
def test_a_broadcast_is_the_same_after_it_was_stored(ages: list[str], gender: str, place: str) -> None:
    made = order(None, "bhxh", "n1", Segment(tuple(ages), gender, place), NOW, "lan", NOW)
    assert made and Broadcast.from_dict(made.as_dict()) == made
    assert made.segment.target() == Segment(tuple(ages), gender, place).target()


def test_pauses_grow_and_end_after_a_day() -> None:
    at, pauses = NOW, []
    broadcast: Broadcast | None = ordered()
    while broadcast and broadcast.state == State.WAITING:
        taken = broadcast.taken(at)
        broadcast = taken and taken.put_off("oa_quota", timedelta(hours=1), at)
        assert broadcast
        if broadcast.due_at:
            due = datetime.fromisoformat(broadcast.due_at)
            pauses.append((due - at) / timedelta(hours=1))
            at = due
    assert pauses == [1, 2, 4, 6, 6]
    assert broadcast and (broadcast.state, broadcast.error, broadcast.due_at) == (
        State.REFUSED,
        "oa_quota",
        "",
    )


class OneArticle(RuleBasedStateMachine):
    """What staff and the desk may do to one article's broadcast in any order, beside what really happened at Zalo.

    An attempt whose answer is lost may have gone out. What is shown must never deny that.
    """

    def __init__(self) -> None:
        super().__init__()
        self.row: Broadcast | None = None
        self.now, self.calls, self.perhaps_out, self.surely_out, self.agreed = NOW, 0, 0, 0, 0

    def to(self, row: Broadcast | None) -> bool:
        self.row = row or self.row
        return row is not None

    def state(self) -> State | None:
        return self.row.state if self.row else None

    @rule(minutes=st.integers(1, 2000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def staff_order(self) -> None:
        self.agreed += self.to(order(self.row, "bhxh", "n1", Segment(), self.now, "lan", self.now))

    @precondition(lambda self: self.row)
    @rule(answer=st.sampled_from(["taken", "lost", "lost in fact taken", "refused", "later"]))
    def the_desk_hands_it_over(self, answer: str) -> None:
        assert self.row
        if not (self.row.is_due(self.now) and self.to(self.row.taken(self.now))):
            return
        self.calls += 1
        self.perhaps_out += answer.startswith("lost")
        self.surely_out += answer == "taken"
        moved = {
            "taken": self.row.sent("m1", self.now),
            "refused": self.row.refused("package_too_low"),
            "later": self.row.put_off("oa_quota", timedelta(hours=1), self.now),
        }.get(answer, self.row.lost("timeout"))
        assert self.to(moved)

    @precondition(lambda self: self.row)
    @rule()
    def staff_cancel(self) -> None:
        assert self.row
        self.to(self.row.cancelled())

    @precondition(lambda self: self.row)
    @rule(again=st.booleans())
    def staff_settle(self, again: bool) -> None:
        assert self.row
        if again:
            self.agreed += self.to(self.row.again("nobody has it", "lan", self.now, self.now))
        elif self.to(self.row.settled("seen on a phone", "lan", self.now)):
            self.surely_out += 1

    @invariant()
    def nothing_that_may_be_out_is_shown_as_not_sent(self) -> None:
        if self.state() in (State.REFUSED, State.CANCELLED):
            assert not self.perhaps_out and not self.surely_out

    @invariant()
    def what_may_have_gone_out_goes_out_again_only_by_decision(self) -> None:
        assert self.perhaps_out + self.surely_out <= self.agreed + (
            self.row is not None and self.row.decision == "sent"
        )

    @invariant()
    def only_what_the_desk_has_to_do_is_due(self) -> None:
        if self.row:
            assert bool(self.row.due_at) == (self.row.state in (State.WAITING, State.SENDING))
            assert self.row.state != State.SENT or self.surely_out


TestOneArticle = OneArticle.TestCase
TestOneArticle.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("state", State)
def test_each_move_is_possible_from_where_it_belongs(state: State) -> None:
    row = ordered(state=state)
    moves = {
        "taken": row.taken(NOW),
        "sent": row.sent("m", NOW),
        "lost": row.lost("timeout"),
        "put_off": row.put_off("oa_quota", timedelta(hours=1), NOW),
        "cancelled": row.cancelled(),
        "again": row.again("r", "lan", NOW, NOW),
        "settled": row.settled("r", "lan", NOW),
        "order": order(row, "bhxh", "n1", Segment(), NOW, "lan", NOW),
    }
    possible = {
        State.WAITING: {"taken", "put_off", "cancelled"},
        State.SENDING: {"sent", "lost", "put_off"},
        State.UNKNOWN: {"again", "settled"},
        State.SENT: set(),
        State.REFUSED: {"order"},
        State.CANCELLED: {"order"},
    }
    assert {name for name, moved in moves.items() if moved} == possible[state]


def test_patience_counts_from_the_time_it_was_ordered_for() -> None:
    late = ordered().put_off("article_not_published", timedelta(minutes=2), NOW + PATIENCE)
    assert late and late.state == State.REFUSED
