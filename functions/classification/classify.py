"""One report: its search rows are brought up to date, and earlier reports of the same thing are looked for."""

from collections.abc import Iterator

from classification.likeness import with_duplicates
from classification.looks import seen_before
from classification.terms import terms
from desk import agencies
from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.readings import family
from desk.domain.report import Report
from desk.domain.timeline import Step
from desk.errors import NotFound
from desk.language.features import agency_of
from desk.logs import log
from desk.storage import keys
from desk.storage.outbox import put_tasks, read_task
from desk.storage.reports import Change, Reports, card
from desk.storage.table import Item, Table


def classify(table: Table, code: str, *, reads: bool = False) -> None:
    """Bring a report's search rows and its likely duplicates up to date. Safe to repeat.

    With `reads` the pictures of a report without a plate are given to be read, where its agency wants that.
    """
    try:
        report = Reports(table).change(code, lambda known: _compared(table, known))
    except NotFound:
        log("report missing", report=code)
        return
    _index(table, report)
    log(
        "classified",
        report=code,
        agency=report.agency,
        category=report.category,
        duplicates=len(report.duplicates),
    )
    if reads:
        _give_to_read(table, report)


def _compared(table: Table, report: Report) -> Change | None:
    compared = with_duplicates(table, report, seen_before(table, report))
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


def _give_to_read(table: Table, report: Report) -> None:
    mode = agencies.agency(report.agency).data["reading"]["pictures"]
    if mode != "missing" or report.plates or agency_of(report.category) != "csgt" or not report.is_open:
        return
    items = table.get_many([keys.evidence(e) for e in report.evidence])
    pictures = [i["id"] for i in items if family(i) == "image"]
    read = {r["evidence"] for r in report.readings}
    if names := [name for name in pictures if name not in read]:
        transaction = table.transaction()
        # The same pictures are given once, however often this runs.
        put_tasks(transaction, [read_task(report, names, *names)])
        transaction.commit()


def _index(table: Table, report: Report) -> None:
    wanted = {row["sk"]: row for row in index_rows(report)}
    known = table.query_all(keys.report_pk(report.code), prefix="INDEX#")
    for row in known:
        if row["sk"] not in wanted:
            table.delete({"pk": row["pk"], "sk": row["sk"]})
    for row in wanted.values():
        table.put(row)


def index_rows(report: Report) -> Iterator[Item]:
    """The search rows of a report. Each carries all its words, so that a search for several is one Query."""
    order = keys.by_time(epoch_ms(parse(report.created_at)), report.code)
    found = list(terms(report))
    shown = card(report) | {"words": [term for kind, term in found if kind == "WORD"]}
    for kind, term in found:
        yield keys.index_row(report.code, kind, term) | {
            "entity": "index",
            "code": report.code,
            "card": shown,
            "gsi1pk": f"{report.agency}#{kind}" if kind == "PLATE" else f"{report.agency}#{kind}#{term}",
            "gsi1sk": f"{term}#{order}" if kind == "PLATE" else order,
        }
