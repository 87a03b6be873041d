"""Faults on request: the platform's bad days, so many times, on the paths that were named."""

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """One planned failure.

    `path` may hold `*`; the path `webhook` means the deliveries to the desk. `status` answers with that HTTP
    status, `error` with an error body of the API's own family, `delay_s` waits first (alone: a slow answer).
    With `after` the call is carried out and only its answer is replaced: the case in which a sender cannot
    know. `times` counts down; -1 never ends. With `says` only a call whose body holds that text, as JSON.
    """

    path: str
    status: int | None = None
    error: int | None = None
    delay_s: float = 0.0
    times: int = 1
    after: bool = False
    says: str = ""


class Faults:
    """The faults that are still to come, first come, first used."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Add one."""
        self._planned.append(fault)

    def take(self, path: str, body: Any = None) -> Fault | None:
        """The fault that hits this call, used up by one."""
        said = json.dumps(body, ensure_ascii=False)
        for fault in self._planned:
            if fault.times != 0 and fnmatchcase(path, fault.path) and fault.says in said:
                fault.times -= 1
                self._planned = [f for f in self._planned if f.times != 0]
                return fault
        return None

    def left(self) -> list[dict[str, Any]]:
        """Those that are left."""
        return [asdict(fault) for fault in self._planned]

    def clear(self) -> None:
        """Fair weather again."""
        self._planned.clear()
