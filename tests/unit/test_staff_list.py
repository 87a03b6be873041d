"""Lists while reports change: merged, moved, filed meanwhile."""

from collections.abc import Iterator

import pytest

from classification.classify import classify
from tests.staff_site import CODES, Site, codes, fill, make_site, plate


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


@pytest.fixture
def full(site: Site) -> Site:
    """A full site of one's own."""
    return fill(site)


def test_a_code_is_found_however_it_is_typed(full: Site) -> None:
    spoken = CODES[3].lower().replace("-", " ")
    assert codes(full.get(f"/staff/reports?q={spoken}")) in ([CODES[3]], [])
    made = full.post("/staff/reports", {"text": "Đèn hỏng"}).json["code"]
    assert codes(full.get(f"/staff/reports?q={made.lower().replace('-', ' ')}")) == [made]


def test_a_report_with_two_plates_of_one_beginning_is_listed_once(site: Site) -> None:
    site.file(CODES[0], plates=(plate("29A12341"), plate("29A12342")))
    classify(site.table, CODES[0])
    assert codes(site.get("/staff/reports?plate=29A")) == [CODES[0]]


def test_a_plate_with_gaps_fits_only_what_it_can_be(site: Site) -> None:
    for code, number in zip(CODES, ("29A12345", "29A92345", "29A12349"), strict=False):
        site.file(code, plates=(plate(number),))
        classify(site.table, code)
    assert codes(site.get("/staff/reports?plate=29A-?23.45")) == [CODES[1], CODES[0]]


def test_merged_reports_are_not_listed_by_any_search(full: Site) -> None:
    merged = full.post(f"/staff/reports/{CODES[0]}/merge", {"into": CODES[2]}, who="csgt.supervisor")
    assert merged.status == 200
    classify(full.table, CODES[0])
    for query in ("", "?q=vuot", "?plate=29A", "?ward=00004", "?status=received"):
        assert CODES[0] not in codes(full.get(f"/staff/reports{query}"))


def test_a_row_that_leaves_or_comes_meanwhile_moves_no_other(full: Site) -> None:
    first = full.get("/staff/reports?status=received&limit=4")
    seen = codes(first)
    # One that was shown leaves, one that comes later leaves, a new one comes.
    for gone in (seen[1], CODES[4]):
        full.post(f"/staff/reports/{gone}/status", {"status": "verifying", "reason": ""})
    full.file(CODES[30], created_at="2026-11-24T02:00:00.000+00:00")
    cursor = first.json["next"]
    while cursor:
        page = full.get(f"/staff/reports?status=received&limit=4&cursor={cursor}")
        seen += codes(page)
        cursor = page.json["next"]
    assert len(seen) == len(set(seen))
    assert set(seen) == {c for n, c in enumerate(CODES[:20]) if n % 2 == 0 and c != CODES[4]}


def test_overdue_reports_are_those_whose_deadline_has_passed(full: Site) -> None:
    assert codes(full.get("/staff/reports?overdue=true")) == []
    full.now = "2027-03-01T00:00:00+00:00"
    assert len(codes(full.get("/staff/reports?overdue=true"))) == 10


def test_by_deadline_what_is_due_first_comes_first_and_what_waits_comes_last(site: Site) -> None:
    """Filed in the evening as urgent: due before what was filed in the morning."""
    site.file(CODES[0], created_at="2026-11-24T01:00:00.000+00:00")
    site.file(CODES[1], created_at="2026-11-24T02:00:00.000+00:00", urgency="urgent")
    site.file(CODES[2], created_at="2026-11-24T03:00:00.000+00:00", status="needs_info")
    site.file(CODES[3], created_at="2026-11-24T04:00:00.000+00:00", status="resolved")
    first = site.get("/staff/reports?sort=deadline&limit=2")
    assert codes(first) == [CODES[1], CODES[0]]
    assert codes(site.get(f"/staff/reports?sort=deadline&cursor={first.json['next']}")) == [CODES[2]]
    assert codes(site.get("/staff/reports?sort=deadline&from=2026-11-24T01:30:00Z&status=received")) == [
        CODES[1]
    ]
    # Closed reports have no deadline, and a search has its own order.
    assert codes(site.get("/staff/reports?sort=deadline&status=closed")) == [CODES[3]]


def test_overdue_reports_come_with_the_latest_first(full: Site) -> None:
    full.now = "2027-03-25T03:00:00+00:00"
    deadlines = [r["deadline"] for r in full.get("/staff/reports?overdue=true").json["items"]]
    assert deadlines == sorted(deadlines) and len(deadlines) == 10


def test_a_filter_that_does_not_exist_is_named_and_not_ignored(site: Site) -> None:
    answer = site.get("/staff/reports?statu=received")
    assert answer.status == 422
    assert "query.statu" in str(answer.json)
