"""The page of news in a real browser: an article is written, previewed, published and followed to its readers."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, SLOW, Desk
from tests.browser.test_console_quality import faults
from tests.driver import eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_an_article_is_written_published_and_counted(desks: Callable[..., Desk]) -> None:
    page = desks("bhxh", "supervisor").open("reports")
    page.locator(".rail a[data-path=news]").click()
    page.get_by_test_id("news-new").click()

    title = f"Lịch chi trả {uuid.uuid4().hex[:6]}"
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Tóm tắt").fill("Từ ngày 02 hằng tháng")
    page.get_by_label("Nội dung").fill("Đoạn một\n\nhttps://a.vn/anh.jpg\n\nĐoạn hai <b>")
    page.get_by_label("Lương hưu, trợ cấp").check()
    expect(page.locator(".phone-message b")).to_have_text(title)
    expect(page.locator(".phone-article .phone-picture a")).to_have_attribute("href", "https://a.vn/anh.jpg")
    expect(page.locator(".phone-article .words").last).to_have_text("Đoạn hai <b>")
    page.get_by_test_id("news-save").click()
    expect(page.get_by_test_id("news-state")).to_have_text("Bản nháp")

    page.get_by_test_id("news-publish").click()
    page.get_by_test_id("audience").select_option("followers")
    expect(page.get_by_test_id("dialog").get_by_role("status")).to_contain_text("Hiện có")
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    expect(page.get_by_test_id("news-state")).to_have_text("Đã đăng", timeout=2 * SLOW)
    expect(page.get_by_role("link", name="Xem trên Zalo")).to_have_attribute("href", re.compile("/articles/"))
    if 6 <= (datetime.now(UTC) + timedelta(hours=7)).hour < 22:
        expect(page.get_by_test_id("run-state")).to_have_text("đã gửi xong", timeout=2 * SLOW)

    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Danh sách tin").click()
    expect(page.get_by_test_id("news-row").first).to_have_text(title)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_broadcast_is_chosen_confirmed_followed_and_cancelled(desks: Callable[..., Desk]) -> None:
    desk = desks("bhxh", "supervisor")
    chief, title = desk.driver.staff("supervisor", "bhxh"), f"Phát {uuid.uuid4().hex[:6]}"
    draft = {"title": title, "summary": "Tóm tắt", "body": "Nội dung"}
    article = chief.post("/staff/news", draft)["id"]
    chief.post(f"/staff/news/{article}/publish", {})
    eventually(
        lambda: chief.get(f"/staff/news/{article}")["state"] == "published",
        within=PATIENCE,
        what="publishing",
    )
    page = desk.open(f"news/{article}")

    page.get_by_test_id("news-broadcast").click()
    dialog = page.get_by_test_id("dialog")
    for told in ("im lặng quá 7 ngày", "hủy nhận tin", "hạn mức", "không thu hồi được"):
        expect(dialog).to_contain_text(told)
    dialog.get_by_test_id("broadcast-to").select_option("some")
    dialog.get_by_label("55-64").check()
    dialog.get_by_label("65+").check()
    dialog.get_by_test_id("broadcast-gender").select_option("female")
    dialog.get_by_test_id("broadcast-place").select_option("hanoi")
    dialog.get_by_test_id("broadcast-when").select_option("at")
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    dialog.get_by_test_id("broadcast-at").fill(f"{day}T23:30")
    expect(dialog.get_by_test_id("broadcast-preview")).to_contain_text("Ban đêm không phát")
    dialog.get_by_test_id("broadcast-at").fill(f"{day}T08:30")
    shown = dialog.get_by_test_id("broadcast-preview")
    expect(shown).to_contain_text(f"Sẽ giao cho Zalo lúc 08:30 {day:%d/%m/%Y}")
    expect(shown).to_contain_text("Nữ, tuổi 55-64, 65+, Hà Nội")
    dialog.locator("[type=submit]").click()
    expect(dialog).to_be_visible()  # not without the confirmation
    assert faults(page) == []
    dialog.get_by_test_id("agree").check()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    dialog.locator("[type=submit]").click()

    card = page.get_by_test_id("broadcast")
    expect(card.get_by_test_id("broadcast-state")).to_have_text("chờ giao")
    expect(card).to_contain_text(f"08:30 {day:%d/%m/%Y}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 800})
    # One way or the other: the desk's own messages now ask for a second confirmation.
    page.get_by_test_id("news-send").click()
    expect(dialog.get_by_test_id("agree-twice")).to_be_visible()
    page.keyboard.press("Escape")
    card.get_by_test_id("broadcast-cancel").click()
    dialog.locator("[type=submit]").click()
    expect(card.get_by_test_id("broadcast-state")).to_have_text("đã hủy")
    assert chief.get(f"/staff/news/{article}")["broadcast"]["state"] == "cancelled"


def test_a_broadcast_in_doubt_is_settled_by_a_person(desks: Callable[..., Desk]) -> None:
    if not 6 <= (datetime.now(UTC) + timedelta(hours=7)).hour < 22:
        pytest.skip("nothing is broadcast at night")
    desk = desks("bhxh", "supervisor")
    chief = desk.driver.staff("supervisor", "bhxh")
    title = f"Nghi {uuid.uuid4().hex[:6]}"
    follower = desk.driver.citizen(f"silent-{uuid.uuid4().hex[:6]}", "bhxh")
    follower.post("follow")
    article = chief.post("/staff/news", {"title": title, "summary": "Tóm tắt", "body": "Nội dung"})["id"]
    chief.post(f"/staff/news/{article}/publish", {})
    eventually(
        lambda: chief.get(f"/staff/news/{article}")["state"] == "published",
        within=PATIENCE,
        what="publishing",
    )
    fault = {"path": "/v2.0/oa/message", "status": 504, "says": '"target": {"gender": "0"}'}
    desk.driver.http.post(f"{desk.driver.stack['simulator_url']}/sim/faults", json=fault).raise_for_status()
    page = desk.open(f"news/{article}")
    page.get_by_test_id("news-broadcast").click()
    page.get_by_test_id("agree").check()
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    card = page.get_by_test_id("broadcast")
    expect(card).to_contain_text("Không rõ Zalo đã nhận hay chưa", timeout=2 * SLOW)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []
    page.emulate_media(color_scheme="light")
    page.get_by_test_id("broadcast-again").click()
    page.get_by_test_id("broadcast-reason").fill("Không điện thoại nào có")
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    expect(card.get_by_test_id("broadcast-state")).to_have_text("Zalo đã nhận", timeout=2 * SLOW)
    expect(card).to_contain_text("Không điện thoại nào có")
    expect(card).to_contain_text("Zalo không cho biết")
    page.goto(f"{desk.driver.stack['simulator_url']}/#/{follower.id}/bhxh")
    expect(page.get_by_test_id("article")).to_contain_text(title)
