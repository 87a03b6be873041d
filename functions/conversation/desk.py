"""The conversation function's peers, and the one secret that turns people into pseudonyms."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from desk.domain.pseudonym import pseudonym
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.knowledge import Library
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client


@dataclass(frozen=True, slots=True)
class Desk:
    """Tables, secrets and the clock (milliseconds since 1970)."""

    table: Table
    identities: Table
    tokens: Tokens
    secrets: Secrets
    quiet_s: float
    longest_s: float
    library: Library
    now: Callable[[], int] = lambda: round(time.time() * 1000)

    @property
    def ledger(self) -> Ledger:
        """What was sent to citizens."""
        return Ledger(self.table)

    def pseudonym(self, agency: str, user_id: str) -> str:
        """A citizen's name inside the desk: always the same, and nobody without the key can compute it."""
        return pseudonym(self.secrets.pseudonym_key(), agency, user_id)


@cache
def desk() -> Desk:
    """The peers of this process, wired to AWS."""
    own, dynamodb = settings(), client("dynamodb")
    secrets = Secrets(client("secretsmanager"), own.secret_prefix)
    table = Table(dynamodb, own.table)
    return Desk(
        table=table,
        library=Library(table),
        identities=Table(dynamodb, own.identity_table),
        tokens=Tokens(Table(dynamodb, own.tokens_table), secrets, http_client(), own.zalo_oauth_url),
        secrets=secrets,
        quiet_s=own.quiet_s,
        longest_s=own.burst_max_s,
    )
