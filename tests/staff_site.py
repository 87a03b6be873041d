"""The staff function with its storage: in memory (moto), or on the endpoint of an emulator."""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from unittest.mock import Mock
from urllib.parse import unquote_plus

import boto3
import pytest
from moto import mock_aws

from classification.classify import classify
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.settings import settings
from desk.storage import clients, evidence, keys
from desk.storage.identity import Identities
from desk.storage.reports import Reports, write
from desk.storage.statistics import Statistics
from desk.storage.table import Table, load
from staff import app, jobs, pages, people, snapshot
from staff import desk as staff_desk
from tests.tables import create_table

STAFF = [(f"{{agency}}.{role}", role) for role in ("auditor", "officer", "supervisor", "administrator")]
CODES = [f"CS-{a}{b}{c}4-{c}{b}{a}9" for a in "3467ACD" for b in "EFGHJ" for c in "KMNPQ"]


@dataclass
class Answer:
    """What a request got."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def kind(self) -> str:
        """The last part of a problem's type."""
        return str(self.json["type"]).rsplit("/", 1)[-1]


@dataclass
class Site:
    """One staff function. People are called `<agency>.<role>`."""

    table: Table
    identities: Identities
    bucket: evidence.EvidenceBucket
    now: str = "2026-11-25T03:00:00+00:00"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str | None = "csgt.officer",
        headers: Mapping[str, str] | None = None,
        groups: object = None,
        raw: str | None = None,
    ) -> Answer:
        path, _, query = path.partition("?")
        sent = {"content-type": "application/json", **{k.lower(): v for k, v in (headers or {}).items()}}
        context: dict[str, Any] = {
            "stage": "$default",
            "domainName": "desk.example.vn",
            "http": {"method": method, "path": path},
        }
        if who:
            claims = {"cognito:username": who, "cognito:groups": groups or f"[{who}]"}
            context["authorizer"] = {"jwt": {"claims": claims}}
        pairs = [p.split("=", 1) for p in query.split("&")] if query else []
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": {k: unquote_plus(v) for k, v in pairs},
            "headers": sent,
            "requestContext": context,
            "body": raw if raw is not None else json.dumps(body) if body is not None else None,
            "isBase64Encoded": False,
        }
        answer = app.handler(event, None)
        content = answer.get("body") or ""
        data = base64.b64decode(content) if answer.get("isBase64Encoded") else content.encode()
        return Answer(answer["statusCode"], {k.lower(): v for k, v in answer["headers"].items()}, data)

    def get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return self.call("POST", path, body, **options)

    def file(self, code: str, **changed: Any) -> Report:
        """A report as the desk would have filed it, with its chat."""
        at = changed.pop("created_at", "2026-11-24T01:00:00.000+00:00")
        report = Report(
            code=code, agency="csgt", citizen="c_one", created_at=at, updated_at=at, first_message_at=at
        )
        told = {"text": "Ô tô 29A-123.45 vượt đèn đỏ", "category": "red_light"}
        report = replace(report, **(told | changed))
        transaction = self.table.transaction()
        written = write(transaction, report, [Step("received", at, report.citizen, {"messages": ["m1"]})])
        transaction.commit()
        return written

    def chat(self, citizen: str = "c_one", agency: str = "csgt") -> None:
        """The citizen wrote an hour ago."""
        last = epoch_ms(parse(self.now)) - 3600_000
        self.table.put(
            keys.state(agency, citizen)
            | {"agency": agency, "citizen": citizen, "version": 1, "last_interaction": last}
            | {"last_interaction_at": iso(parse("2026-11-25T02:00:00+00:00"))}
        )

    def store(self, report: Report, evidence_id: str, data: bytes, **changed: Any) -> dict[str, Any]:
        """A stored original that belongs to a report."""
        received = "2026-11-24T01:00:00.000+00:00"
        place = evidence.original_key("csgt", evidence_id, received)
        digest = hashlib.sha256(data).hexdigest()
        stored = self.bucket.put(
            place, BytesIO(data), sha256=digest, size=len(data), content_type="image/jpeg", file_name="e.jpg"
        )
        item = evidence.pending(
            evidence_id, agency="csgt", citizen=report.citizen, kind="image", msg_id="m1",
            sent_at=received, received_at=received, report=report.code,
        ) | {
            "state": "stored", "content_type": "image/jpeg", "bytes": len(data), "sha256": digest,
            "key": place, "version_id": stored.version_id, "extension": "jpg",
        }  # fmt: skip
        self.table.put(item | changed)
        return item

    def report(self, code: str) -> Report:
        return Reports(self.table).load(code)

    def count(self) -> None:
        """Feed the statistics with every report, as the stream would. (A scan: tests only.)"""
        items = [load(i) for i in self.table.client.scan(TableName=self.table.name)["Items"]]
        for item in (i for i in items if i.get("entity") == "report"):
            Statistics(self.table).count(Report.from_dict(item))

    def outbox(self, queue: str = "outgoing") -> list[dict[str, Any]]:
        """Payloads that wait for a queue. (A scan: tests only.)"""
        items = [load(i) for i in self.table.client.scan(TableName=self.table.name)["Items"]]
        return [i["payload"] for i in items if i.get("entity") == "outbox" and i["queue"] == queue]


def plate(compact: str, *, partial: bool = False) -> dict[str, Any]:
    return {"compact": compact, "readings": (), "partial": partial, "text": compact}


def fill(site: Site) -> Site:
    """Twenty reports, a minute apart: every second one resolved, every fourth in ward 00004."""
    for n, code in enumerate(CODES[:20]):
        site.file(
            code,
            created_at=f"2026-11-24T01:{n:02d}:00.000+00:00",
            status="resolved" if n % 2 else "received",
            ward="00004" if n % 4 == 0 else None,
            assignee="csgt.officer" if n % 5 == 0 else None,
            plates=(plate(f"29A1234{n % 3}"),),
        )
        classify(site.table, code)
    return site


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer.json["items"]]


def forget() -> None:
    """What a process remembers between requests."""
    for cached in (settings, clients.client, evidence.s3_client, staff_desk.desk, pages._policy):
        cached.cache_clear()
    people._known.clear()
    snapshot._known.clear()


@contextmanager
def make_site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A fresh site in memory at a time that stands still."""
    with mock_aws():
        yield build(monkeypatch)
        forget()


def build(monkeypatch: pytest.MonkeyPatch, suffix: str = "") -> Site:
    """Tables, buckets and secrets under names of their own, and the function wired to them."""
    names = {
        "TABLE": f"desk{suffix}",
        "IDENTITY_TABLE": f"identity{suffix}",
        "TOKENS_TABLE": f"tokens{suffix}",
        "EVIDENCE_BUCKET": f"evidence{suffix}",
        "EXPORTS_BUCKET": f"exports{suffix}",
        "SECRET_PREFIX": f"langnghe/test{suffix}",
        "AWS_LAMBDA_FUNCTION_NAME": "langnghe-test-staff",
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    forget()
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    for resource, name in (
        ("DeskTable", "TABLE"),
        ("IdentityTable", "IDENTITY_TABLE"),
        ("TokensTable", "TOKENS_TABLE"),
    ):
        create_table(dynamodb, resource, names[name])
    place = {"LocationConstraint": "ap-southeast-1"}
    s3.create_bucket(
        Bucket=names["EVIDENCE_BUCKET"], CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True
    )
    s3.create_bucket(Bucket=names["EXPORTS_BUCKET"], CreateBucketConfiguration=place)
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(
        Name=f"{names['SECRET_PREFIX']}/desk", SecretString=json.dumps({"pseudonym_key": "k"})
    )
    monkeypatch.setattr(
        people, "staff_of", lambda agency: [(name.format(agency=agency), role) for name, role in STAFF]
    )
    # Calls of the function to itself; a test that wants to see them has its own.
    monkeypatch.setattr(jobs, "client", lambda _service: Mock())
    peers = staff_desk.desk()
    site = Site(peers.table, peers.identities, peers.bucket)
    frozen = replace(peers, now=lambda: parse(site.now))
    for module in _users():
        monkeypatch.setattr(module, "desk", lambda: frozen)
    return site


def _users() -> list[Any]:
    """Modules that ask for the peers."""
    named = [m for n, m in sys.modules.items() if n.startswith("staff.") and m is not staff_desk]
    return [m for m in named if getattr(m, "desk", None) is staff_desk.desk]
