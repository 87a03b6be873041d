"""ZBS template messages (formerly ZNS): to a phone, to its hash, or to a user id."""

import re

from starlette.requests import Request
from starlette.routing import Route

from local.zalo.config import Agency
from local.zalo.gate import Gate, Refusal, json_body
from local.zalo.messages import recipient
from local.zalo.simulator import Simulator
from local.zalo.store import Document
from local.zalo.templates import PARAM_LIMIT, rendered

TRACKING_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")
PHONE = re.compile(r"\+?84\d{9}")
HASH = re.compile(r"[0-9a-f]{64}")
SENDING_MODES = {None, "1", "3"}


class Business:
    """The endpoints of business.openapi.zalo.me, and its one relative under the OA API."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self, gate: Gate) -> list[Route]:
        """ZBS counts no rate limit and has its own error codes."""
        return [
            gate.business("/message/template", "POST", self.to_phone),
            gate.business("/message/template/hashphone", "POST", self.to_hash),
            gate.business("/message/status", "GET", self.status),
            gate.business("/message/quota", "GET", self.quota),
            gate.business("/template/all", "GET", self.templates),
            gate.business("/template/info/v2", "GET", self.template),
            gate.business("/rating/get", "GET", self.ratings),
            gate.open_api("/v3.0/oa/message/template", "POST", self.to_user),
        ]

    async def to_phone(self, request: Request, agency: Agency) -> Document:
        """A template to a phone number (84…)."""
        body = await _zbs_body(request)
        phone = str(body.get("phone", ""))
        if not PHONE.fullmatch(phone):
            raise Refusal(-108, "Phone number is invalid")
        return self._send(agency, body, phone.lstrip("+"))

    async def to_hash(self, request: Request, agency: Agency) -> Document:
        """A template to the SHA-256 of a phone number."""
        body = await _zbs_body(request)
        phone = str(body.get("phone", ""))
        if not HASH.fullmatch(phone):
            raise Refusal(-108, "Phone number is invalid")
        return self._send(agency, body, phone)

    async def to_user(self, request: Request, agency: Agency) -> Document:
        """A template by user id, whatever the window; no tracking id, so only a chat receipt follows."""
        body = await json_body(request)
        citizen = recipient(self._sim.world, agency, {"user_id": body.get("user_id")})
        template = self._sim.templates.approved(agency, body.get("template_id"), code=-201)
        if not template.get("by_user", True):
            raise Refusal(-249, "This template can not be sent by user id")
        text = rendered(template, body.get("template_data"), code=-201)
        chat = self._sim.world.chat(agency, citizen["id"])
        if chat["refusal"]:
            raise Refusal(chat["refusal"], "User has restricted this type of message")
        self._sim.windows.spend_zbs(agency)
        sent = self._sim.outbound.send(agency, citizen, "template", text=text, title=template["name"])
        return {"message_id": sent["msg_id"], "user_id": body["user_id"], "sent_time": str(sent["at_ms"])}

    async def status(self, request: Request, agency: Agency) -> Document:
        """1 delivered, 0 not yet, -1 no such message."""
        message = self._sim.world.message(request.query_params.get("message_id", ""))
        if message is None or message["agency"] != agency.key or not message.get("tracking_id"):
            return {"delivery_time": "", "status": -1, "message": "The message does not exist"}
        arrived = message["state"] != "sent"
        text = "The message has been delivered" if arrived else "The message is being delivered"
        time = str(message["delivered_ms"]) if arrived else ""
        return {"delivery_time": time, "status": int(arrived), "message": text}

    async def quota(self, request: Request, agency: Agency) -> Document:
        """Today's quota."""
        return self._sim.windows.zbs_left(agency)

    async def templates(self, request: Request, agency: Agency) -> list[Document]:
        """The OA's templates, in short."""
        return [
            {
                "templateId": str(template["id"]),
                "templateName": template["name"],
                "status": template["status"],
                "templateQuality": "HIGH",
            }
            for template in self._sim.templates.all(agency)
        ]

    async def template(self, request: Request, agency: Agency) -> Document:
        """One template with its parameters."""
        template = self._sim.templates.approved(agency, request.query_params.get("template_id"))
        return {
            "templateId": str(template["id"]),
            "templateName": template["name"],
            "status": template["status"],
            "templateQuality": "HIGH",
            "timeout": 7200000,
            "price": "200",
            "listParams": [
                {
                    "name": param["name"],
                    "require": param.get("require", True),
                    "type": param.get("type", "STRING"),
                    "maxLength": param.get("max", PARAM_LIMIT),
                    "minLength": 1,
                    "acceptNull": False,
                }
                for param in template.get("params", ())
            ],
            "listButtons": [],
        }

    async def ratings(self, request: Request, agency: Agency) -> Document:
        """What citizens answered to rating templates."""
        wanted = request.query_params.get("template_id")
        found = [
            message["rating"]
            for message in self._sim.store.all("message").values()
            if message["agency"] == agency.key
            and message.get("rating")
            and wanted in (None, message.get("template"))
        ]
        return {"total": len(found), "data": found}

    def _send(self, agency: Agency, body: Document, phone: str) -> Document:
        tracking_id = body.get("tracking_id")
        if not isinstance(tracking_id, str) or not TRACKING_ID.fullmatch(tracking_id):
            raise Refusal(-132, "tracking_id is invalid")
        mode = body.get("sending_mode")
        if mode not in SENDING_MODES:
            raise Refusal(-161, "sending_mode is invalid")
        template = self._sim.templates.approved(agency, body.get("template_id"))
        text = rendered(template, body.get("template_data"))
        citizen = self._sim.world.by_phone(phone)
        if citizen is None:
            raise Refusal(-118, "Zalo account does not exist")
        if self._sim.world.chat(agency, citizen["id"])["refusal"]:
            raise Refusal(-139, "User refused to receive this type of message")
        quota = self._sim.windows.spend_zbs(agency)
        sent = self._sim.outbound.send(
            agency,
            citizen,
            "template",
            text=text,
            title=template["name"],
            template=str(template["id"]),
            rateable=bool(template.get("rating")),
            tracking_id=tracking_id,
            zbs_recipient=phone,
        )
        return {
            "msg_id": sent["msg_id"],
            "sent_time": str(sent["at_ms"]),
            "sending_mode": mode or "1",
            "quota": quota,
        }


async def _zbs_body(request: Request) -> Document:
    try:
        return await json_body(request)
    except Refusal as refusal:
        raise Refusal(-121, "Body is invalid") from refusal
