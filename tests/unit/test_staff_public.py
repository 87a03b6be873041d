"""The public page: counts that tell nothing about any few."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.storage import keys
from desk.storage.table import Table
from staff import desk as staff_desk
from staff import snapshot
from staff.public import K, coarsened, figures
from staff.snapshot import Row, row_of
from staff.suppress import at_least
from tests.staff_site import CODES, Site, make_site

ROWS = st.dictionaries(
    st.builds(
        Row,
        month=st.sampled_from(["2026-09", "2026-10", "2026-11"]),
        ward=st.sampled_from(["00004", "00008", "00025", "none"]),
        category=st.sampled_from(["pothole", "flooding", "tree"]),
        outcome=st.sampled_from(["open", "fixed", "answered", "rejected"]),
        lat=st.sampled_from([21.005, 21.015]),
        lon=st.just(105.805),
    ),
    st.integers(1, 12),
    max_size=25,
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def file(site: Site, count: int, category: str = "pothole", ward: str = "00004", first: int = 0) -> None:
    for n, code in enumerate(CODES[first : first + count]):
        made = code.replace("CS-", "DT-")
        site.file(
            made, agency="duytu", ward=ward, citizen=f"c_{first + n}", location={"lat": 21.0312345, "lon": 105.8012345}
        )  # fmt: skip
        item = site.table.get(keys.report(made)) or {}
        site.table.put(item | {"category": category, "card": item["card"] | {"category": category}})


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 20), max_size=8), st.integers(1, 8))
def test_no_group_and_no_rest_is_below_k(counts: dict[str, int], k: int) -> None:
    shown, rest = at_least(counts, k)
    assert all(n >= k for n in shown.values())
    assert rest == 0 or rest >= k
    total = sum(counts.values())
    assert sum(shown.values()) + rest == (total if total >= k else 0)
    assert all(counts[key] == n for key, n in shown.items())


@given(ROWS)
def test_no_combination_of_ward_and_month_tells_of_fewer_than_k(rows: dict[Row, int]) -> None:
    kept = coarsened(rows)
    cells: dict[tuple[str, str], int] = {}
    for row, n in kept.items():
        cells[row.month, row.ward] = cells.get((row.month, row.ward), 0) + n
    assert all(n >= K for n in cells.values())
    assert sum(kept.values()) <= sum(rows.values())


@given(ROWS)
def test_every_figure_is_at_least_k(rows: dict[Row, int]) -> None:
    found = figures(coarsened(rows))
    numbers = [*found["by_ward"].values(), *found["by_month"].values(), *found["by_outcome"].values()]
    for one in found["by_category"]:
        numbers += [one["count"], *one["outcomes"].values()]
    numbers += [s["count"] for s in found["squares"]]
    assert all(n >= K for n in numbers)
    assert found["total"] is None or found["total"] >= K


def test_road_faults_are_counted_and_coarsely_placed(site: Site) -> None:
    file(site, 6)
    file(site, 2, "flooding", "00008", first=6)
    answer = site.get("/public/reports.json", who=None)
    assert answer.status == 200
    found = answer.json
    assert found["total"] == 8
    assert found["by_category"] == []  # six and two: showing the six would tell of the two
    assert found["other_categories"] == 8
    assert found["squares"] == [{"lat": 21.035, "lon": 105.805, "count": 8}]
    assert "DT-" not in answer.raw.decode() and "c_0" not in answer.raw.decode()


def test_fewer_than_five_are_not_told(site: Site) -> None:
    file(site, 4)
    found = site.get("/public/reports.json", who=None).json
    assert (found["total"], found["by_ward"], found["squares"]) == (None, {}, [])


def test_today_s_reports_wait_until_tomorrow(site: Site) -> None:
    file(site, 6)
    site.now = "2026-11-24T10:00:00+00:00"
    assert site.get("/public/reports.json", who=None).json["total"] is None


def test_violations_and_wrongly_filed_reports_are_never_counted(site: Site) -> None:
    file(site, 6, "red_light")
    for code in CODES[10:18]:
        site.file(code)
    assert site.get("/public/reports.json", who=None).json["total"] is None
    card = {"category": "red_light", "status": "received", "created_at": "2026-11-24T01:00:00+00:00"}
    assert row_of(card, "duytu") is None


def test_visitors_of_a_day_cost_one_reading(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    file(site, 6)
    first = site.get("/public/reports.json", who=None).json

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(Table, "query", refuse)
    assert site.get("/public/reports.json", who=None).json == first
    assert site.get("/public/reports.json?ward=00004&month=2026-11", who=None).json["total"] == 6


@pytest.mark.parametrize("query", ["month=2026", "ward=12345678901"])
def test_a_wrong_filter_is_refused(site: Site, query: str) -> None:
    assert site.get(f"/public/reports.json?{query}", who=None).status == 422


def test_the_page_and_its_files_are_served_to_everybody(site: Site) -> None:
    for path, kind in (
        ("/public", "text/html"),
        ("/public/public.js", "text/javascript"),
        ("/public/public.css", "text/css"),
    ):
        answer = site.get(path, who=None)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert site.get("/public/../app.py", who=None).status == 404


def test_tomorrow_s_first_visitor_sees_today_s_counts_and_has_the_new_ones_made(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, str]] = []
    monkeypatch.setattr(snapshot.jobs, "start", lambda *_, **arguments: begun.append(arguments))
    file(site, 6)
    first = site.get("/public/reports.json", who=None).json
    file(site, 5, first=6)
    site.now = "2026-11-26T03:00:00+00:00"
    for _ in range(2):
        assert site.get("/public/reports.json", who=None).json == first
    assert begun == [{"day": "2026-11-26"}]
    snapshot.count(staff_desk.desk(), "duytu", date(2026, 11, 26))
    later = site.get("/public/reports.json", who=None).json
    assert (later["until"], later["total"]) == ("2026-11-25", 11)


def test_a_large_desk_s_first_counting_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "AT_ONCE", 5)
    file(site, 6)
    site.count()
    assert site.get("/public/reports.json", who=None).kind == "unavailable"


def test_counts_that_fill_several_parts_come_back_whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_PART", 1)
    file(site, 6)
    file(site, 6, "flooding", "00008", first=6)
    first = site.get("/public/reports.json", who=None).json
    snapshot._known.clear()
    assert site.get("/public/reports.json", who=None).json == first
    assert first["total"] == 12
