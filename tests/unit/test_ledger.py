"""Receipts and history of the delivery ledger, and identities."""

from datetime import timedelta

import pytest

from desk.storage import keys
from desk.storage.identity import normal_phone
from tests.world import make_world

PERSON = "c_abcdefghij0123456789"


@pytest.fixture
def world():
    with make_world() as made:
        yield made


@pytest.fixture
def begun(world):
    task = {
        "outbox_id": "outbox-1",
        "kind": "send",
        "agency": "csgt",
        "citizen": PERSON,
        "created_at": world.clock().isoformat(),
        "purpose": "answer",
        "report": "CSGT-7K3M-92",
        "text": "Chào",
    }
    entry = world.ledger.open(task)
    return world.ledger.attempting(entry, channel="cs", at=world.clock())


def state(world):
    return world.ledger.history("csgt", PERSON).items[0]


def test_receipts_raise_the_state_and_tell_the_report(world, begun):
    world.ledger.sent(begun, "m-1", at=world.clock())
    later = world.clock() + timedelta(seconds=2)
    assert world.ledger.mark_delivered("csgt", "m-1", later) == "CSGT-7K3M-92"
    assert state(world)["state"] == "delivered"
    assert world.ledger.mark_seen("csgt", "m-1", later) == "CSGT-7K3M-92"
    assert state(world)["state"] == "seen"
    assert state(world)["seen_at"] == later.isoformat(timespec="milliseconds")


def test_a_delivery_told_after_it_was_seen_does_not_lower_the_state(world, begun):
    world.ledger.sent(begun, "m-1", at=world.clock())
    world.ledger.mark_seen("csgt", "m-1", world.clock())
    world.ledger.mark_delivered("csgt", "m-1", world.clock())
    assert state(world)["state"] == "seen"
    assert "delivered_at" in state(world)


@pytest.mark.parametrize("order", [("delivered",), ("seen",), ("delivered", "seen"), ("seen", "delivered")])
def test_receipts_that_overtake_the_answer_are_not_lost(world, begun, order):
    for name in order:
        assert getattr(world.ledger, f"mark_{name}")("csgt", "m-1", world.clock()) is None
    entry = world.ledger.sent(begun, "m-1", at=world.clock())
    assert entry.state == ("seen" if "seen" in order else "delivered")
    assert state(world) == entry.item
    assert all(f"{name}_at" in entry.item for name in order)
    assert world.ledger.mark_seen("csgt", "m-1", world.clock()) == "CSGT-7K3M-92"


def test_a_receipt_for_a_message_of_somebody_else_changes_nothing(world, begun):
    world.ledger.sent(begun, "m-1", at=world.clock())
    assert world.ledger.mark_seen("csgt", "m-2", world.clock()) is None
    assert state(world)["state"] == "sent"
    assert not world.ledger.known("csgt", "m-2")
    assert world.ledger.known("csgt", "m-1")


def test_receipts_after_the_chat_was_erased_are_let_go(world, begun):
    entry = world.ledger.sent(begun, "m-1", at=world.clock())
    world.table.delete(entry.key)
    world.ledger.mark_seen("csgt", "m-1", world.clock())
    assert world.ledger.history("csgt", PERSON).items == []


def test_receipts_while_a_further_part_goes_out_keep_the_message_going(world, begun):
    entry = world.ledger.sent(begun, "m-1", at=world.clock(), last=False)
    assert entry.state == "queued"
    world.ledger.mark_delivered("csgt", "m-1", world.clock())
    assert state(world)["state"] == "queued"
    entry = world.ledger.attempting(entry, channel="cs", at=world.clock())
    assert world.ledger.sent(entry, "m-2", at=world.clock()).state == "sent"
    assert world.ledger.mark_seen("csgt", "m-2", world.clock()) == "CSGT-7K3M-92"


def test_a_message_whose_id_zalo_did_not_say_counts_as_sent(world, begun):
    assert world.ledger.sent(begun, "", at=world.clock()).state == "sent"


def test_what_is_due_comes_in_the_order_of_waiting_and_only_of_its_agency(world):
    for number, (agency, minutes) in enumerate([("csgt", 3), ("csgt", 1), ("duytu", 1), ("csgt", 9)]):
        task = {"outbox_id": f"o-{number}", "agency": agency, "citizen": PERSON, "purpose": "answer"}
        entry = world.ledger.open(task | {"created_at": world.clock().isoformat()})
        world.ledger.held(entry, world.clock() + timedelta(minutes=minutes), "rate_limit")
    due = world.ledger.due("csgt", world.clock() + timedelta(minutes=3))
    assert [e.item["outbox_id"] for e in due] == ["o-1", "o-0"]


def test_the_history_holds_both_directions_newest_first(world, begun):
    at = int((world.clock() + timedelta(minutes=1)).timestamp() * 1000)
    world.table.put(keys.chat("csgt", PERSON, at, "m-in") | {"direction": "in", "text": "Cảm ơn"})
    assert [i["direction"] for i in world.ledger.history("csgt", PERSON).items] == ["in", "out"]


def test_an_identity_is_put_once_and_forgotten_on_request(world):
    people = world.identities
    assert people.put_if_new("csgt", PERSON, "U-1")
    assert not people.put_if_new("csgt", PERSON, "U-2")
    people.set_name("csgt", PERSON, "Nguyễn Thị Lan")
    people.set_phone("csgt", PERSON, "0912 345 678")
    known = people.get("csgt", PERSON)
    assert (known.zalo_user_id, known.name, known.phone) == ("U-1", "Nguyễn Thị Lan", "84912345678")
    assert "Lan" not in repr(known)
    assert people.get("duytu", PERSON) is None
    people.delete("csgt", PERSON)
    assert people.get("csgt", PERSON) is None


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0912345678", "84912345678"),
        ("+84 912 345 678", "84912345678"),
        (84912345678, "84912345678"),
        (912345678, "84912345678"),
        ("024 3825 3531", "842438253531"),
        ("84 84 123 4567", "84841234567"),
        ("0841234567", "84841234567"),
        ("1022", ""),
        ("", ""),
        ("không có", ""),
    ],
)
def test_a_phone_is_written_as_zbs_wants_it(written, normal):
    assert normal_phone(written) == normal
