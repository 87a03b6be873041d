"""The bodies of webhook events: keys, order and types as the platform's documentation shows them.

All ids and timestamps are strings. Who is sender and who is recipient differs by family, see each function.
"""

from typing import Any

from local.zalo.config import Agency
from local.zalo.ids import scoped

Event = dict[str, Any]


def from_citizen(
    agency: Agency, citizen: str, kind: str, message: dict[str, Any], ms: int, conversation: str = ""
) -> Event:
    """`user_send_*` (sender is the user); `anonymous_send_*` for one who writes without an account."""
    user = {"id": scoped(agency.oa_id, citizen)}
    if conversation:
        return {
            "app_id": agency.app_id,
            "sender": user,
            "recipient": {"id": agency.oa_id},
            "event_name": f"anonymous_send_{kind}",
            "message": {"conversation_id": conversation} | message,
            "timestamp": str(ms),
        }
    return {
        "app_id": agency.app_id,
        "sender": user,
        "user_id_by_app": scoped(agency.app_id, citizen),
        "recipient": {"id": agency.oa_id},
        "event_name": f"user_send_{kind}",
        "message": message,
        "timestamp": str(ms),
    }


def echo(
    agency: Agency,
    citizen: str,
    kind: str,
    message: dict[str, Any],
    ms: int,
    *,
    admin_id: str = "",
    conversation: str = "",
) -> Event:
    """`oa_send_*`: the OA's own message comes back (sender is the OA; `admin_id` if a person typed it)."""
    event: Event = {
        "app_id": agency.app_id,
        "sender": {"id": agency.oa_id} | ({"admin_id": admin_id} if admin_id else {}),
        "user_id_by_app": scoped(agency.app_id, citizen),
        "recipient": {"id": scoped(agency.oa_id, citizen)},
        "event_name": f"oa_send_{kind}",
        "message": message,
        "timestamp": str(ms),
    }
    if conversation:
        event["event_name"] = f"oa_send_anonymous_{kind}"
        event["message"] = {"conversation_id": conversation} | message
        del event["user_id_by_app"]
    return event


def receipt(agency: Agency, citizen: str, message: dict[str, Any], ms: int, *, seen: bool) -> Event:
    """`user_received_message` or `user_seen_message`; here the sender is the OA."""
    return {
        "app_id": agency.app_id,
        "sender": {"id": agency.oa_id},
        "recipient": {"id": scoped(agency.oa_id, citizen)},
        "event_name": "user_seen_message" if seen else "user_received_message",
        "message": message,
        "timestamp": str(ms),
    }


def zbs_receipt(agency: Agency, recipient: str, message: dict[str, Any], ms: int) -> Event:
    """Delivery of a ZBS template: same name as a chat receipt, told apart by header; recipient is a phone."""
    return {
        "sender": {"id": agency.oa_id},
        "recipient": {"id": recipient},
        "event_name": "user_received_message",
        "message": message,
        "app_id": agency.app_id,
        "timestamp": str(ms),
    }


def follow(agency: Agency, citizen: str, ms: int, *, follows: bool) -> Event:
    """`follow` and `unfollow` have neither sender nor recipient."""
    return {
        "oa_id": agency.oa_id,
        "follower": {"id": scoped(agency.oa_id, citizen)},
        "user_id_by_app": scoped(agency.app_id, citizen),
        "event_name": "follow" if follows else "unfollow",
        "source": "oa_profile",
        "app_id": agency.app_id,
        "timestamp": str(ms),
    }


def about_user(agency: Agency, citizen: str, name: str, ms: int) -> Event:
    """`user_click_chatnow` and `user_withdraw`: flat `oa_id` and `user_id`."""
    return {
        "oa_id": agency.oa_id,
        "user_id": scoped(agency.oa_id, citizen),
        "user_id_by_app": scoped(agency.app_id, citizen),
        "event_name": name,
        "app_id": agency.app_id,
        "timestamp": str(ms),
    }


def submitted_info(agency: Agency, citizen: str, info: dict[str, Any], ms: int) -> Event:
    """`user_submit_info`: the answer to a request_user_info template."""
    return {
        "sender": {"id": scoped(agency.oa_id, citizen)},
        "recipient": {"id": agency.oa_id},
        "event_name": "user_submit_info",
        "app_id": agency.app_id,
        "timestamp": str(ms),
        "info": info,
    }


def reaction(agency: Agency, citizen: str, msg_id: str, icon: str, ms: int, *, by_oa: bool) -> Event:
    """`user_reacted_message` and `oa_reacted_message`; `msg_id` is that of the message reacted to."""
    user, oa = {"id": scoped(agency.oa_id, citizen)}, {"id": agency.oa_id}
    return {
        "app_id": agency.app_id,
        "sender": oa if by_oa else user,
        "user_id_by_app": scoped(agency.app_id, citizen),
        "recipient": user if by_oa else oa,
        "event_name": "oa_reacted_message" if by_oa else "user_reacted_message",
        "message": {"msg_id": msg_id, "react_icon": icon},
        "timestamp": str(ms),
    }


def feedback(agency: Agency, message: dict[str, Any], rate: int, note: str, ms: int) -> Event:
    """`user_feedback`: the answer to a rating template. It names no user, only the message."""
    return {
        "event_name": "user_feedback",
        "message": {
            "rating_type": "csat",
            "option": "five_emotions",
            "note": note,
            "rate": rate,
            "submit_time": str(ms),
            "msg_id": message["msg_id"],
            "feedbacks": [],
            "tracking_id": message["tracking_id"],
        },
        "app_id": agency.app_id,
        "oa_id": agency.oa_id,
        "timestamp": str(ms),
    }


def tag(agency: Agency, name: str, event_name: str, citizen: str | None, ms: int) -> Event:
    """`add_user_to_tag`, `remove_user_from_tag` (with the user) and `remove_tag` (without)."""
    content: dict[str, Any] = {"name": name}
    event: Event = {"app_id": agency.app_id, "oa_id": agency.oa_id}
    if citizen is not None:
        event["user_id_by_app"] = scoped(agency.app_id, citizen)
        content = {"user_ids": [scoped(agency.oa_id, citizen)]} | content
    return event | {"event_name": event_name, "tag": content, "timestamp": str(ms)}


def console_test(agency: Agency, ms: int) -> Event:
    """What the console's test button sends: signed, but between parties that do not exist."""
    return {
        "app_id": agency.app_id,
        "sender": {"id": "111111111111111111"},
        "user_id_by_app": "333333333333333333",
        "recipient": {"id": "222222222222222222"},
        "event_name": "user_send_text",
        "message": {"msg_id": "This is message id", "text": "This is testing message"},
        "timestamp": str(ms),
    }
