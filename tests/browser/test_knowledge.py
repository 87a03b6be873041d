"""Questions and answers in a real browser: the console's page, and asking for a clinic on the phone."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.driver import Driver, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]
SLOW = 60_000


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="vi-VN")
    context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


def sign_in(page: Page, driver: Driver, agency: str, role: str) -> None:
    person = driver.stack["agencies"][agency]["staff"][role]
    page.goto(driver.stack["console_url"])
    page.get_by_test_id("sign-in").click()
    page.locator("input[name=username]").fill(person["username"])
    page.locator("input[name=password]").fill(person["password"])
    page.locator("[type=submit]").first.click()
    page.wait_for_selector("html[data-ready]")


def test_what_nobody_could_answer_gets_an_answer_in_the_console(page: Page, driver: Driver) -> None:
    name = uuid.uuid4().hex[:6]
    driver.citizen(f"asks-{name}").say(f"phí đường bộ {name} một năm bao nhiêu?")
    leader = driver.staff("supervisor")
    eventually(lambda: name in str(leader.get("/staff/questions", limit=100)), within=60, what="the question")

    sign_in(page, driver, "csgt", "supervisor")
    page.locator('.rail a[data-path="knowledge"]').click()
    page.get_by_test_id("question").filter(has_text=name).get_by_role(
        "button", name="Viết câu trả lời"
    ).click()
    expect(page.get_by_test_id("entry-questions")).to_have_value(re.compile(name))
    page.get_by_test_id("entry-vi").fill(f"Dạ, phí {name} xem ở trang đăng kiểm ạ.")
    page.get_by_test_id("entry-source").fill("Cục Đăng kiểm")
    page.get_by_test_id("entry-url").fill("https://www.vr.org.vn")
    page.get_by_test_id("entry-save").click()

    expect(page.get_by_test_id("knowledge-list")).to_be_visible()
    expect(page.get_by_test_id("question").filter(has_text=name)).to_have_count(0)
    page.get_by_test_id("trial-text").fill(f"phi duong bo {name} mot nam bao nhieu")
    page.get_by_test_id("trial-text").press("Enter")
    expect(page.get_by_test_id("trial-answer")).to_contain_text("xem ở trang đăng kiểm")
    page.get_by_test_id("knowledge-search").fill(name)
    row = page.get_by_test_id("knowledge-list").get_by_role("listitem")
    expect(row).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.get_by_role("link").first.click()
    page.get_by_test_id("entry-retire").click()
    expect(page.get_by_test_id("knowledge-list")).to_be_visible()
    [entry] = leader.get("/staff/knowledge", q=name, state="retired")["items"]
    assert entry["version"] == 2


def test_an_agency_imports_the_list_of_its_offices(page: Page, driver: Driver) -> None:
    sign_in(page, driver, "bhxh", "administrator")
    page.locator('.rail a[data-path="knowledge"]').click()
    card = page.get_by_test_id("offices")
    expect(card).to_contain_text("0 cơ quan")
    expect(page.get_by_test_id("facilities")).to_contain_text("655 cơ sở")

    def send(csv: str) -> None:
        file = {"name": "co-quan.csv", "mimeType": "text/csv", "buffer": csv.encode()}
        card.get_by_label("Tệp CSV").set_input_files([file])  # type: ignore[list-item]
        card.get_by_label("Danh sách năm, tháng").fill("11/2026")
        card.get_by_label("Nguồn").fill("Danh sách thử")
        card.get_by_role("button", name="Nhập danh sách mới").click()

    rows = "name;address;hours\nBHXH cơ sở Thử;1 phố Ví Dụ, phường Láng;"
    send(rows + "sáng chiều")
    expect(card).to_contain_text("T2-T6 07:30-12:00")  # what is wanted in place of it
    send(rows + "T2-T6 8:00-12:00, 13:00-17:00")
    expect(card).to_contain_text("Danh sách thử (11/2026). 1 cơ quan, 1 có vị trí")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    card.get_by_role("button", name="Dùng lại danh sách có sẵn").click()
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    expect(card).to_contain_text("0 cơ quan")


def test_the_phone_asks_for_a_clinic_nearby_and_gets_five(page: Page, driver: Driver) -> None:
    page.goto(driver.stack["simulator_url"])
    page.get_by_test_id("citizen-switch").click()
    page.get_by_test_id("new-name").fill(f"Người Tìm {uuid.uuid4().hex[:6]}")
    page.get_by_test_id("new-person").click()
    page.get_by_test_id("contact-bhxh").click()
    page.get_by_test_id("composer-input").fill("nơi khám gần đây")
    page.get_by_test_id("composer-input").press("Enter")
    expect(page.get_by_text("Em sẽ tìm năm nơi khám gần nhất")).to_be_visible()
    page.get_by_test_id("composer-plus").click()
    page.get_by_test_id("attach-place").click()
    page.get_by_test_id("place-Ngã Tư Sở").click()
    page.get_by_test_id("place-send").click()
    found = page.get_by_text("Dạ, năm nơi khám chữa bệnh BHYT")
    expect(found).to_be_visible()
    expect(found).to_contain_text("5. ")
    expect(found).to_contain_text("chỉ gần đúng")
