"""`make screenshots`: the pictures of the README, from a running `make dev`."""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from local.config import ROOT, Config

FOLDER = ROOT / "docs/pictures"
PHONE = {"width": 390, "height": 780}
DESK = {"width": 1280, "height": 800}
STORY = [
    {
        "kind": "text",
        "text": "xe 29A-123.45 vượt đèn đỏ ngã tư Khuất Duy Tiến - Nguyễn Trãi lúc 7h30 sáng nay",
    },
    {"kind": "location", "lat": 20.9936, "lon": 105.8045},
]


def main() -> int:
    """Take the pictures. Needs a Chromium and a running stack."""
    config = Config.from_env()
    if not config.stack_file.exists():
        print("start `make dev` first", file=sys.stderr)
        return 1
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium found; name one by CHROMIUM=", file=sys.stderr)
        return 1
    stack = json.loads(config.stack_file.read_text("utf-8"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    citizen = f"anh-{int(time.time()) % 10_000}"
    _tell(stack, citizen)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        _phone(running, stack, citizen)
        _console(running, stack)
        running.close()
    return 0


def _tell(stack: dict[str, Any], citizen: str) -> None:
    """A citizen reports, and waits for the answer."""
    base = f"{stack['simulator_url']}/sim/citizens/{citizen}"
    picture = (ROOT / "local/zalo/samples").rglob("*.jpg")
    files = {"upload": ("anh.jpg", next(picture).read_bytes(), "image/jpeg")}
    httpx.post(f"{base}/messages", data={"oa": "csgt", "kind": "image"}, files=files, timeout=20)
    for message in STORY:
        httpx.post(f"{base}/messages", json={"oa": "csgt", **message}, timeout=20)
    for _ in range(120):
        said = httpx.get(f"{base}/messages", params={"oa": "csgt"}, timeout=20).json()
        if any(m["from"] == "oa" for m in said):
            return
        time.sleep(0.5)


def _phone(browser: Browser, stack: dict[str, Any], citizen: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{stack['simulator_url']}/#/{citizen}/csgt")
    page.wait_for_timeout(2000)
    _take(page, "phone")


def _console(browser: Browser, stack: dict[str, Any]) -> None:
    page = browser.new_page(viewport=DESK)
    officer = stack["agencies"]["csgt"]["staff"]["officer"]
    page.goto(stack["console_url"])
    page.wait_for_timeout(1500)
    _take(page, "sign-in")
    button = page.get_by_role("button", name="Đăng nhập").or_(page.get_by_role("link", name="Đăng nhập"))
    button.first.click()
    page.fill("input[name=username]", officer["username"])
    page.fill("input[name=password]", officer["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{stack['console_url']}**", timeout=20_000)
    page.wait_for_timeout(3000)
    _take(page, "inbox")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_timeout(3500)
    _take(page, "report")


def _take(page: Page, name: str) -> None:
    path: Path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
