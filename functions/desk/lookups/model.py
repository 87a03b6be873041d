"""What a source of insurance data knows: cards, contributions, files, and the proof that it checks.

Pure. A `subject` is the source's own opaque reference to a person: it names nobody outside the source, and is
never a number that a citizen would recognise. Every result says as of when it holds (`as_of`, with offset).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Card:
    """A health insurance card (thẻ BHYT). `valid_to` is the last day it holds; `five_years_on` the day from
    which it counts as five years without a break (ngày đủ 5 năm liên tục), None when the source has none."""

    valid_from: date
    valid_to: date
    facility_code: str
    facility_name: str
    five_years_on: date | None
    as_of: datetime

    def days_left(self, today: date) -> int:
        """Days from `today` to its last day: 0 on the last day, negative once it ended."""
        return (self.valid_to - today).days


@dataclass(frozen=True, slots=True)
class Span:
    """Months of contribution without a break: both are the first day of a month, both months count."""

    first: date
    last: date
    employer: str = ""

    @property
    def months(self) -> int:
        """How many months it holds."""
        return _index(self.last) - _index(self.first) + 1


@dataclass(frozen=True, slots=True)
class Contributions:
    """The history of contributions (quá trình đóng), oldest first. Spans may overlap (two employers at once)."""

    spans: tuple[Span, ...]
    as_of: datetime

    @property
    def total_months(self) -> int:
        """Months with a contribution; a month that two employers paid counts once."""
        return sum(len(run) for run in self._runs())

    @property
    def gaps(self) -> tuple[Span, ...]:
        """The breaks between the first and the last contribution."""
        runs = list(self._runs())
        return tuple(Span(_month(before.stop), _month(after.start - 1)) for before, after in pairwise(runs))

    def _runs(self) -> Iterator[range]:
        """The months that were paid, as ranges of month numbers that neither touch nor overlap."""
        run: range | None = None
        for span in sorted(self.spans, key=lambda s: (s.first, s.last)):
            months = range(_index(span.first), _index(span.last) + 1)
            if run is not None and months.start <= run.stop:
                run = range(run.start, max(run.stop, months.stop))
                continue
            if run is not None:
                yield run
            run = months
        if run is not None:
            yield run


class FileState(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    PROCESSING = "processing"
    NEEDS_MORE = "needs_more"
    DONE = "done"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class FileStatus:
    """An application (hồ sơ). `subject` is whose it is: nobody else is shown it. `due` is the promised day."""

    code: str
    procedure: str
    state: FileState
    since: date
    due: date | None
    subject: str
    as_of: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Numbers:
    """A person's numbers: the old mã số BHXH (10 digits, may be empty) and the số định danh (12 digits)."""

    social: str
    personal: str
    as_of: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What somebody says about a person to prove that they know them: what the public portal asks.

    `number` is a social number (10 digits), a personal one (12) or a card number (15), without spaces.
    """

    name: str
    birth: date
    number: str


@dataclass(frozen=True, slots=True, repr=False)
class Insured:
    """A person whom a proof fits. The one-time code goes to `phone` (84…), which the source has on record;
    empty when it has none."""

    subject: str
    name: str
    phone: str


def _index(month: date) -> int:
    return month.year * 12 + month.month - 1


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
