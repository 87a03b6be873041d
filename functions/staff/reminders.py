"""GET /staff/reminders: how far the run of the hour has come, and what became of each day's scheduled look-ups."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from desk import agencies
from desk.domain.clock import HANOI, local
from desk.storage import keys, runs, watches
from desk.storage.looked import DayFigures, Looked
from desk.storage.runs import Run
from staff.auth import Reader
from staff.bodies import moment_in_query
from staff.desk import Desk, desk
from staff.news_shapes import FiguresShape, figures_shape
from staff.routing import new_router
from staff.search import moment
from staff.shapes import Shape

router = new_router()

WEEK, MONTH = timedelta(days=6), timedelta(days=30)
_READERS = 8


class RunShape(Shape):
    """The run of the agency's scheduled look-ups that is at work, or the last one. It goes over the days from
    `since` to `day`, each in `parts` parts, and is at part `part` of the day `at`. `queued`: found due so far;
    `left`: not done yet, waiting for their turn or for the source (at most 1,000 of each part are counted)."""

    day: str
    since: str
    at: str
    part: int
    parts: int
    state: Literal["running", "done"]
    queued: int
    left: int
    started_at: str
    finished_at: str | None = None


class DayShape(Shape):
    """What became of the look-ups that were due on a day. `due` are those `done` and those `left`."""

    day: str
    due: int
    done: int = Field(description="Looked at, whenever that was.")
    reminded: FiguresShape = Field(
        description="Those that told the citizen something, and how far that came."
    )
    silent: dict[str, int] = Field(
        description="Those that had nothing to tell, by reason: renewed, unchanged, unknown (to the source), ended."
    )
    put_off: int = Field(
        description="Of those left, how many found the source down; looked at again next hour."
    )
    left: int


class Reminders(Shape):
    """`offered`: whether the agency has scheduled look-ups. `days`: those that had any, newest first."""

    offered: bool
    run: RunShape | None = None
    days: list[DayShape]


@router.get("/staff/reminders", compress=True, tags=["agency"], operation_id="readReminders")
def read_reminders(
    person: Reader,
    since: Annotated[
        str,
        moment_in_query("A week before the last day unless given; a month before it at most.", alias="from"),
    ] = "",
    to: Annotated[
        str,
        moment_in_query("The last day; today, or the day of a later run, unless given."),
    ] = "",
) -> Reminders:
    """The run of the hour, and per day what was due and what became of it. The figures follow within seconds."""
    peers, run = desk(), runs.latest(desk().table, person.agency)
    first, last = moment(since, "query.from"), moment(to, "query.to", end=True)
    today = local(peers.now()).date()
    until = last.astimezone(HANOI).date() if last else max(today, _day(run.day) if run else today)
    begin = max(first.astimezone(HANOI).date(), until - MONTH) if first else until - WEEK
    days = [until - timedelta(days=n) for n in range((until - begin).days + 1)]
    # What is left lies on days that no run found empty; days to come are not due yet.
    behind = {day for day in days if run and _day(run.open_since) <= day <= today} | {today}
    left = left_on(peers, person.agency, behind | (days_of(run) if run else set()))
    with ThreadPoolExecutor(_READERS) as pool:
        figures = list(pool.map(lambda day: Looked(peers.table).figures(person.agency, day), days))
    shown = [_day_shape(day, found, left.get(day, 0)) for day, found in zip(days, figures, strict=True)]
    return Reminders(
        offered="reminders" in agencies.agency(person.agency).data,
        run=run_shape(run, left) if run else None,
        days=[one for one in shown if one.due],
    )


def days_of(run: Run) -> set[date]:
    """The days that a run goes over."""
    first = _day(run.since)
    return {first + timedelta(days=n) for n in range((_day(run.day) - first).days + 1)}


def left_on(peers: Desk, agency: str, days: Collection[date]) -> dict[date, int]:
    """How many looks are left of each of some days."""
    with ThreadPoolExecutor(_READERS) as pool:
        counts = pool.map(lambda day: watches.left(peers.table, agency, day), days)
        return dict(zip(days, counts, strict=True))


def run_shape(run: Run, left: Mapping[date, int]) -> RunShape:
    """A run as the API shows it; `left` by day."""
    return RunShape(
        day=run.day,
        since=run.since,
        at=run.at,
        part=run.shard + 1,
        parts=keys.WATCH_SHARDS,
        state="done" if run.finished_at else "running",
        queued=run.queued,
        left=sum(left[day] for day in days_of(run)),
        started_at=run.started_at,
        finished_at=run.finished_at or None,
    )


def _day_shape(day: date, found: DayFigures, left: int) -> DayShape:
    return DayShape(
        day=day.isoformat(),
        due=found.done + left,
        done=found.done,
        reminded=figures_shape(found.reminded),
        silent=dict(found.silent),
        put_off=min(found.put_off, left),
        left=left,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
