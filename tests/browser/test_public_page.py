"""The public page of road faults: counts of five and more, coarse squares, nothing about people."""

import json
import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import SLOW
from tests.browser.test_console_quality import faults
from tests.driver import Driver

pytestmark = [pytest.mark.stack, pytest.mark.browser]
# What the API answers when there is something to show; today's reports are shown tomorrow.
SHOWN = {
    "agency": "Ban Duy tu các công trình hạ tầng giao thông", "until": "2026-11-23", "k": 5, "total": 64,
    "by_category": [
        {"category": "pothole", "label": "Ổ gà, mặt đường hỏng", "count": 31, "outcomes": {"fixed": 22, "open": 9}},
        {"category": "flooding", "label": "Ngập úng, thoát nước", "count": 21, "outcomes": {"fixed": 21}},
    ],
    "other_categories": 12, "by_ward": {"00229": 40, "other": 24}, "by_month": {"2026-10": 34, "2026-11": 30},
    "by_outcome": {"fixed": 48, "open": 16}, "months": ["2026-10", "2026-11"], "wards": {"00229": "Phường Láng"},
    "squares": [{"lat": 21.015, "lon": 105.815, "count": 18}, {"lat": 21.025, "lon": 105.805, "count": 6}],
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_sees_counts_and_coarse_squares(chromium: Browser, driver: Driver, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    page = context.new_page()
    offended: list[str] = []
    page.on("console", lambda said: offended.append(said.text) if "Content Security" in said.text else None)
    page.on("pageerror", lambda error: offended.append(str(error)))
    wanted: list[str] = []

    def answer(route: Route) -> None:
        wanted.append(route.request.url)
        route.fulfill(status=200, content_type="application/json", body=json.dumps(SHOWN))

    page.route(re.compile(r"/public/reports\.json"), answer)
    page.goto(f"{driver.stack['console_url']}public")
    expect(page.locator("#total")).to_have_text("64 phản ánh")
    expect(page.locator("#categories")).to_contain_text("Ổ gà")
    expect(page.locator("#wards")).to_contain_text("Khác hoặc không rõ")
    expect(page.locator("body")).to_contain_text("dưới 5 phản ánh")
    expect(page.locator("#map path.leaflet-interactive")).to_have_count(2)
    page.locator("#ward").select_option("00229")
    expect(page.locator("#total")).to_be_visible()
    assert "ward=00229" in wanted[-1]
    assert faults(page) == []
    for width in (360, 1920):
        page.set_viewport_size({"width": width, "height": 740})
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )
    assert offended == []
    context.close()


def test_what_it_answers_now_is_never_less_than_five(driver: Driver) -> None:
    told = driver.http.get(f"{driver.stack['console_url']}public/reports.json").json()
    assert told["k"] == 5
    counts = [*told["by_ward"].values(), *told["by_month"].values(), *told["by_outcome"].values()]
    assert all(n >= 5 for n in [*counts, *(c["count"] for c in told["by_category"]), told["total"] or 5])
    assert all(s["count"] >= 5 and round(s["lat"] * 1000) % 10 == 5 for s in told["squares"])
    assert not re.search(r"[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}|c_[a-z0-9]{8}", json.dumps(told))
