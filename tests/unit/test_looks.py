"""Looks over a table in memory: one message each, whatever dies, comes twice or is down."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import agencies
from desk.domain.clock import HANOI, epoch_ms, iso
from desk.domain.reminder import Kind, Watch
from desk.errors import Conflict
from desk.lookups.model import Card, Contributions, FileState, FileStatus, Insured, Numbers, Proof, Span
from desk.lookups.sources import NotKnown, SourceDown
from desk.storage import keys, watches
from desk.storage.links import Link, Links, links_key
from desk.storage.looked import read
from desk.storage.outbox import task_id
from desk.storage.sealed import proof_key, sealed_key
from desk.storage.secrets import Secrets
from desk.storage.table import Item, Table, dump, load
from local import templates
from local.zalo.templates import rendered
from lookup import watching
from lookup.desk import Desk
from lookup.looks import look, stages
from lookup.work import work
from tests.faults import Died, FaultyClient
from tests.memory import MemoryDynamo
from tests.world import World, make_world

ENDS = date(2026, 12, 31)
ASKED = date(2026, 11, 24)


@dataclass
class Known:
    """A source that tests fill."""

    cards: dict[str, date] = field(default_factory=dict)
    files: dict[str, FileState] = field(default_factory=dict)
    months: int = 120
    down: bool = False
    asked: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)

    def _answer(self, name: str) -> None:
        self.asked.append(name)
        if self.down:
            raise SourceDown("no answer")

    def card(self, subject: str) -> Card:
        self._answer(subject)
        if subject not in self.cards:
            raise NotKnown("no card")
        ends = self.cards[subject]
        return Card(ends - timedelta(days=364), ends, "01001", "BV", None, self.now)

    def file_status(self, code: str) -> FileStatus:
        self._answer(code)
        if code not in self.files:
            raise NotKnown("no such file")
        return FileStatus(code, "Cấp lại thẻ", self.files[code], ASKED, None, "p-1", self.now)

    def contributions(self, subject: str) -> Contributions:
        self._answer(subject)
        last = date(2016 + (self.months - 1) // 12, (self.months - 1) % 12 + 1, 1)
        return Contributions((Span(date(2016, 1, 1), last),), self.now)

    def numbers(self, subject: str) -> Numbers:
        raise NotImplementedError

    def check(self, proof: Proof) -> Insured | None:
        raise NotImplementedError


@dataclass
class Site:
    """A citizen with a link, and what they were told."""

    world: World
    source: Known | None = field(default_factory=Known)
    at: datetime = datetime(2026, 12, 1, 8, 0, tzinfo=HANOI)

    @property
    def known(self) -> Known:
        assert self.source
        return self.source

    @property
    def links(self) -> Links:
        return Links(self.world.identities.table)

    def desk(self, table: Table | None = None) -> Desk:
        return Desk(
            table or self.world.table,
            self.world.identities.table,
            self.world.secrets,
            lambda _: self.source,
            lambda: epoch_ms(self.at),
        )

    def ask(self, kind: str, what: str, *, cause: str = "t1", english: bool = False) -> str:
        """A wish, as the conversation passes it on; returns the answer."""
        wish = {"kind": kind, "what": what, "agency": "bhxh", "citizen": "c_1", "english": english,
                "created_at": iso(self.at), "outbox_id": task_id(cause, self.at)}  # fmt: skip
        before = self.told()
        work(self.desk(), wish)
        (said,) = [p for p in self.told() if p not in before]
        self.buttons = said["buttons"]
        return str(said["text"])

    def link(self, subject: str = "p-1", relation: str = "self", citizen: str = "c_1") -> None:
        self.links.add(
            "bhxh", citizen, Link(subject, relation, "N. V. An", "•••789", "2026-11-24T08:00:00+07:00")
        )

    def watch(self, kind: Kind = Kind.CARD, seen: str = ENDS.isoformat(), **changed: Any) -> Watch:
        subject = changed.pop("subject", "p-1")
        name = task_id("c_1", kind, subject)
        made = replace(Watch("bhxh", "c_1", name, kind, subject, seen, date(2026, 12, 1), ASKED), **changed)
        transaction = self.world.table.transaction()
        watches.write(transaction, None, made)
        transaction.commit()
        return replace(made, version=1)

    def stored(self) -> list[Watch]:
        return watches.of_citizen(self.world.table, "bhxh", "c_1")

    def rows(self) -> list[Item]:
        return [i for i in self._items() if i["entity"] == "look"]

    def told(self) -> list[Item]:
        """Messages on their way, with their sealed text."""
        tasks = [i["payload"] for i in self._items() if i["entity"] == "outbox"]
        return sorted((p | self._unsealed(p) for p in tasks), key=lambda p: (p["created_at"], p["text"]))

    def _unsealed(self, payload: Item) -> Item:
        return self.world.identities.table.get(sealed_key(payload["sealed"])) if payload.get("sealed") else {}  # type: ignore[return-value]

    def _items(self) -> list[Item]:
        answer = self.world.dynamodb.scan(TableName=self.world.table.name)
        return [load(image) for image in answer["Items"]]


@pytest.fixture
def site() -> Iterator[Site]:
    with make_world() as world:
        made = Site(world)
        made.link()
        made.known.cards["p-1"] = ENDS
        world.secrets.write("desk", {"pseudonym_key": "k" * 32})
        yield made


def task(row: Watch | Item, day: date | None = None) -> dict[str, Any]:
    due = row.due.isoformat() if isinstance(row, Watch) else row["due"]
    name = row.id if isinstance(row, Watch) else row["watch"]
    return {
        "kind": "look", "agency": "bhxh", "citizen": "c_1", "watch": name, "due": due,
        "day": day.isoformat() if day else due,
    }  # fmt: skip


def test_a_card_that_ends_is_told_and_the_watch_goes_on(site: Site) -> None:
    watch = site.watch()
    assert look(site.desk(), task(watch)) == "told"
    (said,) = site.told()
    assert "31/12/2026" in said["text"] and "còn 30 ngày" in said["text"] and "anh/chị" in said["text"]
    assert (said["purpose"], said["citizen"], said["buttons"][0]["payload"]) == (
        "reminder",
        "c_1",
        "#thoi_nhac card",
    )
    (onward,) = site.stored()
    assert (onward.due, onward.version) == (date(2026, 12, 24), 2)
    assert [r["sk"] for r in site.rows()] == [f"c_1#{watch.id}"]


def test_the_same_look_twice_is_one_message(site: Site) -> None:
    watch = site.watch()
    look(site.desk(), task(watch))
    assert look(site.desk(), task(watch)) == "done"
    assert len(site.told()) == 1
    assert len(site.known.asked) == 1


def test_a_renewed_card_is_not_spoken_of(site: Site) -> None:
    watch = site.watch()
    site.known.cards["p-1"] = date(2027, 12, 31)
    assert look(site.desk(), task(watch)) == "renewed"
    assert site.told() == []
    assert [w.due for w in site.stored()] == [date(2027, 12, 1)]


def test_while_the_source_is_down_nothing_changes(site: Site) -> None:
    watch = site.watch()
    site.known.down = True
    for known in (False, True):
        assert look(site.desk(), task(watch) | {"put_off": known}) == "down"
    assert (site.stored(), [r["put_off"] for r in site.rows()], site.told()) == ([watch], [True], [])
    site.known.down = False
    site.at += timedelta(days=2)
    assert look(site.desk(), task(watch)) == "told"
    assert "còn 28 ngày" in site.told()[0]["text"]


def test_a_task_that_waited_over_midnight_counts_the_days_of_today(site: Site) -> None:
    watch = site.watch()
    site.at = datetime(2026, 12, 2, 0, 30, tzinfo=HANOI)
    look(site.desk(), task(watch))
    assert "còn 29 ngày" in site.told()[0]["text"]


def test_nobody_is_asked_about_or_told_of_somebody_no_longer_linked(site: Site) -> None:
    watch = site.watch()
    site.links.remove("bhxh", "c_1", "p-1")
    assert look(site.desk(), task(watch)) == "ended"
    assert (site.known.asked, site.told(), site.stored(), site.rows()) == ([], [], [], [])


def test_a_relative_is_named_masked(site: Site) -> None:
    site.link("p-1", "child")
    look(site.desk(), task(site.watch()))
    assert "N. V. An" in site.told()[0]["text"]


def test_english_to_who_asked_in_english(site: Site) -> None:
    look(site.desk(), task(site.watch(english=True)))
    assert "30 day(s)" in site.told()[0]["text"]


def test_a_card_unknown_to_the_source_is_looked_at_on_its_next_day(site: Site) -> None:
    site.known.cards.clear()
    assert look(site.desk(), task(site.watch())) == "unknown"
    assert [w.due for w in site.stored()] == [date(2026, 12, 24)]
    assert site.told() == []


def test_a_row_without_a_watch_is_taken_away(site: Site) -> None:
    watch = site.watch()
    site.world.table.delete(keys.watch("bhxh", "c_1", watch.id))
    assert look(site.desk(), task(watch)) == "gone"
    assert site.rows() == []


def test_contributions_are_told_of_when_they_grow(site: Site) -> None:
    watch = site.watch(Kind.CONTRIBUTIONS, "119")
    assert look(site.desk(), task(watch)) == "told"
    assert "120 tháng" in site.told()[0]["text"]
    (onward,) = site.stored()
    assert (onward.seen, onward.due) == ("120", date(2026, 12, 8))
    assert look(site.desk(), task(onward)) == "unchanged"


def test_who_changed_the_watch_meanwhile_is_first(site: Site) -> None:
    watch = site.watch()

    class Meanwhile(Known):
        def card(self, subject: str) -> Card:
            if site.stored():
                end(site.world.table, watch)
            return super().card(subject)

    site.source = Meanwhile(cards={"p-1": ENDS})
    with pytest.raises(Conflict):
        look(site.desk(), task(watch))
    assert (site.told(), site.rows()) == ([], [])
    assert look(site.desk(), task(watch)) == "gone"


def end(table: Table, watch: Watch) -> None:
    transaction = table.transaction()
    watches.write(transaction, watch, None)
    transaction.commit()


def card() -> Watch:
    name = task_id("c_1", Kind.CARD, "p-1")
    return Watch("bhxh", "c_1", name, Kind.CARD, "p-1", ENDS.isoformat(), date(2026, 12, 1), ASKED, version=1)


FILE = "000.00.01.G22-261124-0012"


def give_file(site: Site, code: str = FILE) -> None:
    """The citizen named a file: the conversation has put its code into the identity table."""
    key = proof_key("bhxh", "c_1")
    site.world.identities.table.put({**key, "file": code, "ttl": epoch_ms(site.at) // 1000 + 600})


def test_what_is_private_lies_sealed(site: Site) -> None:
    look(site.desk(), task(site.watch()))
    (kept,) = [i for i in site._items() if i["entity"] == "outbox"]
    assert "31/12" not in str(kept)
    assert site.told()[0]["template_data"] == {"who": "anh/chị", "ends": "31/12/2026", "days": "30"}


@pytest.mark.parametrize("key", ["remind_card_ends", "remind_file_result"])
def test_a_reminder_brings_what_its_template_takes(site: Site, key: str) -> None:
    site.known.files[FILE] = FileState.RECEIVED
    give_file(site)
    if key == "remind_file_result":
        site.ask("watch", "file")
        site.known.files[FILE] = FileState.DONE
    watch = site.stored()[0] if site.stored() else site.watch()
    site.at += timedelta(days=1)
    assert look(site.desk(), task(watch, site.at.date())) == "told"
    said = site.told()[-1]
    template = next(t for t in templates.of("bhxh") if t["name"] == templates.TEXTS[key]["name"])
    assert said["template"] == {"id": template["id"]}
    assert rendered(template, said["template_data"])


def test_a_wish_about_a_card_is_watched_from_its_next_day_on(site: Site) -> None:
    assert "31/12/2026" in site.ask("watch", "card")
    assert [b["payload"] for b in site.buttons] == ["#thoi_nhac card"]
    (watch,) = site.stored()
    assert (watch.kind, watch.subject, watch.seen, watch.due) == (
        "card",
        "p-1",
        "2026-12-31",
        date(2026, 12, 24),
    )
    site.ask("watch", "card", cause="again")
    assert (site.stored(), len(site.rows())) == ([watch], 1)


def test_a_wish_is_kept_while_the_source_is_down(site: Site) -> None:
    site.known.down = True
    site.ask("watch", "card")
    (watch,) = site.stored()
    assert (watch.seen, watch.due) == ("", date(2026, 12, 1))
    site.known.down = False
    site.known.cards["p-1"] = date(2027, 6, 30)
    assert look(site.desk(), task(watch)) == "unchanged"
    assert [w.due for w in site.stored()] == [date(2027, 5, 31)]


def test_every_linked_person_is_watched_and_all_of_it_ends_at_a_word(site: Site) -> None:
    site.link("p-2", "child")
    site.known.cards["p-2"] = date(2027, 3, 31)
    said = site.ask("watch", "card")
    assert "anh/chị" in said and "N. V. An" in said
    site.ask("watch", "contributions", cause="2")
    assert len(site.stored()) == len(site.rows()) == 4
    site.ask("unwatch", "contributions", cause="3")
    assert {w.kind for w in site.stored()} == {"card"}
    site.ask("unwatch", "all", cause="4")
    assert (site.stored(), site.rows()) == ([], [])
    assert "không đặt nhắc" in site.ask("unwatch", "all", cause="5")


def test_who_is_not_linked_is_offered_to_link_and_a_portal_shows_its_page(site: Site) -> None:
    site.links.table.delete(links_key("bhxh", "c_1"))
    site.ask("watch", "card")
    assert [b["payload"] for b in site.buttons] == ["#lien_ket self card"]
    site.source = None
    site.ask("watch", "card", cause="2")
    assert any("url" in b for b in site.buttons)
    assert site.stored() == []


def test_a_card_that_ended_long_ago_and_an_unknown_one_are_not_watched(site: Site) -> None:
    site.known.cards["p-1"] = date(2026, 1, 31)
    assert "31/01/2026" in site.ask("watch", "card")
    site.known.cards.clear()
    site.ask("watch", "card", cause="2")
    assert site.stored() == []


def test_a_file_is_watched_until_its_result_and_its_code_stays_out_of_the_desk_table(site: Site) -> None:
    site.known.files[FILE] = FileState.RECEIVED
    give_file(site)
    assert FILE in site.ask("watch", "file")
    (watch,) = site.stored()
    assert FILE not in str(site._items())
    assert watch.due == date(2026, 12, 2)
    site.at += timedelta(days=1)
    assert look(site.desk(), task(watch)) == "unchanged"
    site.at += timedelta(days=1)
    site.known.files[FILE] = FileState.DONE
    (watch,) = site.stored()
    assert look(site.desk(), task(watch)) == "told"
    assert "đã có kết quả" in site.told()[-1]["text"] and FILE in site.told()[-1]["text"]
    assert (site.stored(), site.rows()) == ([], [])
    assert site.world.identities.table.get(watches.file_key(watch.id)) is None


def test_a_file_of_somebody_else_and_one_that_does_not_exist_are_answered_alike(site: Site) -> None:
    class OfSomebodyElse(Known):
        def file_status(self, code: str) -> FileStatus:
            return replace(super().file_status(code), subject="p-9")

    give_file(site)
    missing = site.ask("watch", "file")
    site.source = OfSomebodyElse(files={FILE: FileState.RECEIVED})
    assert site.ask("watch", "file", cause="2") == missing
    assert site.stored() == []
    site.at += timedelta(hours=1)
    assert "mã hồ sơ" in site.ask("watch", "file", cause="3")


def test_a_citizen_is_forgotten_with_all_watches_even_beside_a_look(site: Site) -> None:
    site.link("p-2", "child")
    site.known.cards["p-2"] = ENDS
    site.ask("watch", "card")
    site.at = datetime(2026, 12, 24, 8, tzinfo=HANOI)
    first, second = site.stored()
    rows = [task(first), task(second)]
    # One look is done between the reading and the deleting of the watches.
    client = site.world.dynamodb

    class Meanwhile(FaultyClient):
        def __getattr__(self, name: str) -> Any:
            if name == "query":
                answer = super().__getattr__(name)
                return lambda **given: (answer(**given), look(site.desk(), rows[0]))[0]
            return super().__getattr__(name)

    assert len(watches.erase(Table(Meanwhile(client), site.world.table.name), "bhxh", "c_1")) == 2
    assert site.stored() == []
    for row in site.rows():
        assert look(site.desk(), task(row)) == "gone"
    assert site.rows() == []
    assert look(site.desk(), rows[1]) == "gone"


def test_nobody_watches_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST", 3)
    for n in range(3):
        site.watch(subject=f"p-{n}")
    site.ask("watch", "contributions")
    assert len(site.stored()) == 3
    site.ask("unwatch", "all", cause="2")
    assert site.stored() == []


deaths = st.sets(st.tuples(st.integers(0, 24), st.sampled_from(["before", "after"])), max_size=6)


@settings(max_examples=100, deadline=None)
@given(
    deaths=deaths,
    copies=st.lists(st.integers(1, 3), min_size=4, max_size=4),
    down=st.sets(st.integers(0, 12)),
)
def test_whatever_dies_or_comes_twice_each_reminder_goes_out_once(
    deaths: set[tuple[int, str]], copies: list[int], down: set[int]
) -> None:
    """From the first reminder to the looks after the end, workers dying before and after any call to the table,
    tasks coming several times, the source down for some tries of each day."""
    memory, source = MemoryDynamo(), Known(cards={"p-1": ENDS})
    table, sure = Table(FaultyClient(memory, deaths), "desk"), Table(memory, "desk")
    link = Link("p-1", "self", "N. V. An", "•••789", "2026-11-24T08:00:00+07:00")
    memory.put("people", dump({"pk": "LINKS#bhxh#c_1", "links": [asdict(link)]}))
    for item in watches.items(card()):
        memory.put("desk", dump(item))
    tries = 0
    for turn in range(4):
        (watch,) = watches.of_citizen(sure, "bhxh", "c_1")
        now = epoch_ms(datetime.combine(watch.due, time(8), HANOI))
        desk = Desk(
            table,
            Table(memory, "people"),
            Secrets(None, ""),
            lambda _: source,
            lambda now=now: now,
        )
        # Until somebody has done it, as the hourly run and the queue bring it again.
        while watches.of_citizen(sure, "bhxh", "c_1") == [watch]:
            source.down = tries in down
            tries += 1
            for _ in range(copies[turn]):
                try:
                    look(desk, task(watch))
                except (Died, Conflict):
                    continue
    stored = [load(image) for image in memory.items("desk")]
    sealed = [load(image) for image in memory.items("people") if "text" in image]
    assert [i["entity"] for i in stored if i["entity"] != "outbox"] == ["watch", "look", "looked"]
    # Each of the four days is in the figures once: three that told, the last that had nothing to tell.
    notes = [note for item in stored if (note := read(item)) and note.state != "down"]
    assert sorted((n.day, n.state) for n in notes) == [
        *((day, "told") for day in ("2026-12-01", "2026-12-24", "2026-12-30")),
        ("2027-01-03", "unchanged"),
    ]
    assert (
        len([i for i in stored if i["entity"] == "outbox"])
        == len(sealed)
        == len(stages(agencies.agency("bhxh")))
    )
    assert sorted(int(s["template_data"]["days"]) for s in sealed) == [1, 7, 30]
