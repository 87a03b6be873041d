"""The emulator of AWS (MiniStack) as a child process."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.config import REGION, ROOT
from local.resume import forget_positions

MINISTACK = ROOT / ".venv-ministack/bin/python"
EMULATOR = ROOT / "local/emulator.py"


class Cloud:
    """MiniStack on loopback. Its state is kept in `folder` and survives a stop."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_s: float = 40) -> None:
        """Start it and wait until it answers. Raises RuntimeError when it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        forget_positions(self._state)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHON"))} | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "MINISTACK_REGION": REGION,
            "LOG_LEVEL": "WARNING",
            # With ENFORCE_IAM each function may do what its role in template.yaml allows, and nothing else.
            "AUTH": "true" if os.environ.get("ENFORCE_IAM") else "false",
            # Servers of services that nobody here uses; the first listens beyond loopback.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # A cold start here takes longer than Zalo waits: functions stay warm.
            "LAMBDA_WARM_TTL_SECONDS": "86400",
            # Where its workers look for layers: the functions' dependencies, unpacked once for all of them.
            "_LAMBDA_LAYERS_DIRS": str(self.dependencies),
            # Workers leave their unpacked code behind when the emulator stops.
            "TMPDIR": str(self._scratch()),
        }
        with open(self.folder / "log", "ab") as log:
            # Its own process group: Ctrl-C must reach it only through stop(), which lets it save its state.
            self.process = subprocess.Popen(
                [MINISTACK, EMULATOR], stdout=log, stderr=log, env=environment, start_new_session=True
            )
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the emulator stopped at once; see {self.folder / 'log'}")
            if self.healthy():
                return
            time.sleep(0.2)
        raise RuntimeError(f"the emulator does not answer on port {self.port}; see {self.folder / 'log'}")

    def forget(self) -> None:
        """Begin with nothing; call it while it is down."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _state(self) -> Path:
        return self.folder / "state"

    def _scratch(self) -> Path:
        """An empty folder for temporary files."""
        scratch = self.folder / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        return scratch

    @property
    def dependencies(self) -> Path:
        """Third-party packages of the functions."""
        return self.folder.parent / "dependencies"

    def healthy(self) -> bool:
        """True when it answers."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/_ministack/health", timeout=2
            ) as answer:
                return "services" in json.load(answer)
        except (OSError, ValueError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """Stop it; it saves its state first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._scratch()
