"""boto3 clients, made once per process, each with limits that fit inside the callers' time-outs."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 3, "mode": "standard"},
    tcp_keepalive=True,
)


@cache
def client(service: str) -> Any:
    """The client of one AWS service. Typed Any: boto3 builds clients at run time."""
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]
