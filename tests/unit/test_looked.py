"""The figures of the looks: exact whatever comes twice, and in whatever order the three who tell of a look come."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count as numbers
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from desk.domain.reminder import Kind, Outcome, Watch
from desk.storage import looked, watches
from desk.storage.looked import Looked, place
from desk.storage.outbox import outbox_item, send_task, task_id
from desk.storage.table import Item, Table, dump
from dispatch.looks import Looks
from tests.memory import MemoryDynamo
from tests.staff_site import Site, make_site

DAY = date(2026, 12, 1)
SILENT = [Outcome.RENEWED, Outcome.UNCHANGED, Outcome.UNKNOWN, Outcome.ENDED]
MESSAGES: dict[tuple[str, ...], str] = {
    (): "waiting",
    ("held",): "waiting",
    ("attempting", "sent"): "sent",
    ("sent", "delivered"): "delivered",
    ("sent", "delivered", "seen"): "seen",
    ("unknown",): "unknown",
    ("unknown", "sent"): "sent",
    ("refused:-213:not_a_follower",): "refused",
    ("held", "refused::opted_out"): "skipped",
}


@dataclass(frozen=True)
class Life:
    """One look: put off first or not, told or silent, and what its message came to."""

    number: int
    put_off: bool
    became: Outcome | None
    message: tuple[str, ...] = ()

    @property
    def watch(self) -> Watch:
        citizen = f"c_{'abcdefgh'[self.number % 8]}{self.number:03d}"
        return Watch("bhxh", citizen, task_id(citizen), Kind.CARD, "p", "2026-12-31", DAY, DAY, version=1)

    def partitions(self) -> list[list[Item]]:
        """What the table's stream shows of it. Only what lies in one partition comes in order."""
        watch = self.watch
        at = place(watch.citizen, watch.id, DAY.isoformat())
        row = watches.items(watch)[1] | {"put_off": True}
        found = [[row]] if self.put_off else []
        if self.became == Outcome.TOLD:
            task = send_task({"agency": "bhxh", "citizen": watch.citizen, "look": at}, watch.id)
            found += [[outbox_item(task)], [ledger(watch, at, state) for state in self.message]]
        elif self.became:
            table = Table(MemoryDynamo(), "desk")
            transaction = table.transaction()
            looked.mark(transaction, watch, self.became)
            transaction.commit()
            found.append(table.query_all(f"LOOKED#bhxh#{watch.id}#{DAY}"))
        return found


def ledger(watch: Watch, at: dict[str, str], state: str) -> Item:
    name, _, why = state.partition(":")
    code, _, reason = why.partition(":")
    more = {"reason": reason, "error_code": int(code) if code else None} if why else {}
    return {"pk": f"CITIZEN#bhxh#{watch.citizen}", "sk": "CHAT#1", "entity": "chat", "purpose": "reminder",
            "agency": "bhxh", "citizen": watch.citizen, "look": at, "state": name} | more  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> list[Life]:
    made = []
    for n in range(draw(st.integers(0, 12))):
        became = draw(st.sampled_from([None, Outcome.TOLD, Outcome.TOLD, *SILENT]))
        message = draw(st.sampled_from(list(MESSAGES))) if became == Outcome.TOLD else ()
        made.append(Life(n, draw(st.booleans()), became, message))
    return made


@st.composite
def streams(draw: st.DrawFn, of: list[Life]) -> list[list[Item]]:
    """Batches in an order that a stream may have, each perhaps more than once."""
    open_ = [partition for life in of for partition in life.partitions() if partition]
    items = []
    while open_:
        partition = draw(st.sampled_from(open_))
        items.append(partition[0])
        open_ = [p[1:] if p is partition else p for p in open_]
        open_ = [p for p in open_ if p]
    batches, at = [], 0
    while at < len(items):
        size = draw(st.integers(1, 10))
        batches += [items[at : at + size]] * draw(st.integers(1, 3))
        at += size
    return batches


def records(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": str(n), "NewImage": dump(item)}}
        for n, item in enumerate(items, 1)
    ]


@given(st.data())
def test_the_figures_are_what_happened_however_often_a_batch_comes(data: st.DataObject) -> None:
    of = data.draw(lives())
    store = Looked(Table(MemoryDynamo(), "desk"))
    for batch in data.draw(streams(of)):
        assert Looks(store).take(records(batch)) is None
    found = store.figures("bhxh", DAY)
    assert found.done == sum(life.became is not None for life in of)
    assert found.silent == Counter(str(one.became) for one in of if one.became in SILENT)
    assert found.put_off == sum(life.put_off and life.became is None for life in of)
    messages = Counter(MESSAGES[one.message] for one in of if one.became == Outcome.TOLD)
    told = found.reminded
    assert (told.recipients, told.waiting, told.unknown) == (
        messages.total(),
        messages["waiting"],
        messages["unknown"],
    )
    assert told.seen == messages["seen"]
    assert told.delivered == messages["seen"] + messages["delivered"]
    assert told.sent == messages["seen"] + messages["delivered"] + messages["sent"]
    assert (sum(told.refused.values()), sum(told.skipped.values())) == (
        messages["refused"],
        messages["skipped"],
    )


def test_what_cannot_be_noted_comes_again_from_its_first_record() -> None:
    class Down(MemoryDynamo):
        def update_item(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="here")

    life = Life(1, put_off=False, became=Outcome.TOLD, message=("sent",))
    items = [{"entity": "report"}, *(item for part in life.partitions() for item in part)]
    assert Looks(Looked(Table(Down(), "desk"))).take(records(items)) == "2"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_staff_see_a_day_with_what_is_left_of_it(site: Site) -> None:
    number = numbers()
    of = [
        Life(next(number), put_off=True, became=Outcome.TOLD, message=("sent", "delivered")),
        Life(next(number), put_off=False, became=Outcome.RENEWED),
        Life(next(number), put_off=True, became=None),
        Life(next(number), put_off=False, became=None),
    ]
    for life in of:
        if life.became is None:
            transaction = site.table.transaction()
            watches.write(transaction, None, life.watch)
            transaction.commit()
        for part in life.partitions():
            assert Looks(Looked(site.table)).take(records(part)) is None
    site.now = "2026-12-01T03:00:00+00:00"
    shown = site.get("/staff/reminders", who="bhxh.auditor").json
    assert (shown["offered"], shown["run"]) == (True, None)
    (day,) = shown["days"]
    assert {n: day[n] for n in ("day", "due", "done", "left", "put_off", "silent")} == {
        "day": "2026-12-01", "due": 4, "done": 2, "left": 2, "put_off": 1, "silent": {"renewed": 1},
    }  # fmt: skip
    assert {n: day["reminded"][n] for n in ("recipients", "sent", "delivered", "seen")} == {
        "recipients": 1, "sent": 1, "delivered": 1, "seen": 0,
    }  # fmt: skip
    assert site.get("/staff/reminders?to=2026-11-30", who="bhxh.officer").json["days"] == []
    assert site.get("/staff/reminders?from=2020-01-01", who="bhxh.officer").json["days"] == [day]
    assert site.get("/staff/reminders", who="csgt.officer").json == {
        "offered": False,
        "run": None,
        "days": [],
    }
    wrong = site.get("/staff/reminders?from=yesterday", who="bhxh.officer")
    assert (wrong.status, wrong.json["field"]) == (422, "query.from")
