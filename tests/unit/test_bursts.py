"""The labelled bursts, replayed through the real conversation code."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.replay import replay

FOLDER = Path(__file__).parents[1] / "bursts"


def scenarios(*names: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for name in names
        for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def accepted(scenario: dict[str, Any]) -> list[dict[str, Any]]:
    """The outcomes that are right: one, or any of some where a message may be in or out."""
    expect: dict[str, Any] = scenario["expect"]
    return expect.get("any_of") or [expect]


def outcome(found: dict[str, Any]) -> tuple[list[list[str]], list[str]]:
    return sorted(sorted(r["msgs"]) for r in found["reports"]), sorted(found["not_reports"])


def test_at_least_ninety_five_of_a_hundred_bursts_are_assembled_exactly() -> None:
    known = scenarios("csgt", "duytu", "bhxh", "order", "fresh")
    wrong = [s["id"] for s in known if outcome(replay(s)) not in map(outcome, accepted(s))]
    assert len(known) >= 290
    assert 1 - len(wrong) / len(known) >= 0.95, wrong


def test_most_reports_arrive_in_the_right_category() -> None:
    right = total = 0
    for scenario in scenarios("csgt", "duytu", "bhxh", "order", "fresh"):
        found = {tuple(sorted(r["msgs"])): r["category"] for r in replay(scenario)["reports"]}
        for report in accepted(scenario)[0]["reports"]:
            total += 1
            right += found.get(tuple(sorted(report["msgs"]))) == report["category"]
    assert right / total >= 0.85, f"{right} of {total}"


@pytest.mark.parametrize("scenario", scenarios("order"), ids=lambda s: s["id"])
def test_the_order_of_arrival_changes_nothing(scenario: dict[str, Any]) -> None:
    in_time = sorted(
        set(scenario["arrival"]),
        key=lambda m: next(e["t"] for e in scenario["events"] if e["msg"] == m),
    )
    assert outcome(replay(scenario)) == outcome(replay(scenario | {"arrival": in_time}))


def test_ambiguous_bursts_end_in_one_of_the_ways_an_officer_would_accept() -> None:
    known = scenarios("ambiguous")
    fine = [s["id"] for s in known if outcome(replay(s)) in [outcome(e) for e in s["expect"]["any_of"]]]
    assert len(fine) / len(known) >= 0.7, sorted({s["id"] for s in known} - set(fine))
