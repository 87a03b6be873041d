"""How far the run of an agency's looks has come: one item, for the run itself to go on from and for staff to see."""

from dataclasses import asdict, dataclass, fields, replace

from desk.storage import keys
from desk.storage.table import Table


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over the buckets from `since` to `day`. `name` is the hour that it belongs to.

    `at`, `shard` and `after` say where it is: a day, its shard, the last row queued. `found`: rows of the day it
    is at; `queued`: of all days. `open_since` is the first day that may hold rows: where the next pass begins.
    Times are ISO, `finished_at` is empty while it is at work. `version` 0: not stored yet.
    """

    name: str
    day: str
    since: str
    open_since: str
    at: str
    started_at: str
    shard: int = 0
    after: str = ""
    found: int = 0
    queued: int = 0
    finished_at: str = ""
    version: int = 0


def latest(table: Table, agency: str) -> Run | None:
    """The run that is at work, or the last one."""
    item = table.get(keys.looks_run(agency))
    return Run(**{f.name: item[f.name] for f in fields(Run) if f.name in item}) if item else None


def save(table: Table, agency: str, run: Run) -> Run:
    """Write a run over the version that was read. Raises Conflict when another run was first."""
    written = replace(run, version=run.version + 1)
    transaction = table.transaction()
    transaction.put_version(keys.looks_run(agency) | asdict(written) | {"entity": "run"}, run.version)
    transaction.commit()
    return written
