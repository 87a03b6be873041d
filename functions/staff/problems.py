"""Errors as RFC 9457 problem details: one `type` for each kind, so that programs need not read prose.

The types are addresses of this API (`/problems/<name>`) and explain themselves when opened.
"""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
    ResponseValidationError,
)

from desk.errors import AlreadyDone, Conflict, DeskError, Forbidden, Invalid, NotFound, Unavailable
from desk.logs import count, warn

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, tuple[int, str, str]] = {
    "invalid-json": (400, "The body is not JSON", "The body must be one JSON value in UTF-8."),
    "unauthenticated": (401, "Who are you?", "Send the id token of a sign-in as a bearer token."),
    "forbidden": (403, "Not allowed", "Your role does not allow this."),
    "no-agency": (403, "No agency", "You are in no group of one known agency; an administrator adds you."),
    "other-agency": (403, "Another agency's", "This exists but belongs to another agency."),
    "not-found": (404, "Not found", "There is no such thing, or not under this address."),
    "method-not-allowed": (405, "Method not allowed", "The header Allow names the methods of this address."),
    "conflict": (409, "Somebody was first", "It was changed at the same moment; read it again and retry."),
    "merged": (409, "The report was merged", "Work on the report that it was merged into (`into`)."),
    "not-merged": (409, "Not merged", "The report is handled on its own already."),
    "closed": (409, "The report is closed", "A closed report must be reopened first."),
    "forgotten": (409, "The citizen is forgotten", "The reporter had their data deleted and cannot be reached."),
    "status-not-allowed": (409, "Not from here", "The report cannot go from its status to this one."),
    "already-there": (409, "Already there", "The report belongs to this agency already."),
    "same-report": (409, "The same report", "A report cannot be merged into itself."),
    "unknown-report": (409, "No such report", "The report to merge into does not exist."),
    "unknown-person": (409, "No such person", "Nobody of the agency who works on reports is called so."),
    "foreign-evidence": (409, "Not of this report", "The evidence named does not belong to this report."),
    "proof-needed": (422, "Proof is needed", "A repair is closed with a photo, a reference, or as answered."),
    "reason-needed": (422, "A reason is needed", "Closing a report or asking for more needs a reason."),
    "reason-does-not-fit": (422, "Not a reason for this", "The reason is listed for other statuses."),
    "no-chat": (409, "No chat", "The citizen has no Zalo chat with us, such as a caller of the hotline."),
    "not-stored": (409, "No file", "The file is still being fetched, or could not be had; its state says which."),
    "reading-off": (409, "Not switched on", "This desk is deployed without machines that read pictures and voices."),
    "nothing-to-read": (409, "Nothing to read", "No stored picture or recording is left that was not read yet."),
    "not-connected": (409, "Not set up", "The Zalo credentials of the agency are not set."),
    "article-state": (409, "Not from here", "The article is in a state (`state`) that does not allow this."),
    "article-incomplete": (409, "Not complete", "An article has a title, a summary and a text."),
    "no-topics": (409, "No topics", "The article has no topics by which readers could be chosen."),
    "unknown-topic": (409, "No such topic", "The agency has no topic of this id."),
    "feed-twice": (409, "There twice", "The same address is named twice."),
    "time-out-of-range": (409, "Not at that time", "A time between now and a year from now is wanted."),
    "already-sent": (409, "Already sent", "An article is sent to its readers once."),
    "already-broadcast": (409, "Broadcast already", "Cancel the one that waits, or settle the one in doubt."),
    "may-come-twice": (409, "Went out the other way", "Readers may get it twice; `twice` sends it all the same."),
    "broadcast-known": (409, "Nothing to settle", "Only a broadcast in doubt is settled."),
    "nothing-to-cancel": (409, "Nothing to stop", "Nothing is scheduled and nothing is being sent."),
    "precondition-failed": (412, "Changed meanwhile", "It is not what If-Match says; read it again."),
    "too-large": (413, "Too large", "The body is larger than this address takes."),
    "unsupported-media-type": (415, "Not JSON", "Send application/json."),
    "invalid-request": (422, "Something is wrong in the request", "`errors` names each field that is wrong."),
    "idempotency-key-reused": (422, "Key used before", "This Idempotency-Key came with another request."),
    "internal": (500, "A fault of ours", "It is logged. Trying again may help."),
    "unavailable": (503, "Busy", "Something outside does not answer; try again in a moment."),
}  # fmt: skip


class Problem(DeskError):
    """An answer that is an error. `kind` is a key of KINDS, or an Invalid's own code."""

    def __init__(self, kind: str, detail: str = "", *, field: str = "", **more: Any) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.field, self.more = kind, detail, field, more


def response(
    kind: str,
    detail: str = "",
    *,
    field: str = "",
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, Any] | None = None,
    **more: Any,
) -> Response[str]:
    """The problem as an answer."""
    status, title, explained = KINDS.get(kind, (422, "Not possible", ""))
    listed = list(errors) or ([{"field": field, "message": detail}] if field else [])
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail or explained}
    if listed:
        body |= {"field": listed[0]["field"], "errors": listed}
    return Response(
        status_code=status,
        content_type=MEDIA_TYPE,
        body=json.dumps(body | more, ensure_ascii=False),
        headers=dict(headers or {}),
    )


def of_error(error: Exception) -> Response[str]:
    """The problem that an error is. Whatever is not known is a fault of ours and tells nothing."""
    match error:
        case Problem():
            return response(error.kind, error.detail, field=error.field, **error.more)
        case Invalid():
            return response(error.code.replace("_", "-"), str(error), field=error.field)
        case RequestUnsupportedContentType():
            return response("unsupported-media-type")
        case RequestValidationError():
            return _of_validation(error)
        case NotFound():
            return response("not-found", str(error))
        case Forbidden():
            return response("forbidden", str(error))
        case Conflict() | AlreadyDone():
            return response("conflict")
        case Unavailable():
            return response("unavailable", headers={"Retry-After": "2"})
    count("StaffFault")
    warn("fault", error=type(error).__name__, kind=_where(error))
    return response("internal")


def _of_validation(error: RequestValidationError) -> Response[str]:
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return response("invalid-json", field="body")
    errors = [
        {"field": ".".join(str(part) for part in e["loc"]), "message": str(e["msg"]), "rule": str(e["type"])}
        for e in found
    ]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors[:5])
    return response("invalid-request", detail, errors=errors)


def _where(error: Exception) -> str:
    """File and line of a fault, without the values that were at play."""
    if isinstance(error, ResponseValidationError):
        return "response " + ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


def phrase(status: int) -> str:
    """What a status code is called."""
    return HTTPStatus(status).phrase
