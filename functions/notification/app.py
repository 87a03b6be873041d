"""Sends the desk's messages, each citizen's in their order (outgoing.fifo, one group per citizen)."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from desk.errors import Invalid, Unavailable
from desk.logs import count, metrics, warn
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.identity import Identities
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from notification.files import Files
from notification.send import CALL_S, Desk, deliver


@cache
def _secrets() -> Secrets:
    return Secrets(client("secretsmanager"), settings().secret_prefix)


@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """One batch. A message that fails makes its citizen's later ones wait, nobody else's."""
    own, dynamodb = settings(), client("dynamodb")
    table = Table(dynamodb, own.table)
    with http_client() as http:
        desk = Desk(
            ledger=Ledger(table),
            identities=Identities(Table(dynamodb, own.identity_table)),
            tokens=Tokens(Table(dynamodb, own.tokens_table), _secrets(), http, own.zalo_oauth_url),
            api=ZaloApi(http, own.zalo_openapi_url, own.zalo_business_url),
            files=Files(table, client("s3"), own.evidence_bucket),
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
        return process(event, context, desk)


def process(event: dict[str, Any], context: LambdaContext, desk: Desk) -> Any:
    """One batch with the given peers."""
    if not event.get("Records"):
        return {"batchItemFailures": []}  # nothing to do; Powertools would call it an unknown event
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    latest = _latest(event)

    def handle(record: SQSRecord) -> None:
        payload = json.loads(record.body)
        if desk.seconds_left() < 2 * CALL_S:
            raise Unavailable("too little time left for a call")
        superseded = latest.get(_coalesced(payload), payload.get("outbox_id")) != payload.get("outbox_id")
        try:
            deliver(desk, payload, superseded=superseded)
        except Invalid as error:
            count("NotATask")
            warn("not a task", error=type(error).__name__)

    return process_partial_response(event, handle, processor, context)


def _coalesced(payload: Mapping[str, Any]) -> tuple[Any, ...] | None:
    key = payload.get("coalesce")
    return (payload.get("agency"), payload.get("citizen"), key) if key else None


def _latest(event: dict[str, Any]) -> dict[Any, str]:
    """The last message of each kind that later ones of its kind replace."""
    payloads = [json.loads(record["body"]) for record in event["Records"]]
    return {_coalesced(p): p["outbox_id"] for p in payloads if p.get("coalesce")}
