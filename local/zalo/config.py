"""What the simulator is told at the start: where the desk listens, and which OAs exist."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Agency:
    """One OA with the app that it authorised.

    `app_secret` opens the OAuth endpoint, `oa_secret_key` signs webhooks: two different secrets, as in the
    developer console. A token pair may be given, as the console's API Explorer hands one out.
    """

    key: str
    oa_id: str
    name: str
    app_id: str
    app_secret: str
    oa_secret_key: str
    access_token: str = ""
    refresh_token: str = ""
    callback_url: str = ""
    templates: tuple[Mapping[str, Any], ...] = ()


@dataclass
class Config:
    """Settings of one simulator; everything has the platform's own value by default."""

    webhook_url: str
    agencies: dict[str, Agency]
    webhook_host: str | None = None
    webhook_timeout_s: float = 2.0
    retry_scale: float = 1.0
    rate_limit: int = 4000
    reply_quota: int = 8
    package_quota: int = 500
    zbs_daily_quota: int = 500
    upload_quota: int = 5000
    broadcast_quota: int = 40
    base_url: str = ""

    @classmethod
    def of(cls, source: "Config | Mapping[str, Any] | Path | str") -> "Config":
        """The configuration from a mapping, a JSON file's path, or itself."""
        if isinstance(source, Config):
            return source
        if isinstance(source, Path | str):
            source = json.loads(Path(source).read_text(encoding="utf-8"))
        assert isinstance(source, Mapping)
        known = {f.name for f in fields(cls)} - {"agencies"}
        agencies = {key: _agency(key, value) for key, value in source["agencies"].items()}
        values = {name: source[name] for name in known if source.get(name) is not None}
        values.setdefault("webhook_url", "")
        return cls(agencies=agencies, **values)

    def of_app(self, app_id: str) -> list[Agency]:
        """The OAs that authorised one app (several agencies may share it)."""
        return [agency for agency in self.agencies.values() if agency.app_id == app_id]


def _agency(key: str, source: Mapping[str, Any]) -> Agency:
    known = {f.name for f in fields(Agency)} - {"key", "templates"}
    values = {name: str(source[name]) for name in known if source.get(name) is not None}
    values.setdefault("name", key)
    return Agency(key=key, templates=tuple(source.get("templates", ())), **values)
