"""The figures of a period."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.clock import HANOI
from staff.statistics import figures
from tests.staff_site import CODES, Site, make_site

START = datetime(2026, 11, 1, tzinfo=HANOI)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_reports_of_the_period_are_counted_by_what_they_are(site: Site) -> None:
    site.file(
        CODES[0], created_at="2026-11-22T17:30:00.000+00:00", ward="00004"
    )  # 00:30 on the 23rd in Hanoi
    site.file(CODES[1], channel="hotline", rating={"stars": 4, "at": ""})
    site.file(CODES[2], created_at="2026-10-01T01:00:00.000+00:00")
    site.now = "2026-11-25T03:00:00+00:00"
    site.post(f"/staff/reports/{CODES[1]}/status", {"status": "resolved", "reason": "handled"})
    found = site.get("/staff/statistics?from=2026-11-23&to=2026-11-25").json
    assert (found["total"], found["open"], found["closed"], found["unassigned"]) == (2, 1, 1, 1)
    assert found["by_status"] == {"received": 1, "resolved": 1}
    assert found["by_day"] == {"2026-11-23": 1, "2026-11-24": 1, "2026-11-25": 0}
    assert found["by_ward"] == {"00004": 1, "none": 1}
    assert found["by_channel"] == {"zalo": 1, "hotline": 1}
    assert found["by_outcome"] == {"fixed": 1}
    assert found["median_hours"] == {"verifying": 26.0, "resolved": 26.0}
    assert found["ratings"] == {"count": 1, "average": 4.0, "by_stars": {"4": 1}}


def test_merged_reports_count_once(site: Site) -> None:
    for code in CODES[:3]:
        site.file(code)
    site.post(f"/staff/reports/{CODES[0]}/merge", {"into": CODES[1]}, who="csgt.supervisor")
    assert site.get("/staff/statistics").json["total"] == 2


def test_open_reports_beyond_their_deadline_are_overdue(site: Site) -> None:
    site.file(CODES[0])
    site.now = "2027-02-01T03:00:00+00:00"
    found = site.get("/staff/statistics?from=2026-11-01").json
    assert (found["overdue"], found["open"]) == (1, 1)


def test_a_time_that_is_none_is_refused(site: Site) -> None:
    answer = site.get("/staff/statistics?from=tomorrow")
    assert (answer.status, answer.json["field"]) == (422, "query.from")


@pytest.mark.parametrize("query", ["from=2026-11-26&to=2026-11-25", "to=1999-01-01", "from=9999-12-31"])
def test_a_period_without_reports_is_all_zero(site: Site, query: str) -> None:
    site.file(CODES[0])
    found = site.get(f"/staff/statistics?{query}")
    assert (found.status, found.json["total"]) == (200, 0)


def test_a_long_period_lists_only_days_with_reports(site: Site) -> None:
    site.file(CODES[0])
    assert site.get("/staff/statistics?from=2001-01-01&to=2027-01-01").json["by_day"] == {"2026-11-24": 1}


def card(draw: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=draw(st.integers(0, 60 * 24 * 20)))
    status = draw(st.sampled_from(["received", "in_progress", "resolved", "rejected"]))
    closed = (
        (at + timedelta(hours=draw(st.integers(0, 99)))).isoformat()
        if status in {"resolved", "rejected"}
        else None
    )
    return {
        "status": status,
        "category": draw(st.sampled_from(["red_light", "other"])),
        "ward": draw(st.sampled_from(["00004", None])),
        "channel": "zalo",
        "assignee": draw(st.sampled_from(["an", None])),
        "created_at": at.isoformat(),
        "closed_at": closed,
        "stars": draw(st.sampled_from([None, 1, 5])),
    }


@given(st.lists(st.composite(card)(), max_size=30))
def test_every_way_to_count_comes_to_the_same_total(cards: list[dict[str, Any]]) -> None:
    found = figures(cards, START, START + timedelta(days=30), START + timedelta(days=30))
    assert found.total == len(cards) == found.open + found.closed
    for name in ("by_status", "by_day", "by_category", "by_ward", "by_channel", "by_assignee"):
        assert sum(getattr(found, name).values()) == found.total, name
    assert len(found.by_day) == 31
