"""A look-up through the deployed stack: link, code on the phone, answer; the source goes down, the answer comes later.

Afterwards nothing that names a person stands in the desk table, in what staff see, or in a log.
"""

import re
import uuid
from collections.abc import Iterator

import boto3
import pytest

from tests.driver import Citizen, Driver, eventually

# Anew in each run: a phone is one citizen's, and a number is good for five proofs a day.
PHONE, NUMBER = f"8498{uuid.uuid4().int % 10**7:07d}", f"01{uuid.uuid4().int % 10**8:08d}"
BIRTH, NAME = "05/10/1979", "Trần Thị Lan"


def tap(citizen: Citizen, title: str) -> None:
    """Tap the latest button of that title."""
    buttons = [b for m in citizen.chat() if m["from"] == "oa" for b in m["buttons"] if title in b["title"]]
    payload = buttons[-1]["payload"]
    citizen.send("button", text=payload if isinstance(payload, str) else payload["content"])


def hears(citizen: Citizen, words: str, *, within: float = 60) -> str:
    def look() -> str | None:
        return next((text for text in reversed(citizen.heard()) if words in text), None)

    return eventually(look, within=within, what=f"“{words}” in {citizen.heard()}")


@pytest.fixture
def lan(driver: Driver) -> Iterator[Citizen]:
    """A citizen whose phone the service has on record for Trần Thị Lan."""
    http, stack = driver.http, driver.stack
    gateway = stack["gateway_url"]
    who = f"tra-cuu-{PHONE}"
    http.post(f"{stack['simulator_url']}/sim/citizens", json={"id": who, "phone": PHONE}).raise_for_status()
    changed = {"subject": "p-19bc", "phone": PHONE, "social": NUMBER}
    http.post(f"{gateway}/control/people", json=changed).raise_for_status()
    yield driver.citizen(who, "bhxh")
    http.delete(f"{gateway}/control/faults")


@pytest.mark.stack
def test_link_then_answers_now_and_later(driver: Driver, lan: Citizen) -> None:
    gateway = driver.stack["gateway_url"]
    lan.say("thẻ bhyt của tôi còn hạn không?")
    hears(lan, "tra cứu được ngay tại đây")
    tap(lan, "Xác nhận để tra cứu")
    hears(lan, "họ và tên đầy đủ")
    lan.say(f"{NAME} {BIRTH} {NUMBER}")
    code = re.search(r"\d{6}", hears(lan, "là mã xác nhận"))
    assert code
    assert hears(lan, "Nếu thông tin khớp")
    lan.say("000000" if code[0] != "000000" else "111111")
    hears(lan, "còn 2 lần thử")
    lan.say(code[0])
    assert hears(lan, "Đã liên kết") == f"Đã liên kết: T. T. Lan (•••••••{NUMBER[-3:]})."
    card = hears(lan, "Thẻ BHYT của T. T. Lan")
    assert "còn 7 ngày" in card and "Đống Đa" in card and "Số liệu lúc" in card

    driver.http.post(f"{gateway}/control/faults", json={"status": 503}).raise_for_status()
    lan.say("quá trình đóng bhxh của tôi thế nào?")
    hears(lan, "Em đã ghi lại câu hỏi")
    driver.http.delete(f"{gateway}/control/faults").raise_for_status()
    history = hears(lan, "Quá trình đóng BHXH của T. T. Lan", within=90)
    assert "Bảng chi tiết ở ảnh kèm theo" in history
    eventually(lambda: any(m["kind"] == "image" for m in lan.chat() if m["from"] == "oa"), what="the picture")
    assert len([t for t in lan.heard() if "Quá trình đóng BHXH của" in t]) == 1

    nothing_leaks(driver, [NUMBER, BIRTH, NAME, code[0], PHONE, "1979-10-05"])


def nothing_leaks(driver: Driver, secrets: list[str]) -> None:
    """Nothing of a proof or an answer in the desk table or the logs."""
    stack = driver.stack
    options = {"endpoint_url": stack["aws_endpoint_url"], "region_name": stack["region"]}
    dynamodb = boto3.client("dynamodb", **options)
    rows: list[str] = []
    for page in dynamodb.get_paginator("scan").paginate(TableName=stack["table"]):
        rows += [str(item) for item in page["Items"]]
    assert len(rows) > 20
    logs = boto3.client("logs", **options)
    lines: list[str] = []
    for group in logs.describe_log_groups()["logGroups"]:
        for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]:
            events = logs.get_log_events(
                logGroupName=group["logGroupName"], logStreamName=stream["logStreamName"], limit=10_000
            )
            lines += [event["message"] for event in events["events"]]
    assert any("look-up" in line for line in lines)
    for secret in secrets:
        assert not [row for row in rows if secret in row]
        assert not [line for line in lines if secret in line]
