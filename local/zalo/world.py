"""Citizens, their chats with OAs, and the messages in them."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from local.zalo.clock import Clock, iso
from local.zalo.config import Agency, Config
from local.zalo.ids import message_id, scoped
from local.zalo.store import Document, Store

SAMPLE_CITIZENS = (
    {"id": "minh", "name": "Nguyễn Văn Minh", "phone": "84900000001", "age": 45, "gender": "male"},
    {"id": "lan", "name": "Trần Thị Lan", "phone": "84900000002", "age": 47, "gender": "female"},
    {"id": "tuan", "name": "Phạm Anh Tuấn", "phone": "84900000003", "age": 33, "gender": "male"},
    {"id": "hoa", "name": "Lê Thu Hoà", "phone": "84900000004", "age": 62, "gender": "female"},
)


class World:
    """Everything that people and OAs have said and decided; knows no rules.

    Anybody named in a request exists from then on, so that a test or a newcomer needs no preparation.
    """

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._lines: defaultdict[tuple[str, str], list[Document]] = defaultdict(list)
        self._by_user_id: dict[str, tuple[str, str]] = {}
        self._by_phone: dict[str, str] = {}
        self.changed: Callable[[str, str], None] = lambda agency, citizen: None
        self.load()

    def load(self) -> None:
        """Build the indexes from what the store holds; a new world begins with a few sample people."""
        self._lines.clear()
        self._by_user_id.clear()
        self._by_phone.clear()
        for message in self._store.all("message").values():
            self._lines[message["agency"], message["citizen"]].append(message)
        for citizen in list(self._store.all("citizen").values()):
            self._index(citizen)
        if not self._store.all("citizen"):
            for sample in SAMPLE_CITIZENS:
                self.save_citizen(dict(sample))

    # People

    def citizen(self, key: str) -> Document:
        """A citizen by the simulator's own id, or by the id under which an OA knows them."""
        if key in self._by_user_id:
            key = self._by_user_id[key][1]
        known = self._store.get("citizen", key)
        return known or self.save_citizen({"id": key})

    def citizens(self) -> list[Document]:
        """All of them, oldest first."""
        return list(self._store.all("citizen").values())

    def save_citizen(self, values: Document) -> Document:
        """Make or change a citizen. `online` says whether their phone receives at once; `age`, `gender`, `city` (9:
        Hanoi), `location` and `platform` are what broadcasts choose by."""
        old = self._store.get("citizen", values["id"]) or {
            "name": f"Công dân {values['id']}",
            "phone": "",
            "online": True,
            "anonymous": False,
        }
        citizen = self._store.put("citizen", values["id"], old | values)
        self._index(citizen)
        return citizen

    def user_id(self, agency: Agency, citizen: str) -> str:
        """The id under which this OA knows the citizen."""
        return scoped(agency.oa_id, citizen)

    def app_user_id(self, agency: Agency, citizen: str) -> str:
        """The id under which this OA's app knows the citizen."""
        return scoped(agency.app_id, citizen)

    def by_user_id(self, agency: Agency, user_id: str) -> Document | None:
        """The citizen behind an id, if it is one of this OA."""
        found = self._by_user_id.get(user_id)
        return self.citizen(found[1]) if found and found[0] == agency.key else None

    def by_phone(self, phone: str) -> Document | None:
        """The citizen with this number (84…), or whose number has this SHA-256."""
        key = self._by_phone.get(phone)
        return self._store.get("citizen", key) if key else None

    def _index(self, citizen: Document) -> None:
        for agency in self._config.agencies.values():
            self._by_user_id[scoped(agency.oa_id, citizen["id"])] = (agency.key, citizen["id"])
        if citizen["phone"]:
            self._by_phone[citizen["phone"]] = citizen["id"]
            self._by_phone[hashlib.sha256(citizen["phone"].encode()).hexdigest()] = citizen["id"]

    # Chats

    def chat(self, agency: Agency, citizen: str) -> Document:
        """What stands between a citizen and an OA."""
        key = f"{agency.key}/{citizen}"
        return self._store.get("chat", key) or self._store.put(
            "chat",
            key,
            {
                "agency": agency.key,
                "citizen": citizen,
                "follows": False,
                "left": False,
                "refusal": None,
                "met": False,
                "last_interaction": None,
                "free_replies": 0,
                "tags": [],
                "shared_info": None,
            },
        )

    def chats(self, agency: Agency) -> list[Document]:
        """All chats of an OA."""
        return [chat for chat in self._store.all("chat").values() if chat["agency"] == agency.key]

    def save_chat(self, chat: Document) -> None:
        """Keep a changed chat."""
        self._store.put("chat", f"{chat['agency']}/{chat['citizen']}", chat)
        self.changed(chat["agency"], chat["citizen"])

    def interact(self, agency: Agency, citizen: str, **values: Any) -> Document:
        """Note an interaction: it opens the windows and the free replies anew."""
        chat = self.chat(agency, citizen)
        chat |= values | {"last_interaction": self._clock.now_ms(), "free_replies": 0}
        self.save_chat(chat)
        return chat

    # Messages

    def add_message(self, agency: Agency, citizen: str, sender: str, kind: str, **content: Any) -> Document:
        """Put a message at the end of a chat; `sender` is "citizen" or "oa"."""
        message: Document = {
            "msg_id": message_id(),
            "agency": agency.key,
            "citizen": citizen,
            "from": sender,
            "kind": kind,
            "text": None,
            "attachments": [],
            "buttons": [],
            "at_ms": self._clock.now_ms(),
            "state": "sent",
        } | content
        self._store.put("message", message["msg_id"], message)
        self._lines[agency.key, citizen].append(message)
        self.changed(agency.key, citizen)
        return message

    def save_message(self, message: Document) -> None:
        """Keep a changed message."""
        self._store.put("message", message["msg_id"], message)
        self.changed(message["agency"], message["citizen"])

    def message(self, msg_id: str) -> Document | None:
        """One message, whoever wrote it."""
        return self._store.get("message", msg_id)

    def messages(self, agency: Agency, citizen: str) -> list[Document]:
        """A chat's messages, oldest first."""
        return self._lines[agency.key, citizen]

    def forget(self) -> None:
        """Empty the world."""
        self._store.clear("message", "chat", "citizen")
        self.load()


def shown(message: Document, base_url: str) -> Document:
    """A message as the control API and the phone page see it."""
    return {
        **{key: value for key, value in message.items() if key not in ("agency", "citizen")},
        "attachments": [absolute(attachment, base_url) for attachment in message["attachments"]],
        "at": iso(message["at_ms"]),
    }


def absolute(attachment: Document, base_url: str) -> Document:
    """An attachment with whole addresses: the simulator keeps its own media by path."""
    payload = {
        key: base_url + value if key in ("url", "thumbnail") and value.startswith("/") else value
        for key, value in attachment["payload"].items()
    }
    return {"type": attachment["type"], "payload": payload}
