"""What EventBridge Scheduler asks for: sweeping up what slipped through, tokens, deadlines, looks."""

from typing import Any

from desk.logs import log, metrics, warn
from schedule.jobs import JOBS


@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Run one job by name; returns what it did, for whoever invokes it by hand. What else the event holds are
    the job's arguments."""
    name = str(event.get("job", ""))
    job = JOBS.get(name)
    if job is None:
        warn("no such job", job=name)
        return {"job": name, "error": "no such job"}
    done = job(**{key: value for key, value in event.items() if key != "job"})
    log("job done", job=name, count=sum(done.values()))
    return {"job": name, **done}
