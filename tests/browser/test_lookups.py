"""A citizen on the phone page proves who they are with the code that came, and reads when their card ends."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.driver import Driver

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PATIENCE = 90_000
# Anew in each run: a phone is one citizen's, and a number is good for five proofs a day.
PHONE, NUMBER = f"8497{uuid.uuid4().int % 10**7:07d}", f"01{uuid.uuid4().int % 10**8:08d}"


@pytest.fixture
def phone(chromium: Browser, driver: Driver) -> Iterator[Page]:
    """The phone of somebody whose number the service has on record."""
    simulator = driver.stack["simulator_url"]
    who = {"id": f"may-{PHONE}", "name": "Phạm Anh Tuấn", "phone": PHONE}
    driver.http.post(f"{simulator}/sim/citizens", json=who).raise_for_status()
    changed = {"subject": "p-c204", "phone": PHONE, "social": NUMBER}
    driver.http.post(f"{driver.stack['gateway_url']}/control/people", json=changed).raise_for_status()
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{simulator}/#/{who['id']}")
    page.wait_for_selector("html[data-ready]")
    page.get_by_test_id("contact-bhxh").click()
    yield page
    context.close()


def say(phone: Page, text: str) -> None:
    phone.get_by_test_id("composer-input").fill(text)
    phone.get_by_test_id("composer-input").press("Enter")


def heard(phone: Page, words: str) -> str:
    bubble = phone.get_by_test_id("message").filter(has_text=words).last
    expect(bubble).to_be_visible(timeout=PATIENCE)
    return bubble.inner_text()


def test_a_card_is_looked_up_with_a_code_that_came_to_the_phone(phone: Page) -> None:
    say(phone, "the bhyt cua toi con han khong?")
    heard(phone, "tra cứu được ngay tại đây")
    phone.get_by_role("button", name="Xác nhận để tra cứu").last.click()
    heard(phone, "họ và tên đầy đủ")
    say(phone, f"Phạm Anh Tuấn 21/07/1990 {NUMBER}")
    code = re.search(r"\d{6}", heard(phone, "là mã xác nhận"))
    assert code
    say(phone, code[0])
    assert "hết hạn" in heard(phone, "Thẻ BHYT của P. A. Tuấn")
