"""Which OA an event belongs to, and what makes it the same event again. Light: the webhook imports it.

Who is who differs by family (Zalo docs, "Webhook"): user events carry the OA as recipient, echoes and
receipts as sender, management events as `oa_id` or `oaId`.
"""

import hashlib
from typing import Any

_OA_IS_SENDER = ("oa_", "user_received_message", "user_seen_message")
# One message, one event: what else the body says, such as a retry, is the same message again.
_BY_MESSAGE = ("user_send_", "oa_send_", "anonymous_send_", "user_received_message")


def _id(value: Any) -> str:
    """A party's id; Zalo sends strings, and ids exceed what a float can hold."""
    return str(value.get("id") or "") if isinstance(value, dict) else ""


def oa_ids(event: dict[str, Any]) -> list[str]:
    """Ids that may be the OA's, likeliest first. Group messages name the group as recipient: `oa_id` says more."""
    name = str(event.get("event_name") or "")
    sender, recipient = _id(event.get("sender")), _id(event.get("recipient"))
    parties = [sender, recipient] if name.startswith(_OA_IS_SENDER) else [recipient, sender]
    flat = [str(event.get(k) or "") for k in ("oa_id", "oaId")]
    return [i for i in (*flat, *parties) if i]


def user_id(event: dict[str, Any], oa_id: str) -> str:
    """The person (or group) at the other end; empty for management events."""
    for key in ("follower", "sender", "recipient"):
        found = _id(event.get(key))
        if found and found != oa_id:
            return found
    return str(event.get("user_id") or event.get("group_id") or "")


def event_id(event: dict[str, Any], oa_id: str, body: bytes) -> str:
    """A stable id of the event: the same for every redelivery, different for everything else.

    A reaction carries the id of the message reacted to, so message ids count only for messages themselves.
    """
    name = str(event.get("event_name") or "")
    message = event.get("message")
    msg_id = str(message.get("msg_id") or "") if isinstance(message, dict) else ""
    if msg_id and name.startswith(_BY_MESSAGE):
        basis = f"{name}|{oa_id}|{user_id(event, oa_id)}|{msg_id}".encode()
    else:
        basis = body
    return hashlib.sha256(basis).hexdigest()[:40]
