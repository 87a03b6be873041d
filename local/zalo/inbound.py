"""What a citizen does in the app: writes, sends media, taps buttons, follows, reacts, withdraws."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.zalo import events
from local.zalo.clock import Clock
from local.zalo.config import Agency, Config
from local.zalo.ids import message_id
from local.zalo.media import Media
from local.zalo.messages import file_attachment
from local.zalo.outbound import line_of
from local.zalo.store import Document
from local.zalo.webhooks import Webhooks
from local.zalo.world import World, absolute

KINDS = {"text", "image", "gif", "video", "audio", "file", "location", "sticker", "link", "contact", "button"}
WITH_MEDIA = {"image", "gif", "video", "audio", "file"}


class BadRequest(Exception):
    """The control API was asked something that a citizen cannot do; the text says what is wrong."""


@dataclass
class Draft:
    """A message that a citizen is about to send."""

    kind: str
    text: str | None = None
    urls: list[str] = field(default_factory=list)
    items: list[Document] = field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    quote: str | None = None
    name: str | None = None
    phone: str | None = None
    sticker: str | None = None
    hidden: bool = False


class Inbound:
    """Turns what a citizen does into the chat's new state and into events for the desk."""

    def __init__(self, config: Config, world: World, clock: Clock, media: Media, webhooks: Webhooks) -> None:
        self._config, self._world, self._clock = config, world, clock
        self._media, self._webhooks = media, webhooks
        webhooks.arrived = self._arrived

    def send(self, agency: Agency, citizen: Document, draft: Draft) -> Document:
        """Send one message. An interaction: it opens the OA's windows."""
        attachments = self._attachments(draft)
        text = draft.text or None
        if draft.kind in ("text", "button") and not text:
            raise BadRequest("text is missing")
        if draft.quote and self._world.message(draft.quote) is None:
            raise BadRequest("quote is not a message")
        self._world.interact(agency, citizen["id"], met=True, left=False)
        message = self._world.add_message(
            agency,
            citizen["id"],
            "citizen",
            draft.kind,
            text=text,
            attachments=attachments,
            quote=draft.quote,
            hidden=draft.hidden,
        )
        content: Document = {"quote_msg_id": draft.quote} if draft.quote else {}
        if attachments:
            content["attachments"] = [absolute(a, self._config.base_url) for a in attachments]
        if text:
            content["text"] = text
        content["msg_id"] = message["msg_id"]
        conversation = self._conversation(agency, citizen) if citizen["anonymous"] else ""
        # A tapped oa.query button is an ordinary text for the OA: nothing tells them apart.
        name = {"button": "text", "contact": "business_card"}.get(draft.kind, draft.kind)
        event = events.from_citizen(agency, citizen["id"], name, content, message["at_ms"], conversation)
        self._emit(agency, citizen, event)
        return message

    def follow(self, agency: Agency, citizen: Document, *, follows: bool) -> None:
        """Follow (an interaction) or unfollow (the OA may not write any more)."""
        if follows:
            self._world.interact(agency, citizen["id"], follows=True, left=False)
        else:
            self._world.save_chat(self._world.chat(agency, citizen["id"]) | {"follows": False, "left": True})
        now = self._clock.now_ms()
        self._emit(agency, citizen, events.follow(agency, citizen["id"], now, follows=follows))

    def open_chat(self, agency: Agency, citizen: Document) -> bool:
        """Tap "Nhắn tin": told once, and only of somebody who never wrote before."""
        if self._world.chat(agency, citizen["id"])["met"]:
            return False
        self._world.interact(agency, citizen["id"], met=True)
        self._about(agency, citizen, "user_click_chatnow")
        return True

    def withdraw(self, agency: Agency, citizen: Document) -> None:
        """Ask that the OA's app forget everything: the platform tells it once and keeps no chat itself."""
        self._about(agency, citizen, "user_withdraw")

    def submit_info(self, agency: Agency, citizen: Document, info: Document) -> Document:
        """Answer a request for information; the OA may read it from the profile from then on."""
        self._world.interact(agency, citizen["id"], shared_info=info)
        now = self._clock.now_ms()
        self._emit(agency, citizen, events.submitted_info(agency, citizen["id"], info, now))
        return info

    def react(self, agency: Agency, citizen: Document, msg_id: str, icon: str) -> None:
        """React to a message; the event's `msg_id` is that of the message."""
        message = self._world.message(msg_id)
        if message is None:
            raise BadRequest("msg_id is not a message")
        message.setdefault("reactions", {})["citizen"] = icon
        self._world.save_message(message)
        now = self._clock.now_ms()
        self._emit(agency, citizen, events.reaction(agency, citizen["id"], msg_id, icon, now, by_oa=False))

    def rate(self, agency: Agency, citizen: Document, msg_id: str, rate: int, note: str) -> Document:
        """Answer a rating template: the event names the message, never the user."""
        message = self._world.message(msg_id)
        if message is None or not message.get("tracking_id"):
            raise BadRequest("msg_id is not a ZBS message")
        now = self._clock.now_ms()
        rating = {"note": note, "rate": rate, "submitDate": str(now), "msgId": msg_id, "feedbacks": []}
        message["rating"] = rating | {"trackingId": message["tracking_id"]}
        self._world.save_message(message)
        self._emit(agency, citizen, events.feedback(agency, message, rate, note, now))
        return rating

    def _attachments(self, draft: Draft) -> list[Document]:
        if draft.kind not in KINDS:
            raise BadRequest(f"kind must be one of {', '.join(sorted(KINDS))}")
        if draft.kind in WITH_MEDIA:
            own = [self._own(draft.kind, item) for item in draft.items]
            foreign = [_foreign(draft, url) for url in draft.urls]
            if not own and not foreign:
                raise BadRequest(f"{draft.kind} needs a url, a sample or an upload")
            return own + foreign
        make: dict[str, Callable[[Draft], dict[str, Any]]] = {
            "location": _location,
            "sticker": _sticker,
            "link": _link,
            "contact": _contact,
        }
        if draft.kind not in make:
            return []
        kind = "link" if draft.kind == "contact" else draft.kind
        return [{"type": kind, "payload": make[draft.kind](draft)}]

    def _own(self, kind: str, item: Document) -> Document:
        """An attachment whose bytes the simulator serves itself."""
        match kind:
            case "image" | "gif":
                payload = {"thumbnail": self._media.thumbnail(item), "url": item["path"]}
            case "video":
                payload = {"thumbnail": self._media.thumbnail(item), "description": "", "url": item["path"]}
            case "audio":
                payload = {"url": item["path"]}
            case _:
                return file_attachment(item)
        return {"type": kind, "payload": payload}

    def _conversation(self, agency: Agency, citizen: Document) -> str:
        """The id of an anonymous conversation; it stays the same until the chat is forgotten."""
        chat = self._world.chat(agency, citizen["id"])
        if "conversation_id" not in chat:
            chat["conversation_id"] = message_id()
            self._world.save_chat(chat)
        return str(chat["conversation_id"])

    def _about(self, agency: Agency, citizen: Document, name: str) -> None:
        event = events.about_user(agency, citizen["id"], name, self._clock.now_ms())
        self._emit(agency, citizen, event)

    def _emit(self, agency: Agency, citizen: Document, event: events.Event) -> None:
        self._webhooks.emit(agency, event, line_of(agency, citizen))

    def _arrived(self, delivery: Document) -> None:
        """The desk took a citizen's message: the phone shows it as received."""
        message = self._world.message(delivery["msg_id"] or "")
        if message and message["from"] == "citizen" and message["state"] == "sent":
            message["state"] = "received"
            self._world.save_message(message)


def _foreign(draft: Draft, url: str) -> Document:
    """Media that lies elsewhere: for dead links and hosts that must not be fetched."""
    match draft.kind:
        case "image" | "gif":
            payload = {"thumbnail": url, "url": url}
        case "video":
            payload = {"thumbnail": "", "description": "", "url": url}
        case "audio":
            payload = {"url": url}
        case _:
            name = draft.name or url.rpartition("/")[2] or "file"
            ending = name.rpartition(".")[2]
            payload = {"size": "0", "name": name, "checksum": "", "type": ending, "url": url}
    return {"type": draft.kind, "payload": payload}


def _location(draft: Draft) -> dict[str, Any]:
    if draft.lat is None or draft.lon is None or not (-90 <= draft.lat <= 90 and -180 <= draft.lon <= 180):
        raise BadRequest("location needs lat and lon in degrees")
    return {"coordinates": {"latitude": str(draft.lat), "longitude": str(draft.lon)}}


def _sticker(draft: Draft) -> dict[str, Any]:
    name = draft.sticker or "cam-on"
    return {"id": name, "url": draft.urls[0] if draft.urls else f"/page/stickers/{name}.svg"}


def _link(draft: Draft) -> dict[str, Any]:
    url = draft.urls[0] if draft.urls else draft.text
    if not url:
        raise BadRequest("link needs a url")
    return {"thumbnail": "", "description": draft.name or "", "url": url}


def _contact(draft: Draft) -> dict[str, Any]:
    """A business card: a link whose description is a JSON string."""
    if not draft.phone or not draft.text:
        raise BadRequest("contact needs text (the name) and phone")
    card = json.dumps({"phone": draft.phone, "qrCodeUrl": ""}, separators=(",", ":"))
    return {"thumbnail": "", "description": card, "url": f"https://zalo.me/{draft.phone}"}
