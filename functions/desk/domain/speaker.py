"""What every part of a talk knows: the burst's outcome, the words, the citizen's reports, and the answer so far."""

from collections.abc import Mapping, Sequence

from desk.domain.answer import Answer
from desk.domain.closing import Outcome
from desk.domain.enquiries import Enquiries
from desk.domain.message import Seen
from desk.domain.news import Card
from desk.domain.report import Report
from desk.domain.wording import Wording


class Speaker:
    """The parts of a talk (`talk_*.py`) build on this and share one answer."""

    def __init__(
        self,
        outcome: Outcome,
        wording: Wording,
        enquiries: Enquiries,
        reports: Mapping[str, Report],
        mine: Sequence[Report],
        now: int,
        shelf: Sequence[Card],
    ) -> None:
        self.answer = Answer()
        self._enquiries = enquiries
        self._shelf = shelf
        self._outcome, self._words, self._reports, self._mine, self._now = (
            outcome,
            wording,
            reports,
            mine,
            now,
        )

    def _own(self, wanted: str) -> Report | None:
        """A report of this citizen, as it is after what was decided so far."""
        known = {**self._reports, **{r.code: r for r in self._mine}}
        found = self._outcome.current(known, wanted)
        return found if found and found.citizen == self._outcome.state.citizen else None

    def _placed(self, message: Seen) -> bool:
        return any(m.key == message.key and m.report for m in self._outcome.state.window)
