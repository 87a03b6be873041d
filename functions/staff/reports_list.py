"""GET /staff/reports: the inbox, saved filters and search."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from desk.language.wards import wards
from staff import cursors, views
from staff.auth import Person, Reader
from staff.bodies import moment_in_query
from staff.desk import desk
from staff.facts import CATEGORIES
from staff.facts import category as known_category
from staff.facts import ward as known_ward
from staff.routing import new_router
from staff.search import Wanted, find, moment
from staff.shapes import ReportList

router = new_router()

type AnyStatus = Literal[
    "",
    "received",
    "verifying",
    "in_progress",
    "needs_info",
    "resolved",
    "rejected",
    "reopened",
    "open",
    "closed",
]
"""A status, or all of the open ones, or all of the closed ones."""

CategoryFilter = Annotated[str, Query(max_length=60, json_schema_extra={"enum": ["", *CATEGORIES, "other"]})]
AssigneeFilter = Annotated[str, Query(max_length=128, description="A user name, `me` or `none`.")]
WardFilter = Annotated[
    str, Query(max_length=10, json_schema_extra={"enum": ["", *wards()]}, description="A ward's code.")
]
PlateFilter = Annotated[
    str,
    Query(
        max_length=20,
        pattern=r"^$|^[0-9A-Za-z]{2}[ .-]?[0-9A-Za-zĐđ][0-9A-Za-zĐđ .*?-]*$",
        description="However it is typed; the beginning is enough (30K-182.xx).",
    ),
]
WordsFilter = Annotated[str, Query(max_length=200, description="A code, or words with or without marks.")]
Since = Annotated[
    str,
    moment_in_query("A date or a time, included.", alias="from"),
]
Until = Annotated[str, moment_in_query("A date or a time, included.")]


@router.get("/staff/reports", compress=True, tags=["reports"], operation_id="listReports")
def list_reports(
    person: Reader,
    status: Annotated[AnyStatus | None, Query(description="A status, `open` or `closed`.")] = None,
    category: CategoryFilter = "",
    assignee: AssigneeFilter = "",
    ward: WardFilter = "",
    plate: PlateFilter = "",
    q: WordsFilter = "",
    since: Since = "",
    to: Until = "",
    overdue: Annotated[
        bool, Query(description="Only those whose deadline has passed, the latest first.")
    ] = False,
    sort: Annotated[
        Literal["", "newest", "deadline"],
        Query(
            description="`deadline`: open ones alone, what is due first comes first. A search is newest first."
        ),
    ] = "",
    cursor: Annotated[str, Query(max_length=100, json_schema_extra={"pattern": cursors.REPORT})] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ReportList:
    """Reports of the agency, newest first, or by deadline; merged ones are left out. A page can be shorter than
    `limit` and still have a `next`."""
    peers = desk()
    wanted = wanted_by(
        person, status=status or "", category=category, assignee=assignee, ward=ward, plate=plate, q=q,
        since=since, to=to, overdue=overdue, by_deadline=sort == "deadline",
    )  # fmt: skip
    cards, following = find(peers.table, wanted, cursor=cursor, limit=limit)
    return ReportList(items=[views.summary(c) for c in cards], next=following)


def wanted_by(
    person: Person,
    *,
    status: str,
    category: str,
    assignee: str,
    ward: str,
    plate: str,
    q: str,
    since: str,
    to: str,
    overdue: bool = False,
    by_deadline: bool = False,
) -> Wanted:
    """The filters of a request. Raises Invalid for one that names nothing."""
    return Wanted(
        agency=person.agency,
        status=status,
        category=known_category(category, "query.category") if category else "",
        assignee=person.name if assignee == "me" else assignee,
        ward=known_ward(ward, "query.ward") if ward else "",
        plate=plate,
        words=q,
        since=moment(since, "query.from"),
        until=moment(to, "query.to", end=True),
        overdue_at=desk().now() if overdue else None,
        by_deadline=by_deadline,
    )
