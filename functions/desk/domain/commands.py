"""What a tap on a button of ours does to a report."""

from dataclasses import replace

from desk.domain.clock import iso, utc
from desk.domain.closing import Outcome
from desk.domain.report import Report, Status, change_status
from desk.domain.timeline import Step


def reopen(outcome: Outcome, report: Report, now: int) -> None:
    """The citizen says that it is not done."""
    at = iso(utc(now))
    opened, step = change_status(
        report, Status.REOPENED, reason="reopened_by_citizen", at=at, actor=report.citizen
    )
    outcome.change(opened, step)


def rate(outcome: Outcome, report: Report, stars: int, now: int) -> None:
    """One to five stars for a closed report; a later rating replaces the earlier one."""
    at = iso(utc(now))
    rated = replace(report, rating={"stars": stars, "at": at}, updated_at=at)
    outcome.change(rated, Step("rated", at, report.citizen, {"stars": stars}))


def agree_to_transfer(outcome: Outcome, report: Report, to: str, now: int) -> None:
    """The citizen agrees that another agency gets the report."""
    at = iso(utc(now))
    agreed = replace(report, transfer={"to": to, "consented_at": at}, updated_at=at)
    outcome.change(agreed, Step("transfer_agreed", at, report.citizen, {"to": to}))
