"""`make samples`: one event per trigger and case, for `sam local invoke` and for the tests.

`events/zalo/*.json` are bodies of Zalo's webhook events (events/README.md says where each shape comes from). From
each a signed request to the webhook is made, and the inbox message that the webhook makes of it; the other
triggers have a sample each. Ids and secrets are invented; the same input gives the same files.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desk.domain.clock import iso
from desk.storage.table import dump
from desk.zalo import routing, signature

HERE = Path(__file__).parent
# Credentials of the sample OA: tests and `sam local` set a secret with these values.
OA_SECRET_KEY = "sample-oa-secret-key"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ACCOUNT = "arn:aws:sqs:ap-southeast-1:000000000000:langnghe-local"
UNSIGNED = {"url_save_ping"}


def bodies() -> dict[str, dict[str, Any]]:
    """The webhook bodies by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((HERE / "zalo").glob("*.json"))}


def raw(body: dict[str, Any]) -> bytes:
    """A body as the wire has it: compact, as Zalo sends it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def http_request(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The request that API Gateway hands to the webhook (payload 2.0), signed unless Zalo does not sign it."""
    headers = {
        "content-type": "application/json",
        "user-agent": "ZaloWebhook",
        "x-zevent-server": "OA OpenAPI",
    }
    if name.endswith("__zns"):
        headers["x-zevent-server"] = "ZNS"
    text = raw(body)
    if name not in UNSIGNED:
        mac = signature.digest(
            str(body.get("app_id", "")), text, str(body.get("timestamp", "")), OA_SECRET_KEY
        )
        headers["x-zevent-signature"] = f"mac={mac}"
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/zalo",
        "rawPath": "/webhooks/zalo",
        "headers": headers,
        "requestContext": {"http": {"method": "POST", "path": "/webhooks/zalo", "sourceIp": "127.0.0.1"}},
        "body": text.decode(),
        "isBase64Encoded": False,
    }


def sqs(queue: str, *messages: dict[str, Any]) -> dict[str, Any]:
    """A batch from a queue."""
    return {
        "Records": [
            {
                "messageId": f"00000000-0000-0000-0000-{n:012d}",
                "receiptHandle": "sample",
                "body": json.dumps(message, ensure_ascii=False),
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1795489200000",
                    "SenderId": "sample",
                    "ApproximateFirstReceiveTimestamp": "1795489200000",
                    **({"MessageGroupId": "sample"} if queue.endswith(".fifo") else {}),
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"{ACCOUNT}-{queue}",
                "awsRegion": "ap-southeast-1",
            }
            for n, message in enumerate(messages)
        ]
    }


def inbox(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The inbox message that the webhook makes of a body."""
    oa = next(iter(routing.oa_ids(body)), "388613280878808645")
    return {
        "agency": "csgt",
        "oa_id": oa,
        "event_id": routing.event_id(body, oa, raw(body)),
        "body": raw(body).decode(),
        "server": "ZNS" if name.endswith("__zns") else "OA OpenAPI",
        "received_at": iso(AT),
        "num_retry": None,
    }


def triggers() -> dict[str, dict[str, Any]]:
    """One sample for each other trigger."""
    send = {
        "outbox_id": "a" * 32, "kind": "send", "agency": "csgt", "citizen": "c_samplesamplesample", "report": None,
        "created_at": iso(AT), "purpose": "answer", "text": "Đã nhận phản ánh.", "buttons": [], "coalesce": None,
        "template": None,
    }  # fmt: skip
    media = {
        "outbox_id": "b" * 32, "kind": "media", "agency": "csgt", "citizen": "c_samplesamplesample",
        "created_at": iso(AT), "evidence_id": "csgt-4c8bd4fbb5bbdce7858-0", "msg_id": "4c8bd4fbb5bbdce7858", "index": 0,
        "media_kind": "image", "url": "https://f6.photo.talk.zdn.vn/9c2db3ccc0a223fc7ab3.jpg", "thumbnail_url": None,
        "file_name": None, "declared_size": None, "declared_checksum": None, "sent_at": iso(AT), "received_at": iso(AT),
    }  # fmt: skip
    outbox = {"pk": "OUTBOX#" + "a" * 32, "sk": "OUTBOX", "entity": "outbox", "queue": "outgoing",
              "group": "csgt-c_samplesamplesample", "payload": send}  # fmt: skip
    record = {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-southeast-1",
        "dynamodb": {
            "Keys": dump({"pk": outbox["pk"], "sk": "OUTBOX"}),
            "NewImage": dump(outbox),
            "SequenceNumber": "100000000000000000001",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-southeast-1:000000000000:table/langnghe-local-desk/stream/sample",
    }
    who = {"agency": "csgt", "citizen": "c_samplesamplesample"}
    claims = {"cognito:username": "csgt.officer", "cognito:groups": "[csgt.officer]", "token_use": "id"}
    page = {"requestContext": {"http": {"method": "GET"}}, "isBase64Encoded": False, "version": "2.0"}
    staff = {
        "version": "2.0",
        "routeKey": "ANY /staff/{proxy+}",
        "rawPath": "/staff/reports",
        "rawQueryString": "status=received&limit=10",
        "queryStringParameters": {"status": "received", "limit": "10"},
        "headers": {"accept": "application/json"},
        "requestContext": {
            "http": {"method": "GET", "path": "/staff/reports", "sourceIp": "127.0.0.1"},
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            "requestId": "sample",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    look_up = {"agency": "bhxh", "created_at": iso(AT), "outbox_id": "c" * 32, "citizen": who["citizen"],
               "english": False}  # fmt: skip
    return {
        "conversation/wake": sqs("timers", {"kind": "wake", **who}),
        "conversation/erase": sqs("timers", {"kind": "erase", **who}),
        "conversation/card": sqs("timers", {"kind": "card", **look_up, "outbox_id": "e" * 32, "given": ["bad_card"]}),
        "dispatch/outbox": {"Records": [record]},
        "media/image": sqs("media", media),
        "classification/report": sqs("classification", {"kind": "classify", "report": "CS-PTD3-MTRC", **who}),
        "classification/read": sqs(
            "classification",
            {"kind": "read", "report": "CS-PTD3-MTRC", "agency": "csgt", "evidence": ["csgt-m1-0"], "attempt": 0},
        ),
        "lookup/card": sqs("lookups", {"kind": "card", **look_up}),
        "lookup/photo": sqs("lookups", {"kind": "photo", **look_up, "outbox_id": "d" * 32, "given": []}),
        "lookup/look": sqs("looks", {"kind": "look", "agency": "bhxh", "citizen": who["citizen"], "watch": "a" * 32,
                                     "due": "2026-11-24", "day": "2026-11-24", "outbox_id": "b" * 32}),
        "notification/answer": sqs("outgoing.fifo", send),
        "schedule/sweep": {"job": "sweep"},
        "schedule/tokens": {"job": "tokens"},
        "schedule/deadlines": {"job": "deadlines"},
        "schedule/looks": {"job": "looks"},
        "staff/list": staff,
        "webhook/verifier": page | {"rawPath": "/zalo_verifierLOCALSTACK.html", "requestContext": {
            "http": {"method": "GET", "path": "/zalo_verifierLOCALSTACK.html"}}},
    }  # fmt: skip


def files() -> dict[str, dict[str, Any]]:
    """Every sample by its path below events/."""
    made = {f"webhook/{name}": http_request(name, body) for name, body in bodies().items()}
    made |= {
        f"conversation/{name}": sqs("inbox.fifo", inbox(name, body))
        for name, body in bodies().items()
        if name not in UNSIGNED and not name.startswith("console_test")
    }
    return made | triggers()


def main() -> None:
    """Write all samples."""
    for name, event in files().items():
        path = HERE / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(event, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(files())} samples")


if __name__ == "__main__":
    main()
