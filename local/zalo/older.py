"""`POST /v2.0/oa/message`, of which only three uses are left: anonymous users, reactions, broadcasts."""

from starlette.requests import Request
from starlette.routing import Route

from local.zalo import events
from local.zalo.broadcasts import Broadcasts
from local.zalo.config import Agency
from local.zalo.gate import Gate, Refusal, json_body
from local.zalo.messages import recipient
from local.zalo.outbound import line_of
from local.zalo.simulator import Simulator
from local.zalo.store import Document

REACTIONS_LIMIT = 50
ICONS = {":>", "--b", ":-((", "/-strong", "/-heart", ":-h", ":o", "/-remove"}
ANONYMOUS_KINDS = {"text", "image", "file", "sticker"}


class OlderMessages:
    """What the v2 message endpoint still does."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim, self._broadcasts = simulator, Broadcasts(simulator)

    def routes(self, gate: Gate) -> list[Route]:
        """One path for all three."""
        return [gate.open_api("/v2.0/oa/message", "POST", self.message)]

    async def message(self, request: Request, agency: Agency) -> Document:
        """Tell the three uses apart; -240 for everything that moved to v3."""
        body = await json_body(request)
        to = body.get("recipient")
        if not isinstance(to, dict):
            raise Refusal(-201, "recipient is invalid")
        if "sender_action" in body:
            return self._react(agency, body)
        if "target" in to:
            return self._broadcasts.send(agency, to["target"], body)
        if "anonymous_id" in to:
            return self._anonymous(agency, to, body)
        raise Refusal(-240, "This API version is deprecated, please use v3.0")

    def _react(self, agency: Agency, body: Document) -> Document:
        """A reaction is free and opens no window; `/-remove` takes all of the OA's reactions back."""
        citizen = recipient(self._sim.world, agency, body)
        action = body["sender_action"]
        icon, msg_id = action.get("react_icon"), str(action.get("react_message_id"))
        message = self._sim.world.message(msg_id)
        if icon not in ICONS:
            raise Refusal(-201, "react_icon is invalid")
        if message is None or (message["agency"], message["citizen"]) != (agency.key, citizen["id"]):
            raise Refusal(-201, "react_message_id is invalid")
        given = message.setdefault("reactions", {}).setdefault("oa", [])
        if icon == "/-remove":
            given.clear()
        elif len(given) >= REACTIONS_LIMIT:
            raise Refusal(-210, f"reactions are over {REACTIONS_LIMIT}")
        else:
            given.append(icon)
        self._sim.world.save_message(message)
        now = self._sim.clock.now_ms()
        event = events.reaction(agency, citizen["id"], msg_id, icon, now, by_oa=True)
        self._sim.webhooks.emit(agency, event, line_of(agency, citizen))
        return {"message_id": msg_id, "user_id": self._sim.world.user_id(agency, citizen["id"])}

    def _anonymous(self, agency: Agency, to: Document, body: Document) -> Document:
        """An answer within an anonymous conversation."""
        citizen = recipient(self._sim.world, agency, {"user_id": to["anonymous_id"]})
        chat = self._sim.world.chat(agency, citizen["id"])
        if not citizen["anonymous"] or to.get("conversation_id") != chat.get("conversation_id"):
            raise Refusal(-201, "conversation_id is invalid")
        kind, content = self._sim.messages.read(agency, citizen, body.get("message"))
        if kind not in ANONYMOUS_KINDS:
            raise Refusal(-233, "Message type is not supported")
        self._sim.windows.check(chat)
        conversation = chat["conversation_id"]
        sent = self._sim.outbound.send(agency, citizen, kind, conversation=conversation, **content)
        return {"message_id": sent["msg_id"], "conversation_id": conversation}
