"""Counting the statistics again, for the days that somebody names."""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from desk import agencies
from desk.domain.clock import local
from desk.storage.recount import recount_day, recount_now
from desk.storage.statistics import Statistics
from desk.storage.table import Table

# The function has five minutes; a day takes seconds.
_LONGEST_S = 240


def recount(table: Table, since: str = "", until: str = "") -> dict[str, int]:
    """Count the days from `since` to `until` again (YYYY-MM-DD, the last thirty unless named), newest first.

    `left` in the answer is how many days there was no time for: run it again with an earlier `until`.
    """
    last = date.fromisoformat(until) if until else local(datetime.now(UTC)).date()
    first = date.fromisoformat(since) if since else last - timedelta(days=30)
    statistics, names, begun = Statistics(table), agencies.names(), time.monotonic()
    done: Counter[str] = Counter(days=0)
    for back in range((last - first).days + 1):
        if time.monotonic() - begun > _LONGEST_S:
            done["left"] = (last - first).days + 1 - back
            break
        done.update(recount_day(statistics, names, last - timedelta(days=back)))
        done["days"] += 1
    done["mended"] += recount_now(statistics, names)
    return dict(done)
