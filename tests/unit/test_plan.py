"""Whether, when and how a message goes out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.clock import HANOI
from desk.zalo.errors import OA, ZBS, NoAnswer, ReconnectNeeded, ZaloError
from desk.zalo.plan import (
    FREE,
    KINDS,
    MARGIN,
    WINDOW,
    Channel,
    Facts,
    Hold,
    Prices,
    Refuse,
    Send,
    after_error,
    decide,
    is_night,
    next_morning,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=HANOI)
MIDNIGHT = datetime(2026, 11, 25, 0, 30, tzinfo=HANOI)


def facts(purpose="answer", now=NOON, ago=timedelta(minutes=1), **given_):
    return Facts(purpose=purpose, created_at=now, last_interaction=now - ago, **given_)


times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda t: t.replace(tzinfo=UTC))
ages = st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=20)))


@st.composite
def situations(draw):
    now = draw(times)
    since = draw(ages)
    return now, Facts(
        purpose=draw(st.sampled_from([*KINDS, "unheard_of"])),
        created_at=now - draw(st.timedeltas(timedelta(0), timedelta(days=4))),
        last_interaction=None if since is None else now - since,
        opted_out=draw(st.booleans()),
        reply_quota=draw(st.sampled_from([None, 0, 3])),
        budget_vnd=draw(st.sampled_from([None, 0, 100, 10_000])),
        has_template=draw(st.booleans()),
        has_phone=draw(st.booleans()),
        refused=draw(st.frozensets(st.sampled_from(list(Channel)))),
    )


@given(situations())
def test_a_consultation_message_never_goes_outside_the_window(situation):
    now, known = situation
    match decide(known, now):
        case Send(Channel.CS, _):
            assert known.last_interaction is None or now - known.last_interaction < WINDOW


@given(situations())
def test_news_never_goes_out_at_night_nor_to_who_declined(situation):
    now, known = situation
    known = replace(known, purpose="news")
    if is_night(now) or known.opted_out:
        assert not isinstance(decide(known, now), Send)


@given(situations())
def test_a_template_needs_a_template_and_a_phone_where_it_goes_to_one(situation):
    now, known = situation
    match decide(known, now):
        case Send(Channel.TEMPLATE, _):
            assert known.has_template
        case Send(Channel.ZBS, _):
            assert known.has_template
            assert known.has_phone


@given(situations())
def test_a_channel_that_refused_is_not_used_again(situation):
    now, known = situation
    decision = decide(known, now)
    assert not (isinstance(decision, Send) and decision.channel in known.refused)


@given(situations())
def test_only_what_cannot_wait_may_exceed_the_budget(situation):
    now, known = situation
    decision = decide(known, now)
    if isinstance(decision, Send) and known.budget_vnd is not None and decision.cost_vnd > known.budget_vnd:
        assert known.purpose in {"answer", "emergency", "otp"}


@given(situations())
def test_a_hold_ends_in_the_future_by_day_and_while_the_message_makes_sense(situation):
    now, known = situation
    decision = decide(known, now)
    if isinstance(decision, Hold):
        assert now < decision.until <= now + timedelta(hours=8)
        assert not is_night(decision.until)
        kind = KINDS.get(known.purpose, KINDS["system"])
        assert decision.until <= known.created_at + kind.patience
        assert not isinstance(decide(known, decision.until), Hold)


@given(situations())
def test_a_one_time_code_never_goes_through_the_chat_and_is_never_kept(situation):
    now, known = situation
    decision = decide(replace(known, purpose="otp"), now)
    assert not isinstance(decision, Hold)
    assert not (isinstance(decision, Send) and decision.channel is not Channel.ZBS)


@given(situations())
def test_the_night_costs_nobody_the_only_way_to_be_told(situation):
    """A status held until morning can still be sent in the morning."""
    now, known = situation
    known = replace(known, purpose="status")
    decision = decide(known, now)
    if isinstance(decision, Hold):
        assert isinstance(decide(replace(known, budget_vnd=None), decision.until), Send)


@given(times)
def test_the_next_morning_is_the_next_six_o_clock_in_hanoi(now):
    morning = next_morning(now)
    assert timedelta(0) < morning - now <= timedelta(days=1)
    assert (morning.astimezone(HANOI).hour, morning.astimezone(HANOI).minute) == (6, 0)


@pytest.mark.parametrize(
    ("clock", "night"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("05:59", True), ("06:00", False)],
)
def test_the_night_is_from_ten_to_six(clock, night):
    hour, minute = map(int, clock.split(":"))
    assert is_night(datetime(2026, 11, 24, hour, minute, tzinfo=HANOI)) == night


@pytest.mark.parametrize("purpose", [p for p, kind in KINDS.items() if Channel.CS in kind.channels])
def test_whatever_comes_by_day_within_48_hours_goes_at_once_and_free(purpose):
    assert decide(facts(purpose), NOON) == Send(Channel.CS, 0)


@pytest.mark.parametrize("purpose", ["answer", "emergency", "staff"])
def test_who_waits_for_an_answer_gets_it_at_night(purpose):
    assert decide(facts(purpose, MIDNIGHT, timedelta(hours=5)), MIDNIGHT) == Send(Channel.CS, 0)


def test_a_status_waits_for_the_morning_unless_the_citizen_is_awake():
    asleep = facts("status", MIDNIGHT, timedelta(hours=5))
    assert decide(asleep, MIDNIGHT) == Hold(datetime(2026, 11, 25, 6, 0, tzinfo=HANOI), "night")
    awake = facts("status", MIDNIGHT, timedelta(minutes=20))
    assert decide(awake, MIDNIGHT) == Send(Channel.CS, 0)


def test_a_status_goes_at_night_when_the_window_would_close_before_the_morning():
    closing = facts("status", MIDNIGHT, WINDOW - timedelta(hours=3))
    assert decide(closing, MIDNIGHT) == Send(Channel.CS, Prices().cs_after_48h)
    assert isinstance(decide(replace(closing, has_template=True), MIDNIGHT), Hold)


@pytest.mark.parametrize(
    ("ago", "decision"),
    [
        (FREE - MARGIN, Send(Channel.CS, 0)),
        (FREE, Send(Channel.CS, 55)),
        (WINDOW - MARGIN - timedelta(seconds=1), Send(Channel.CS, 55)),
        (WINDOW - MARGIN, Refuse("window_closed")),
        (WINDOW, Refuse("window_closed")),
    ],
)
def test_the_windows_end_when_zalo_says_so(ago, decision):
    assert decide(facts(ago=ago), NOON) == decision


def test_after_the_window_a_template_goes_to_the_user_then_to_the_phone():
    lapsed = facts("status", ago=timedelta(days=8), has_template=True, has_phone=True)
    assert decide(lapsed, NOON) == Send(Channel.TEMPLATE, Prices().template)
    by_phone = replace(lapsed, refused=frozenset({Channel.TEMPLATE}))
    assert decide(by_phone, NOON) == Send(Channel.ZBS, Prices().zbs)
    nobody = replace(by_phone, refused=frozenset({Channel.TEMPLATE, Channel.ZBS}))
    assert decide(nobody, NOON) == Refuse("window_closed")


def test_what_is_not_known_is_left_to_zalo_and_counted_as_paid():
    unknown = Facts("status", NOON)
    assert decide(unknown, NOON) == Send(Channel.CS, 55)


def test_an_empty_purse_stops_what_is_not_essential():
    late = facts("status", ago=timedelta(days=3), budget_vnd=54)
    assert decide(late, NOON) == Refuse("over_budget")
    assert decide(replace(late, budget_vnd=55), NOON) == Send(Channel.CS, 55)
    assert decide(replace(late, purpose="emergency"), NOON) == Send(Channel.CS, 55)


def test_a_used_up_reply_quota_makes_a_message_cost():
    assert decide(facts(reply_quota=0), NOON) == Send(Channel.CS, 55)


def test_a_message_that_waited_too_long_is_pointless():
    old = replace(facts("otp", has_template=True, has_phone=True), created_at=NOON - timedelta(minutes=6))
    assert decide(old, NOON) == Refuse("too_late")


def test_prices_come_from_the_agency_where_it_names_them():
    assert Prices.of({"zbs": 250, "currency": "VND"}) == Prices(zbs=250)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ZaloError("oa", -32), Hold(NOON + timedelta(seconds=20), "rate_limit")),
        (ZaloError("oa", -211), Hold(NOON + timedelta(hours=1), "oa_quota")),
        (ZaloError("oa", -218), Hold(datetime(2026, 11, 25, 6, 0, tzinfo=HANOI), "recipient_quota")),
        (ZaloError("oa", -234), Hold(datetime(2026, 11, 25, 6, 0, tzinfo=HANOI), "night")),
        (ZaloError("oa", -224), Hold(NOON + timedelta(hours=1), "package_too_low")),
        (ZaloError("oa", -200), Hold(NOON + timedelta(seconds=20), "send_failed")),
        (ZaloError("oa", -216), Hold(NOON + timedelta(seconds=20), "token_invalid")),
        (ReconnectNeeded(), Hold(NOON + timedelta(seconds=20), "reconnect_needed")),
        (ZaloError("oa", -213), Refuse("not_a_follower")),
        (ZaloError("zbs", -108), Refuse("phone_invalid")),
    ],
)
def test_an_error_is_waited_out_or_ends_the_message(error, expected):
    assert after_error(facts("status"), error, 1, NOON) == expected


def test_each_further_try_waits_twice_as_long_up_to_half_an_hour():
    waits = [after_error(facts("status"), ZaloError("oa", -32), n, NOON).until - NOON for n in range(1, 10)]
    assert [w.total_seconds() for w in waits] == [20, 40, 80, 160, 320, 640, 1280, 1800, 1800]


@given(
    st.sampled_from([("oa", c) for c in OA] + [("zbs", c) for c in ZBS]),
    st.integers(1, 50),
    situations(),
)
def test_a_message_is_never_tried_for_longer_than_it_makes_sense(code, attempts, situation):
    now, known = situation
    kind = KINDS.get(known.purpose, KINDS["system"])
    follows = after_error(known, ZaloError(*code), attempts, now)
    if isinstance(follows, Hold):
        assert now < follows.until <= known.created_at + kind.patience
        assert kind.holdable


def test_a_call_that_may_have_been_made_is_not_made_again():
    assert after_error(facts(), NoAnswer("oa", "timeout"), 1, NOON) == Refuse("timeout")


@pytest.mark.parametrize(
    ("ago", "known", "decision"),
    [
        (timedelta(hours=3), {}, Send(Channel.CS, 0)),
        (timedelta(days=5), {}, Send(Channel.CS, Prices().cs_after_48h)),
        (timedelta(days=40), {"has_template": True}, Send(Channel.TEMPLATE, Prices().template)),
        (
            timedelta(days=40),
            {"has_template": True, "has_phone": True, "refused": frozenset({Channel.TEMPLATE})},
            Send(Channel.ZBS, Prices().zbs),
        ),
        (timedelta(days=40), {}, Refuse("window_closed")),
        (timedelta(days=40), {"has_template": True, "budget_vnd": 100}, Refuse("over_budget")),
        (timedelta(hours=3), {"opted_out": True}, Refuse("opted_out")),
    ],
)
def test_a_reminder_goes_by_the_chat_while_it_is_open_and_by_a_template_after(ago, known, decision):
    assert decide(facts("reminder", ago=ago, **known), NOON) == decision


def test_a_reminder_waits_for_the_morning_and_is_not_told_a_day_late():
    known = facts("reminder", now=MIDNIGHT, ago=timedelta(days=2))
    assert decide(known, MIDNIGHT) == Hold(next_morning(MIDNIGHT), "night")
    assert decide(known, MIDNIGHT + timedelta(hours=25)) == Refuse("too_late")
