"""One report: its search rows are brought up to date, and earlier reports of the same thing are looked for."""

from classification.likeness import with_duplicates
from classification.terms import terms
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import NotFound
from desk.logs import log
from desk.storage import keys
from desk.storage.reports import Change, Reports, card
from desk.storage.table import Table


def classify(table: Table, code: str) -> None:
    """Bring a report's search rows and its likely duplicates up to date. Safe to repeat."""
    try:
        report = Reports(table).change(code, lambda known: _compared(table, known))
    except NotFound:
        log("report missing", report=code)
        return
    _index(table, report)


def _compared(table: Table, report: Report) -> Change | None:
    compared = with_duplicates(table, report)
    if compared == report:
        return None
    codes = [d["code"] for d in compared.duplicates]
    step = Step(
        "compared",
        iso(parse(report.updated_at)),
        "desk",
        {"duplicates": codes, "first": compared.first_reporter},
    )
    return compared, [step], []


def _index(table: Table, report: Report) -> None:
    order = keys.by_time(epoch_ms(parse(report.created_at)), report.code)
    wanted = {f"{kind}#{term}": (kind, term) for kind, term in terms(report)}
    known = {
        row["sk"].removeprefix("INDEX#")
        for row in table.query_all(keys.report_pk(report.code), prefix="INDEX#")
    }
    for name in known - wanted.keys():
        kind, term = name.split("#", 1)
        table.delete(keys.index_row(report.code, kind, term))
    for kind, term in wanted.values():
        table.put(
            keys.index_row(report.code, kind, term)
            | {
                "entity": "index",
                "code": report.code,
                "card": card(report),
                "gsi1pk": f"{report.agency}#{kind}" if kind == "PLATE" else f"{report.agency}#{kind}#{term}",
                "gsi1sk": f"{term}#{order}" if kind == "PLATE" else order,
            }
        )
