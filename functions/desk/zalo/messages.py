"""The `message` part of a consultation message (POST /v3.0/oa/message/cs), one builder per kind.

Sources: Zalo's Java SDK (test/v3/Send*CSMessage), PHP SDK (MessageBuilder). Buttons have no v3.0 page;
the shape used here (text beside a template of bare buttons) is what running bots send, and the text
stays readable wherever buttons are not drawn.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

MAX_TEXT = 2000  # characters; longer ones are refused with -210, not cut
MAX_BUTTONS = 5
MAX_BUTTON_TITLE = 100
MAX_PAYLOAD = 1000

type Message = dict[str, Any]


class Button(TypedDict, total=False):
    """A button: `title` and one of payload (comes back as the citizen's text), url or phone."""

    title: str
    payload: str
    url: str
    phone: str


def text(content: str, *, quote: str | None = None, buttons: Sequence[Button] = ()) -> Message:
    """Text of at most MAX_TEXT characters, as a reply to message `quote`, with up to MAX_BUTTONS buttons."""
    message: Message = {"text": content}
    if quote:
        message["quote_message_id"] = quote
    if buttons:
        payload = {"buttons": [_button(b) for b in buttons[:MAX_BUTTONS]]}
        message["attachment"] = {"type": "template", "payload": payload}
    return message


def image(*, url: str | None = None, attachment_id: str | None = None, caption: str = "") -> Message:
    """A picture by address or by the id of an upload, never by both."""
    if (url is None) == (attachment_id is None):
        raise ValueError("a picture has either an address or an attachment id")
    source = {"url": url} if url else {"attachment_id": attachment_id}
    elements = [{"media_type": "image", **source}]
    message: Message = {
        "attachment": {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    }
    if caption:
        message["text"] = caption
    return message


def file(token: str) -> Message:
    """A file by the token of its upload."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def ask_info(title: str, subtitle: str, image_url: str) -> Message:
    """Zalo's form that asks the citizen for name, phone and address."""
    elements = [{"title": title, "subtitle": subtitle, "image_url": image_url}]
    payload = {"template_type": "request_user_info", "elements": elements}
    return {"attachment": {"type": "template", "payload": payload}}


def split(content: str, limit: int = MAX_TEXT) -> list[str]:
    """Cut a text into pieces of at most `limit` characters, at paragraphs, else lines, else words."""
    pieces = []
    rest = content.strip()
    while len(rest) > limit:
        head = rest[: limit + 1]
        cut = next((at for mark in ("\n\n", "\n", " ") if (at := head.rfind(mark)) > limit // 2), limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _button(button: Button) -> dict[str, Any]:
    title = button["title"][:MAX_BUTTON_TITLE]
    if "url" in button:
        return {"title": title, "type": "oa.open.url", "payload": {"url": button["url"]}}
    if "phone" in button:
        return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": button["phone"]}}
    payload = button.get("payload", title)
    # What the citizen would have typed shows in the chat; a word for programs does not.
    kind = "oa.query.show" if payload == title else "oa.query.hide"
    return {"title": title, "type": kind, "payload": payload[:MAX_PAYLOAD]}
