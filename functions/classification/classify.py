"""One report: its search rows are brought up to date."""

from classification.terms import terms
from desk.domain.clock import epoch_ms, parse
from desk.errors import NotFound
from desk.logs import log
from desk.storage import keys
from desk.storage.reports import Reports, card
from desk.storage.table import Table


def classify(table: Table, code: str) -> None:
    """Bring a report's search rows up to date. Safe to repeat."""
    try:
        report = Reports(table).load(code)
    except NotFound:
        log("report missing", report=code)
        return
    order = keys.by_time(epoch_ms(parse(report.created_at)), code)
    wanted = {f"{kind}#{term}": (kind, term) for kind, term in terms(report)}
    known = {
        row["sk"].removeprefix("INDEX#") for row in table.query_all(keys.report_pk(code), prefix="INDEX#")
    }
    for name in known - wanted.keys():
        kind, term = name.split("#", 1)
        table.delete(keys.index_row(code, kind, term))
    for kind, term in wanted.values():
        table.put(
            keys.index_row(code, kind, term)
            | {
                "entity": "index",
                "code": code,
                "card": card(report),
                "gsi1pk": f"{report.agency}#{kind}" if kind == "PLATE" else f"{report.agency}#{kind}#{term}",
                "gsi1sk": f"{term}#{order}" if kind == "PLATE" else order,
            }
        )
