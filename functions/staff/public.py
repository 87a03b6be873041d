"""The public page: what citizens reported about roads and what became of it. Nothing about violations or people.

Only of agencies whose file says `[public]`, only their own categories, only counts of at least five, positions
in squares of about a kilometre, and only until yesterday midnight, so that no single report can be watched
coming in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from desk import agencies
from desk.errors import NotFound
from desk.language.wards import wards
from staff import snapshot
from staff.desk import desk
from staff.facts import CATEGORIES
from staff.pages import file, headers
from staff.routing import new_router
from staff.snapshot import Row
from staff.suppress import at_least

router = new_router()

K = 5
FOLDER = "public"


@router.get("/public", include_in_schema=False, enable_validation=False)
def index() -> Response[Any]:
    """The page."""
    return file("index.html", FOLDER)


@router.get("/public/reports.json", include_in_schema=False, compress=True)
def reports(
    ward: Annotated[str, Query(max_length=10)] = "",
    month: Annotated[str, Query(pattern=r"^(\d{4}-\d\d)?$")] = "",
) -> Response[Any]:
    """Counts of the last year, of one ward or one month when asked for."""
    name = next((n for n in agencies.names() if agencies.agency(n).data.get("public")), None)
    if name is None:
        raise NotFound("no agency shows its reports")
    peers = desk()
    until, counted = snapshot.latest(peers, name)
    rows = coarsened(counted)
    chosen = {r: n for r, n in rows.items() if ward in {"", r.ward} and month in {"", r.month}}
    body = {"agency": agencies.agency(name).name, "until": (until - timedelta(days=1)).isoformat()}
    body |= figures(chosen) | {"months": sorted({r.month for r in rows}), "wards": _names(rows)}
    return Response(200, "application/json", body, headers("public, max-age=3600"))


def figures(rows: Mapping[Row, int]) -> dict[str, Any]:
    """What may be shown of some rows; `k` is the smallest count that is."""
    total = sum(rows.values())
    categories, more = at_least(_sum(rows, lambda r: r.category), K)
    squares, _ = at_least(_sum(rows, _place), K)
    return {
        "k": K,
        "total": total if total >= K else None,
        "by_category": [
            {
                "category": category,
                "label": CATEGORIES[category]["label"],
                "count": n,
                "outcomes": at_least(_outcomes(rows, category), K)[0],
            }
            for category, n in categories.items()
        ],
        "other_categories": more,
        "by_ward": _listed(rows, lambda r: r.ward),
        "by_month": _listed(rows, lambda r: r.month),
        "by_outcome": _listed(rows, lambda r: r.outcome),
        "squares": [{"lat": lat, "lon": lon, "count": n} for (lat, lon), n in squares.items()],
    }


def coarsened(rows: Mapping[Row, int]) -> dict[Row, int]:
    """Rows whose wards and months can be combined at will: in each month, wards with few reports are one, and a
    month with few has none. Otherwise a ward's year minus its other months would tell a small month."""
    kept: Counter[Row] = Counter()
    for month in {r.month for r in rows}:
        own = {r: n for r, n in rows.items() if r.month == month}
        wards_shown, rest = at_least(_sum(own, lambda r: r.ward), K)
        if not wards_shown and not rest:
            continue
        for row, n in own.items():
            kept[row if row.ward in wards_shown else row._replace(ward="none")] += n
    return dict(kept)


def _place(row: Row) -> tuple[float, float] | None:
    return None if row.lat is None or row.lon is None else (row.lat, row.lon)


def _outcomes(rows: Mapping[Row, int], category: str) -> Counter[str]:
    return _sum({r: n for r, n in rows.items() if r.category == category}, lambda r: r.outcome)


def _sum[G](rows: Mapping[Row, int], group: Callable[[Row], G | None]) -> Counter[G]:
    counts: Counter[G] = Counter()
    for row, n in rows.items():
        if (key := group(row)) is not None:
            counts[key] += n
    return counts


def _listed(rows: Mapping[Row, int], group: Callable[[Row], str]) -> dict[str, int]:
    shown, rest = at_least(_sum(rows, group), K)
    return shown | ({"other": rest} if rest else {})


def _names(rows: Iterable[Row]) -> dict[str, str]:
    return {w: wards()[w].full_name for w in sorted({r.ward for r in rows if r.ward in wards()})}


@router.get("/public/<name>", include_in_schema=False)
def static(name: str) -> Response[Any]:
    """The page's own script and style."""
    return file(name, FOLDER)
