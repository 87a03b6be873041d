"""What happens when an OA's message goes out: it joins the chat, echo and receipts reach the desk."""

import hashlib
from typing import Any

from local.zalo import events
from local.zalo.clock import Clock
from local.zalo.config import Agency, Config
from local.zalo.store import Document
from local.zalo.webhooks import Webhooks
from local.zalo.world import World, absolute

# The echo's name for each kind of message; a list of cards and a request for information are templates.
ECHO_OF = {"request_info": "template", "template": "template", "article": "list"}


class Outbound:
    """Delivers an OA's messages to phones. A phone that is offline receives when it comes back."""

    def __init__(self, config: Config, world: World, clock: Clock, webhooks: Webhooks) -> None:
        self._config, self._world, self._clock, self._webhooks = config, world, clock, webhooks

    def send(
        self,
        agency: Agency,
        citizen: Document,
        kind: str,
        *,
        admin_id: str = "",
        conversation: str = "",
        **content: Any,
    ) -> Document:
        """Put one message into the chat; the desk hears its own message back, then that it was received."""
        message = self._world.add_message(agency, citizen["id"], "oa", kind, **content)
        echo = events.echo(
            agency,
            citizen["id"],
            ECHO_OF.get(kind, kind),
            self._echoed(message),
            message["at_ms"],
            admin_id=admin_id,
            conversation=conversation,
        )
        self._webhooks.emit(agency, echo, line_of(agency, citizen))
        if citizen["online"]:
            self.receive(agency, citizen, message)
        return message

    def receive(self, agency: Agency, citizen: Document, message: Document) -> None:
        """The phone has it."""
        message |= {"state": "received", "delivered_ms": self._clock.now_ms()}
        self._world.save_message(message)
        if message.get("tracking_id"):
            recipient = message["zbs_recipient"]
            content = {
                "delivery_time": str(self._clock.now_ms()),
                "msg_id": message["msg_id"],
                "tracking_id": message["tracking_id"],
            }
            event = events.zbs_receipt(agency, recipient, content, self._clock.now_ms())
            self._webhooks.emit(agency, event, line_of(agency, citizen), server="ZNS")
        elif not citizen["anonymous"]:
            event = events.receipt(
                agency, citizen["id"], {"msg_id": message["msg_id"]}, self._clock.now_ms(), seen=False
            )
            self._webhooks.emit(agency, event, line_of(agency, citizen))

    def come_online(self, citizen: Document) -> None:
        """Everything that waited for this phone arrives."""
        for agency in self._config.agencies.values():
            for message in self._world.messages(agency, citizen["id"]):
                if message["from"] == "oa" and message["state"] == "sent":
                    self.receive(agency, citizen, message)

    def see(self, agency: Agency, citizen: Document, msg_ids: list[str] | None) -> list[str]:
        """The citizen looks at the chat: unseen messages (or the named ones) are seen, told in one event."""
        seen = [
            message
            for message in self._world.messages(agency, citizen["id"])
            if message["from"] == "oa"
            and message["state"] == "received"
            and (msg_ids is None or message["msg_id"] in msg_ids)
        ]
        for message in seen:
            message["state"] = "seen"
            self._world.save_message(message)
        told = [message["msg_id"] for message in seen if not message.get("tracking_id")]
        if told and not citizen["anonymous"]:
            event = events.receipt(agency, citizen["id"], {"msg_ids": told}, self._clock.now_ms(), seen=True)
            self._webhooks.emit(agency, event, line_of(agency, citizen))
        return [message["msg_id"] for message in seen]

    def _echoed(self, message: Document) -> Document:
        """The `message` of the echo: attachments, text, id; a template shows only its rendering."""
        echoed: Document = {}
        if message.get("quote"):
            echoed["quote_msg_id"] = message["quote"]
        if message["attachments"]:
            echoed["attachments"] = [absolute(a, self._config.base_url) for a in message["attachments"]]
        if message["kind"] in ("list", "request_info", "template", "article"):
            title = message["text"] or (message.get("elements") or [{"title": ""}])[0]["title"]
            rendered = {
                "zinstant_id": message.get("zinstant_id", message["msg_id"]),
                "text": title,
                "link_url": f"{self._config.base_url}/zinstant/{message['msg_id']}",
                "checksum": hashlib.md5(title.encode(), usedforsecurity=False).hexdigest(),
            }
            echoed["attachments"] = [{"type": "template", "payload": rendered}]
        elif message["text"]:
            echoed["text"] = message["text"]
        return echoed | {"msg_id": message["msg_id"]}


def line_of(agency: Agency, citizen: Document) -> str:
    """What keeps order among events: one citizen in one OA."""
    return f"{agency.key}/{citizen['id']}"
