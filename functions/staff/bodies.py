"""What requests may hold. Unknown fields are refused: a slip of the pen must not pass as done."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class Body(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PointIn(Body):
    """A place on the earth (WGS 84, degrees)."""

    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)


class FactsIn(Body):
    """Facts as an officer knows them; null clears one."""

    plates: (
        list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=20)]] | None
    ) = Field(None, max_length=10)
    when: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = Field(
        None, description="A date (2026-11-24), or a time; without an offset it is Hanoi's."
    )
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)] | None = (
        None
    )
    ward: Annotated[str, StringConstraints(pattern=r"^\d{5}$")] | None = None
    location: PointIn | None = None
