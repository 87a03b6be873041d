"""What the model of the look-ups computes: months without a contribution, and those with one."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from desk.lookups.model import Card, Contributions, Span

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def test_gaps_and_total() -> None:
    history = Contributions(
        (
            Span(date(2015, 3, 1), date(2018, 12, 1), "A"),
            Span(date(2018, 10, 1), date(2019, 2, 1), "B"),
            Span(date(2020, 1, 1), date(2020, 1, 1), "C"),
        ),
        NOW,
    )
    assert history.total_months == 49
    assert history.gaps == (Span(date(2019, 3, 1), date(2019, 12, 1)),)
    assert history.gaps[0].months == 10


def test_none() -> None:
    assert (Contributions((), NOW).total_months, Contributions((), NOW).gaps) == (0, ())


@given(st.lists(st.tuples(st.integers(24000, 24060), st.integers(0, 12)), max_size=8))
def test_each_month_is_paid_or_a_gap_once(pairs: list[tuple[int, int]]) -> None:
    spans = tuple(Span(month(first), month(first + more)) for first, more in pairs)
    history = Contributions(spans, NOW)
    paid = {index for first, more in pairs for index in range(first, first + more + 1)}
    assert history.total_months == len(paid)
    whole = max(paid) - min(paid) + 1 if paid else 0
    assert sum(gap.months for gap in history.gaps) == whole - len(paid)


def test_days_left() -> None:
    card = Card(date(2026, 1, 1), date(2026, 12, 1), "01001", "BV", None, NOW)
    assert [
        card.days_left(date(2026, 11, 24)),
        card.days_left(date(2026, 12, 1)),
        card.days_left(date(2026, 12, 2)),
    ] == [7, 0, -1]
