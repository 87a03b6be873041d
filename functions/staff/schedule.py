"""Asking the schedule to do a job at once. It does so every minute anyway, so a failure only costs time."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from desk.logs import warn
from desk.settings import settings
from desk.storage.clients import client


def wake_schedule(job: str) -> None:
    """Start a job of the schedule and do not wait for it."""
    if not settings().schedule_function:
        return
    try:
        client("lambda").invoke(
            FunctionName=settings().schedule_function,
            InvocationType="Event",
            Payload=json.dumps({"job": job}),
        )
    except (BotoCoreError, ClientError) as error:
        warn("schedule not woken", job=job, error=type(error).__name__)
