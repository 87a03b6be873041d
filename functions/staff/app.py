"""The staff function: the JSON API under /staff, the OA's consent flow, the console's files, the public page."""

import base64
import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from desk.logs import metrics
from staff import (
    agency,
    audit,
    auth,
    canned,
    changes,
    connect,
    dossier,
    evidence,
    exports,
    facilities,
    feeds,
    health,
    intake,
    jobs,
    knowledge,
    merging,
    messages,
    moving,
    news,
    news_broadcast,
    news_moves,
    offices,
    pages,
    problems,
    public,
    questions,
    reading,
    reminders,
    reports,
    reports_list,
    snapshot,
    statistics,
    uploads,
    workdays,
)
from staff.desk import desk
from staff.openapi import document
from staff.parameters import only_known

OPENAPI = "/staff/openapi.json"
MAX_BODY = 256 * 1024
# What staff read is about people: no cache keeps it, and no browser guesses what it is.
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
for router in (
    reports_list.router, intake.router, reports.router, changes.router, messages.router, moving.router,
    merging.router, canned.router, evidence.router, uploads.router, dossier.router, statistics.router, exports.router,
    agency.router, workdays.router, audit.router, knowledge.router, questions.router, facilities.router,
    offices.router, news.router, news_moves.router, news_broadcast.router, feeds.router, reminders.router,
    health.router, connect.router, public.router, reading.router, pages.router,
):  # fmt: skip
    app.include_router(router)
app.use(middlewares=[only_known])
JOBS = {"export": exports.make, "dossier": dossier.make, "calendar": workdays.make, "public": snapshot.make}


@app.get(OPENAPI, include_in_schema=False, compress=True)
def openapi() -> Response[Any]:
    """The description of this API."""
    return Response(200, "application/json", document(app), {"Cache-Control": "public, max-age=300"})


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def fail(error: Exception) -> Response[str]:
    """Every error is a problem with a type."""
    return problems.of_error(error)


@app.not_found
def missing(_error: NotFoundError) -> Response[str]:
    """No such address, or not with this method."""
    path = app.current_event.path
    routes = (*app._static_routes, *app._dynamic_routes)
    if methods := sorted({r.method for r in routes if r.rule.match(path) and r.path != pages.ANY_FILE}):
        return problems.response("method-not-allowed", headers={"Allow": ", ".join(methods)})
    return problems.response("not-found")


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One request, or one job in the background."""
    if "job" in event:
        return work(event["job"])
    path, method = event.get("rawPath", ""), event["requestContext"]["http"]["method"]
    body = event.get("body") or ""
    refused = None
    try:
        if path.startswith("/staff/") and path != OPENAPI:
            auth.check(event, method)
        most = uploads.MAX_BODY if uploads.takes(method, path) else MAX_BODY
        if len(body) > (most * 4 // 3 if event.get("isBase64Encoded") else most):
            raise problems.Problem("too-large")
        if body:
            _check_body(event, body)
    except ValueError:
        refused = problems.response("invalid-json", field="body")
    except problems.Problem as problem:
        refused = problems.of_error(problem)
    if refused:
        return {"statusCode": refused.status_code, "headers": _flat(refused), "body": refused.body}
    answer = app.resolve(event, context)
    if path.startswith("/staff/"):
        answer["headers"] = _PRIVATE | answer["headers"]
    return answer


def _check_body(event: dict[str, Any], body: str) -> None:
    """Only JSON, and only such as can be written down again: half of a character pair cannot. Raises ValueError
    and Problem."""
    kind = {k.lower(): v for k, v in (event.get("headers") or {}).items()}.get("content-type", "")
    if kind and kind.split(";")[0].strip().lower() != "application/json":
        raise problems.Problem("unsupported-media-type")
    text = base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
    json.dumps(json.loads(text), ensure_ascii=False).encode()


def work(task: dict[str, str]) -> dict[str, Any]:
    """Do a job; one that is done is left alone. What goes wrong is noted, and raised so that it comes again."""
    peers, whose, name = desk(), task["agency"], task["id"]
    item = jobs.look(peers, whose, name)
    if item["state"] == "done":
        return {"state": "done"}
    try:
        JOBS[item["kind"]](peers, jobs.owner(item, whose), name, item["arguments"])
    except Exception:  # whatever it is: whoever waits must see that it failed
        jobs.progress(peers, whose, name, state="failed")
        raise
    return {"state": "done"}


def _flat(refused: Response[str]) -> dict[str, str]:
    return {k: str(v) for k, v in refused.headers.items()}
