"""The results of look-ups in the agency's words. Whose they are is shown masked."""

from collections.abc import Sequence
from datetime import date, datetime

from desk.domain.clock import local
from desk.domain.wording import Wording
from desk.lookups.model import Card, Contributions, FileStatus, Numbers, Span

# So many spans fit a message on a small screen; longer histories come as a picture.
SHORT = 6


def day(value: date) -> str:
    """01/12/2026."""
    return value.strftime("%d/%m/%Y")


def month(value: date) -> str:
    """12/2026."""
    return value.strftime("%m/%Y")


class LookupWording(Wording):
    """The texts of results; `who` is a masked name."""

    def as_of(self, at: datetime) -> str:
        """When the data held."""
        return self("as_of", when=local(at).strftime("%H:%M %d/%m/%Y"))

    def card(self, who: str, card: Card, today: date) -> str:
        """How long a card holds, where it is registered, and the five-year date."""
        left = card.days_left(today)
        if left < 0:
            key = "card_ended"
        elif today < card.valid_from:
            key = "card_future"
        else:
            key = "card_valid" if left else "card_last_day"
        facility = " ".join(p for p in (card.facility_name, f"({card.facility_code})") if p)
        values = {"from": day(card.valid_from), "to": day(card.valid_to), "days": left, "facility": facility}
        lines = [self(key, who=who, **values)]
        if card.five_years_on:
            lines.append(self("card_five", day=day(card.five_years_on)))
        return "\n".join([*lines, self.as_of(card.as_of)])

    def numbers(self, who: str, numbers: Numbers) -> str:
        """Social and personal number, in full: the message is sealed."""
        key = "number_found" if numbers.social else "number_personal"
        text = self(key, who=who, social=numbers.social, personal=numbers.personal)
        return f"{text}\n{self.as_of(numbers.as_of)}"

    def contributions(self, who: str, history: Contributions) -> str:
        """Total, spans when they are few, breaks."""
        if not history.spans:
            return f"{self('contributions_none', who=who)}\n{self.as_of(history.as_of)}"
        years, months = divmod(history.total_months, 12)
        total = history.total_months
        lines = [self("contributions_head", who=who, years=years, months=months, total=total)]
        if self.is_long(history):
            lines.append(self("contributions_picture"))
        else:
            lines += [f"• {self._span(s)}{f': {s.employer}' if s.employer else ''}" for s in history.spans]
        if history.gaps and not self.is_long(history):
            lines.append(self("contributions_gap", spans="; ".join(map(self._span, history.gaps))))
        return "\n".join([*lines, self.as_of(history.as_of)])

    @staticmethod
    def is_long(history: Contributions) -> bool:
        """Whether the history is better shown as a picture."""
        return len(history.spans) > SHORT

    def table(self, history: Contributions) -> list[Sequence[str]]:
        """The whole history as rows, breaks among them, with a head and a last line for the total."""
        head = [self(f"table_{column}") for column in ("from", "to", "months", "employer")]
        gaps = [(gap, self("table_gap")) for gap in history.gaps]
        spans = sorted([*((s, s.employer) for s in history.spans), *gaps], key=lambda pair: pair[0].first)
        rows = [(month(s.first), month(s.last), str(s.months), told) for s, told in spans]
        return [head, *rows, (self("table_total"), "", str(history.total_months), "")]

    def file(self, found: FileStatus) -> str:
        """Where a file stands."""
        state = self(f"file_{found.state}")
        lines = [
            self(
                "file_status",
                code=found.code,
                procedure=found.procedure,
                state=state,
                since=day(found.since),
            )
        ]
        if found.due:
            lines.append(self("file_due", day=day(found.due)))
        return "\n".join([*lines, self.as_of(found.as_of)])

    @staticmethod
    def _span(span: Span) -> str:
        return f"{month(span.first)} - {month(span.last)} ({span.months})"
