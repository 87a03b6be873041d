"""What the webhook decides about one body: whose it is, whether it is genuine, and where it is kept."""

import json
import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from desk import agencies
from desk.errors import AlreadyDone, DeskError, Unavailable
from desk.logs import count
from desk.settings import settings
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.secrets import Credentials, Secrets
from desk.storage.table import Table
from desk.zalo import routing, signature

PARKED_DAYS = 30
# What the test button of Zalo's console sends: signed, but between parties that do not exist.
_CONSOLE_TEST = "This is message id"
# Enough to find the signing app and the time in a body that is not JSON.
_APP_ID = re.compile(rb'"app_id"\s*:\s*"?(\d{6,24})')
_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*"?(\d{6,16})')


class Refused(DeskError):
    """The body is not from Zalo, or signed with a secret that is not ours."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The webhook with its peers: SQS, the table for what the queue refuses, the agencies' secrets."""

    sqs: Any
    inbox_url: str
    table: Table
    secrets: Secrets
    verifier: str = ""
    now: Callable[[], float] = time.time

    def verifier_page(self, path: str) -> str | None:
        """Content of Zalo's domain verification file, when the path is that file's."""
        if not self.verifier or path.rsplit("/", 1)[-1] != self.verifier:
            return None
        code = self.verifier.removeprefix("zalo_verifier").removesuffix(".html")
        return (
            "<!DOCTYPE html><html><head>"
            f'<meta name="zalo-platform-site-verification" content="{code}">'
            "</head><body></body></html>"
        )

    def receive(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Keep one body. Returns what became of it: probe, test, queued, fallback or parked.

        Raises Refused for a bad signature, Unavailable when no store accepts the event.
        """
        if body.strip() == b"{}":
            return "probe"
        header = next((v for k, v in headers.items() if k.lower() == signature.HEADER), None)
        event = _parse(body)
        if event is None:
            return self._park(
                body, self._signer(body, header, _match(_APP_ID, body), _match(_TIMESTAMP, body))
            )
        signers = self._signers(
            body, header, str(event.get("app_id") or ""), str(event.get("timestamp") or "")
        )
        message = event.get("message")
        if isinstance(message, dict) and message.get("msg_id") == _CONSOLE_TEST:
            return "test"
        by_oa = {c.oa_id: c for c in signers}
        owner = next((by_oa[i] for i in routing.oa_ids(event) if i in by_oa), None)
        if owner is None:
            return self._park(body, signers[0])
        return self._store(owner, event, body, headers)

    def _signer(self, body: bytes, header: str | None, app_id: str, timestamp: str) -> Credentials:
        return self._signers(body, header, app_id, timestamp)[0]

    def _signers(self, body: bytes, header: str | None, app_id: str, timestamp: str) -> list[Credentials]:
        """The agencies whose app and secret signed the body (several OAs may share one app and one secret).

        Secrets that fit nothing are read once more before the refusal: they may just have been rotated.
        """
        for fresh in (False, True):
            known = [c for name in agencies.names() if (c := self.secrets.credentials(name, fresh=fresh))]
            signers = [
                c
                for c in known
                if c.app_id == app_id
                and signature.is_valid(
                    header,
                    app_id=app_id,
                    body=body,
                    timestamp=timestamp,
                    secrets=(c.oa_secret_key, c.oa_secret_key_previous),
                )
            ]
            if signers:
                return signers
            if header is None or not self.secrets.may_refresh():
                break
        raise Refused("no signature" if header is None else "signature fits no secret")

    def _store(
        self, owner: Credentials, event: dict[str, Any], body: bytes, headers: Mapping[str, str]
    ) -> str:
        event_id = routing.event_id(event, owner.oa_id, body)
        envelope = {
            "agency": owner.agency,
            "oa_id": owner.oa_id,
            "event_id": event_id,
            "body": body.decode(),
            "server": headers.get("x-zevent-server", ""),
            "received_at": datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds"),
            "num_retry": headers.get("num_retry"),
        }
        group = f"{owner.oa_id}-{zlib.crc32(routing.user_id(event, owner.oa_id).encode()):08x}"
        try:
            self.sqs.send_message(
                QueueUrl=self.inbox_url,
                MessageBody=json.dumps(envelope, ensure_ascii=False),
                MessageGroupId=group,
                MessageDeduplicationId=event_id,
            )
            return "queued"
        except (BotoCoreError, ClientError):
            count("QueueRefused")
        shard = zlib.crc32(event_id.encode()) % keys.FALLBACK_SHARDS
        self._put(
            keys.fallback(shard, event_id) | {"entity": "fallback", "group": group, "envelope": envelope}
        )
        return "fallback"

    def _park(self, body: bytes, owner: Credentials) -> str:
        """Keep a genuine body that cannot be routed, for inspection."""
        count("Parked")
        now = self.now()
        key = keys.parked(owner.agency, int(now * 1000), routing.event_id({}, owner.oa_id, body))
        text = body.decode(errors="replace")
        self._put(key | {"entity": "parked", "body": text, "ttl": int(now) + PARKED_DAYS * 86400})
        return "parked"

    def _put(self, item: dict[str, Any]) -> None:
        try:
            self.table.put_new(item)
        except AlreadyDone:
            return
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("neither the queue nor the table accepts the event") from error


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _match(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body)
    return found[1].decode() if found else ""


@cache
def receiver() -> Receiver:
    """The receiver of this process, wired to AWS."""
    own = settings()
    return Receiver(
        sqs=client("sqs"),
        inbox_url=own.inbox_queue_url,
        table=Table(client("dynamodb"), own.table),
        secrets=Secrets(client("secretsmanager"), own.secret_prefix),
        verifier=own.zalo_verifier,
    )
