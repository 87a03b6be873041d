"""The timeline of a report: append-only, each step chained to the one before by its hash.

Changing, dropping or reordering a step breaks every hash after it, so that an inspector can verify an
exported timeline without trusting the table.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, before it has its place in the chain. `actor` is a pseudonym, `staff:<name>` or `desk`."""

    kind: str
    at: str
    actor: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A step in its place: `hash` covers everything else, the previous hash included."""

    seq: int
    kind: str
    at: str
    actor: str
    data: dict[str, Any]
    previous: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the table, the API and exports."""
        return {f: getattr(self, f) for f in ("seq", "kind", "at", "actor", "data", "previous", "hash")}


def _canonical(value: Any) -> Any:
    """A value as the table gives it back: without absent entries, whole numbers as integers."""
    match value:
        case dict():
            return {str(k): _canonical(v) for k, v in value.items() if v is not None}
        case list() | tuple():
            return [_canonical(v) for v in value]
        case float() if value.is_integer():
            return int(value)
    return value


def _hash(seq: int, step: Step, previous: str) -> str:
    canonical = json.dumps(
        [seq, step.kind, step.at, step.actor, _canonical(step.data), previous],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def chain(steps: Iterable[Step], *, seq: int, head: str) -> list[Entry]:
    """Entries for steps that follow entry `seq`, whose hash is `head` (0 and GENESIS at the start)."""
    entries = []
    for step in steps:
        seq += 1
        entry = Entry(seq, step.kind, step.at, step.actor, step.data, head, _hash(seq, step, head))
        entries.append(entry)
        head = entry.hash
    return entries


def first_break(entries: Sequence[Entry]) -> int | None:
    """Sequence number of the first entry that does not fit the chain; None when all do."""
    head = GENESIS
    for place, entry in enumerate(entries, start=1):
        step = Step(entry.kind, entry.at, entry.actor, entry.data)
        if entry.seq != place or entry.previous != head or entry.hash != _hash(place, step, head):
            return place
        head = entry.hash
    return None
