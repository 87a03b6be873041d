"""A message of the desk as the calls to Zalo that it takes, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from desk.zalo import messages
from desk.zalo.messages import Button, Message


@dataclass(frozen=True, slots=True)
class Part:
    """One call. `message` is ready to send; for `evidence` and `picture` it is made once the file is uploaded."""

    kind: Literal["text", "image", "evidence", "picture"]
    text: str = ""
    message: Message | None = None
    evidence_id: str = ""
    picture: bytes = b""

    def without_buttons(self) -> "Part | None":
        """The same text with its buttons written out, for where Zalo refuses them; None if it has none.

        Buttons in a consultation message are not in Zalo's documents: the text must arrive without them.
        """
        payload = (self.message or {}).get("attachment", {}).get("payload", {})
        if self.kind != "text" or not payload.get("buttons"):
            return None
        lines = [_written(button) for button in payload["buttons"]]
        text = messages.split("\n".join([self.text, "", *lines]))[0]
        quote = (self.message or {}).get("quote_message_id")
        return Part("text", text, messages.text(text, quote=quote))


def parts(payload: Mapping[str, Any]) -> list[Part]:
    """Text in pieces (the quote on the first, the buttons on the last), a picture, a file."""
    pieces = messages.split(payload.get("text") or "")
    buttons: list[Button] = list(payload.get("buttons") or [])
    quote, image_url = payload.get("quote_msg_id"), payload.get("image_url")
    made: list[Part] = []
    if image_url:
        captioned = len(pieces) == 1 and not buttons and not quote
        caption = pieces.pop() if captioned else ""
        made.append(Part("image", caption, messages.image(url=image_url, caption=caption)))
    for number, piece in enumerate(pieces):
        first, last = number == 0, number == len(pieces) - 1
        message = messages.text(piece, quote=quote if first else None, buttons=buttons if last else ())
        made.append(Part("text", piece, message))
    if payload.get("picture"):
        made.append(Part("picture", picture=payload["picture"]))
    if payload.get("file_evidence"):
        made.append(Part("evidence", evidence_id=payload["file_evidence"]))
    return made


def _written(button: Mapping[str, Any]) -> str:
    payload = button["payload"]
    if isinstance(payload, dict):
        return f"• {button['title']}: {payload.get('url') or payload.get('phone_code')}"
    return f"• {button['title']}"
