"""Consultation messages: `POST /v3.0/oa/message/cs`, what may stand in them and what becomes of them."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.zalo.config import Agency
from local.zalo.gate import Gate, Refusal, json_body
from local.zalo.outbound import Outbound
from local.zalo.store import Document
from local.zalo.uploads import Uploads
from local.zalo.windows import Windows
from local.zalo.world import World

TEXT_LIMIT = 2000
ELEMENTS_LIMIT = 5
BUTTONS_LIMIT = 5
BUTTON_TYPES = {"oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.phone", "oa.open.sms"}
LISTS = {"list", "button", "buttons"}


class Messages:
    """Reads a message body, applies the rules, and puts the message into the citizen's chat."""

    def __init__(self, world: World, windows: Windows, uploads: Uploads, outbound: Outbound) -> None:
        self._world, self._windows, self._uploads, self._outbound = world, windows, uploads, outbound

    def routes(self, gate: Gate) -> list[Route]:
        """The message endpoints of v3."""
        return [
            gate.open_api("/v3.0/oa/message/cs", "POST", self.consultation),
            gate.open_api("/v3.0/oa/message/promotion", "POST", self.promotion),
            gate.open_api("/v3.0/oa/message/transaction", "POST", self.discontinued),
        ]

    async def consultation(self, request: Request, agency: Agency) -> Document:
        """One message to a user who interacted within seven days."""
        body = await json_body(request)
        citizen = recipient(self._world, agency, body)
        kind, content = self.read(agency, citizen, body.get("message"))
        chat = self._world.chat(agency, citizen["id"])
        self._windows.check(chat, invitation=kind == "request_info")
        quota = self._windows.spend(agency, chat)
        self._world.save_chat(chat)
        message = self._outbound.send(agency, citizen, kind, **content)
        return {
            "message_id": message["msg_id"],
            "user_id": self._world.user_id(agency, citizen["id"]),
            "sent_time": str(message["at_ms"]),
            "quota": quota,
        }

    async def promotion(self, request: Request, agency: Agency) -> Document:
        """Stopped on 1 March 2026; the night rule is checked before that."""
        await json_body(request)
        self._windows.not_at_night()
        return await self.discontinued(request, agency)

    async def discontinued(self, request: Request, agency: Agency) -> Document:
        """Stopped on 1 March 2026: an approved template by user id took its place."""
        raise Refusal(-233, "Message type is not supported")

    def read(self, agency: Agency, citizen: Document, message: Any) -> tuple[str, Document]:
        """A message body as kind and content, or -201, -210, -100, -233."""
        if not isinstance(message, dict) or not message:
            raise Refusal(-201, "message is invalid")
        text = message.get("text")
        if text is not None and (not isinstance(text, str) or not text.strip()):
            raise Refusal(-201, "text is invalid")
        if text is not None and len(text) > TEXT_LIMIT:
            raise Refusal(-210, f"text is over {TEXT_LIMIT} characters")
        content: Document = {"text": text}
        if "quote_message_id" in message:
            content["quote"] = self._quoted(agency, citizen, message["quote_message_id"])
        attachment = message.get("attachment")
        if attachment is None:
            if text is None:
                raise Refusal(-201, "text is invalid")
            buttons = read_buttons(message.get("buttons", []))
            return "text", content | {"buttons": buttons}
        if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
            raise Refusal(-201, "attachment is invalid")
        payload = attachment["payload"]
        match attachment.get("type"), payload.get("template_type"):
            case "file", _:
                item = self._uploads.taken(agency, "file", str(payload.get("token", "")))
                return "file", content | {"attachments": [file_attachment(item)]}
            case "template", "media":
                return self._media(agency, payload, content)
            case "template", "request_user_info":
                element = _elements(payload, 1)[0]
                card = {key: _required(element, key) for key in ("title", "subtitle", "image_url")}
                return "request_info", content | {"elements": [card]}
            case "template", None if text is not None:
                # A text beside a template of bare buttons: no page shows it for v3, running bots send it.
                return "text", content | {"buttons": read_buttons(payload.get("buttons"))}
            case "template", name if name in LISTS:
                return _list(payload, content)
        raise Refusal(-233, "Message type is not supported")

    def _media(self, agency: Agency, payload: Document, content: Document) -> tuple[str, Document]:
        element = _elements(payload, 1)[0]
        kind = element.get("media_type")
        url, attachment_id = element.get("url"), element.get("attachment_id")
        if kind not in ("image", "gif", "sticker"):
            raise Refusal(-201, "media_type is invalid")
        if bool(url) == bool(attachment_id) or (kind == "sticker" and url):
            raise Refusal(-201, "attachment_id is invalid")
        if kind == "sticker":
            item = {"id": str(attachment_id), "url": f"/page/stickers/{attachment_id}.svg"}
            return kind, content | {"attachments": [{"type": kind, "payload": item}]}
        if kind == "gif" and url and not (element.get("width") and element.get("height")):
            raise Refusal(-201, "width is invalid")
        if url:
            if not str(url).startswith(("https://", "http://")):
                raise Refusal(-201, "url is invalid")
            return kind, content | {
                "attachments": [{"type": kind, "payload": {"thumbnail": url, "url": url}}]
            }
        item = self._uploads.taken(agency, kind, str(attachment_id))
        picture = {"thumbnail": item["thumbnail"], "url": item["path"]}
        return kind, content | {"attachments": [{"type": kind, "payload": picture}]}

    def _quoted(self, agency: Agency, citizen: Document, msg_id: Any) -> str:
        quoted = self._world.message(str(msg_id))
        if quoted is None or (quoted["agency"], quoted["citizen"]) != (agency.key, citizen["id"]):
            raise Refusal(-201, "quote_message_id is invalid")
        return str(msg_id)


def recipient(world: World, agency: Agency, body: Document) -> Document:
    """The citizen a body is addressed to, or -201."""
    to = body.get("recipient")
    user_id = to.get("user_id") if isinstance(to, dict) else body.get("user_id")
    citizen = world.by_user_id(agency, user_id) if isinstance(user_id, str) else None
    if citizen is None:
        raise Refusal(-201, "user_id is invalid")
    return citizen


def file_attachment(item: Document) -> Document:
    """A file as an attachment: size is a string, checksum is MD5, type is the name's ending."""
    return {
        "type": "file",
        "payload": {
            "size": str(item["size"]),
            "name": item["name"],
            "checksum": item["checksum"],
            "type": item["name"].rpartition(".")[2].lower(),
            "url": item["path"],
        },
    }


def read_buttons(buttons: Any) -> list[Document]:
    """Buttons as the phone shows them: title, type, payload (text, address or number), or -201 and -210."""
    if not isinstance(buttons, list):
        raise Refusal(-201, "buttons is invalid")
    if len(buttons) > BUTTONS_LIMIT:
        raise Refusal(-210, f"buttons is over {BUTTONS_LIMIT} items")
    return [_button(button) for button in buttons]


def _button(button: Any) -> Document:
    if not isinstance(button, dict) or button.get("type") not in BUTTON_TYPES:
        raise Refusal(-201, "button type is invalid")
    payload = button.get("payload")
    if isinstance(payload, dict):
        payload = payload.get("url") or payload.get("phone_code") or payload.get("content")
    if not isinstance(payload, str) or not payload:
        raise Refusal(-201, "button payload is invalid")
    return {"title": _required(button, "title"), "type": button["type"], "payload": payload}


def _list(payload: Document, content: Document) -> tuple[str, Document]:
    """A list of cards, or a text with buttons; buttons may stand in the payload or behind a card."""
    cards = []
    for element in _elements(payload, ELEMENTS_LIMIT) if "elements" in payload else []:
        card = {key: element.get(key) for key in ("title", "subtitle", "image_url") if element.get(key)}
        if not card.get("title"):
            raise Refusal(-201, "title is invalid")
        if element.get("default_action"):
            card["action"] = _button({"title": card["title"]} | element["default_action"])
        cards.append(card)
    buttons = read_buttons(payload.get("buttons", []))
    text = content["text"] or payload.get("text")
    if not cards and not (buttons and text):
        raise Refusal(-201, "elements is invalid")
    return "list", content | {
        "text": text,
        "elements": cards,
        "buttons": buttons,
        "zinstant_id": secrets.token_hex(8),
    }


def _elements(payload: Document, most: int) -> list[Document]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not all(isinstance(e, dict) for e in elements):
        raise Refusal(-201, "elements is invalid")
    if len(elements) > most:
        raise Refusal(-210, f"elements is over {most} items")
    return elements


def _required(source: Document, key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(-201, f"{key} is invalid")
    return value
