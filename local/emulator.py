"""MiniStack with two corrections of how it enforces IAM, run by the interpreter of its own environment.

It asks for sqs:SendMessageBatch and the like, which no policy can grant: on AWS the permission for one message covers
a batch (Service Authorization Reference of SQS). And it takes a request over loopback for what TLS must not be left
out of: the buckets refuse plain HTTP, as they should.
"""

import sys

from ministack import app  # type: ignore[import-not-found]
from ministack.core import iam_actions  # type: ignore[import-not-found]

_asked = iam_actions.extract_iam_action
_pin = app.pin_request_origin


def permission(service: str, *request: object) -> str | None:
    """The permission that a request needs."""
    action: str | None = _asked(service, *request)
    return action.removesuffix("Batch") if service == "sqs" and action else action


def origin(address: str, _secure: bool) -> None:
    """Where a request comes from: loopback, which is as good as TLS."""
    _pin(address, True)


if __name__ == "__main__":
    iam_actions.extract_iam_action = permission
    app.pin_request_origin = origin
    sys.exit(app.main())
