"""The OpenAPI document: what the routes say of themselves, and what all of them have in common."""

from functools import cache
from inspect import getdoc
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from staff.problems import KINDS, MEDIA_TYPE

TITLE = "Lắng Nghe: staff API"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/precondition-failed"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string", "description": "The first field that is wrong."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "examples": ["body.status"]},
                    "message": {"type": "string"},
                    "rule": {"type": "string"},
                },
            },
        },
    },
}
# Said in words and not as parameters: a program that makes up values for them would only ever see 412 and 422.
_IF_MATCH = (
    "The header `If-Match` is optional: with the ETag of what is changed as it was read, another state of it is "
    "answered by 412 and nothing is changed."
)
_KEY = (
    "The header `Idempotency-Key` is optional (1 to 200 characters): repeated with it within two days, the "
    "request gets its first answer and does nothing again; with another body it is answered by 422."
)


@cache
def document(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """The document, made once per process."""
    schema = app.get_openapi_schema(
        title=TITLE,
        version="1.0.0",
        description="For the staff of the agencies. Sign in with Cognito and send the id token as bearer token.",
        security_schemes={"staff": HTTPBearer(bearerFormat="JWT")},
        security=[{"staff": []}],
    )
    whole: dict[str, Any] = schema.model_dump(by_alias=True, exclude_none=True, mode="json")
    whole["servers"] = [{"url": "/"}]
    schemas = whole["components"]["schemas"]
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    explained = {r.operation_id: getdoc(r.func) or "" for r in (*app._static_routes, *app._dynamic_routes)}
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            operation["description"] = explained[operation["operationId"]].replace("\n", " ")
            operation["summary"] = operation["description"].split(". ")[0].split("; ")[0].rstrip(".")
            _complete(path, method, operation)
    return whole


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add to an operation what every operation of its kind has."""
    responses = operation["responses"]
    for parameter in operation.get("parameters", ()):
        if parameter["schema"].get("default") == "":
            del parameter["schema"]["default"]  # it stands for "not given"
    responses.pop("422", None)
    statuses = {401, 403, 422, 500, 503}
    # Not every agency has these lists.
    if "{" in path or path in {"/staff/facilities", "/staff/offices"}:
        statuses.add(404)
    if method in {"post", "patch", "put"}:
        statuses |= {400, 409, 412, 413, 415}
        said = [operation.get("description", "")]
        if not path.endswith("/identity"):
            said += [_IF_MATCH] if "{code}" in path or "{article_id}" in path else []
            said += [_KEY] if method == "post" else []
        operation["description"] = "\n\n".join(t for t in said if t)
    if path.endswith("/evidence/{evidence_id}"):
        statuses.add(409)
    for status in sorted(statuses):
        responses[str(status)] = _problem(status)


def _problem(status: int) -> dict[str, Any]:
    kinds = [f"/problems/{kind}" for kind, (code, _, _) in KINDS.items() if code == status]
    answer: dict[str, Any] = {
        "description": f"A problem: {', '.join(kinds)}" if kinds else "A problem",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == 401:
        # The gateway answers for the function when a token is missing or not valid.
        answer["content"]["application/json"] = {"schema": {"type": "object"}}
    return answer
