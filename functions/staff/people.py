"""The staff of an agency, as the user pool knows them."""

import time

from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Unavailable
from desk.settings import settings
from desk.storage.clients import client
from staff.auth import Role
from staff.problems import Problem

_KEEP_S = 60.0
_known: dict[str, tuple[float, list[tuple[str, str]]]] = {}


def staff_of(agency: str) -> list[tuple[str, str]]:
    """User name and role of everybody of an agency; a person in two groups is there twice.

    Remembered for a minute. Raises Unavailable.
    """
    kept = _known.get(agency)
    if kept and time.monotonic() - kept[0] < _KEEP_S:
        return kept[1]
    people: list[tuple[str, str]] = []
    try:
        for role in (r.name.lower() for r in Role):
            pages = client("cognito-idp").get_paginator("list_users_in_group")
            for page in pages.paginate(UserPoolId=settings().user_pool_id, GroupName=f"{agency}.{role}"):
                people += [(u["Username"], role) for u in page["Users"] if u.get("Enabled", True)]
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("the user pool does not answer") from error
    _known[agency] = (time.monotonic(), people)
    return people


def check_assignee(agency: str, name: str) -> None:
    """Raises Problem when nobody of the agency who works on reports is called so."""
    able = {n for n, role in staff_of(agency) if role != "auditor"}
    if name not in able:
        raise Problem("unknown-person", field="body.assignee")
