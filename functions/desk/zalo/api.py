"""Zalo's Open API and ZBS as the desk uses them: one method per call, errors raised as ZaloError.

GET parameters travel in one query field `data=<JSON>`; errors come as HTTP 200 with a negative `error`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import httpx

from desk.zalo.errors import Family, ZaloError
from desk.zalo.messages import Message
from desk.zalo.transport import call, error_code

UPLOAD_S = 20.0
CHAT_PAGE = 10  # Zalo lists no more messages at once
type Upload = Literal["image", "gif", "file"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a call is authorised with. `proof` is the appsecret_proof header, sent when not empty."""

    token: str = field(repr=False)
    proof: str = field(default="", repr=False)

    @classmethod
    def proven(cls, token: str, app_secret: str) -> "Access":
        """With proof that we hold the app's secret: HMAC-SHA256 of the token."""
        return cls(token, hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest())


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of the allowance that a message was counted against; None where Zalo does not say."""

    kind: str
    remain: int | None
    total: int | None

    def as_item(self) -> dict[str, Any]:
        """For the ledger."""
        return {"type": self.kind, "remain": self.remain, "total": self.total}


@dataclass(frozen=True, slots=True)
class Sent:
    """Zalo took a message. `at_ms` is Zalo's clock, None when it does not say."""

    message_id: str
    at_ms: int | None = None
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class ZaloApi:
    """Zalo for one invocation. Base addresses carry no trailing slash."""

    http: httpx.Client
    openapi: str
    business: str

    def send(self, access: Access, user_id: str, message: Message) -> Sent:
        """Send a consultation message (see `messages`). No idempotency key exists: NoAnswer is final."""
        body = {"recipient": {"user_id": user_id}, "message": message}
        return _sent(self._post(access, "/v3.0/oa/message/cs", body))

    def send_anonymous(
        self, access: Access, anonymous_id: str, conversation_id: str, message: Message
    ) -> Sent:
        """Answer somebody who writes without a Zalo account, in the conversation they opened."""
        recipient = {"anonymous_id": anonymous_id, "conversation_id": conversation_id}
        return _sent(self._post(access, "/v2.0/oa/message", {"recipient": recipient, "message": message}))

    def react(self, access: Access, user_id: str, message_id: str, icon: str) -> None:
        """Put a reaction such as "/-heart" on a message; "/-remove" takes it back. 50 per message."""
        action = {"react_icon": icon, "react_message_id": message_id}
        self._post(access, "/v2.0/oa/message", {"recipient": {"user_id": user_id}, "sender_action": action})

    def send_template(self, access: Access, user_id: str, template_id: str, data: Mapping[str, str]) -> Sent:
        """Send an approved template to a Zalo user, whatever the window. -249 when it cannot go by user."""
        body = {"user_id": user_id, "template_id": template_id, "template_data": dict(data)}
        return _sent(self._post(access, "/v3.0/oa/message/template", body))

    def send_template_to_phone(
        self, access: Access, phone: str, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> Sent:
        """Send a ZBS template to a phone (84…). `tracking_id`: at most 48 letters, digits, - or _; it comes
        back in the delivery event but does not make the call idempotent."""
        body = {
            "phone": phone,
            "template_id": template_id,
            "template_data": dict(data),
            "tracking_id": tracking_id,
        }
        url = f"{self.business}/message/template"
        return _sent(_data(self._exchange(access, "zbs", "POST", url, acts=True, json=body)))

    def user(self, access: Access, user_id: str) -> dict[str, Any]:
        """Profile of a Zalo user: display_name, avatar, user_is_follower, shared_info, …"""
        return self._get(access, "/v3.0/oa/user/detail", {"user_id": user_id})

    def users(self, access: Access, **filters: Any) -> dict[str, Any]:
        """A page of the OA's users: offset (≤ 9951), count (≤ 50), tag_name, is_follower, …"""
        return self._get(access, "/v3.0/oa/user/getlist", filters)

    def oa(self, access: Access) -> dict[str, Any]:
        """The OA that the token belongs to: oaid, name, package_name, … A good health check."""
        return self._get(access, "/v2.0/oa/getoa", {})

    def quota(self, access: Access, user_id: str | None = None) -> dict[str, Any]:
        """What may still be sent to a user (with last_interaction in ms), or by the OA as a whole.

        Of the OA Zalo answers a list of packages; the first is the one that counts.
        """
        body = {"user_id": user_id} if user_id else {}
        url = f"{self.openapi}/v3.0/oa/quota/message"
        found = self._exchange(access, "oa", "POST", url, acts=False, json=body).get("data") or {}
        if isinstance(found, list):
            found = found[0] if found else {}
        return found if isinstance(found, dict) else {}

    def conversation(self, access: Access, user_id: str) -> list[dict[str, Any]]:
        """The last ten messages with a user, newest first; src 0 is the OA, time in ms."""
        query = {"user_id": user_id, "offset": 0, "count": CHAT_PAGE}
        answer = self._exchange(
            access, "oa", "GET", f"{self.openapi}/v2.0/oa/conversation", acts=False, params=_query(query)
        )
        return [m for m in answer.get("data") or [] if isinstance(m, dict)]

    def upload(self, access: Access, kind: Upload, name: str, content: BinaryIO, content_type: str) -> str:
        """Upload and return the attachment id (image ≤ 1 MB, gif ≤ 5 MB) or token (file: pdf, doc, docx,
        csv ≤ 5 MB). `name` needs its extension. Gone after 7 days; 5,000 uploads a month."""
        data = self._exchange(
            access,
            "oa",
            "POST",
            f"{self.openapi}/v2.0/oa/upload/{kind}",
            acts=False,  # a second upload harms nobody
            limit_s=UPLOAD_S,
            files={"file": (name, content, content_type)},
        ).get("data")
        value = (data or {}).get("token" if kind == "file" else "attachment_id")
        if not value:
            raise ZaloError("oa", -200)
        return str(value)

    def article(self, access: Access, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change an article: create (answers a token), verify (token to id), update, remove."""
        return self._post(access, f"/v2.0/article/{action}", body)

    def articles(self, access: Access, offset: int = 0, limit: int = 10) -> dict[str, Any]:
        """A page of the OA's articles."""
        query = {"offset": offset, "limit": limit, "type": "normal"}
        return self._get(access, "/v2.0/article/getslice", query, plain=True)

    def article_detail(self, access: Access, article_id: str) -> dict[str, Any]:
        """One article."""
        return self._get(access, "/v2.0/article/getdetail", {"id": article_id}, plain=True)

    def broadcast(self, access: Access, article_id: str, target: Mapping[str, str]) -> Sent:
        """Send a shown article to all followers in `target` (ages, gender, locations, cities, platform; values in
        `desk.domain.broadcast`). By day, by the OA's broadcast quota. No idempotency key exists: NoAnswer is final."""
        elements = [{"media_type": "article", "attachment_id": article_id}]
        payload = {"template_type": "media", "elements": elements}
        body = {
            "recipient": {"target": dict(target)},
            "message": {"attachment": {"type": "template", "payload": payload}},
        }
        return _sent(self._post(access, "/v2.0/oa/message", body))

    def _post(
        self, access: Access, path: str, body: Mapping[str, Any], *, acts: bool = True
    ) -> dict[str, Any]:
        return _data(self._exchange(access, "oa", "POST", self.openapi + path, acts=acts, json=dict(body)))

    def _get(
        self, access: Access, path: str, query: Mapping[str, Any], *, plain: bool = False
    ) -> dict[str, Any]:
        params = dict(query) if plain else _query(query)
        return _data(self._exchange(access, "oa", "GET", self.openapi + path, acts=False, params=params))

    def _exchange(
        self, access: Access, family: Family, method: str, url: str, *, acts: bool, **arguments: Any
    ) -> dict[str, Any]:
        headers = {"access_token": access.token}
        if access.proof:
            headers["appsecret_proof"] = access.proof
        answer = call(self.http, family, method, url, acts=acts, headers=headers, **arguments)
        if code := error_code(answer):
            raise ZaloError(family, code)
        return answer


def _query(query: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(query, separators=(",", ":"))} if query else {}


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _sent(data: Mapping[str, Any]) -> Sent:
    """Read a send's data. A missing id is no error: the message went out."""
    quota = data.get("quota")
    return Sent(
        message_id=str(data.get("message_id") or data.get("msg_id") or ""),
        at_ms=_number(data.get("sent_time")),
        quota=_quota(quota) if isinstance(quota, dict) else None,
    )


def _quota(quota: Mapping[str, Any]) -> Quota:
    """Open API: quota_type, remain, total; ZBS: remainingQuota, dailyQuota. All of them text."""
    return Quota(
        kind=str(quota.get("quota_type") or "daily"),
        remain=_number(quota.get("remain", quota.get("remainingQuota"))),
        total=_number(quota.get("total", quota.get("dailyQuota"))),
    )


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
