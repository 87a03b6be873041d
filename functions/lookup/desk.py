"""The lookup function's peers: tables, the keyed hash for its limits, and the source of each agency."""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from desk import agencies
from desk.lookups.sources import Source
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.links import Links
from desk.storage.sealed import Sealed
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.web.download import Downloader, Hosts
from lookup.gateway import Gateway, gateway
from lookup.register import Register

# A photo of a card: as large as Zalo passes them on, and no longer than a citizen likes to wait.
PHOTO_BYTES, PHOTO_S = 20 * 1024 * 1024, 10.0


def _downloader() -> Downloader:
    return Downloader(Hosts(settings().media_hosts), max_bytes=PHOTO_BYTES, total_s=PHOTO_S)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a look-up needs. `source` gives an agency's source, None where citizens are shown the official page.
    `now` is in milliseconds since 1970. `download` fetches photos of cards."""

    table: Table
    identities: Table
    secrets: Secrets
    source: Callable[[str], Source | None]
    now: Callable[[], int] = lambda: round(time.time() * 1000)
    download: Downloader = field(default_factory=_downloader)

    @property
    def links(self) -> Links:
        """Who is linked to whom."""
        return Links(self.identities)

    @property
    def sealed(self) -> Sealed:
        """Proofs, codes and the private parts of messages."""
        return Sealed(self.identities)

    def blind(self, *parts: str) -> str:
        """A name for something that must not be read: the same for the same, and of no use without the key."""
        return blind(self.secrets, *parts)


def blind(secrets: Secrets, *parts: str) -> str:
    """See `Desk.blind`."""
    text = "|".join(("lookup", *parts))
    return hmac.digest(secrets.pseudonym_key().encode(), text.encode(), hashlib.sha256).hex()[:32]


@cache
def desk() -> Desk:
    """The peers of this process, wired to AWS."""
    own, dynamodb = settings(), client("dynamodb")
    secrets = Secrets(client("secretsmanager"), own.secret_prefix)
    register = Table(dynamodb, own.register_table)
    gateways: dict[str, Gateway] = {}

    def source(agency: str) -> Source | None:
        match agencies.agency(agency).data.get("lookups", {}).get("source", "portal"):
            case "gateway":
                # One for the life of the process: its breaker remembers.
                if agency not in gateways:
                    gateways[agency] = gateway(own.gateway_url, secrets, agency)
                return gateways[agency]
            case "register":
                return Register(register, agency, lambda *parts: blind(secrets, *parts))
        return None

    return Desk(
        table=Table(dynamodb, own.table),
        identities=Table(dynamodb, own.identity_table),
        secrets=secrets,
        source=source,
    )
