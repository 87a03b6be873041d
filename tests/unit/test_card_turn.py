"""The conversation's part in the photo of a card: what it remembers, has read, and makes of what was read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conversation import turn
from conversation.app import handle
from conversation.desk import Desk
from desk import agencies
from desk.domain.clock import epoch_ms, iso
from desk.domain.message import Media, Message
from desk.storage.knowledge import Library
from desk.storage.sealed import proof_key
from desk.storage.table import load
from desk.zalo.events import Incoming
from tests.world import World, make_world

URL = "https://f21.zdn.vn/4711/the.jpg"


@dataclass
class Chat:
    """A citizen of bhxh, whose look-ups are offered."""

    desk: Desk
    world: World

    def says(self, text: str = "", *, photos: int = 0) -> None:
        self.world.clock.advance(seconds=1)
        at, media = self.desk.now(), tuple(Media("image", f"{URL}?{n}") for n in range(photos))
        message = Message(f"m{at}", at, at, "image" if photos else "text", text, media=media)
        turn.hear(self.desk, "bhxh", message.id, Incoming("U-1", message))

    def waits(self) -> None:
        """The burst falls quiet."""
        self.world.clock.advance(seconds=9)
        handle(self.desk, {"kind": "wake", "agency": "bhxh", "citizen": self.citizen})

    def reads(self, *given: str, task: str = "t1") -> None:
        body = {"kind": "card", "agency": "bhxh", "citizen": self.citizen, "outbox_id": task,
                "given": list(given), "created_at": iso(self.world.clock())}  # fmt: skip
        handle(self.desk, body)

    @property
    def citizen(self) -> str:
        return self.desk.pseudonym("bhxh", "U-1")

    def rows(self) -> list[dict[str, Any]]:
        table = self.desk.table
        return [load(i) for i in table.client.scan(TableName=table.name)["Items"]]

    def tasks(self, queue: str) -> list[dict[str, Any]]:
        """Payloads in the outbox of a queue."""
        return [r["payload"] for r in self.rows() if r.get("entity") == "outbox" and r["queue"] == queue]

    def proof(self) -> dict[str, Any]:
        return self.desk.identities.get(proof_key("bhxh", self.citizen)) or {}


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setenv("LOOKUP_SOURCES", "bhxh=gateway")
    agencies.settings.cache_clear()
    agencies.agency.cache_clear()
    with make_world() as world:
        world.secrets.write("desk", {"pseudonym_key": "key of the test"})
        desk = Desk(
            table=world.table, identities=world.identities.table, tokens=None, secrets=world.secrets,
            quiet_s=8, longest_s=60, library=Library(world.table), now=lambda: epoch_ms(world.clock()),
        )  # type: ignore[arg-type]  # fmt: skip
        made = Chat(desk, world)
        made.says("liên kết")
        yield made
    monkeypatch.undo()
    agencies.settings.cache_clear()
    agencies.agency.cache_clear()


def test_photos_are_no_evidence_and_one_task_reads_them(chat: Chat) -> None:
    chat.says(photos=2)
    chat.says(photos=1)
    assert chat.tasks("lookups") == [], "more may come"
    chat.waits()
    (task,) = chat.tasks("lookups")
    assert (task["kind"], task["given"]) == ("photo", [])
    assert chat.tasks("media") == []
    assert not [r for r in chat.rows() if r["entity"] == "evidence" or "zdn.vn" in str(r)]
    assert sorted(v for k, v in chat.proof().items() if k.startswith("photo")) == [
        f"{URL}?0", f"{URL}?0", f"{URL}?1"
    ]  # fmt: skip
    assert [r["text"] for r in chat.rows() if r.get("kind") == "image"] == ["[ảnh giấy tờ, không lưu]"] * 2


def test_what_was_read_goes_on_at_once_and_once(chat: Chat) -> None:
    chat.says(photos=1)
    chat.waits()
    for _ in range(2):
        chat.reads("card", "name", "birth", "number")
    link, photo = sorted(chat.tasks("lookups"), key=lambda t: str(t["kind"]))
    assert (photo["kind"], link["kind"], link["card"]) == ("photo", "link", True)
    said = len(chat.tasks("outgoing"))
    chat.reads("bad_card", task="t2")
    assert len(chat.tasks("outgoing")) == said, "a code is waited for: nothing else is asked"


def test_what_was_read_after_the_citizen_stopped_changes_nothing(chat: Chat) -> None:
    chat.says(photos=1)
    chat.waits()
    chat.says("thôi")
    chat.waits()
    before = sorted(map(str, chat.rows()))
    chat.reads("card", "name", "birth", "number")
    assert sorted(map(str, chat.rows())) == before


def test_what_was_read_joins_a_burst_that_is_open(chat: Chat) -> None:
    chat.says(photos=1)
    chat.waits()
    chat.says("công ty tôi nợ bảo hiểm 6 tháng nay, công ty Minh Long ở Phú Nghĩa, Chương Mỹ")
    chat.reads("bad_card")
    before = [t["outbox_id"] for t in chat.tasks("outgoing")]
    chat.waits()
    (answer,) = [t for t in chat.tasks("outgoing") if t["outbox_id"] not in before]
    assert "chưa đọc được mã QR" in answer["text"]
    assert [r for r in chat.rows() if r.get("entity") == "report"]
