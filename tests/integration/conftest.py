"""MiniStack for tests that need what moto does not keep: conditions and transactions under concurrency."""

import socket
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from desk.storage.evidence import EvidenceBucket
from desk.storage.table import Table
from local.cloud import MINISTACK, Cloud
from tests.tables import create_evidence_bucket, create_table


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


@pytest.fixture(scope="session")
def aws(ministack: str) -> Callable[[str], Any]:
    """Clients of the emulator by the name of the service."""
    return lambda service: boto3.client(
        service,
        endpoint_url=ministack,
        region_name="ap-southeast-1",
        config=Config(signature_version="s3v4") if service == "s3" else None,
    )


@pytest.fixture
def desk_table(aws: Callable[[str], Any]) -> Table:
    """An empty desk table."""
    return Table(aws("dynamodb"), create_table(aws("dynamodb"), "DeskTable", f"desk-{uuid.uuid4().hex[:12]}"))


@pytest.fixture
def evidence_bucket(aws: Callable[[str], Any]) -> EvidenceBucket:
    """An empty evidence bucket, locked as template.yaml locks it."""
    name = f"evidence-{uuid.uuid4().hex[:12]}"
    create_evidence_bucket(aws("s3"), name)
    return EvidenceBucket(aws("s3"), name)
