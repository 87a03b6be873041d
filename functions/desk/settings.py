"""What a function is told by its environment, read once and never changed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the resources a function may use. One that the function has no business with is empty."""

    environment: str
    table: str
    identity_table: str
    tokens_table: str
    evidence_bucket: str
    exports_bucket: str
    inbox_queue_url: str
    timers_queue_url: str
    media_queue_url: str
    classification_queue_url: str
    outgoing_queue_url: str
    secret_prefix: str
    zalo_oauth_url: str
    zalo_openapi_url: str
    zalo_business_url: str
    media_hosts: tuple[str, ...]
    media_max_bytes: int
    quiet_s: int
    burst_max_s: int
    zalo_verifier: str
    api_url: str
    user_pool_id: str
    user_pool_client_id: str
    sign_in_url: str
    map_tiles: str
    lookups_queue_url: str
    looks_queue_url: str
    lookup_sources: Mapping[str, str]
    gateway_url: str
    register_table: str
    schedule_function: str
    machine_reading: bool

    @classmethod
    def from_env(cls) -> "Settings":
        """Read the environment. Raises ValueError when a number is not a number."""
        env = os.environ.get
        return cls(
            environment=env("ENVIRONMENT", "dev"),
            table=env("TABLE", ""),
            identity_table=env("IDENTITY_TABLE", ""),
            tokens_table=env("TOKENS_TABLE", ""),
            evidence_bucket=env("EVIDENCE_BUCKET", ""),
            exports_bucket=env("EXPORTS_BUCKET", ""),
            inbox_queue_url=env("INBOX_QUEUE_URL", ""),
            timers_queue_url=env("TIMERS_QUEUE_URL", ""),
            media_queue_url=env("MEDIA_QUEUE_URL", ""),
            classification_queue_url=env("CLASSIFICATION_QUEUE_URL", ""),
            outgoing_queue_url=env("OUTGOING_QUEUE_URL", ""),
            secret_prefix=env("SECRET_PREFIX", ""),
            zalo_oauth_url=env("ZALO_OAUTH_URL", "https://oauth.zaloapp.com"),
            zalo_openapi_url=env("ZALO_OPENAPI_URL", "https://openapi.zalo.me"),
            zalo_business_url=env("ZALO_BUSINESS_URL", "https://business.openapi.zalo.me"),
            media_hosts=tuple(h for h in env("MEDIA_HOSTS", "zdn.vn,zadn.vn").split(",") if h),
            media_max_bytes=int(env("MEDIA_MAX_BYTES", str(200 * 1024 * 1024))),
            quiet_s=int(env("QUIET_SECONDS", "8")),
            burst_max_s=int(env("BURST_MAX_SECONDS", "60")),
            zalo_verifier=env("ZALO_VERIFIER", ""),
            api_url=env("API_URL", ""),
            user_pool_id=env("USER_POOL_ID", ""),
            user_pool_client_id=env("USER_POOL_CLIENT_ID", ""),
            sign_in_url=env("SIGN_IN_URL", ""),
            map_tiles=env("MAP_TILES", ""),
            lookups_queue_url=env("LOOKUPS_QUEUE_URL", ""),
            looks_queue_url=env("LOOKS_QUEUE_URL", ""),
            # Which source answers an agency's look-ups when it is not the one of its file: "bhxh=gateway,…".
            lookup_sources=dict(p.split("=", 1) for p in env("LOOKUP_SOURCES", "").split(",") if "=" in p),
            gateway_url=env("GATEWAY_URL", ""),
            register_table=env("REGISTER_TABLE", ""),
            schedule_function=env("SCHEDULE_FUNCTION", ""),
            machine_reading=env("MACHINE_READING", "off") == "on",
        )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env()
