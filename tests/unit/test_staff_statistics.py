"""The figures of a period, from the counters."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median as exact_median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.clock import HANOI, iso
from desk.domain.counting import contribution, median
from desk.domain.report import Report
from staff.statistics import Standing, figures
from tests.staff_site import CODES, Site, make_site

START = datetime(2026, 11, 1, tzinfo=HANOI)
NOTHING = Standing(open=0, overdue=0, unassigned=0, by_status={}, workload={})


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def read(site: Site, query: str = "") -> Any:
    site.count()
    return site.get(f"/staff/statistics{query}").json


def test_reports_of_the_period_are_counted_by_what_they_are(site: Site) -> None:
    # 00:30 on the 23rd in Hanoi
    site.file(CODES[0], created_at="2026-11-22T17:30:00.000+00:00", ward="00004")
    site.file(CODES[1], channel="hotline", rating={"stars": 4, "at": ""})
    site.file(CODES[2], created_at="2026-10-01T01:00:00.000+00:00")
    site.now = "2026-11-25T03:00:00+00:00"
    site.post(f"/staff/reports/{CODES[1]}/status", {"status": "resolved", "reason": "handled"})
    found = read(site, "?from=2026-11-23&to=2026-11-25")
    assert (found["total"], found["open"], found["closed"], found["unassigned"]) == (2, 1, 1, 1)
    assert found["by_status"] == {"received": 1, "resolved": 1}
    assert found["by_day"] == {"2026-11-23": 1, "2026-11-24": 1, "2026-11-25": 0}
    assert found["by_ward"] == {"00004": 1, "none": 1}
    assert found["by_channel"] == {"zalo": 1, "hotline": 1}
    assert found["by_outcome"] == {"fixed": 1}
    assert found["median_hours"] == {"resolved": pytest.approx(26.0, rel=0.05)}
    assert found["ratings"] == {"count": 1, "average": 4.0, "by_stars": {"4": 1}}
    # What stands open is of no period.
    assert found["now"]["by_status"] == {"received": 2, "resolved": 1}
    assert (found["now"]["open"], found["now"]["unassigned"]) == (2, 2)


def test_the_time_to_each_status_is_that_of_the_first_time(site: Site) -> None:
    site.file(CODES[0])  # at 01:00 the day before
    for hour, status in ((3, "verifying"), (5, "in_progress"), (7, "verifying"), (11, "in_progress")):
        site.now = f"2026-11-24T{hour:02d}:00:00+00:00"
        assert site.post(f"/staff/reports/{CODES[0]}/status", {"status": status}).status == 200
    found = read(site)["median_hours"]
    assert found == {"verifying": pytest.approx(2, rel=0.05), "in_progress": pytest.approx(4, rel=0.05)}


def test_the_workload_is_the_open_reports_of_each_person(site: Site) -> None:
    for n, code in enumerate(CODES[:5]):
        site.file(code, assignee="csgt.officer" if n < 3 else None)
    site.post(f"/staff/reports/{CODES[0]}/status", {"status": "resolved", "reason": "handled"})
    assert read(site)["now"]["workload"] == {"csgt.officer": 2}


def test_merged_reports_count_once_and_their_citizens_ratings_each(site: Site) -> None:
    for stars, code in enumerate(CODES[:3], start=3):
        site.file(code, rating={"stars": stars, "at": ""})
    site.count()
    site.post(f"/staff/reports/{CODES[0]}/merge", {"into": CODES[1]}, who="csgt.supervisor")
    found = read(site)
    assert (found["total"], found["ratings"]["by_stars"]) == (2, {"3": 1, "4": 1, "5": 1})


def test_a_report_that_moves_is_counted_where_it_is(site: Site) -> None:
    site.file(CODES[0])
    site.count()
    body = {"agency": "duytu", "reason": "Không thuộc thẩm quyền"}
    assert site.post(f"/staff/reports/{CODES[0]}/transfer", body).json["agency"] == "duytu"
    assert read(site)["total"] == 0
    there = site.get("/staff/statistics", who="duytu.officer").json
    assert (there["total"], there["now"]["open"]) == (1, 1)


def test_open_reports_beyond_their_deadline_are_overdue_before_they_are_flagged(site: Site) -> None:
    site.file(CODES[0])
    site.now = "2027-02-01T03:00:00+00:00"
    found = read(site, "?from=2026-11-01")
    assert (found["overdue"], found["late"], found["open"], found["now"]["overdue"]) == (1, 1, 1, 1)
    assert read(site)["overdue"] == 0  # filed before the period


def test_a_time_that_is_none_is_refused(site: Site) -> None:
    answer = site.get("/staff/statistics?from=tomorrow")
    assert (answer.status, answer.json["field"]) == (422, "query.from")


@pytest.mark.parametrize(
    "query",
    ["from=2026-11-26&to=2026-11-25", "to=1999-01-01", "from=9999-12-31", "from=0001-01-01&to=0001-01-01"],
)
def test_a_period_without_reports_is_all_zero(site: Site, query: str) -> None:
    site.file(CODES[0])
    site.count()
    found = site.get(f"/staff/statistics?{query}")
    assert (found.status, found.json["total"]) == (200, 0)


def test_a_long_period_lists_only_days_with_reports(site: Site) -> None:
    site.file(CODES[0])
    assert read(site, "?from=2001-01-01&to=2027-01-01")["by_day"] == {"2026-11-24": 1}


@given(st.lists(st.floats(0.01, 9000), min_size=1, max_size=40))
def test_a_median_of_buckets_is_within_five_per_cent(hours: list[float]) -> None:
    from desk.domain.counting import FIRST_H, bucket

    low = sorted(hours)[(len(hours) - 1) // 2]  # a histogram tells one of the values, not the mean of two
    found = median(Counter(map(bucket, hours)))
    assert found is not None
    assert found == pytest.approx(low, rel=0.051, abs=FIRST_H / 2)
    assert exact_median(hours) >= low


@st.composite
def reports(draw: st.DrawFn) -> Report:
    at = iso(START + timedelta(minutes=draw(st.integers(0, 60 * 24 * 20))))
    status = draw(st.sampled_from(["received", "in_progress", "resolved", "rejected"]))
    report = Report(code="CS-0000-0000", agency="csgt", citizen="c", created_at=at, updated_at=at)
    return replace(
        report,
        status=status,  # type: ignore[arg-type]
        category=draw(st.sampled_from(["red_light", "other"])),
        ward=draw(st.sampled_from(["00004", None])),
        assignee=draw(st.sampled_from(["an", None])),
        closed_at=at if status in {"resolved", "rejected"} else None,
        rating=draw(st.sampled_from([None, {"stars": 1}, {"stars": 5}])),
    )


@given(st.lists(reports(), max_size=30))
def test_every_way_to_count_comes_to_the_same_total(filed: list[Report]) -> None:
    days: dict[str, Counter[str]] = {}
    for report in filed:
        for (_, day), counts in contribution(report).items():
            if day != "NOW":
                days.setdefault(day, Counter()).update(counts)
    found = figures(days, START, START + timedelta(days=30), 0, NOTHING)
    assert found.total == len(filed) == found.open + found.closed
    for name in ("by_status", "by_day", "by_category", "by_ward", "by_channel", "by_assignee"):
        assert sum(getattr(found, name).values()) == found.total, name
    assert len(found.by_day) == 31
