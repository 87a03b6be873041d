"""One answer of the desk: what it says, with buttons, and what it has to ask others for."""

from dataclasses import dataclass, field
from typing import Any

from desk.domain.message import Seen

# Zalo's limit for a text message (facts of the consultation message API).
MAX_TEXT = 2000
Button = dict[str, str]


@dataclass(slots=True)
class Answer:
    """One answer. Buttons carry payloads that come back as texts."""

    parts: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    report: str | None = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    unanswered: list[Seen] = field(default_factory=list)

    def say(self, text: str, *buttons: Button) -> None:
        """Add a part, once, and its buttons, five at most (Zalo's limit)."""
        if text and text not in self.parts:
            self.parts.append(text)
        self.buttons = [*self.buttons, *(b for b in buttons if b not in self.buttons)][:5]

    @property
    def text(self) -> str:
        """The whole answer, within Zalo's limit."""
        return "\n\n".join(self.parts)[:MAX_TEXT]


def as_payload(found: Answer) -> dict[str, Any]:
    """The answer as the notification function takes it."""
    return {"text": found.text, "buttons": found.buttons, "report": found.report}
