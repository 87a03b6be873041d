"""The client of the look-up service against the local service, over HTTP, with everything that goes wrong."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

from desk.lookups.model import FileState, Proof
from desk.lookups.sources import NotKnown, SourceDown
from lookup.gateway import Breaker
from tests.gateway import Running, running

MINH = Proof("nguyen van  MINH", date(1985, 3, 12), "001085000001")
CONTRACT = Path(__file__).parents[2] / "docs/gateway.openapi.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.fixture
def service(server: Running) -> Running:
    server.service.faults.clear()
    server.service.calls.clear()
    return server


def test_a_whole_proof_finds_the_person_and_the_phone_on_record(service: Running) -> None:
    client = service.client()
    for number in ("0112000001", "001085000001", "DN4010112000001"):
        found = client.check(Proof(MINH.name, MINH.birth, number))
        assert found and (found.subject, found.phone) == ("p-7f3a", "84900000001")


@pytest.mark.parametrize(
    "proof",
    [
        Proof("Nguyễn Văn Minh", date(1985, 3, 13), MINH.number),
        Proof("Nguyễn Văn Mình Em", MINH.birth, MINH.number),
        Proof("Nguyễn Văn Minh", MINH.birth, "0112000002"),
    ],
)
def test_a_proof_that_fits_in_part_fits_nobody(service: Running, proof: Proof) -> None:
    assert service.client().check(proof) is None


def test_answers(service: Running) -> None:
    client, today = service.client(), date.today()
    card = client.card("p-19bc")
    assert (card.days_left(today), card.facility_code, card.as_of.tzinfo is not None) == (7, "01016", True)
    assert len(client.contributions("p-19bc").gaps) == 4
    assert client.numbers("p-7f3a").social == "0112000001"
    file = client.file_status("000.00.01.G22-261110-0012")
    assert (file.state, file.due, file.subject) == (FileState.PROCESSING, today + timedelta(days=4), "p-7f3a")
    for ask in (lambda: client.card("nobody"), lambda: client.file_status("X-261110-0012")):
        with pytest.raises(NotKnown):
            ask()


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}, {"garbage": True}, {"delay_s": 1.5}])
def test_whatever_goes_wrong_is_that_the_source_is_down(service: Running, fault: dict[str, object]) -> None:
    service.service.faults.append(fault)
    with pytest.raises(SourceDown):
        service.client(answer_s=0.4).card("p-7f3a")


def test_a_question_is_repeated_once_a_check_never(service: Running) -> None:
    service.service.faults.append({"status": 503, "times": 1})
    assert service.client().card("p-7f3a")
    assert service.service.calls["/v1/card"] == 2
    service.service.faults.append({"status": 503, "times": 1})
    with pytest.raises(SourceDown):
        service.client().check(MINH)
    assert service.service.calls["/v1/check"] == 1


def test_a_wrong_key_and_an_old_request_are_refused(service: Running) -> None:
    for client in (
        service.client(credentials=lambda: {"key_id": "test", "key": "another"}),
        service.client(credentials=lambda: None),
        service.client(clock=lambda: 1_700_000_000.0),
    ):
        with pytest.raises(SourceDown):
            client.card("p-7f3a")


def test_the_breaker_spares_a_service_that_keeps_failing(service: Running) -> None:
    now = [0.0]
    client = service.client(breaker=Breaker(failures=3, pause_s=20, clock=lambda: now[0]))
    service.service.faults.append({"status": 500})
    for _ in range(6):
        with pytest.raises(SourceDown):
            client.card("p-7f3a")
    assert service.service.calls["/v1/card"] == 3
    service.service.faults.clear()
    now[0] = 21
    assert client.card("p-7f3a")
    now[0] = 0
    assert client.card("p-7f3a"), "one answer closes it again"


def test_nobody_at_the_address(service: Running) -> None:
    with pytest.raises(SourceDown):
        dataclasses.replace(service.client(), url="http://127.0.0.1:9").card("p-7f3a")


def test_what_names_a_person_stands_in_no_address(service: Running) -> None:
    seen: list[str] = []
    client = service.client()
    client.http.event_hooks["request"].append(lambda request: seen.append(f"{request.url} {request.headers}"))
    client.check(MINH)
    client.file_status("000.00.01.G22-261110-0012")
    assert len(seen) == 2
    assert not [s for s in seen if "0112000001" in s or MINH.number in s or "G22" in s]


def _whole(part: Any, contract: Any) -> Any:
    """A part of the contract with its references written out."""
    if isinstance(part, dict):
        if "$ref" in part:
            found = contract
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            return _whole(found, contract)
        return {key: _whole(value, contract) for key, value in part.items()}
    return [_whole(value, contract) for value in part] if isinstance(part, list) else part


def test_questions_and_answers_keep_to_the_contract(service: Running) -> None:
    contract = yaml.safe_load(CONTRACT.read_text("utf-8"))
    validate(contract)
    client, exchanged = service.client(), {}

    def note(response: httpx.Response) -> None:
        exchanged[response.request.url.path] = (
            json.loads(response.request.content),
            json.loads(response.read()),
        )

    client.http.event_hooks["response"].append(note)
    client.check(MINH)
    client.numbers("p-7f3a")
    client.card("p-7f3a")
    client.contributions("p-7f3a")
    client.file_status("000.00.01.G22-261110-0012")
    assert exchanged.keys() == contract["paths"].keys()
    for path, (asked, answered) in exchanged.items():
        operation = _whole(contract["paths"][path]["post"], contract)
        jsonschema.validate(asked, operation["requestBody"]["content"]["application/json"]["schema"])
        content = operation["responses"]["200"]["content"]["application/json"]
        jsonschema.validate(answered, content["schema"])
        jsonschema.validate(content["example"], content["schema"])
