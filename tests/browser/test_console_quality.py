"""What every page of the console must be: accessible, narrow enough, light, and usable without a mouse."""

import gzip
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import PATIENCE, SLOW, Desk, code_in
from tests.driver import Driver, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

type Desks = Callable[..., Desk]


def faults(page: Page) -> list[str]:
    """What axe finds, with the elements it finds it in."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def states(desks: Desks, twins: tuple[str, str]) -> Iterator[tuple[str, Page]]:
    """Every page, and every window over it, one after another."""
    desk = desks("duytu", "supervisor")
    yield "list", desk.open("reports?view=all")
    page = desk.open(f"reports/{twins[0]}?view=all&sort=newest")
    page.get_by_test_id("timeline").locator(".step").first.wait_for()
    yield "report", page
    page.get_by_test_id("edit-category").click()
    yield "correction", page
    page.keyboard.press("Escape")
    for name, button, ready in (
        ("viewer", "tile-stored", "hash"),
        ("status", "change-status", "status-to"),
        ("comparison", "compare", "comparison"),
    ):
        page.get_by_test_id(button).first.click()
        page.get_by_test_id("dialog").get_by_test_id(ready).wait_for()
        yield name, page
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    yield "keys", page
    page.keyboard.press("Escape")
    yield "intake", desk.open("intake")
    page = desk.open("statistics")
    page.get_by_test_id("ward-map").locator("path").first.wait_for(state="attached")
    yield "statistics", page
    yield "reminders", desks("bhxh", "auditor").open("reminders")
    page = desks("bhxh", "administrator").open("knowledge")
    page.get_by_test_id("offices").wait_for()
    yield "lists of places", page
    yield "administration", desks("duytu", "administrator").open("admin")
    yield "audit", desks("duytu", "auditor").open("audit")
    for place in places(page):
        if place not in {"reports", "intake", "statistics", "admin", "audit"}:
            yield place, desk.open(place)


def places(page: Page) -> list[str]:
    """Where the navigation leads."""
    return [link.get_attribute("data-path") or "" for link in page.locator(".rail a").all()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_can_find(desks: Desks, twins: tuple[str, str], scheme: str) -> None:
    found = {}
    for name, page in states(desks, twins):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        if told := faults(page):
            found[name] = told
        page.emulate_media(color_scheme="light")
    assert found == {}


def test_no_page_is_wider_than_a_small_phone_or_lost_on_a_large_screen(
    desks: Desks, twins: tuple[str, str]
) -> None:
    for name, page in states(desks, twins):
        for width in (360, 1920):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate(
                "Math.max(...[document.documentElement, document.querySelector('main'),"
                " ...document.querySelectorAll('dialog, .reader, .inbox')].filter(one => one.clientWidth)"
                ".map(one => one.scrollWidth - one.clientWidth))"
            )
            assert wide <= 0, f"{name} at {width}"
        page.set_viewport_size({"width": 1280, "height": 800})


def test_the_sign_in_page_is_clean_and_comes_in_few_light_requests(chromium: Browser, driver: Driver) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    context.set_default_timeout(SLOW)
    page = context.new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    page.goto(driver.stack["console_url"])
    page.get_by_test_id("sign-in").wait_for()
    own = [r for r in asked if r.url.startswith(driver.stack["console_url"])]
    # Page, script, sheet, icon, settings: the answer's body as the network carries it, compressed.
    # A browser may ask for the icon twice, and has it from its cache.
    assert len({r.url for r in own}) <= 5
    assert sum(len(gzip.compress(r.response().body())) for r in own) <= 120_000  # type: ignore[union-attr]
    assert faults(page) == []
    for request in own:
        lasting = re.search(r"/console\.[0-9a-f]{16}\.(js|css)$", request.url)
        header = request.response().headers["cache-control"]  # type: ignore[union-attr]
        assert header == ("public, max-age=31536000, immutable" if lasting else "no-cache")
    context.close()


def test_a_list_of_fifty_is_shown_after_one_call(desks: Desks, fifty: None) -> None:
    desk = desks("bhxh")
    calls: list[str] = []
    shown: list[int] = []

    def note(request: Request) -> None:
        if "/staff/" in request.url:
            calls.append(request.url)

    desk.page.on("request", note)
    desk.page.goto("about:blank")
    page = desk.open("reports?view=all")
    page.get_by_test_id("reports").locator(".item").nth(49).wait_for()
    desk.page.remove_listener("request", note)
    shown.append(page.get_by_test_id("reports").locator(".item").count())
    assert shown == [50]
    # The counts beside the filters come after the list, and are no condition of it.
    assert [c for c in calls if "/staff/statistics" not in c] == [c for c in calls if "/staff/reports?" in c]
    assert len([c for c in calls if "/staff/reports?" in c]) == 1
    assert "/staff/reports?" in calls[0]


def test_a_whole_case_is_worked_on_without_a_mouse(chromium: Browser, driver: Driver) -> None:
    citizen = driver.citizen(f"keys-{uuid.uuid4().hex[:8]}")
    citizen.say("xe máy 29D1-246.80 đi ngược chiều phố Huế lúc 7h sáng nay")
    code = eventually(lambda: code_in(citizen.heard()), within=PATIENCE, what="a tracking code")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    context.set_default_timeout(SLOW)
    page = context.new_page()
    key = page.keyboard
    person = driver.stack["agencies"]["csgt"]["staff"]["officer"]
    page.goto(driver.stack["console_url"])
    page.get_by_test_id("sign-in").wait_for()
    tab_to(page, "[data-testid=sign-in]")
    key.press("Enter")
    page.locator("input[name=username]").wait_for()
    for field in ("username", "password"):
        tab_to(page, f"input[name={field}]")
        key.type(person[field])
    key.press("Enter")
    page.wait_for_selector("html[data-ready]")
    page.get_by_test_id("reports").locator(".item").first.wait_for()

    key.press("/")
    key.type(code)
    found = page.get_by_test_id(f"report-{code}")
    expect(page.get_by_test_id("reports").locator(".item")).to_have_count(1)
    found.wait_for()
    key.press("Escape")
    key.press("j")
    expect(found.get_by_role("link")).to_be_focused()
    key.press("Enter")
    expect(page.get_by_test_id("code")).to_have_text(code)
    key.press("?")
    expect(page.get_by_test_id("dialog")).to_contain_text("Phím tắt")
    key.press("Escape")
    key.press("a")
    expect(page.locator(".report-head")).to_contain_text("anh/chị")
    key.press("r")
    expect(page.get_by_test_id("composer")).to_be_focused()
    key.type("Chúng tôi đã nhận và đang xác minh.")
    key.press("Control+Enter")
    expect(page.get_by_test_id("chat")).to_contain_text("đang xác minh")
    key.press("Escape")
    key.press("e")
    tab_to(page, "[data-testid=status-to]")
    key.press("End")
    expect(page.get_by_test_id("status-to")).to_have_value("rejected")
    tab_to(page, "[data-testid=dialog] [type=submit]")
    key.press("Enter")
    expect(page.get_by_test_id("status")).to_have_text("Không xử lý")
    eventually(
        lambda: any(re.search("xác minh", said) for said in citizen.heard()),
        within=PATIENCE,
        what="the answer",
    )
    context.close()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(40):
        if page.locator(f"{wanted}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")
