"""A look-up through the deployed stack: link, code on the phone, answer; the source goes down, the answer comes later.
The proof is written, or the photo of a card.

Afterwards nothing that names a person stands in the desk table, in what staff see, or in a log.
"""

import hashlib
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import boto3
import pytest

from local.gateway import cards
from local.gateway.people import people
from tests.card_photos import Shot, any_shot, take
from tests.driver import Citizen, Driver, eventually, hears, tap

# Anew in each run: a phone is one citizen's, and a number is good for five proofs a day.
PHONE, NUMBER = f"8498{uuid.uuid4().int % 10**7:07d}", f"01{uuid.uuid4().int % 10**8:08d}"
BIRTH, NAME = "05/10/1979", "Trần Thị Lan"


def registered(driver: Driver, subject: str, **changed: str) -> Citizen:
    """A citizen whose phone the service has on record for one of its people, changed as said."""
    http, stack = driver.http, driver.stack
    who = f"tra-cuu-{changed['phone']}"
    http.post(
        f"{stack['simulator_url']}/sim/citizens", json={"id": who, "phone": changed["phone"]}
    ).raise_for_status()
    http.post(
        f"{stack['gateway_url']}/control/people", json={"subject": subject, **changed}
    ).raise_for_status()
    return driver.citizen(who, "bhxh")


@pytest.fixture
def lan(driver: Driver) -> Iterator[Citizen]:
    """Trần Thị Lan."""
    yield registered(driver, "p-19bc", phone=PHONE, social=NUMBER)
    driver.http.delete(f"{driver.stack['gateway_url']}/control/faults")


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


@pytest.mark.stack
def test_a_photo_of_a_card_is_proof_enough(driver: Driver) -> None:
    phone, number = f"8497{uuid.uuid4().int % 10**7:07d}", f"001090{uuid.uuid4().int % 10**6:06d}"
    tuan = registered(driver, "p-c204", phone=phone, personal=number)
    person = replace(people(date.today())[2], personal=number)
    card = cards.card("CĂN CƯỚC MẪU", [person.name, number], cards.identity_text(person))
    sharp = take(card, any_shot(random.Random(4)), 4)
    blurred = take(card, Shot(width=1200, blur=9), 4)
    tuan.say("thẻ bhyt của tôi còn hạn không?")
    hears(tuan, "tra cứu được ngay tại đây")
    tap(tuan, "Xác nhận để tra cứu")
    hears(tuan, "họ và tên đầy đủ")
    for photo in (blurred, b"\xff\xd8\xff\xe0 no picture"):
        said = len(tuan.heard())
        tuan.upload("image", photo, "the.jpg", "image/jpeg")
        assert "Em chưa đọc được mã QR" in tuan.wait_for_answer(count=said + 1)[said]
        assert "Mã số BHXH (10 số)" in tuan.heard()[said]
    for photo in (blurred, sharp, blurred):
        tuan.upload("image", photo, "the.jpg", "image/jpeg")
    read = hears(tuan, "Em đọc được mã QR trên thẻ")
    assert read.startswith(f"Em đọc được mã QR trên thẻ: P. A. Tuấn, số •••••••••{number[-3:]}.")
    code = re.search(r"\d{6}", hears(tuan, "là mã xác nhận"))
    assert code
    tuan.say(code[0])
    hears(tuan, "Đã liên kết: P. A. Tuấn")
    assert "đã hết hạn" in hears(tuan, "Thẻ BHYT của P. A. Tuấn")
    assert len([t for t in tuan.heard() if "mã QR" in t]) == 3 + 1, "one answer a burst, and the invitation"

    sent = [a["payload"]["url"] for m in tuan.chat() if m["kind"] == "image" for a in m["attachments"]]
    links = [url.split("/")[-2] for url in sent]
    assert len(links) == 5
    hashes = [hashlib.sha256(photo).hexdigest() for photo in (sharp, blurred)]
    born = date.fromisoformat(person.birth)
    nothing_leaks(
        driver, [number, person.name, person.birth, f"{born:%d%m%Y}", "P. A. Tuấn", phone, *links, *hashes]
    )
    s3 = boto3.client("s3", **aws(driver))
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=driver.stack["evidence_bucket"])
    sizes = {item["Size"] for page in pages for item in page.get("Contents", ())}
    assert not sizes & {len(sharp), len(blurred)}


def aws(driver: Driver) -> dict[str, Any]:
    return {"endpoint_url": driver.stack["aws_endpoint_url"], "region_name": driver.stack["region"]}


def nothing_leaks(driver: Driver, secrets: list[str]) -> None:
    """Nothing of a proof or an answer in the desk table or the logs."""
    dynamodb = boto3.client("dynamodb", **aws(driver))
    rows: list[str] = []
    for page in dynamodb.get_paginator("scan").paginate(TableName=driver.stack["table"]):
        rows += [str(item) for item in page["Items"]]
    assert len(rows) > 20
    logs = boto3.client("logs", **aws(driver))
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
