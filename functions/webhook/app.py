"""Zalo's webhook: check the signature over the raw bytes, store the event durably, answer 200. Nothing else.

Zalo waits two seconds and retries for an hour, then unsubscribes the app: what can be acknowledged is.
"""

import base64
import json
from typing import Any

from desk.errors import DeskError
from desk.logs import count, log, metrics, warn
from webhook.receive import Receiver, Refused, receiver

MAX_BYTES = 256 * 1024

Response = dict[str, Any]


def _answer(status: int, body: str = "", kind: str = "text/plain; charset=utf-8") -> Response:
    return {"statusCode": status, "headers": {"content-type": kind}, "body": body}


def _body(event: dict[str, Any]) -> bytes:
    """The bytes as Zalo sent them: API Gateway hands over some bodies base64-encoded."""
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()


@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> Response:
    """One HTTP request (API Gateway payload 2.0)."""
    return respond(event, receiver())


def respond(event: dict[str, Any], desk: Receiver) -> Response:
    """The answer to one request."""
    request = event["requestContext"]["http"]
    if request["method"] == "GET":
        page = desk.verifier_page(request["path"])
        return _answer(200, page, "text/html; charset=utf-8") if page else _answer(404)
    body = _body(event)
    if len(body) > MAX_BYTES:
        count("TooLarge")
        return _answer(413)
    headers = event.get("headers") or {}
    try:
        outcome = desk.receive(body, headers)
    except Refused as refused:
        count("BadSignature")
        warn("webhook refused", reason=str(refused))
        return _answer(401)
    except DeskError as error:
        count("NotStored")
        warn("webhook not stored", error=type(error).__name__)
        return _answer(503)
    log("webhook", state=outcome, num_retry=headers.get("num_retry"))
    return _answer(200, json.dumps({"ok": True}), "application/json")
