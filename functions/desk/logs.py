"""Logging by allow-list: a log line holds these fields and nothing else.

Names, phones, id numbers, message texts, tokens and addresses with tokens cannot be logged by accident,
because no field takes them. Citizens appear as pseudonyms.
"""

import warnings
from typing import Any

from aws_lambda_powertools import Logger, Metrics

# Most invocations count nothing, and that is fine.
warnings.filterwarnings("ignore", "No application metrics to publish")

_FIELDS = frozenset(
    [
        "agency",
        "api",
        "attempts",
        "bytes",
        "category",
        "citizen",
        "code",
        "count",
        "duplicates",
        "error",
        "event",
        "event_id",
        "evidence_id",
        "function",
        "group",
        "job",
        "kind",
        "method",
        "num_retry",
        "outbox_id",
        "purpose",
        "queue",
        "reason",
        "report",
        "role",
        "route",
        "seconds",
        "stage",
        "state",
        "status",
        "step",
        "version",
        "zalo_error",
    ]
)

logger = Logger(log_uncaught_exceptions=False)
metrics = Metrics()


def log(message: str, **fields: Any) -> None:
    """One line at level INFO. Raises ValueError for a field that is not on the list."""
    _write(logger.info, message, fields)


def warn(message: str, **fields: Any) -> None:
    """One line at level WARNING. Raises ValueError for a field that is not on the list."""
    _write(logger.warning, message, fields)


def _write(write: Any, message: str, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - _FIELDS:
        raise ValueError(f"not a field for logs: {', '.join(sorted(unknown))}")
    write(message, extra={k: v for k, v in fields.items() if v is not None}, stacklevel=3)


def count(metric: str, value: float = 1) -> None:
    """Count something in CloudWatch (embedded metric format); flushed by the handler's decorator."""
    metrics.add_metric(name=metric, unit="Count", value=value)
