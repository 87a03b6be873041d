"""GET /staff/health: whether the desk's own parts answer, and how far the day's reminders have come."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from aws_lambda_powertools.event_handler import Response
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import DeskError
from desk.storage import keys, runs, watches
from staff.auth import Reader
from staff.desk import Desk, desk
from staff.routing import new_router
from staff.shapes import Shape

router = new_router()


class Reminders(Shape):
    """The last run of the agency's scheduled look-ups. `queued`: found due so far; `left`: not done yet, waiting
    for their turn or for the source (at most 1,000 of each of 16 parts are counted)."""

    day: str
    state: Literal["running", "done"]
    queued: int
    left: int
    started_at: str
    finished_at: str | None = None


class Health(Shape):
    """`ok` when every part answers. `reminders` is there once the agency's looks have run."""

    status: Literal["ok", "degraded"]
    checks: dict[str, Literal["ok", "failing"]]
    reminders: Reminders | None = None


@router.get("/staff/health", tags=["agency"], operation_id="readHealth")
def read_health(person: Reader) -> Response[Health]:
    """200 when every part answers, 503 otherwise."""
    peers = desk()
    probes: dict[str, Callable[[Desk], object]] = {
        "table": lambda d: d.table.get(keys.report("CS-0000-0000"), consistent=False),
        "evidence": lambda d: d.bucket.find("health"),
        "secrets": lambda d: d.secrets.read("desk"),
    }
    checks: dict[str, Literal["ok", "failing"]] = {n: _probe(peers, p) for n, p in probes.items()}
    well = all(state == "ok" for state in checks.values())
    shown = Health(
        status="ok" if well else "degraded",
        checks=checks,
        reminders=_reminders(peers, person.agency) if checks["table"] == "ok" else None,
    )
    return Response(200 if well else 503, "application/json", shown)


def _reminders(peers: Desk, agency: str) -> Reminders | None:
    run = runs.latest(peers.table, agency)
    if run is None:
        return None
    return Reminders(
        day=run.day,
        state="done" if run.finished_at else "running",
        queued=run.queued,
        left=watches.left(peers.table, agency, *map(date.fromisoformat, (run.since, run.day))),
        started_at=run.started_at,
        finished_at=run.finished_at or None,
    )


def _probe(peers: Desk, look: Callable[[Desk], object]) -> Literal["ok", "failing"]:
    try:
        look(peers)
    except (DeskError, BotoCoreError, ClientError):
        return "failing"
    return "ok"
