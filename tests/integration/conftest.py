"""MiniStack for tests that need what moto does not keep: conditions and transactions under concurrency."""

import socket
from collections.abc import Iterator

import pytest

from local.cloud import MINISTACK, Cloud


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a fresh emulator on a free port of the loopback."""
    if not MINISTACK.exists():
        pytest.fail("MiniStack is not installed: run make setup")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cloud = Cloud(tmp_path_factory.mktemp("ministack"), port)
    cloud.start()
    yield f"http://127.0.0.1:{port}"
    cloud.stop()
