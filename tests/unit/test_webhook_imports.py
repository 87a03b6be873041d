"""The webhook's imports are its cold start, and Zalo waits two seconds: what it may load is budgeted.

Modules are counted, not timed: the same on every machine. `make bench` shows the time.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"

# Each of these costs about as much as the rest together (tracing with X-Ray's SDK 191 ms, pydantic 73, httpx 50).
# Powertools' package itself names its Tracer; what is slow in it, the SDK, it loads only when one is made.
FORBIDDEN = (
    "pydantic",
    "httpx",
    "requests",
    "aws_xray_sdk",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.utilities.batch",
    "PIL",
    "zxingcpp",
    "numpy",
    "cryptography",
    "desk.language",
    "desk.domain.conversation",
)
# 422 when this was written, of which 292 are botocore, boto3, urllib3 and Powertools.
MOST_MODULES = 450


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Modules in a fresh process after importing the handler, beyond those of Python itself."""
    program = (
        "import json, sys; own = set(sys.modules); import webhook.app;"
        "print(json.dumps([*set(sys.modules) - own]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(FUNCTIONS)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_what_is_slow_to_load_is_not_loaded(loaded: set[str]) -> None:
    assert [m for m in loaded for f in FORBIDDEN if m == f or m.startswith(f"{f}.")] == []


def test_the_number_of_modules_is_within_the_budget(loaded: set[str]) -> None:
    assert "webhook.receive" in loaded
    assert len(loaded) <= MOST_MODULES
