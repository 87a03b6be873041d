"""Lists: filters, search, pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Invalid
from desk.storage.table import Table
from staff import cursors
from staff.cursors import decode, encode
from staff.search import moment, plate_pattern
from tests.staff_site import CODES, Site, codes, fill, make_site


@pytest.fixture(scope="module")
def read_only() -> Iterator[Site]:
    """A full site for tests that only read."""
    with pytest.MonkeyPatch.context() as monkeypatch, make_site(monkeypatch) as made:
        yield fill(made)


def walk(site: Site, query: str, limit: int) -> list[str]:
    found, cursor = [], ""
    for _ in range(50):
        answer = site.get(f"/staff/reports?{query}&limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        found += codes(answer)
        cursor = answer.json["next"]
        if not cursor:
            return found
    raise AssertionError("the list has no end")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("status=received", lambda n: n % 2 == 0),
        ("status=open", lambda n: n % 2 == 0),
        ("status=closed", lambda n: n % 2 == 1),
        ("ward=00004", lambda n: n % 4 == 0),
        ("assignee=me", lambda n: n % 5 == 0),
        ("assignee=none", lambda n: n % 5 != 0),
        ("category=red_light", lambda n: True),
        ("category=wrong_way", lambda n: False),
        ("status=resolved&assignee=csgt.officer", lambda n: n % 2 == 1 and n % 5 == 0),
        ("ward=00004&status=received&category=red_light", lambda n: n % 4 == 0),
        ("plate=29A-123.41", lambda n: n % 3 == 1),
        ("plate=29a 123.4x", lambda n: True),
        ("plate=29A&status=resolved", lambda n: n % 2 == 1),
        ("q=vuot", lambda n: True),
        ("q=vượt đèn", lambda n: True),
        ("q=đèn vàng", lambda n: False),
        ("q=!!", lambda n: False),
        ("q=VUOT DEN&status=received&ward=00004", lambda n: n % 4 == 0),
        ("from=2026-11-24T01:05:00Z&to=2026-11-24T01:09:00Z", lambda n: 5 <= n <= 9),
        ("from=2026-11-24&to=2026-11-24", lambda n: True),
        ("from=2026-11-25", lambda n: False),
        ("q=vuot&from=2026-11-24T01:15:00%2B00:00", lambda n: n >= 15),
        ("plate=29A12340&to=2026-11-24T08:03:00%2B07:00", lambda n: n <= 3 and n % 3 == 0),
    ],
)
@pytest.mark.parametrize("limit", [3, 100])
def test_a_filter_finds_what_it_says_newest_first_on_pages_of_any_size(
    read_only: Site, query: str, wanted: Any, limit: int
) -> None:
    expected = [code for n, code in enumerate(CODES[:20]) if wanted(n)][::-1]
    assert walk(read_only, query, limit) == expected


def test_a_page_is_one_query(read_only: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    query = Table.query

    def counted(self: Table, pk: str, **options: Any) -> Any:
        asked.append(pk)
        return query(self, pk, **options)

    monkeypatch.setattr(Table, "query", counted)
    for path in (
        "",
        "?status=received",
        "?ward=00004",
        "?category=red_light",
        "?assignee=me",
        "?q=vuot",
        "?plate=29A12341",
    ):
        asked.clear()
        assert read_only.get(f"/staff/reports{path}").status == 200
        assert len(asked) == 1, path


@given(st.integers(0, 10**13 - 1), st.sampled_from(CODES))
def test_a_cursor_reads_back(ms: int, code: str) -> None:
    assert decode(encode(f"{ms:013d}#{code}"), cursors.REPORT) == f"{ms:013d}#{code}"


@given(st.text("0123456789abcdefABCDEF", max_size=60) | st.text(max_size=60))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    try:
        order = decode(text, cursors.REPORT)
    except Invalid:
        return
    assert encode(order) == text


@pytest.mark.parametrize(
    ("typed", "known"),
    [("30K-182.xx", "30K182"), ("29 A 123.45", "29A12345"), ("29a", "29A"), ("29-Y3 1234", "29Y31234")],
)
def test_a_plate_is_found_however_it_is_typed(typed: str, known: str) -> None:
    assert plate_pattern(typed) == known


@pytest.mark.parametrize("typed", ["", "29", "xx", "?"])
def test_too_little_of_a_plate_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        plate_pattern(typed)


def test_a_day_is_a_day_of_hanoi() -> None:
    start, end = moment("2026-11-24", "from"), moment("2026-11-24", "to", end=True)
    assert start and end
    assert (start.isoformat(), end.isoformat()) == (
        "2026-11-24T00:00:00+07:00",
        "2026-11-24T23:59:59.999000+07:00",
    )
    assert moment("2026-11-24T08:00:00 07:00", "from") == moment("2026-11-24T01:00:00Z", "from")
