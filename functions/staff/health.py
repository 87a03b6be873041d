"""GET /staff/health: whether the desk's own parts answer, and how far the day's reminders have come."""

from collections.abc import Callable
from typing import Literal

from aws_lambda_powertools.event_handler import Response
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import DeskError
from desk.storage import keys, runs
from staff.auth import Reader
from staff.desk import Desk, desk
from staff.reminders import RunShape, days_of, left_on, run_shape
from staff.routing import new_router
from staff.shapes import Shape

router = new_router()


class Health(Shape):
    """`ok` when every part answers. `reminders` is there once the agency's looks have run."""

    status: Literal["ok", "degraded"]
    checks: dict[str, Literal["ok", "failing"]]
    reminders: RunShape | None = None


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


def _reminders(peers: Desk, agency: str) -> RunShape | None:
    run = runs.latest(peers.table, agency)
    return run_shape(run, left_on(peers, agency, days_of(run))) if run else None


def _probe(peers: Desk, look: Callable[[Desk], object]) -> Literal["ok", "failing"]:
    try:
        look(peers)
    except (DeskError, BotoCoreError, ClientError):
        return "failing"
    return "ok"
