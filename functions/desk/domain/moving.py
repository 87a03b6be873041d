"""Passing a report on to another agency: the citizen's word, and the clock.

The rule of the clock: what one agency took does not count against the next. The report is `received` there, its
first step begins anew, and times to each status are measured from its arrival.
"""

from dataclasses import replace
from typing import Any

from desk.agencies import Agency
from desk.domain.closing import complete
from desk.domain.report import Report, Status
from desk.domain.timeline import Step

AGREED, REFUSED = "transfer_agreed", "transfer_refused"
_FLAGS = {AGREED, REFUSED}


def asked(report: Report, to: str, *, reason: str, at: str, by: str) -> Report:
    """The citizen is asked. What is known of an earlier transfer stays."""
    known = _without(report, "consented_at", "refused_at")
    transfer = known | {"to": to, "asked_at": at, "reason": reason, "by": by}
    # The bot takes a consent only for the agency that was suggested.
    return replace(_unflagged(report), transfer=transfer, suggested_agency=to, updated_at=at)


def is_asked(report: Report) -> bool:
    """True while the citizen has not answered."""
    known = report.transfer or {}
    told = known.get("consented_at") or known.get("refused_at")
    return bool(known.get("asked_at") and not told and known.get("to") != report.agency)


def agreed(report: Report, to: str, at: str) -> Report:
    """The citizen agrees."""
    transfer = _without(report, "refused_at") | {"to": to, "consented_at": at}
    return replace(_flagged(report, AGREED), transfer=transfer, updated_at=at)


def refused(report: Report, at: str) -> Report:
    """The citizen wants it to stay."""
    transfer = _without(report, "consented_at") | {"refused_at": at}
    return replace(_flagged(report, REFUSED), transfer=transfer, updated_at=at)


def moves_by_itself(report: Report, to: str) -> bool:
    """Whether the citizen's word alone moves it: when an officer asked for it, or nobody has taken it up yet.

    A tap on an old button of the bot does not take a report out of an officer's hands.
    """
    known = report.transfer or {}
    officer_asked = known.get("asked_at") and known.get("to") == to
    untouched = report.status == Status.RECEIVED and not report.assignee and not report.handled_by_person
    return report.is_open and report.merged_into is None and bool(officer_asked or untouched)


def consented(report: Report, to: str) -> bool:
    """True when the citizen agreed to this very transfer."""
    known = report.transfer or {}
    return bool(known.get("to") == to and known.get("consented_at"))


def moved(report: Report, to: Agency, *, reason: str, consent: str, at: str, by: str) -> tuple[Report, Step]:
    """The report in the hands of the other agency, and the step that says so."""
    data: dict[str, Any] = {
        "from": report.agency,
        "agency": to.id,
        "reason": reason,
        "consent": consent,
        "was": {"status": report.status, "assignee": report.assignee},
        "clock": "restarts",
    }
    arrived = replace(
        _unflagged(report), agency=to.id, assignee=None, status=Status.RECEIVED, reason="", reached={},
        handled_by_person=None, transfer=(report.transfer or {}) | data | {"to": to.id, "at": at, "by": by},
        updated_at=at,
    )  # fmt: skip
    return complete(arrived), Step("transferred", at, by, data)


def _without(report: Report, *names: str) -> dict[str, Any]:
    return {k: v for k, v in (report.transfer or {}).items() if k not in names}


def _unflagged(report: Report) -> Report:
    return report.unflagged(*_FLAGS)


def _flagged(report: Report, flag: str) -> Report:
    return _unflagged(report).flagged(flag)
