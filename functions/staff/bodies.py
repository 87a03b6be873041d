"""What requests may hold. Unknown fields are refused: a slip of the pen must not pass as done."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from desk.language.wards import wards
from staff.facts import CATEGORIES

MOMENT: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
"""How a date or a time is described; without an offset a time is Hanoi's."""
_MOMENT_OR_NONE: dict[str, Any] = {"anyOf": [*MOMENT["anyOf"], {"const": ""}]}


def moment_in_query(description: str, *, alias: str | None = None) -> Any:
    """A date or a time in a query, where an empty value stands for none."""
    return Query(alias=alias, max_length=40, json_schema_extra=_MOMENT_OR_NONE, description=description)


Text = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S", max_length=4000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S[\s\S]+\S", max_length=500)]
Category = Annotated[str, Field(max_length=60, json_schema_extra={"enum": [*CATEGORIES, "other"]})]
Ward = Annotated[str, Field(max_length=10, json_schema_extra={"enum": list(wards())})]
# Also what no Vietnamese plate looks like: foreign vehicles are reported too.
Plate = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        pattern=r"^[0-9A-Za-zĐđ][0-9A-Za-zĐđ .*?-]*[0-9][0-9A-Za-zĐđ .*?-]*$",
        min_length=3,
        max_length=20,
    ),
]


class Body(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def written_date(value: object) -> str:
    """A date is written out: a bare number is not taken for seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("a date such as 2026-11-24 is wanted")
    return value


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 2.0 is the integer 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Version = Annotated[int, Field(strict=True, ge=0, le=2**53), BeforeValidator(_whole)]
"""Which version of something was read; 0 when there was none."""


def _to_a_hand(degrees: float) -> float:
    """Six decimals are eleven centimetres; the table keeps no number as small as a float can be."""
    return round(degrees, 6)


Degrees = Annotated[float, AfterValidator(_to_a_hand)]


class PointIn(Body):
    """A place on the earth (WGS 84, degrees)."""

    lat: Degrees = Field(strict=True, ge=-90, le=90, allow_inf_nan=False)
    lon: Degrees = Field(strict=True, ge=-180, le=180, allow_inf_nan=False)


class FactsIn(Body):
    """Facts as an officer knows them; null clears one."""

    plates: list[Plate] | None = Field(None, max_length=10)
    when: Annotated[str, Field(min_length=10, max_length=40, json_schema_extra=MOMENT)] | None = None
    place: (
        Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\S[\s\S]*\S", max_length=300)]
        | None
    ) = None
    ward: Ward | None = None
    location: PointIn | None = None
