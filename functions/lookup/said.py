"""A task as the function takes it, and what a step makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desk import agencies
from desk.domain.lookups.wording import LookupWording
from desk.errors import Invalid
from desk.storage.outbox import Task, task_id
from desk.storage.sealed import SEALED_S, proof_key, sealed_key
from desk.storage.table import Transaction

if TYPE_CHECKING:
    from lookup.desk import Desk


@dataclass(slots=True)
class Said:
    """What the citizen is told. `private`: only they may see it. `writes` go into the transaction of the answer."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    private: bool = True
    picture: bytes | None = None
    writes: list[Callable[[Transaction], None]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Work:
    """One attempt of a task. `id` names the task through all its attempts."""

    id: str
    kind: str
    agency: str
    citizen: str
    created_at: str
    attempt: int
    payload: Mapping[str, Any]

    @classmethod
    def of(cls, task: Mapping[str, Any]) -> "Work":
        """A message of the queue. Raises Invalid when it is no task."""
        try:
            return cls(
                id=task.get("task") or task["outbox_id"],
                kind=task["kind"],
                agency=task["agency"],
                citizen=task["citizen"],
                created_at=task["created_at"],
                attempt=int(task.get("attempt", 0)),
                payload=task,
            )
        except KeyError as error:
            raise Invalid("the task lacks a field", field=str(error)) from error

    @property
    def words(self) -> LookupWording:
        """The agency's texts in the citizen's language."""
        return LookupWording(agencies.agency(self.agency), bool(self.payload.get("english")))

    @property
    def relation(self) -> str:
        """To whom the citizen wants to be linked."""
        return str(self.payload.get("relation") or "self")

    @property
    def topic(self) -> str:
        """What they wanted to know before they were asked who they are."""
        return str(self.payload.get("topic") or "")

    def message(self, at: str, text: str, buttons: list[dict[str, str]]) -> dict[str, Any]:
        """An answer as the notification function takes it."""
        return {
            "agency": self.agency,
            "citizen": self.citizen,
            "purpose": "answer",
            "created_at": at,
            "text": text,
            "buttons": buttons,
        }

    def given(self, desk: "Desk", name: str) -> str:
        """What the citizen gave for this task: from the proof, or from where the first attempt put it."""
        ref = self.payload.get("kept")
        key = sealed_key(ref) if ref else proof_key(self.agency, self.citizen)
        return str((desk.sealed.read(key, now=desk.now() / 1000) or {}).get(name) or "")

    def following(self, desk: "Desk", transaction: Transaction) -> dict[str, Any]:
        """The next attempt. The code of a file lives longer than the proof that it came with."""
        payload = {k: v for k, v in self.payload.items() if k != "outbox_id"}
        if self.kind == "file" and not payload.get("kept") and (found := self.given(desk, "file")):
            payload["kept"] = task_id("kept", self.id)
            desk.sealed.put(
                transaction, sealed_key(payload["kept"]), {"file": found}, desk.now() // 1000 + SEALED_S
            )
        return payload | {"task": self.id, "attempt": self.attempt + 1}
