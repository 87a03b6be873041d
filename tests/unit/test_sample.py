"""The sample data: sixty different matters, pictures that differ, and a past in which everything still fits."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.domain.clock import epoch_ms, parse
from desk.storage import keys
from local.replay import replay
from local.sample import pictures, stories
from local.sample.past import Past, Phase, Shift
from tests.staff_site import CODES, Site, make_site

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
STORIES = list(stories(60))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_sixty_stories_are_varied_and_each_becomes_one_report() -> None:
    assert len({s.say[0] for s in STORIES}) == 60
    found: Counter[str] = Counter()
    for story in STORIES:
        events = [{"t": n, "kind": "text", "text": text, "msg": f"m{n}"} for n, text in enumerate(story.say)]
        reports = replay({"id": story.citizen, "agency": story.to, "events": events})["reports"]
        assert len(reports) == 1, story.say
        found[reports[0]["category"]] += 1
    assert len(found) >= 30
    assert found["other"] == 0


def test_stories_lie_within_the_last_month_and_no_step_lies_ahead() -> None:
    for story in STORIES:
        at = story.at(NOW)
        assert NOW - timedelta(days=31) < at < NOW
        assert all(at + timedelta(hours=step[0]) < NOW for step in story.then), story.say
        hours = [step[0] for step in story.then]
        assert hours == sorted(hours)
    assert sum(s.at(NOW).astimezone(UTC).date() == NOW.date() for s in STORIES) < 12


def test_every_picture_can_be_drawn_and_differs_from_every_other() -> None:
    shown = [
        (s.number * 31 + n, p) for s in STORIES for n, p in enumerate(s.show) if not p.startswith("clip")
    ]
    assert {p.partition(":")[0] for _, p in shown} == set(pictures.SCENES)
    some = [pictures.draw(*p.partition(":")[::2], seed=seed) for seed, p in shown[:3]]
    assert len({hashlib.sha256(data).hexdigest() for data in some}) == 3
    assert all(len(data) < 150_000 for data in some)


def test_times_move_with_their_phase_and_nothing_else_moves() -> None:
    shift = Shift(
        [Phase(1000.0, datetime(2026, 11, 1, tzinfo=UTC)), Phase(1060.0, datetime(2026, 11, 2, tzinfo=UTC))]
    )
    row = {
        "at": "1970-01-01T00:16:50.000+00:00",
        "later": "1970-01-01T07:17:45+07:00",
        "text": "2026",
        "n": 7,
    }
    moved = shift.all({"rows": [row]})["rows"][0]
    assert moved == row | {"at": "2026-11-01T00:00:10.000+00:00", "later": "2026-11-02T07:00:05+07:00"}


def test_a_report_moved_into_the_past_is_whole_there(site: Site) -> None:
    code = CODES[0]
    site.file(code, created_at="2026-11-25T01:00:00.000+00:00")
    site.chat()
    path = f"/staff/reports/{code}"
    site.call("PATCH", path, {"assignee": "csgt.officer"})
    site.post(f"{path}/status", {"status": "verifying"})
    site.now = "2026-11-25T03:01:00+00:00"
    site.post(f"{path}/status", {"status": "resolved", "reason": "handled"})
    first, last = datetime(2026, 11, 10, 2, tzinfo=UTC), datetime(2026, 11, 12, 2, tzinfo=UTC)
    phases = [
        Phase(parse("2026-11-25T01:00:00+00:00").timestamp(), first),
        Phase(parse("2026-11-25T03:01:00+00:00").timestamp(), last),
    ]
    past = Past(site.table)
    past.move("csgt", code, phases)
    past.settle()

    report = site.get(path).json
    assert report["created_at"].startswith("2026-11-10T02:00:00")
    assert report["closed_at"].startswith("2026-11-12T02:00:00")
    steps = site.get(f"{path}/timeline").json
    assert steps["verified"]
    assert [s["at"][:10] for s in steps["items"]] == sorted(s["at"][:10] for s in steps["items"])
    handled = report["deadlines"]["steps"]
    assert handled["receive"]["due"].startswith("2026-11-11")
    assert site.get("/staff/reports?from=2026-11-10&to=2026-11-10").json["items"][0]["code"] == code
    assert site.get("/staff/reports?from=2026-11-24").json["items"] == []
    state = site.table.get(keys.state("csgt", "c_one"))
    assert state
    assert state["last_interaction"] < epoch_ms(last)
    figures = site.get("/staff/statistics?from=2026-11-01&to=2026-11-25").json
    assert (figures["total"], json.dumps(figures["by_day"]["2026-11-10"])) == (1, "1")
