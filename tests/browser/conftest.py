"""The console in a real browser, signed in once for each person."""

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.driver import Driver, eventually

# Pages come through functions of an emulator on a busy machine.
SLOW = 60_000
PATIENCE = 120
PICTURE = Path("local/zalo/samples/files/o-ga.jpg")


class Desk:
    """The console of one person: a page that stays signed in from test to test."""

    faults: ClassVar[list[str]] = []

    def __init__(self, context: BrowserContext, driver: Driver, agency: str, role: str) -> None:
        context.set_default_timeout(SLOW)
        self.driver, self.agency, self.role = driver, agency, role
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None
        )

    def sign_in(self) -> "Desk":
        """Through the pages of the user pool."""
        person = self.driver.stack["agencies"][self.agency]["staff"][self.role]
        self.page.goto(self.driver.stack["console_url"])
        self.page.get_by_test_id("sign-in").click()
        self.page.locator("input[name=username]").fill(person["username"])
        self.page.locator("input[name=password]").fill(person["password"])
        self.page.locator("[type=submit]").first.click()
        self.page.wait_for_selector("html[data-ready]")
        return self

    def open(self, place: str) -> Page:
        """Go to a place of the console and wait until it has loaded."""
        self.page.goto(f"{self.driver.stack['console_url']}#/{place}")
        self.page.wait_for_selector(".loading", state="detached")
        return self.page


@pytest.fixture(scope="session")
def desks(chromium: Browser, driver: Driver) -> Iterator[Callable[..., Desk]]:
    """The desk of a role of an agency, in a Hanoi browser 1280 points wide."""
    expect.set_options(timeout=SLOW)
    known: dict[tuple[str, str], Desk] = {}

    def of(agency: str = "csgt", role: str = "officer") -> Desk:
        if (agency, role) not in known:
            context = chromium.new_context(
                viewport={"width": 1280, "height": 800},
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                accept_downloads=True,
            )
            known[agency, role] = Desk(context, driver, agency, role).sign_in()
        desk = known[agency, role]
        desk.page.set_viewport_size({"width": 1280, "height": 800})
        desk.page.emulate_media(color_scheme="light")
        return desk

    yield of
    for desk in known.values():
        desk.page.context.close()


@pytest.fixture(autouse=True)
def no_faults() -> Iterator[None]:
    """No script fails, and nothing offends the page's own policy."""
    Desk.faults.clear()
    yield
    assert Desk.faults == []


@pytest.fixture(scope="session")
def twins(driver: Driver) -> tuple[str, str]:
    """Two reports of one pothole by two callers, the first with a picture of an officer."""
    staff = driver.staff(agency="duytu")
    street = uuid.uuid4().hex[:4]
    told = f"Ổ gà lớn trước số 15 phố Thái Hà, ngõ {street}"
    one = staff.post("/staff/reports", {"text": told, "location": {"lat": 21.0123, "lon": 105.8203}})["code"]
    other = staff.post(
        "/staff/reports", {"text": told + ", xe ngã", "location": {"lat": 21.0124, "lon": 105.8203}}
    )["code"]
    add_picture(driver, one)
    eventually(
        lambda: one in [d["code"] for d in staff.get(f"/staff/reports/{other}")["duplicates"]],
        within=PATIENCE,
        what="the likeness",
    )
    return one, other


def add_picture(driver: Driver, code: str, agency: str = "duytu") -> None:
    """An officer's picture on a report."""
    data = base64.b64encode(PICTURE.read_bytes()).decode()
    driver.staff(agency=agency).post(
        f"/staff/reports/{code}/evidence", {"data": data, "file_name": PICTURE.name}
    )


@pytest.fixture(scope="session")
def fifty(driver: Driver) -> None:
    """At least fifty reports at the social insurance, where no other test counts."""
    staff = driver.staff(agency="bhxh")
    missing = 50 - len(staff.get("/staff/reports", limit=50)["items"])
    told = [{"text": f"Công ty số {n} chậm đóng bảo hiểm cho người lao động"} for n in range(missing)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda body: staff.post("/staff/reports", body), told))


def code_in(texts: list[str], prefix: str = "CS") -> str | None:
    """The first tracking code in some texts."""
    found = re.search(rf"{prefix}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}}", " ".join(texts))
    return found and found[0]
