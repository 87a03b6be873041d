"""When it happened: a table of expressions, and what holds for all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.normalize import fold
from desk.language.times import HANOI, find_when

TABLE = Path(__file__).parent.parent / "data" / "times.txt"
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=HANOI)


def table() -> Iterator[tuple[str, datetime, str]]:
    sent_at = NOW
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("@ "):
            sent_at = datetime.fromisoformat(line[2:]).replace(tzinfo=HANOI)
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition("=>")
            yield text.strip().replace("\\n", "\n"), sent_at, expected.strip()


@pytest.mark.parametrize(("text", "sent_at", "expected"), table())
def test_the_time_of_a_message_is_found(text: str, sent_at: datetime, expected: str) -> None:
    when = find_when(text, sent_at)
    found = "" if when is None else when.iso.removesuffix("+07:00").removesuffix(":00")
    assert found == expected.removesuffix(":00") or found == expected


# Without marks "tôi qua" (I passed) and "sang" (across) can look like times; the table has them marked.
AMBIGUOUS_WHEN_BARE = ("Tôi qua", "tôi muốn")


@pytest.mark.parametrize(("text", "sent_at", "expected"), table())
def test_the_same_message_without_marks_has_the_same_time(
    text: str, sent_at: datetime, expected: str
) -> None:
    if text.startswith(AMBIGUOUS_WHEN_BARE):
        return
    marked, bare = find_when(text, sent_at), find_when(fold(text), sent_at)
    assert (marked and marked.iso) == (bare and bare.iso)


@pytest.mark.parametrize(
    ("text", "precision", "start", "end"),
    [
        ("khoảng 5-6h chiều qua", "range", "2026-11-23T17:00", "2026-11-23T18:00"),
        ("từ 22h tối qua đến 2h sáng nay", "range", "2026-11-23T22:00", "2026-11-24T02:00"),
        ("sáng nay", "range", "2026-11-24T05:00", "2026-11-24T09:12"),
        ("hôm qua", "date", "2026-11-23T00:00", "2026-11-24T00:00"),
        ("đêm qua", "range", "2026-11-23T22:00", "2026-11-24T05:00"),
        ("lúc nãy", "range", "2026-11-24T06:12", "2026-11-24T09:12"),
        ("tuần trước", "range", "2026-11-16T00:00", "2026-11-23T00:00"),
        ("cuối tuần rồi", "range", "2026-11-21T00:00", "2026-11-23T00:00"),
        ("7h30 sáng nay", "exact", "2026-11-24T07:30", "2026-11-24T07:30"),
        ("từ 7h sáng đến 5h chiều hôm qua", "range", "2026-11-23T07:00", "2026-11-23T17:00"),
    ],
)
def test_a_range_has_its_ends(text: str, precision: str, start: str, end: str) -> None:
    when = find_when(text, NOW)
    assert when is not None
    assert when.precision == precision
    assert (when.start.isoformat()[:16], when.end.isoformat()[:16]) == (start, end)


def test_the_time_of_sending_may_be_in_another_zone() -> None:
    when = find_when("7h30 sáng nay", NOW.astimezone(UTC))
    assert when is not None
    assert when.iso == "2026-11-24T07:30:00+07:00"


PAST = [
    "vừa xong", "lúc nãy", "hôm qua", "tối qua 9h", "đêm qua 2h", "đêm qua", "hôm kia", "sáng thứ 6", "chủ nhật",
    "15 phút trước", "2 tiếng trước", "3 hôm trước", "thứ 3 tuần trước", "chiều hqua", "20/11", "ngày 7",
    "lúc 7h30", "17h", "9 rưỡi tối", "0h", "12h đêm", "3h", "23:59", "hồi sáng", "1h trưa",
]  # fmt: skip
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda d: d.replace(tzinfo=HANOI))


@given(st.sampled_from(PAST), MOMENTS)
def test_what_is_told_as_past_never_lies_ahead(text: str, sent_at: datetime) -> None:
    when = find_when(text, sent_at)
    if when is not None:
        assert when.start <= sent_at + timedelta(minutes=10)
        assert when.start <= when.end


@given(
    st.integers(0, 23), st.integers(0, 59), st.sampled_from(["{}h{:02}", "{:02}:{:02}", "{} giờ {:02} phút"])
)
def test_a_clock_time_yesterday_is_that_time(hour: int, minute: int, form: str) -> None:
    if (hour < 6 and "giờ" in form) or 1 <= hour <= 5:
        return  # five in the morning or the afternoon: see the table
    when = find_when(f"hôm qua lúc {form.format(hour, minute)}", NOW)
    assert when is not None
    assert when.iso == f"2026-11-23T{hour:02}:{minute:02}:00+07:00"


@given(st.text(max_size=60), MOMENTS)
def test_the_words_stand_in_the_message_where_the_span_says(text: str, sent_at: datetime) -> None:
    when = find_when(text, sent_at)
    if when is not None:
        assert text[slice(*when.span)] == when.words


@given(
    st.from_regex(
        r"(0[0-9]{9}|[0-9]{12}|[A-Z]{2}[0-9]{13}|[1-9][0-9][A-H]-?[0-9]{3}\.[0-9]{2})", fullmatch=True
    )
)
def test_other_numbers_are_no_time(number: str) -> None:
    assert find_when(f"em gửi {number} ạ", NOW) is None
