"""What a citizen's word (a tap on a button, a yes) does to their reports, and to those merged with them.

`reports` are the reports that were read; where one was merged, the one it follows is among them, and so are
those that follow with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from desk import agencies
from desk.domain import moving
from desk.domain.clock import iso, utc
from desk.domain.closing import WITHDRAWN, Outcome
from desk.domain.message import Seen
from desk.domain.report import FORGOTTEN, REPLIED, Report, Status, change_status
from desk.domain.timeline import Step

type Known = Mapping[str, Report]


def reopen(outcome: Outcome, report: Report, reports: Known, now: int) -> None:
    """The citizen says that it is not done. What was merged is reopened as the one report that it is, and the
    other citizens are told."""
    at = iso(utc(now))
    leading = (outcome.current(reports, report.merged_into) if report.merged_into else None) or report
    if leading.is_open:
        return
    opened, step = change_status(
        leading, Status.REOPENED, reason="reopened_by_citizen", at=at, actor=report.citizen,
        data={"code": report.code} if report.code != leading.code else None,
    )  # fmt: skip
    outcome.change(opened, step)
    for other in _followers(outcome, opened, reports):
        follows = replace(other, status=opened.status, reason=opened.reason, closed_at=None, updated_at=at)
        data = {"from": other.status, "to": opened.status, "reason": opened.reason, "with": opened.code}
        outcome.change(follows, Step("status", at, report.citizen, data))
    others = [r for r in (opened, *_followers(outcome, opened, reports)) if r.citizen != report.citizen]
    outcome.told += [
        (r, "change_reopened") for r in others if r.citizen != FORGOTTEN and WITHDRAWN not in r.flags
    ]


def rate(outcome: Outcome, report: Report, stars: int, now: int) -> None:
    """One to five stars for a closed report; a later rating replaces the earlier one."""
    at = iso(utc(now))
    rated = replace(report, rating={"stars": stars, "at": at}, updated_at=at)
    outcome.change(rated, Step("rated", at, report.citizen, {"stars": stars}))


def agree_to_transfer(outcome: Outcome, report: Report, to: str, reports: Known, now: int) -> bool:
    """The citizen agrees that another agency gets the report; True when it moves at once.

    Otherwise the consent is noted, and an officer passes the report on.
    """
    at = iso(utc(now))
    agreed = moving.agreed(report, to, at)
    outcome.change(agreed, Step("transfer_agreed", at, report.citizen, {"to": to}))
    if not moving.moves_by_itself(report, to):
        return False
    known = report.transfer or {}
    reason = known.get("reason") if known.get("to") == to else None
    for one in (agreed, *_followers(outcome, agreed, reports)):
        moved, step = moving.moved(
            one, agencies.agency(to), reason=reason or "asked_by_bot", consent="given", at=at, by="desk"
        )
        outcome.change(moved, step)
    outcome.state = replace(outcome.state, person_until=0)
    return True


def refuse_transfer(outcome: Outcome, report: Report, now: int) -> None:
    """The citizen wants the report to stay: the officer who asked sees it."""
    at = iso(utc(now))
    data = {"to": (report.transfer or {}).get("to")}
    outcome.change(moving.refused(report, at), Step("transfer_refused", at, report.citizen, data))


def hear_for_person(outcome: Outcome, fresh: Sequence[Seen], reports: Known, now: int) -> None:
    """While an officer is in the chat, what the citizen writes is for them: the report shows that there is an
    answer to read (flag `replied`)."""
    state = outcome.state
    report = outcome.current(reports, state.person_report) if state.person_until > now else None
    said = [m.id for m in fresh if not m.command]
    if report is None or report.citizen != state.citizen or not said:
        return
    at = iso(utc(now))
    replied = replace(report.flagged(REPLIED), updated_at=at)
    outcome.change(replied, Step("replied", at, report.citizen, {"messages": said}))


def _followers(outcome: Outcome, report: Report, reports: Known) -> Iterator[Report]:
    """Reports that were merged into this one."""
    found = (outcome.current(reports, code) for code in report.merged)
    return (other for other in found if other)
