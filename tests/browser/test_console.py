"""The console in a real browser on the whole stack: from the phone to the desk and back."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.driver import Driver, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]
TEXT = "Xe 30K-182.45 vượt đèn đỏ ở Ngã Tư Sở lúc 8h sáng nay"
PICTURE = Path("local/zalo/samples/files/vuot-den-do.jpg")
# Pages come through functions of an emulator on a busy machine.
SLOW = 60_000
PATIENCE = 120


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    assert errors == []
    context.close()


def sign_in(page: Page, driver: Driver, role: str = "officer") -> None:
    person = driver.stack["agencies"]["csgt"]["staff"][role]
    page.goto(driver.stack["console_url"])
    page.get_by_test_id("sign-in").click()
    page.locator("input[name=username]").fill(person["username"])
    page.locator("input[name=password]").fill(person["password"])
    page.locator("[type=submit]").first.click()
    page.wait_for_selector("html[data-ready]")


def code_in(texts: list[str]) -> str | None:
    found = re.search(r"CS-[0-9A-Z]{4}-[0-9A-Z]{4}", " ".join(texts))
    return found and found[0]


def test_a_report_from_the_phone_is_opened_its_status_changed_and_the_phone_shows_it(
    page: Page, driver: Driver
) -> None:
    # A person of their own: on a stack that runs already, an earlier report would be added to.
    citizen = driver.citizen(f"console-{uuid.uuid4().hex[:8]}")
    citizen.say(TEXT)
    citizen.upload("image", PICTURE.read_bytes(), PICTURE.name, "image/jpeg")
    code = eventually(lambda: code_in(citizen.heard()), within=PATIENCE, what="a tracking code")

    sign_in(page, driver)
    assert "code=" not in page.url
    page.get_by_test_id(f"report-{code}").get_by_role("link").click()
    expect(page.get_by_test_id("text")).to_have_text(TEXT)
    expect(page.get_by_test_id("fact-plates")).to_contain_text("30K-182.45")
    expect(page.get_by_test_id("fact-category")).to_contain_text("Vượt đèn đỏ")
    expect(page.get_by_test_id("chat")).to_contain_text(code)

    page.get_by_test_id("tile-stored").click()
    picture = page.get_by_test_id("viewer-image")
    # The page's policy forbids eval, which wait_for_function needs.
    eventually(lambda: picture.evaluate("image => image.naturalWidth"), within=60, what="the picture")
    expect(page.get_by_test_id("hash")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    narrow = picture.evaluate("image => image.clientWidth")
    page.keyboard.press("+")
    assert picture.evaluate("image => image.clientWidth") > narrow
    page.keyboard.press("Escape")

    page.keyboard.press("e")
    page.get_by_test_id("status-to").select_option("in_progress")
    page.get_by_test_id("status-message").fill("Tổ tuần tra đang kiểm tra camera.")
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    expect(page.get_by_test_id("status")).to_have_text("Đang xử lý")
    expect(page.get_by_test_id("timeline")).to_contain_text("Mới tiếp nhận → Đang xử lý")
    eventually(lambda: any("camera" in said for said in citizen.heard()), within=PATIENCE, what="the message")
    assert any(f"{code} đang được xử lý" in said for said in citizen.heard())


def test_a_change_on_top_of_somebody_elses_is_refused_and_explained(page: Page, driver: Driver) -> None:
    staff = driver.staff()
    code = staff.post("/staff/reports", {"text": "Ô tô đỗ trên vỉa hè phố Chùa Láng chiều qua"})["code"]
    sign_in(page, driver)
    page.goto(f"{driver.stack['console_url']}#/reports/{code}")
    page.get_by_test_id("edit-place").click()
    driver.staff("supervisor").request(
        "PATCH", f"/staff/reports/{code}", json={"facts": {"place": "Phố Huế"}}
    ).raise_for_status()
    page.get_by_test_id("fact-place").locator("input").fill("Chùa Láng")
    page.get_by_test_id("fact-place").locator("[type=submit]").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Người khác vừa thay đổi")
    page.get_by_test_id("problem").get_by_role("button").click()
    expect(page.get_by_test_id("fact-place")).to_contain_text("Phố Huế")
    assert staff.get(f"/staff/reports/{code}")["place"] == "Phố Huế"


def test_a_call_is_written_down_and_its_code_told(page: Page, driver: Driver) -> None:
    sign_in(page, driver)
    page.goto(f"{driver.stack['console_url']}#/intake")
    page.get_by_test_id("intake-text").fill("Xe khách 29B-111.22 bắt khách dọc đường Giải Phóng")
    page.get_by_test_id("intake-name").fill("Nguyễn Thị Kín")
    page.get_by_test_id("intake-phone").fill("0912 345 678")
    page.get_by_test_id("intake-send").click()
    code = code_in([page.get_by_test_id("intake-code").inner_text()])
    assert code
    report = driver.staff().get(f"/staff/reports/{code}")
    assert (report["channel"], report["plates"]) == ("hotline", ["29B11122"])
    assert "Kín" not in str(report)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1920])
def test_no_page_is_wider_than_the_window(chromium: Browser, driver: Driver, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    page = context.new_page()
    sign_in(page, driver)
    assert page.locator("html").get_attribute("data-theme") == scheme
    for place in ("reports", "intake", "statistics"):
        page.goto(f"{driver.stack['console_url']}#/{place}")
        page.wait_for_selector(".loading", state="detached")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
