"""Zalo's webhook events in the desk's words.

Shapes by event family as Zalo's documentation and observed payloads give them. All ids are strings. Unknown
fields are ignored; an unknown event becomes `Unknown`, never an error: Zalo adds events without notice.
"""

from dataclasses import dataclass
from typing import Any

from desk.domain.message import Media, Message
from desk.zalo import routing

_ATTACHMENTS = {
    "image": "image",
    "gif": "gif",
    "video": "video",
    "audio": "audio",
    "voice": "audio",
    "file": "file",
}
# What the clock of a phone may be ahead by.
_FUTURE_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a citizen."""

    user_id: str
    message: Message
    anonymous: bool = False
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody follows the OA, stops following it (`on` False), or merely opens the chat for the first time
    (`follows` False)."""

    user_id: str
    on: bool
    follows: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """Messages of ours were received or seen. Zalo sends these only from phones."""

    user_id: str
    message_ids: tuple[str, ...]
    seen: bool
    at: int


@dataclass(frozen=True, slots=True)
class Echo:
    """The OA wrote. `admin` is set when a person did, in Zalo's own chat tool."""

    user_id: str
    message_id: str
    text: str
    admin: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The person asks that what is held on them be deleted."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The person shared name, phone or address through a form of the OA."""

    user_id: str
    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The OA's permission for the app was cancelled: its tokens are dead."""

    at: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event that the desk has no use for; kept for inspection."""

    name: str


type Event = Incoming | Followed | Receipt | Echo | Withdrawn | Submitted | Revoked | Unknown


def parse(body: dict[str, Any], oa_id: str, *, arrived: int, server: str = "") -> Event:
    """The event in a genuine webhook body. `arrived` is when it reached us, in milliseconds."""
    name = str(body.get("event_name") or "")
    user = routing.user_id(body, oa_id)
    at = _timestamp(body, arrived)
    if name.startswith(("user_send_group", "oa_send_group")):
        return Unknown(name)
    if name.startswith(("user_send_", "anonymous_send_")):
        return _incoming(name, body, user, at, arrived)
    match name:
        case "follow" | "user_click_chatnow":
            return Followed(user, True, follows=name == "follow")
        case "unfollow":
            return Followed(user, False)
        case "user_received_message":
            # That of a template to a phone names the phone: nobody needs it.
            return Receipt("" if server == "ZNS" else user, _message_ids(body), False, at)
        case "user_seen_message":
            return Receipt(user, _message_ids(body), True, at)
        case "user_withdraw":
            return Withdrawn(user)
        case "user_submit_info":
            return _submitted(body, user)
        case "permission_revoked":
            return Revoked(at)
    if name.startswith("oa_send_") and not name.startswith(("oa_send_anonymous", "oa_send_consent")):
        message = _dict(body.get("message"))
        admin = _dict(body.get("sender")).get("admin_id")
        return Echo(
            user, str(message.get("msg_id") or ""), str(message.get("text") or ""), admin and str(admin), at
        )
    return Unknown(name)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _timestamp(body: dict[str, Any], arrived: int) -> int:
    """The event's own time in milliseconds; ours when it is missing, in the future or not 13 digits."""
    text = str(body.get("timestamp") or "")
    # Zalo's own sample has twelve digits, a time in 1974: no better than none.
    if not (text.isdigit() and len(text) == 13):
        return arrived
    return min(int(text), arrived + _FUTURE_MS)


def _message_ids(body: dict[str, Any]) -> tuple[str, ...]:
    message = _dict(body.get("message"))
    several = message.get("msg_ids")
    found = several if isinstance(several, list) else [message.get("msg_id")]
    return tuple(str(i) for i in found if i)


def _incoming(name: str, body: dict[str, Any], user: str, at: int, arrived: int) -> Event:
    message = _dict(body.get("message"))
    msg_id = str(message.get("msg_id") or "")
    if not msg_id or not user:
        return Unknown(name)
    attachments = [_dict(a) for a in message.get("attachments") or () if isinstance(a, dict)]
    kind = name.removeprefix("user_send_").removeprefix("anonymous_send_")
    text = str(message.get("text") or "")
    if kind == "business_card":
        kind = "card"
    if kind == "link" and not text:
        text = " ".join(str(_dict(a.get("payload")).get("url") or "") for a in attachments)
    anonymous = name.startswith("anonymous_")
    return Incoming(
        user,
        Message(
            id=msg_id,
            at=at,
            arrived=arrived,
            kind=kind,
            text=text.strip(),
            quote=str(message["quote_msg_id"]) if message.get("quote_msg_id") else None,
            location=_location(attachments),
            media=tuple(m for a in attachments if (m := _media(a))),
        ),
        anonymous=anonymous,
        conversation_id=str(message.get("conversation_id") or "") or None if anonymous else None,
    )


def _media(attachment: dict[str, Any]) -> Media | None:
    kind = _ATTACHMENTS.get(str(attachment.get("type") or ""))
    payload = _dict(attachment.get("payload"))
    url = str(payload.get("url") or "")
    if kind is None or not url:
        return None
    size = str(payload.get("size") or "")
    return Media(
        kind=kind,
        url=url,
        thumbnail_url=str(payload["thumbnail"]) if payload.get("thumbnail") else None,
        file_name=str(payload["name"]) if payload.get("name") else None,
        size=int(size) if size.isdigit() else None,
        checksum=str(payload["checksum"]) if payload.get("checksum") else None,
    )


def _location(attachments: list[dict[str, Any]]) -> tuple[float, float] | None:
    """Latitude and longitude come as strings; nonsense counts as no location."""
    for attachment in attachments:
        spot = _dict(_dict(attachment.get("payload")).get("coordinates"))
        try:
            latitude, longitude = float(spot["latitude"]), float(spot["longitude"])
        except (KeyError, TypeError, ValueError):
            continue
        if -90 <= latitude <= 90 and -180 <= longitude <= 180:
            return latitude, longitude
    return None


def _submitted(body: dict[str, Any], user: str) -> Submitted:
    """Both shapes of the form's answer; the phone may be a number."""
    info = _dict(body.get("info"))
    full = _dict(info.get("full_address"))
    new = [full.get("user_address"), full.get("user_ward"), full.get("user_city")]
    old = [info.get("address"), info.get("ward"), info.get("district"), info.get("city")]
    address = ", ".join(str(p) for p in (new if full else old) if p)
    return Submitted(user, str(info.get("name") or ""), str(info.get("phone") or ""), address)
