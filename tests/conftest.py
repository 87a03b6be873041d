"""What every test may rely on: an AWS that does not exist, so that nothing reaches a real one by mistake."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.driver import Driver

os.environ |= {
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "LangNghe",
    "POWERTOOLS_SERVICE_NAME": "test",
}

ROOT = Path(__file__).parent.parent
# Building, deploying and starting on a busy machine with two cores.
_READY_S = 240


def free_ports(count: int) -> int:
    """First of `count` consecutive free ports, of a range of its own for each worker of pytest-xdist."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for base in range(20_000 + 5_000 * worker, 60_000, 97):
        probes = []
        try:
            for port in range(base, base + count):
                probe = socket.socket()
                probes.append(probe)
                probe.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free ports")


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """The whole stack, as `make dev` starts it, without sample data. STACK_FILE names one that runs already."""
    if running := os.environ.get("STACK_FILE"):
        yield Driver(json.loads(Path(running).read_text()))
        return
    stack = LocalStack(tmp_path_factory.mktemp("stack"))
    stack.start()
    try:
        yield Driver(stack.addresses, restart=stack.restart)
    finally:
        stack.stop()


class LocalStack:
    """`make dev` in a folder of its own. `addresses` is what stack.json says since the last start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(free_ports(4))
        self._process: subprocess.Popen[bytes] | None = None
        self.addresses: dict[str, Any] = {}

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {
            "LOCAL_DIR": str(self._folder),
            "PORT_BASE": self._port,
            "SEED": "0",
            # A permission that a role lacks must be missed here, not on AWS.
            "ENFORCE_IAM": "1",
            "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}",
        }
        with (self._folder / "dev.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.dev"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        file = self._folder / "stack.json"
        deadline = time.monotonic() + _READY_S
        while not file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "dev.log").read_text()[-3000:]
                self.stop()
                raise RuntimeError(f"the stack did not start:\n{said}")
            time.sleep(0.5)
        self.addresses.update(json.loads(file.read_text()))

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(40)

    def restart(self) -> None:
        """Stop all of it, as Ctrl-C does, and start it again on the same folder."""
        self.stop()
        self.start()


def find_browser() -> str | None:
    """A Chromium of the system: Playwright's own cannot be downloaded everywhere."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser. Without one the test is skipped, loudly; with REQUIRE_BROWSER it fails."""
    path = find_browser()
    if path is None:
        message = "no Chromium on this machine: the browser tests did NOT run"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(message)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield browser
        browser.close()
