"""Where look-ups are answered: one small interface, whatever stands behind it.

`portal` makes no call (the citizen is shown the official page), `gateway` asks a service that the agency runs,
`register` reads the agency's own extract in a table. Which one an agency has is in its TOML file, and a
parameter of the stack may say otherwise.
"""

from typing import Protocol

from desk.errors import DeskError, NotFound, Unavailable
from desk.lookups.model import Card, Contributions, FileStatus, Insured, Numbers, Proof


class SourceDown(Unavailable):
    """The source does not answer now: ask again later."""


class NotOffered(DeskError):
    """The source does not give this kind of answer: show the official page instead."""


class NotKnown(NotFound):
    """The source has no such thing, such as a person without a card or an unknown file."""


class Source(Protocol):
    """One source. Every method may raise SourceDown and NotOffered; NotKnown where there is no such thing."""

    def check(self, proof: Proof) -> Insured | None:
        """The person whom the proof fits in all its parts, or None: never which part was wrong."""

    def numbers(self, subject: str) -> Numbers:
        """Social and personal number."""

    def card(self, subject: str) -> Card:
        """The current card, or the last one."""

    def contributions(self, subject: str) -> Contributions:
        """The whole history."""

    def file_status(self, code: str) -> FileStatus:
        """Where a file stands. Show it only to whom its `subject` is linked."""
