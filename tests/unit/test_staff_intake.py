"""Hotline intake."""

from collections.abc import Iterator
from typing import Any

import pytest

from desk.domain import code as codes
from tests.staff_site import Site, make_site

TEXT = "Ô tô 29A-123.45 vượt đèn đỏ ở ngã tư Kim Mã - Liễu Giai lúc 8h sáng nay"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


def test_a_call_becomes_a_report_with_the_facts_of_its_text(site: Site) -> None:
    answer = site.post("/staff/reports", {"text": TEXT, "phone": "0912 345 678", "name": "Nguyễn Văn A"})
    assert answer.status == 201
    found = answer.json
    assert codes.find(found["code"]) == (found["code"],)
    assert answer.headers["location"] == f"/staff/reports/{found['code']}"
    assert (found["channel"], found["category"], found["plates"]) == ("hotline", "red_light", ["29A12345"])
    assert found["when"] and found["place"]
    assert site.get(f"/staff/reports/{found['code']}").json == found


def test_name_and_phone_stand_with_the_identities_and_nowhere_else(site: Site) -> None:
    found = site.post("/staff/reports", {"text": TEXT, "phone": "0912 345 678", "name": "Nguyễn Văn A"}).json
    who = site.identities.get("csgt", found["citizen"])
    assert who and (who.name, who.phone) == ("Nguyễn Văn A", "84912345678")
    everything = str(site.table.client.scan(TableName=site.table.name)["Items"])
    assert "Nguyễn Văn A" not in everything and "12345678" not in everything.replace("29A12345", "")


def test_a_phone_is_one_citizen_and_two_without_are_two(site: Site) -> None:
    bodies = [{"phone": "0912345678"}, {"phone": "+84 912 345 678"}, {}, {}]
    citizens = [site.post("/staff/reports", {"text": TEXT, **b}).json["citizen"] for b in bodies]
    assert citizens[0] == citizens[1]
    assert len(set(citizens)) == 3


def test_what_the_officer_fills_in_counts_more_than_what_the_text_seems_to_say(site: Site) -> None:
    body = {
        "text": TEXT, "category": "wrong_way", "plates": ["30K-999.99"], "when": "2026-11-23", "ward": "00004",
        "location": {"lat": 21.03, "lon": 105.81}, "urgency": "urgent",
    }  # fmt: skip
    found = site.post("/staff/reports", body).json
    assert (found["category"], found["plates"], found["when"]) == ("wrong_way", ["30K99999"], "2026-11-23")
    assert (found["ward"], found["urgency"]) == ("00004", "urgent")
    assert found["location"] == {"lat": 21.03, "lon": 105.81}
    assert set(found["facts_by"].values()) == {"staff:csgt.officer"}


def test_a_pin_tells_the_ward(site: Site) -> None:
    found = site.post(
        "/staff/reports", {"text": "Xe đỗ sai", "location": {"lat": 21.0285, "lon": 105.8542}}
    ).json
    assert found["ward"]


def test_a_caller_gets_no_zalo_message_and_the_report_is_looked_at(site: Site) -> None:
    found = site.post("/staff/reports", {"text": TEXT, "phone": "0912345678"}).json
    assert site.outbox() == []
    assert [p["report"] for p in site.outbox("classification")] == [found["code"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.text"),
        ({"text": ""}, "body.text"),
        ({"text": "x" * 4001}, "body.text"),
        ({"text": TEXT, "phone": "123"}, "body.phone"),
        ({"text": TEXT, "category": "none"}, "body.category"),
        ({"text": TEXT, "channel": "zalo"}, "body.channel"),
        ({"text": TEXT, "citizen": "c_x"}, "body.citizen"),
    ],
)
def test_a_wrong_field_is_named(site: Site, body: Any, field: str) -> None:
    answer = site.post("/staff/reports", body)
    assert (answer.status, answer.json["field"]) == (422, field)
