"""The desk's storage in memory (moto) for tests of single writers, with a clock that tests move."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from moto import mock_aws

from desk.storage.identity import Identities
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo import tokens as tokens_module
from tests.tables import create_table

AGENCY = {"oa_id": "388613280878808645", "app_id": "360846524940903967", "app_secret": "app-secret"}


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 3, 0, tzinfo=UTC))  # 10:00 in Hanoi

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **step: float) -> None:
        self.at += timedelta(**step)


@dataclass
class World:
    """Tables, secrets and a clock."""

    dynamodb: Any
    table: Table
    identities: Identities
    tokens_table: Table
    secrets: Secrets
    ledger: Ledger
    clock: Clock

    def give_tokens(self, **changed: Any) -> None:
        """A connected OA."""
        pair = {
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "expires_at": (self.clock() + timedelta(hours=25)).isoformat(),
            "version": 1,
        }
        self.secrets.write("tokens/csgt", pair | changed)

    def token_state(self) -> dict[str, Any]:
        return self.tokens_table.get({"pk": "OA#csgt"}) or {}


@contextmanager
def make_world() -> Iterator[World]:
    """A fresh world with one agency, csgt, whose OA is connected.

    WORLD_ENDPOINT names an emulator to use in place of moto, which lets more pass than AWS does.
    """
    endpoint, number = os.environ.get("WORLD_ENDPOINT"), uuid.uuid4().hex[:8]
    with nullcontext() if endpoint else mock_aws():
        dynamodb = boto3.client("dynamodb", endpoint_url=endpoint)
        secrets_manager = boto3.client("secretsmanager", endpoint_url=endpoint)

        def table(resource: str) -> Table:
            return Table(dynamodb, create_table(dynamodb, resource, f"{resource}-{number}"))

        desk = table("DeskTable")
        world = World(
            dynamodb=dynamodb,
            table=desk,
            identities=Identities(table("IdentityTable")),
            tokens_table=table("TokensTable"),
            secrets=Secrets(secrets_manager, f"test-{number}"),
            ledger=Ledger(desk),
            clock=Clock(),
        )
        world.secrets.write("agency/csgt", AGENCY)
        world.give_tokens()
        tokens_module._unsaved.clear()
        yield world
        tokens_module._unsaved.clear()
