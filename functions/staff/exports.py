"""GET /staff/exports: the list as a file. Up to 1,000 reports at once, more in the background."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import batched, islice
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from desk.domain.clock import iso, local
from desk.domain.report import Report
from staff import files, jobs
from staff.auth import Person, Reader
from staff.desk import Desk, desk
from staff.reports_list import (
    AnyStatus,
    AssigneeFilter,
    CategoryFilter,
    PlateFilter,
    Since,
    Until,
    WardFilter,
    WordsFilter,
    wanted_by,
)
from staff.routing import new_router
from staff.rows import TYPES, WRITERS
from staff.search import Wanted, find
from staff.shapes import Shape
from staff.writing import audit_row

router = new_router()

AT_ONCE = 1000
_PAGE = 100


class Export(Shape):
    """A file that is being made, or is ready: then `url` leads to it for five minutes."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    rows: int = 0
    status_url: str
    url: str | None = None


def found(desk: Desk, wanted: Wanted) -> Iterator[str]:
    """Codes of all reports that pass the filters, newest first, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        cards, cursor = find(desk.table, wanted, cursor=cursor, limit=_PAGE)
        yield from (c["code"] for c in cards)


def read(desk: Desk, codes: Iterable[str]) -> Iterator[Report]:
    """The reports of some codes, read as they are asked for."""
    for some in batched(codes, _PAGE, strict=False):
        yield from desk.reports.load_many(some)


_FILE = {
    "description": "The file",
    "content": {t.split(";")[0]: {"schema": {"type": "string", "format": "binary"}} for t in TYPES.values()},
}
_LATER = {"description": "Made in the background", "content": {"application/json": {"model": Export}}}


@router.get(
    "/staff/exports", tags=["agency"], operation_id="exportReports",
    responses={200: _FILE, 202: _LATER},  # type: ignore[dict-item]
)  # fmt: skip
def export(
    person: Reader,
    format: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
    status: Annotated[AnyStatus | None, Query()] = None,
    category: CategoryFilter = "",
    assignee: AssigneeFilter = "",
    ward: WardFilter = "",
    plate: PlateFilter = "",
    q: WordsFilter = "",
    since: Since = "",
    to: Until = "",
) -> Response[Any]:
    """The reports that pass the filters, with all their facts and without anybody's name."""
    peers = desk()
    filters: dict[str, Any] = {
        "status": status or "", "category": category, "assignee": assignee, "ward": ward,
        "plate": plate, "q": q, "since": since, "to": to,
    }  # fmt: skip
    wanted = wanted_by(person, **filters)
    codes = list(islice(found(peers, wanted), AT_ONCE + 1))
    if len(codes) > AT_ONCE:
        job = jobs.start(peers, person, "export", format=format, filters=filters)
        place = f"/staff/exports/{job}"
        later = Export(id=job, state="queued", status_url=place)
        return Response(202, "application/json", later.model_dump(), {"Location": place, "Retry-After": "3"})
    peers.table.put_new(audit_row(peers, person, "exported", rows=len(codes), format=format))
    file = io.BytesIO()
    WRITERS[format](read(peers, codes), file)
    return files.download(_name(peers, format), TYPES[format], file.getvalue())


def _name(desk: Desk, kind: str) -> str:
    return f"phan-anh-{local(desk.now()):%Y-%m-%d-%H%M}.{kind}"


@router.get("/staff/exports/<job>", tags=["agency"], operation_id="readExport")
def read_export(job: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], person: Reader) -> Export:
    """How far a file is, and its address when it is ready."""
    peers = desk()
    item = jobs.look(peers, person.agency, job)
    url = None
    if item["state"] == "done":
        url = files.link(peers, item["key"], item["file_name"], item["content_type"])
    return Export(
        id=job, state=item["state"], rows=int(item["rows"]), status_url=f"/staff/exports/{job}", url=url
    )


def make(desk: Desk, person: Person, job: str, arguments: dict[str, Any]) -> None:
    """Make the file of a job."""
    wanted, kind = wanted_by(person, **arguments["filters"]), arguments["format"]
    jobs.progress(desk, person.agency, job, state="running", started_at=iso(desk.now()))
    counted = 0

    def counting() -> Iterator[Report]:
        nonlocal counted
        for report in read(desk, found(desk, wanted)):
            counted += 1
            if counted % 1000 == 0:
                jobs.progress(desk, person.agency, job, rows=counted)
            yield report

    with tempfile.TemporaryFile() as file:
        WRITERS[kind](counting(), file)
        place = files.key(person.agency, f"{job}.{kind}")
        files.put(desk, place, file, TYPES[kind])
    desk.table.put_new(audit_row(desk, person, "exported", rows=counted, format=kind))
    done = {"key": place, "content_type": TYPES[kind], "file_name": _name(desk, kind), "rows": counted}
    jobs.progress(desk, person.agency, job, state="done", **done)
