"""Going on after a stop: what the emulator forgets of the table's stream is handed to dispatch again.

MiniStack keeps tables, queues and how far each consumer has read a stream, but not the stream's records. After a
restart the stream begins at nothing, and a consumer that goes on from its old position would skip as many new
records as it had read before. On AWS a stream keeps its records for 24 hours, and nothing of this is needed.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# What was written in the last moments before the stop may not have been sent on. Sent twice, it is done once.
_LAST_MOMENTS_S = 120
_BATCH = 25


def forget_positions(state: Path) -> None:
    """Let stream consumers begin anew. `state` is the emulator's folder; call it while the emulator is down."""
    file = state / "lambda.json"
    if not file.exists():
        return
    kept = json.loads(file.read_text("utf-8"))
    if kept.get("payload", kept).pop("dynamodb_stream_positions", None) is not None:
        file.write_text(json.dumps(kept), "utf-8")


def hand_over(dynamodb: Any, functions: Any, *, table: str, dispatch: str) -> int:
    """Give dispatch the tasks of the last moments before the stop; returns how many."""
    tasks = sorted(_outbox(dynamodb, table), key=_written)
    if not tasks:
        return 0
    edge = _written(tasks[-1]) - _LAST_MOMENTS_S
    recent = [t for t in tasks if _written(t) >= edge]
    for start in range(0, len(recent), _BATCH):
        records = [
            {"eventName": "INSERT", "dynamodb": {"NewImage": task, "SequenceNumber": str(number)}}
            for number, task in enumerate(recent[start : start + _BATCH], start)
        ]
        functions.invoke(FunctionName=dispatch, Payload=json.dumps({"Records": records}))
    return len(recent)


def _outbox(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="#entity = :outbox",
        ExpressionAttributeNames={"#entity": "entity"},
        ExpressionAttributeValues={":outbox": {"S": "outbox"}},
    )
    for page in pages:
        yield from page["Items"]


def _written(task: Mapping[str, Any]) -> int:
    """When a task was written, in seconds, but for a constant: every task is kept equally long."""
    return int(task["ttl"]["N"])
