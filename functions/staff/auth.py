"""Who asks: a person of one agency in one role, as the groups of their token say.

The HTTP API's authorizer has checked signature, issuer, audience and expiry before the function runs. Groups
are called `<agency>.<role>`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends

from desk import agencies
from staff.problems import Problem


class Role(IntEnum):
    """Each role may do what the ones before it may, except that only some see the audit (`Person.audits`)."""

    AUDITOR = 1
    OFFICER = 2
    SUPERVISOR = 3
    ADMINISTRATOR = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in. `name` is their user name."""

    name: str
    agency: str
    role: Role

    @property
    def actor(self) -> str:
        """How timelines name them."""
        return f"staff:{self.name}"

    @property
    def audits(self) -> bool:
        """Whether they see the audit."""
        return self.role in {Role.AUDITOR, Role.ADMINISTRATOR}


def groups_of(claim: object) -> list[str]:
    """Groups of a token. API Gateway hands a list over as text: "[csgt.officer csgt.supervisor]"."""
    if isinstance(claim, str):
        return [g for g in re.split(r'[\s,"]+', claim.strip("[] ")) if g]
    return [str(g) for g in claim] if isinstance(claim, list | tuple) else []


def person_of(event: Mapping[str, Any]) -> Person:
    """The person behind an event of the HTTP API. Raises Problem: unauthenticated, no-agency."""
    context = event.get("requestContext") or {}
    claims = ((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {}
    # An id token says cognito:username, an access token says username.
    name = str(claims.get("cognito:username") or claims.get("username") or "")
    if not name:
        raise Problem("unauthenticated")
    roles: dict[str, Role] = {}
    for group in groups_of(claims.get("cognito:groups")):
        agency, _, role = group.partition(".")
        if agency in agencies.names() and role.upper() in Role.__members__:
            roles[agency] = max(Role[role.upper()], roles.get(agency, Role.AUDITOR))
    if len(roles) != 1:
        raise Problem("no-agency")
    [(agency, highest)] = roles.items()
    return Person(name, agency, highest)


def check(event: Mapping[str, Any], method: str) -> None:
    """Refuse before anything else is looked at: strangers, and auditors who would change something."""
    person = person_of(event)
    if method not in {"GET", "HEAD"} and person.role == Role.AUDITOR:
        raise Problem("forbidden", "an auditor reads only")


def reader(request: Request) -> Person:
    """Anybody of an agency."""
    return person_of(request.resolved_event.raw_event)


def _at_least(role: Role, request: Request) -> Person:
    person = reader(request)
    if person.role < role:
        raise Problem("forbidden", f"this needs the role {role.name.lower()}")
    return person


def officer(request: Request) -> Person:
    """Whoever works on reports."""
    return _at_least(Role.OFFICER, request)


def supervisor(request: Request) -> Person:
    """Whoever leads: assigns others, merges, may see an identity."""
    return _at_least(Role.SUPERVISOR, request)


def administrator(request: Request) -> Person:
    """Whoever connects the OA."""
    return _at_least(Role.ADMINISTRATOR, request)


def auditor(request: Request) -> Person:
    """Whoever sees the audit."""
    person = reader(request)
    if not person.audits:
        raise Problem("forbidden", "the audit is for auditors and administrators")
    return person


Reader = Annotated[Person, Depends(reader)]
Officer = Annotated[Person, Depends(officer)]
Supervisor = Annotated[Person, Depends(supervisor)]
Administrator = Annotated[Person, Depends(administrator)]
Auditor = Annotated[Person, Depends(auditor)]
