"""Forgetting a citizen: who they are and what they chatted; what was filed stays, without a person behind it.

Luật 91/2025/QH15, art. 14: data are deleted when the person asks; what another law obliges the agency to keep
(a report is a record under NĐ 61/2026, art. 20) stays, and the person is told so.
"""

from dataclasses import replace

from conversation.desk import Desk
from desk.domain.clock import iso, utc
from desk.domain.report import FORGOTTEN, Report
from desk.domain.timeline import Step
from desk.errors import NotFound
from desk.logs import log
from desk.storage import keys, watches
from desk.storage.links import links_key
from desk.storage.outbox import Task, task_id
from desk.storage.reports import Change, Reports
from desk.storage.sealed import code_key, proof_key

# Time for the last message to go out: after that nobody knows any more whom to send it to.
FAREWELL_S = 60


def erase_task(agency: str, citizen: str, cause: object) -> Task:
    """Forget a citizen a little later."""
    payload = {"kind": "erase", "agency": agency, "citizen": citizen}
    return Task("timers", task_id("erase", agency, citizen, cause), payload, delay_s=FAREWELL_S)


def erase(desk: Desk, agency: str, citizen: str) -> None:
    """Delete identity, chat and conversation, and part the reports from the person. Safe to repeat."""
    pk = keys.citizen_pk(agency, citizen)

    def part(report: Report) -> Change | None:
        if report.citizen == FORGOTTEN:
            return None
        at = iso(utc(desk.now()))
        return replace(report, citizen=FORGOTTEN, updated_at=at), [Step("reporter_forgotten", at, "desk")], []

    for pointer in desk.table.query_all(pk, prefix="REPORT#", consistent=True):
        try:
            Reports(desk.table).change(pointer["code"], part)
        except NotFound:
            # Nothing to part: the pointer alone is left of an interrupted restore.
            log("report of pointer missing", report=pointer["code"])
        desk.table.delete({"pk": pointer["pk"], "sk": pointer["sk"]})
    for prefix in ("CHAT#", "QUESTION#"):
        for item in desk.table.query_all(pk, prefix=prefix, consistent=True):
            desk.table.delete({"pk": item["pk"], "sk": item["sk"]})
    desk.table.delete(keys.reader(agency, citizen))
    desk.table.delete(keys.state(agency, citizen))
    watched = watches.erase(desk.table, agency, citizen)
    for key in (
        {"pk": pk},
        links_key(agency, citizen),
        proof_key(agency, citizen),
        code_key(agency, citizen),
        *map(watches.file_key, watched),
    ):
        desk.identities.delete(key)
    log("citizen erased", agency=agency, citizen=citizen)
