"""Times as the desk writes them: UTC for machines, Hanoi for people."""

from datetime import UTC, datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7), "+07")


def utc(epoch_ms: int) -> datetime:
    """An aware UTC time from milliseconds since 1970, the unit of Zalo's timestamps."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def epoch_ms(when: datetime) -> int:
    """Milliseconds since 1970 of an aware time."""
    return round(when.timestamp() * 1000)


def iso(when: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: sorts as text in the order of time."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def parse(text: str) -> datetime:
    """An aware time from ISO 8601. Raises ValueError, also for a time without an offset."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError("a time needs an offset, such as +07:00")
    return when


def local(when: datetime) -> datetime:
    """The same moment on a Hanoi clock."""
    return when.astimezone(HANOI)
