"""Talk about a citizen's own reports: where they stand, taking back, reopening, rating, moving to another agency."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from desk.domain import code, commands
from desk.domain.clock import parse, utc
from desk.domain.closing import withdraw
from desk.domain.conversation import CONFIRM_MS, Confirm
from desk.domain.message import Seen
from desk.domain.moving import is_asked
from desk.domain.report import Report
from desk.domain.speaker import Speaker
from desk.language.acts import Act

REOPEN_WITHIN = timedelta(days=7)


class OwnReports(Speaker):
    """See the module."""

    def _status(self, named: Sequence[str], text: str) -> None:
        if named:
            for wanted in named:
                report = self._own(wanted)
                self.answer.say(
                    self._words.status(report) if report else self._words("status_unknown", code=wanted)
                )
        elif code.looks_like(text):
            self.answer.say(self._words("status_bad_code"))
        elif self._mine:
            lines = [self._words.status(r) for r in self._mine[:5]]
            self.answer.say("\n".join((self._words("status_mine"), *lines)))
        elif not self._outcome.filed:
            self.answer.say(self._words("status_none"))

    def _cancel(self, message: Seen) -> None:
        if self._outcome.cancelled:
            self.answer.say(self._words("cancelled"))
            return
        state = self._outcome.state
        filed = [report for report, _ in reversed(self._outcome.filed)]
        recent = next((r for r in (*filed, *self._mine) if r.is_open), None)
        if recent is None or message.act == Act.DELETE_MEDIA:
            self.answer.say(self._words("nothing_to_cancel"))
            return
        self._outcome.state = replace(state, confirm=Confirm("withdraw", recent.code, self._now))
        buttons = self._words.buttons(("withdraw", recent.code), ("keep", recent.code))
        self.answer.say(self._words("withdraw_ask", code=recent.code), *buttons)

    def _confirmed(self) -> None:
        confirm = self._outcome.state.confirm
        if confirm is None or self._now - confirm.at > CONFIRM_MS.get(confirm.kind, CONFIRM_MS[""]):
            return
        self._outcome.state = replace(self._outcome.state, confirm=None)
        if confirm.kind == "erase":
            self._erase()
        elif confirm.kind == "transfer":
            if (report := self._own(confirm.code)) and report.suggested_agency:
                self._transfer(report, report.suggested_agency)
        elif report := self._own(confirm.code):
            self._withdraw(report)

    def _withdraw(self, report: Report) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=None)
        if not report.is_open:
            self.answer.say(self._words.status(report))
            return
        withdraw(self._outcome, report, self._now)
        self.answer.say(self._words("withdrawn", code=report.code))

    def _reopen(self, report: Report) -> None:
        if report.is_open:
            self.answer.say(self._words.status(report))
        elif not report.closed_at or utc(self._now) - parse(report.closed_at) > REOPEN_WITHIN:
            self.answer.say(self._words("reopen_late", code=report.code))
        else:
            commands.reopen(self._outcome, report, self._reports, self._now)
            self.answer.say(self._words("reopened", code=report.code))

    def _rate(self, report: Report, stars: str) -> None:
        if not report.is_open and stars in {"1", "2", "3", "4", "5"}:
            commands.rate(self._outcome, report, int(stars), self._now)
        self.answer.say(self._words("rated"))

    def _transfer(self, report: Report, to: str) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=None)
        moves = report.agency == to
        if report.is_open and report.suggested_agency == to and not moves:
            moves = commands.agree_to_transfer(self._outcome, report, to, self._reports, self._now)
        key = "transferred" if moves else "transfer_noted"
        self.answer.say(self._words(key, code=report.code, other=self._words.name_of(to)))

    def _keep(self, report: Report | None) -> None:
        """No: nothing is taken back, nothing is deleted, a report stays where it is."""
        confirm = self._outcome.state.confirm
        withdrawing = report and confirm and (confirm.kind, confirm.code) == ("withdraw", report.code)
        if report and is_asked(report) and not withdrawing:
            commands.refuse_transfer(self._outcome, report, self._now)
        self._outcome.state = replace(self._outcome.state, confirm=None)
        self.answer.say(self._words("kept"))

    def _ask_erase(self) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=Confirm("erase", "", self._now))
        self.answer.say(self._words("delete_ask"), *self._words.buttons(("erase", ""), ("keep", "")))

    def _erase(self) -> None:
        self._outcome.erase = True
        self.answer.say(self._words("deleted"))
