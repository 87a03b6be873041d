"""The list of readers follows what citizens do: follow, leave, choose topics, stop, have themselves forgotten."""

import uuid
from collections.abc import Iterator

import pytest

from conversation import turn
from conversation.closing import close
from conversation.desk import Desk
from conversation.erase import erase
from desk.domain.message import Message
from desk.domain.news import Reader
from desk.storage.knowledge import Library
from desk.storage.readers import Readers
from desk.zalo import events
from tests.world import World, make_world

USER = "user-1"
NOW = 1_795_489_200_000  # 24 November 2026, 10:00 in Hanoi


class Person:
    """A citizen of bhxh before a desk in memory."""

    def __init__(self, world: World) -> None:
        self.world, self.now = world, NOW
        world.secrets.write("desk", {"pseudonym_key": "k"})
        self.desk = Desk(
            table=world.table,
            identities=world.identities.table,
            tokens=None,  # type: ignore[arg-type]
            secrets=world.secrets,
            library=Library(world.table),
            quiet_s=0,
            longest_s=1,
            now=lambda: self.now,
        )
        self.name = self.desk.pseudonym("bhxh", USER)

    def follow(self, on: bool = True) -> None:
        self.now += 60_000
        turn.follow(self.desk, "bhxh", uuid.uuid4().hex, events.Followed(USER, on))
        close(self.desk, "bhxh", self.name)

    def say(self, text: str) -> None:
        self.now += 60_000
        name = uuid.uuid4().hex
        message = Message(id=name, at=self.now, arrived=self.now, kind="text", text=text)
        turn.hear(self.desk, "bhxh", name, events.Incoming(USER, message))
        close(self.desk, "bhxh", self.name)

    def row(self) -> Reader | None:
        found = [
            (citizen, who)
            for shard in range(16)
            for citizen, who in Readers(self.world.table).after("bhxh", shard)
        ]
        assert len(found) <= 1 and all(citizen == self.name for citizen, _ in found)
        return found[0][1] if found else None


@pytest.fixture
def person() -> Iterator[Person]:
    with make_world() as world:
        yield Person(world)


def test_whoever_follows_is_listed_until_they_leave(person: Person) -> None:
    person.say("xin chào")
    turn.follow(person.desk, "bhxh", "e1", events.Followed(USER, True, follows=False))  # opened the chat
    assert person.row() is None
    person.follow()
    assert person.row() == Reader(True, (), "2026-11-24")
    person.follow(on=False)
    assert person.row() is None


def test_topics_are_chosen_dropped_and_lost_by_leaving(person: Person) -> None:
    person.say("đăng ký nhận tin về lương hưu")
    assert person.row() == Reader(False, ("pension",), "2026-11-24")
    person.say("#nhan_chu_de bhyt")
    person.say("hủy nhận tin về lương hưu")
    assert person.row() == Reader(False, ("bhyt",), "2026-11-24")
    person.say("#nhan_chu_de no_such_topic")
    person.follow()
    person.follow(on=False)
    assert person.row() is None


def test_whoever_says_stop_is_listed_no_more_until_they_ask_again(person: Person) -> None:
    person.follow()
    person.say("nhận tin bảo hiểm y tế")
    person.say("hủy nhận tin")
    assert person.row() is None
    person.say("em chào ạ")
    assert person.row() is None
    person.say("nhận tin")
    assert person.row() == Reader(True, (), "2026-11-24")


def test_the_day_of_the_last_message_is_kept_with_one_write_a_day(person: Person) -> None:
    person.follow()
    person.now += 3 * 86_400_000
    person.say("xin chào")
    assert person.row() == Reader(True, (), "2026-11-27")


def test_the_forgotten_are_not_listed(person: Person) -> None:
    person.follow()
    person.say("nhận tin bhyt")
    erase(person.desk, "bhxh", person.name)
    assert person.row() is None
