"""Query parameters that a route does not have are refused: a misspelt filter must not quietly show everything."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from desk.errors import Invalid


def only_known(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Go on when each query parameter is one of the route's. Raises Invalid naming one that is not."""
    event = app.current_event
    if event.path.startswith("/staff/"):
        known = {field.alias for field in app.context["_route"].dependant.query_params}
        for name in event.query_string_parameters or {}:
            if name not in known:
                raise Invalid("no such parameter", field=f"query.{name}", code="invalid_request")
    return next_middleware(app)
