"""No log of a deployed function holds what people wrote, who they are, or a secret: canaries in, none out."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.driver import Driver, eventually, filed, picture

pytestmark = pytest.mark.stack

# Functions that a report and its answer go through; what is marked says something of each success.
ON_THE_WAY = {
    "webhook": True,
    "conversation": True,
    "dispatch": False,
    "media": True,
    "classification": True,
    "notification": True,
    "staff": False,
}


def log_lines(stack: dict[str, Any], function: str) -> list[str]:
    """All that a function has logged so far."""
    logs = boto3.client("logs", endpoint_url=stack["aws_endpoint_url"], region_name=stack["region"])
    group = f"/langnghe/local/{function}"
    found: list[str] = []
    for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=group):
        for stream in page["logStreams"]:
            name = stream["logStreamName"]
            events = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"]
            found += [e["message"] for e in events]
    return found


def secrets_of(stack: dict[str, Any]) -> Iterator[str]:
    """Every secret of the stack that a function handles."""
    for agency in stack["agencies"].values():
        for name in ("app_secret", "oa_secret_key", "access_token", "refresh_token"):
            yield agency[name]
        for person in agency["staff"].values():
            yield person["token"]
            yield person["password"]


def test_no_log_holds_a_person_a_message_or_a_secret(driver: Driver) -> None:
    stack = driver.stack
    name = f"Chim Yến {uuid.uuid4().hex[:6]}"
    words = f"chuyenrieng{uuid.uuid4().hex[:8]}"
    citizen = driver.citizen(f"canary-{uuid.uuid4().hex[:8]}")
    people = f"{stack['simulator_url']}/sim/citizens"
    person = {"id": citizen.id, "name": name, "phone": "84912345678"}
    driver.http.post(people, json=person).raise_for_status()
    citizen.post("follow")
    citizen.post("submit_info")
    citizen.upload("image", picture((1, 2, 3)), f"{words}.jpg", "image/jpeg")
    citizen.say(f"xe 29H-765.43 vượt đèn đỏ ở Láng Hạ, {words}, gọi tôi 0987654321, CCCD 001099012345")
    code = filed(citizen)
    officer = driver.staff()
    officer.post(
        f"/staff/reports/{code}/messages",
        {"text": f"{words} đã nhận"},
        headers={"Idempotency-Key": words},
    )
    supervisor = driver.staff("supervisor")
    supervisor.post(f"/staff/reports/{code}/identity", {"reason": f"gọi xác minh {words}"})
    officer.get("/staff/reports", q=words)
    eventually(lambda: any(words in t for t in citizen.heard()), within=60, what="the officer's message")
    everybody = driver.http.get(people).json()
    zalo_ids = {i for p in everybody if p["id"] == citizen.id for i in p["user_ids"].values()}
    assert zalo_ids

    canaries = {
        name,
        words,
        "0987654321",
        "84987654321",
        "84912345678",
        "001099012345",
        "29H76543",
        "29H-765.43",
    }
    canaries |= {"X-Amz-Signature", *zalo_ids, *secrets_of(stack)}
    for function, speaks in ON_THE_WAY.items():
        lines = log_lines(stack, function)
        assert lines, f"the logs of {function} were not found"
        assert not speaks or any('"level"' in line for line in lines), f"{function} logged nothing"
        for line in lines:
            found = [c for c in canaries if c in line or json.dumps(c)[1:-1] in line]
            assert not found, (function, line)
