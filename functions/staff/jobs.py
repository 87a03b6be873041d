"""Work that takes longer than a request: the function calls itself, and an item tells how far it came.

Lambda repeats an asynchronous call that failed; a job that is done is not done again.
"""

import json
import os
import time
import uuid
from typing import Any

from desk.errors import NotFound
from desk.logs import log
from desk.storage import keys
from desk.storage.clients import client
from desk.storage.table import Item
from staff.auth import Person, Role
from staff.desk import Desk

KEEP_S = 7 * 86400


def start(desk: Desk, person: Person, kind: str, **arguments: Any) -> str:
    """Begin a job; returns its id."""
    job = uuid.uuid4().hex
    item = keys.export(person.agency, job) | {
        "entity": "export",
        "id": job,
        "kind": kind,
        "arguments": arguments,
        "by": person.name,
        "role": person.role.name,
        "state": "queued",
        "rows": 0,
        "ttl": int(time.time()) + KEEP_S,
    }
    desk.table.put_new(item)
    client("lambda").invoke(
        FunctionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        InvocationType="Event",
        Payload=json.dumps({"job": {"agency": person.agency, "id": job}}),
    )
    return job


def look(desk: Desk, agency: str, job: str) -> Item:
    """How far a job of the agency came. Raises NotFound."""
    item = desk.table.get(keys.export(agency, job))
    if item is None:
        raise NotFound("no such export")
    return item


def owner(item: Item, agency: str) -> Person:
    """Who began a job."""
    return Person(item["by"], agency, Role[item["role"]])


def progress(desk: Desk, agency: str, job: str, **values: Any) -> None:
    """Say how far a job came."""
    desk.table.update(keys.export(agency, job), values, condition="attribute_exists(pk)")
    log("job", job=job, agency=agency, state=values.get("state"), count=values.get("rows"))
