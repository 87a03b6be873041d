"""Where the local stack lives: its ports, its folder, what it is told by the environment."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGION = "ap-southeast-1"
ENVIRONMENT = "local"
STACK = f"langnghe-{ENVIRONMENT}"
SECRET_PREFIX = f"langnghe/{ENVIRONMENT}"


@dataclass(frozen=True, slots=True)
class Config:
    """`folder` holds all state of the stack (`.local/` unless LOCAL_DIR names another)."""

    folder: Path
    port: int
    zalo_url: str
    media_hosts: str
    sample_reports: int

    @classmethod
    def from_env(cls) -> "Config":
        """PORT_BASE, ZALO_URL, MEDIA_HOSTS, SEED and LOCAL_DIR. Raises ValueError for a wrong number."""
        env = os.environ.get
        return cls(
            folder=Path(env("LOCAL_DIR") or ROOT / ".local").resolve(),
            port=int(env("PORT_BASE") or 4566),
            zalo_url=(env("ZALO_URL") or "").rstrip("/"),
            media_hosts=env("MEDIA_HOSTS") or "",
            sample_reports=int(env("SEED") or 3) if env("SEED") != "0" else 0,
        )

    @property
    def aws_url(self) -> str:
        """The emulator's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        """The Zalo that the desk talks to: the simulator, or the one named by ZALO_URL."""
        return self.zalo_url or f"http://127.0.0.1:{self.port + 1}"

    @property
    def gateway_url(self) -> str:
        """The look-up service with invented people."""
        return f"http://127.0.0.1:{self.port + 3}"

    @property
    def all_media_hosts(self) -> str:
        """Zalo's hosts, and loopback while the simulator serves the media."""
        own = "" if self.zalo_url else "127.0.0.1"
        return ",".join(h for h in ("zdn.vn", "zadn.vn", own, self.media_hosts) if h)

    @property
    def stack_file(self) -> Path:
        """What other programs read to find the stack."""
        return self.folder / "stack.json"

    def api_url(self, api_id: str) -> str:
        """The HTTP API's address as the emulator routes it."""
        return f"http://{api_id}.execute-api.localhost:{self.port}"

    def aws_env(self) -> dict[str, str]:
        """Environment that points AWS clients at the emulator."""
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
        }


def random_id(digits: int = 19) -> str:
    """An id as Zalo gives them: digits only, beyond what a float can hold."""
    return str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(digits - 1))
