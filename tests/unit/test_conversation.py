"""The state machine through whole bursts, by the replay that `make replay` uses."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.domain import conversation as domain
from desk.domain.conversation import Conversation
from desk.storage.table import dump, load
from local.replay import Replay, messages_of, replay
from tests.unit.test_grouping import OTHER_RED, RED, seen


def scenario(*events: tuple[str, float, str, str], arrival: list[str] | None = None) -> dict[str, Any]:
    made = [{"msg": msg, "t": t, "kind": kind, "text": text} for msg, t, kind, text in events]
    return {"id": "s", "agency": "csgt", "events": made, "arrival": arrival or [e[0] for e in events]}


BURST = [
    ("a", 0.0, "image", ""), ("b", 2.0, "image", ""), ("c", 5.0, "text", RED), ("d", 9.0, "text", "lúc 7h30 sáng nay"),
]  # fmt: skip


def test_one_burst_is_one_report_and_one_answer() -> None:
    found = replay(scenario(*BURST))
    assert found["reports"] == [{"msgs": ["a", "b", "c", "d"], "category": "red_light"}]
    assert found["answers"] == 1


def test_what_follows_within_a_quarter_of_an_hour_joins_without_a_second_code() -> None:
    run = Replay("csgt")
    later = scenario(*BURST, ("e", 600.0, "image", ""))
    run.run(messages_of(later), later["arrival"])
    (report,) = run.reports.values()
    assert report.messages[-1] == "e"
    assert run.answers == 2


def test_after_a_quarter_of_an_hour_a_picture_is_a_new_report() -> None:
    found = replay(scenario(*BURST, ("e", 9 + 15 * 60 + 1, "image", "")))
    assert [r["msgs"] for r in found["reports"]] == [["a", "b", "c", "d"], ["e"]]


def test_two_matters_get_two_codes_in_one_answer() -> None:
    found = replay(scenario(("a", 0, "text", RED), ("b", 5, "text", OTHER_RED)))
    assert [r["msgs"] for r in found["reports"]] == [["a"], ["b"]]
    assert found["answers"] == 1


def test_thanks_alone_are_answered_once_and_file_nothing() -> None:
    found = replay(scenario(("a", 0, "text", "cảm ơn nhé")))
    assert (found["reports"], found["not_reports"], found["answers"]) == ([], ["a"], 1)


def test_a_sticker_is_not_answered() -> None:
    assert replay(scenario(("a", 0, "sticker", "")))["answers"] == 0


def test_a_cancelled_burst_files_nothing() -> None:
    found = replay(scenario(("a", 0, "image", ""), ("b", 3, "text", "gửi nhầm")))
    assert (found["reports"], found["answers"]) == ([], 1)


def test_a_burst_that_does_not_end_is_closed_after_a_minute() -> None:
    events = [(f"m{n:02d}", n * 5.0, "image", "") for n in range(15)]
    run = Replay("csgt")
    endless = scenario(*events)
    run.run(messages_of(endless), endless["arrival"])
    assert run.answers == 2
    assert len(run.reports) == 1


def test_an_emergency_gets_the_numbers_at_once_and_its_code_later() -> None:
    found = replay(
        scenario(("a", 0, "text", "có tai nạn nặng người bị thương nằm giữa đường Nguyễn Trãi, cứu với"))
    )
    assert found["answers"] == 2
    assert len(found["reports"]) == 1


@settings(max_examples=60, deadline=None)
@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4))
def test_any_interleaving_and_duplication_of_a_burst_ends_in_the_same_report(
    order: list[str], twice: list[str]
) -> None:
    assert (
        replay(scenario(*BURST, arrival=[*order, *twice]))["reports"] == replay(scenario(*BURST))["reports"]
    )


@settings(max_examples=40, deadline=None)
@given(st.permutations(["a", "p", "b", "q"]))
def test_two_matters_come_out_the_same_in_any_order_of_arrival(order: list[str]) -> None:
    events = [
        ("a", 0.0, "text", RED),
        ("p", 2.0, "image", ""),
        ("b", 30.0, "text", OTHER_RED),
        ("q", 32.0, "image", ""),
    ]
    found = replay(scenario(*events, arrival=order))
    assert sorted(r["msgs"] for r in found["reports"]) == [["a", "p"], ["b", "q"]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4000), min_size=1, max_size=80))
def test_memory_is_bounded_and_survives_the_table(times: list[int]) -> None:
    state = Conversation("csgt", "c_x")
    for n, t in enumerate(times):
        message = seen(f"m{n}", t, kind="image")
        state = domain.arrive(state, message, message.at)
        state = Conversation.from_dict(load(dump(state.as_dict())))
    assert len(state.window) <= max(domain.WINDOW_SIZE, len(state.fresh))
    assert domain.arrive(state, seen("m0", times[0], kind="image"), 0) == state or "m0" not in {
        m.id for m in state.window
    }
