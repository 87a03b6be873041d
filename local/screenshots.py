"""`make screenshots`: the pictures of the README, from a running `make dev SEED=60`."""

import io
import json
import os
import re
import shutil
import sys
import time
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from local.config import ROOT, Config

FOLDER = ROOT / "docs/pictures"
PHONE = {"width": 390, "height": 780}
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 150_000
HANOI = "Asia/Ho_Chi_Minh"
# The citizen of the sample whose chat is shown: a bus that ran a red light, with a clip, settled and rated.
CITIZEN = "mau-23"
# Who looks up her card, and the card that she shows (`/cards` of the look-up service).
READER, CARD = "lan", "p-19bc/identity.png"


def main() -> int:
    """Take the pictures. Needs a Chromium and a running stack whose sample data is in."""
    config = Config.from_env()
    if not config.stack_file.exists():
        print("start `make dev SEED=60` first", file=sys.stderr)
        return 1
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium found; name one by CHROMIUM=", file=sys.stderr)
        return 1
    stack = json.loads(config.stack_file.read_text("utf-8"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        _phone(running, stack)
        _look_up(running, stack)
        _console(running, stack)
        _public(running, stack)
        running.close()
    return 0


def _phone(browser: Browser, stack: dict[str, Any]) -> None:
    page = browser.new_page(viewport=PHONE, timezone_id=HANOI)  # type: ignore[arg-type]
    page.goto(f"{stack['simulator_url']}/#/{CITIZEN}/csgt")
    page.wait_for_timeout(2500)
    _take(page, "phone")


def _look_up(browser: Browser, stack: dict[str, Any]) -> None:
    """An invented person shows a photo of her card, gives the code that came, and sees how long the card is valid."""
    chat = f"{stack['simulator_url']}/sim/citizens/{READER}/messages"
    with httpx.Client(timeout=30) as http:

        def says(words: str, **message: Any) -> str:
            """Send a message, and wait for an answer that holds some words."""
            before = len(http.get(chat, params={"oa": "bhxh"}).json())
            if photo := message.pop("photo", None):
                http.post(
                    chat, data={"oa": "bhxh", "kind": "image"}, files={"upload": photo}
                ).raise_for_status()
            else:
                http.post(chat, json={"oa": "bhxh", "kind": "text", **message}).raise_for_status()
            for _ in range(120):
                for one in http.get(chat, params={"oa": "bhxh"}).json()[before:]:
                    if words in (one.get("text") or ""):
                        return str(one["text"])
                time.sleep(0.5)
            raise TimeoutError(f"no answer with {words}")

        if not any(
            "Đã liên kết" in (m.get("text") or "") for m in http.get(chat, params={"oa": "bhxh"}).json()
        ):
            card = http.get(f"{stack['gateway_url']}/cards/{CARD}").content
            says("tra cứu được ngay", text="thẻ BHYT của tôi còn hạn không")
            says("họ và tên", kind="button", text="#lien_ket self card", hidden=True)
            code = re.search(r"\d{6}", says("là mã xác nhận", photo=("the.png", card, "image/png")))
            assert code
            says("Thẻ BHYT của", text=code[0])
    page = browser.new_page(viewport=PHONE, timezone_id=HANOI)  # type: ignore[arg-type]
    page.goto(f"{stack['simulator_url']}/#/{READER}/bhxh")
    page.wait_for_timeout(2500)
    _take(page, "look-up")


def _console(browser: Browser, stack: dict[str, Any]) -> None:
    page = _sign_in(browser, stack, "supervisor")
    _open(page, stack, "reports")
    page.keyboard.press("j")
    _take(page, "inbox")
    _open(page, stack, f"reports/{_richest(stack)}?view=all")
    page.locator("[data-testid=tile-stored] img").first.wait_for()
    _take(page, "report")
    if page.get_by_test_id("compare").count():
        page.get_by_test_id("compare").first.click()
        page.get_by_test_id("comparison").wait_for()
        _take(page, "compare")
        page.keyboard.press("Escape")
    _open(page, stack, "statistics")
    page.locator("[data-testid=ward-map] path").first.wait_for(state="attached")
    page.locator("[data-testid=ward-map]").evaluate("map => map.closest('section').scrollIntoView()")
    _take(page, "statistics")
    _open(page, stack, "intake")
    page.get_by_test_id("intake-text").fill("Xe khách 29B-111.22 bắt khách dọc đường Giải Phóng lúc 17h")
    _take(page, "intake")
    page = _sign_in(browser, stack, "administrator", dark=True)
    _open(page, stack, "admin")
    _take(page, "admin")


def _public(browser: Browser, stack: dict[str, Any]) -> None:
    page = browser.new_page(viewport=DESK, timezone_id=HANOI)  # type: ignore[arg-type]
    page.goto(f"{stack['console_url']}public")
    page.locator("#map path").first.wait_for(state="attached")
    _take(page, "public")


def _sign_in(browser: Browser, stack: dict[str, Any], role: str, *, dark: bool = False) -> Page:
    scheme = "dark" if dark else "light"
    page = browser.new_page(viewport=DESK, color_scheme=scheme, locale="vi-VN", timezone_id=HANOI)  # type: ignore[arg-type]
    person = stack["agencies"]["duytu"]["staff"][role]
    page.goto(stack["console_url"])
    page.get_by_test_id("sign-in").click()
    page.fill("input[name=username]", person["username"])
    page.fill("input[name=password]", person["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_selector("html[data-ready]")
    return page


def _open(page: Page, stack: dict[str, Any], place: str) -> None:
    page.goto(f"{stack['console_url']}#/{place}")
    page.wait_for_selector(".loading", state="detached")


def _richest(stack: dict[str, Any]) -> str:
    """The open report with most to show: duplicates first, then files."""
    token = stack["agencies"]["duytu"]["staff"]["supervisor"]["token"]
    answer = httpx.get(
        f"{stack['api_url']}/staff/reports",
        params={"status": "open", "limit": 100},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    found = answer.json()["items"]
    return str(max(found, key=lambda r: (len(r["duplicates"]), r["evidence_count"]))["code"])


def _take(page: Page, name: str) -> None:
    """A picture as WebP, small enough for the repository."""
    page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(page.screenshot()))
    path = FOLDER / f"{name}.webp"
    for quality in (82, 70, 55):
        picture.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= MOST_BYTES:
            break
    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
