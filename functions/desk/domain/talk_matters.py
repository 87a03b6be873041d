"""Talk about the matters of a burst: what was understood, the code, and the one thing that is missed most."""

from dataclasses import replace

from desk.domain.conversation import Confirm
from desk.domain.grouping import Asked
from desk.domain.report import Report
from desk.domain.speaker import Speaker


class Matters(Speaker):
    """See the module."""

    def matters(self) -> None:
        """Say what was understood, the code, and ask for the one most valuable missing thing."""
        filed = [report for report, _ in self._outcome.filed]
        for report in filed:
            told = [m for m in self._outcome.state.window if m.report == report.code]
            self.answer.say(self._words.filed(report, told))
            if len(told) == 1 and (reply := self._enquiries.beside_a_report(told[0])):
                self.answer.say(reply.text)
            if report.suggested_agency:
                other = report.suggested_agency
                offer = self._words.buttons(("transfer", f"{report.code} {other}"))
                self.answer.say(
                    self._words("other_agency", other=self._words.name_of(other), code=report.code), *offer
                )
                state = self._outcome.state
                self._outcome.state = replace(state, confirm=Confirm("transfer", report.code, self._now))
        added = [self._outcome.changed[c][0] for c in self._outcome.added if c in self._outcome.changed]
        for report in added:
            self.answer.say(self._words.added(report, self._outcome.added[report.code]))
        if latest := next(reversed(filed or added), None):
            self.answer.report = latest.code
            self._ask(latest)

    def _ask(self, report: Report) -> None:
        state = self._outcome.state
        asked = state.asked_facts if state.asked and state.asked.code == report.code else ()
        wanted = next(
            (fact for fact in ("matter", *report.missing) if self._lacks(report, fact) and fact not in asked),
            None,
        )
        if wanted is None:
            return
        self.answer.say(self._words(f"ask_{wanted}"))
        self._outcome.state = replace(
            state, asked=Asked(report.code, self._now), asked_facts=(*asked, wanted)
        )

    @staticmethod
    def _lacks(report: Report, fact: str) -> bool:
        return report.category == "other" if fact == "matter" else fact in report.missing
