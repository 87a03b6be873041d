"""The page of news in a real browser: an article is written, previewed, published and followed to its readers."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SLOW, Desk

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
