"""Who the OA's users are, and what was said: profiles, lists, tags, recent chats, quota, the OA itself."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.zalo import events
from local.zalo.clock import HANOI
from local.zalo.config import Agency
from local.zalo.gate import Gate, Refusal, json_body, json_query
from local.zalo.outbound import line_of
from local.zalo.simulator import Simulator
from local.zalo.store import Document

USERS_AT_ONCE = 50
LAST_OFFSET = 9951
MESSAGES_AT_ONCE = 10


class People:
    """Read endpoints about users, and the tags that an OA puts on them."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim, self._world = simulator, simulator.world

    def routes(self, gate: Gate) -> list[Route]:
        """Profiles and lists are v3; tags, chats and the OA are still v2."""
        return [
            gate.open_api("/v3.0/oa/user/detail", "GET", self.detail),
            gate.open_api("/v3.0/oa/user/getlist", "GET", self.users),
            gate.open_api("/v3.0/oa/quota/message", "POST", self.quota),
            gate.open_api("/v2.0/oa/quota/message", "POST", self.quota),
            gate.open_api("/v2.0/oa/getoa", "GET", self.oa),
            gate.open_api("/v2.0/oa/tag/gettagsofoa", "GET", self.tags),
            gate.open_api("/v2.0/oa/tag/tagfollower", "POST", self.tag),
            gate.open_api("/v2.0/oa/tag/rmfollowerfromtag", "POST", self.untag),
            gate.open_api("/v2.0/oa/tag/rmtag", "POST", self.remove_tag),
            gate.open_api("/v2.0/oa/listrecentchat", "GET", self.recent_chats),
            gate.open_api("/v2.0/oa/conversation", "GET", self.conversation),
        ]

    async def detail(self, request: Request, agency: Agency) -> Document:
        """One user's profile."""
        citizen = self._user(agency, json_query(request))
        chat = self._world.chat(agency, citizen["id"])
        avatar = f"{self._sim.config.base_url}/avatars/{citizen['id']}.svg"
        last = chat["last_interaction"]
        profile: Document = {
            "user_id": self._world.user_id(agency, citizen["id"]),
            "user_id_by_app": self._world.app_user_id(agency, citizen["id"]),
            "user_external_id": "",
            "display_name": citizen["name"],
            "user_alias": "",
            "is_sensitive": False,
            "user_last_interaction_date": _day(last) if last else "",
            "user_is_follower": chat["follows"],
            "avatar": avatar,
            "avatars": {"120": avatar, "240": avatar},
            "tags_and_notes_info": {"notes": [], "tag_names": chat["tags"]},
        }
        return profile | ({"shared_info": chat["shared_info"]} if chat["shared_info"] else {})

    async def users(self, request: Request, agency: Agency) -> Document:
        """A page of the users who ever met the OA."""
        query = json_query(request)
        offset, count = _page(query, LAST_OFFSET, USERS_AT_ONCE)
        chats = [chat for chat in self._world.chats(agency) if chat["last_interaction"] is not None]
        if query.get("tag_name"):
            chats = [chat for chat in chats if query["tag_name"] in chat["tags"]]
        if query.get("is_follower") not in (None, ""):
            wanted = str(query["is_follower"]).lower() == "true"
            chats = [chat for chat in chats if chat["follows"] == wanted]
        ids = [{"user_id": self._world.user_id(agency, chat["citizen"])} for chat in chats]
        return {"total": len(ids), "count": count, "offset": offset, "users": ids[offset : offset + count]}

    async def quota(self, request: Request, agency: Agency) -> Any:
        """What may still be sent to one user, or by the whole OA."""
        body = await json_body(request)
        if "user_id" not in body:
            return [self._sim.windows.package_left(agency)]
        citizen = self._user(agency, body)
        return self._sim.windows.left(agency, self._world.chat(agency, citizen["id"]))

    async def oa(self, request: Request, agency: Agency) -> Document:
        """The OA itself."""
        return {
            "oaid": agency.oa_id,
            "oa_id": agency.oa_id,
            "name": agency.name,
            "description": "",
            "oa_alias": agency.key,
            "is_verified": True,
            "oa_type": 4,
            "cate_name": "Cơ quan nhà nước",
            "num_follower": sum(chat["follows"] for chat in self._world.chats(agency)),
            "avatar": f"{self._sim.config.base_url}/avatars/{agency.key}.svg",
            "cover": "",
            "package_name": "Nâng cao",
            "package_valid_through_date": "31/12/2027",
            "package_auto_renew_date": "",
            "linked_ZCA": "",
        }

    async def tags(self, request: Request, agency: Agency) -> list[str]:
        """All tags of the OA, a flat list."""
        return sorted({tag for chat in self._world.chats(agency) for tag in chat["tags"]})

    async def tag(self, request: Request, agency: Agency) -> Document:
        """Put a tag on a user."""
        body = await json_body(request)
        return self._retag(agency, self._user(agency, body), _tag_name(body), "add_user_to_tag")

    async def untag(self, request: Request, agency: Agency) -> Document:
        """Take a tag off a user."""
        body = await json_body(request)
        return self._retag(agency, self._user(agency, body), _tag_name(body), "remove_user_from_tag")

    async def remove_tag(self, request: Request, agency: Agency) -> Document:
        """Delete a tag everywhere."""
        name = _tag_name(await json_body(request))
        for chat in self._world.chats(agency):
            if name in chat["tags"]:
                self._world.save_chat(chat | {"tags": [tag for tag in chat["tags"] if tag != name]})
        event = events.tag(agency, name, "remove_tag", None, self._sim.clock.now_ms())
        self._sim.webhooks.emit(agency, event, f"{agency.key}/tags")
        return {}

    async def recent_chats(self, request: Request, agency: Agency) -> list[Document]:
        """The last message of each chat, newest first."""
        offset, count = _page(json_query(request), LAST_OFFSET, MESSAGES_AT_ONCE)
        lines = [self._world.messages(agency, chat["citizen"]) for chat in self._world.chats(agency)]
        last = sorted((line[-1] for line in lines if line), key=lambda m: -m["at_ms"])
        return [self._history(agency, message) for message in last[offset : offset + count]]

    async def conversation(self, request: Request, agency: Agency) -> list[Document]:
        """Messages with one user, newest first, ten at most."""
        query = json_query(request)
        citizen = self._user(agency, query)
        offset, count = _page(query, LAST_OFFSET, MESSAGES_AT_ONCE)
        line = self._world.messages(agency, citizen["id"])[::-1]
        return [self._history(agency, message) for message in line[offset : offset + count]]

    def _history(self, agency: Agency, message: Document) -> Document:
        citizen = self._world.citizen(message["citizen"])
        user = {
            "id": self._world.user_id(agency, citizen["id"]),
            "name": citizen["name"],
            "key": citizen["id"],
        }
        oa = {"id": agency.oa_id, "name": agency.name, "key": agency.key}
        sender, recipient = (user, oa) if message["from"] == "citizen" else (oa, user)
        kind = {"image": "photo", "audio": "voice", "button": "text", "request_info": "list"}
        payload = message["attachments"][0]["payload"] if message["attachments"] else {}
        url = payload.get("url", "")
        item: Document = {
            "src": 1 if message["from"] == "citizen" else 0,
            "time": message["at_ms"],
            "type": kind.get(message["kind"], message["kind"]),
            "message": message["text"] or "",
            "message_id": message["msg_id"],
            "from_id": sender["id"],
            "to_id": recipient["id"],
            "from_display_name": sender["name"],
            "to_display_name": recipient["name"],
            "from_avatar": f"{self._sim.config.base_url}/avatars/{sender['key']}.svg",
            "to_avatar": f"{self._sim.config.base_url}/avatars/{recipient['key']}.svg",
        }
        if url:
            item["url"] = self._sim.config.base_url + url if url.startswith("/") else url
        if "coordinates" in payload:
            item["location"] = payload["coordinates"]
        return item

    def _retag(self, agency: Agency, citizen: Document, name: str, event_name: str) -> Document:
        chat = self._world.chat(agency, citizen["id"])
        kept = [tag for tag in chat["tags"] if tag != name]
        added = [name] if event_name == "add_user_to_tag" else []
        self._world.save_chat(chat | {"tags": kept + added})
        event = events.tag(agency, name, event_name, citizen["id"], self._sim.clock.now_ms())
        self._sim.webhooks.emit(agency, event, line_of(agency, citizen))
        return {}

    def _user(self, agency: Agency, body: Document) -> Document:
        citizen = self._world.by_user_id(agency, str(body.get("user_id", "")))
        if citizen is None:
            raise Refusal(-201, "user_id is invalid")
        return citizen


def _tag_name(body: Document) -> str:
    name = body.get("tag_name")
    if not isinstance(name, str) or not name:
        raise Refusal(-201, "tag_name is invalid")
    return name


def _page(query: Document, last: int, most: int) -> tuple[int, int]:
    offset, count = query.get("offset", 0), query.get("count", most)
    if not isinstance(offset, int) or not 0 <= offset <= last:
        raise Refusal(-201, "offset is invalid")
    if not isinstance(count, int) or not 1 <= count <= most:
        raise Refusal(-201, "count is invalid")
    return offset, count


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(HANOI):%d/%m/%Y}"
