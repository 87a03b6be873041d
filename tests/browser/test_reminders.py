"""The page of reminders in a real browser: the run as it goes, a day's figures, and no more than the screen is wide."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Desk

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_the_run_and_what_became_of_a_day_are_followed(desks: Callable[..., Desk]) -> None:
    desk = desks("bhxh", "auditor")
    page = desk.open("news")
    page.get_by_test_id("news-reminders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhắc hẹn")
    expect(page.get_by_test_id("reminder-run")).to_contain_text("Lượt chạy gần nhất")

    # A busy morning cannot be made in a test: the answers are as the API would give them.
    day = (datetime.now(UTC) + timedelta(hours=7)).date().isoformat()
    told = {"recipients": 600, "sent": 590, "delivered": 500, "seen": 300, "waiting": 4, "unknown": 1,
            "refused": {"blocked_by_citizen": 3}, "skipped": {"opted_out": 2}}  # fmt: skip
    running = {"day": day, "since": day, "at": day, "part": 5, "parts": 16, "state": "running", "queued": 900,
               "left": 200, "started_at": f"{day}T01:00:00+00:00", "finished_at": None}  # fmt: skip
    figures = {"day": day, "due": 900, "done": 700, "reminded": told, "silent": {"renewed": 80, "ended": 20},
               "put_off": 50, "left": 200}  # fmt: skip
    answer = {"offered": True, "run": running, "days": [figures]}
    page.route("**/staff/reminders*", lambda route: fulfil(route, answer))
    page.reload()
    expect(page.get_by_test_id("reminder-state")).to_have_text("đang xếp hàng")
    card = page.get_by_test_id(f"reminder-day-{day}")
    for name, value in {"due": 900, "done": 700, "reminded": 600, "silent": 100, "put_off": 50}.items():
        expect(card.get_by_test_id(f"figure-{name}").locator("b")).to_have_text(str(value))
    card.get_by_text("Chi tiết").click()
    expect(card.get_by_role("row", name="người dân đã chặn")).to_contain_text("3")
    expect(card.get_by_role("row", name="thẻ đã gia hạn")).to_contain_text("80")
    card.get_by_text("Chi tiết").blur()

    # It follows by itself, and what was opened stays open.
    answer |= {"run": running | {"state": "done", "left": 0, "finished_at": f"{day}T01:01:00+00:00"}}
    answer |= {"days": [figures | {"done": 900, "silent": {"renewed": 280, "ended": 20}, "left": 0}]}
    expect(page.get_by_test_id("reminder-state")).to_have_text("đã xong")
    expect(card.get_by_test_id("figure-silent").locator("b")).to_have_text("300")
    expect(card.get_by_role("row", name="thẻ đã gia hạn")).to_contain_text("280")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.unroute("**/staff/reminders*")


def test_an_agency_without_reminders_is_not_offered_their_page(desks: Callable[..., Desk]) -> None:
    page = desks("csgt", "auditor").open("news")
    expect(page.locator("#feeds-title")).to_be_visible()
    expect(page.get_by_test_id("news-reminders")).to_have_count(0)


def fulfil(route: Route, answer: object) -> None:
    route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))
