"""What became of the scheduled looks and their messages, from the stream to the pages of their day.

Written by place like the figures of news: a batch that comes twice leaves the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.logs import warn
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.looked import Looked, read
from desk.storage.table import Table, load

_TELLING = frozenset({"looked", "outbox", "chat", "look"})


@dataclass(frozen=True, slots=True)
class Looks:
    """Notes what stream records tell of looks."""

    looked: Looked

    def take(self, records: Sequence[dict[str, Any]]) -> str | None:
        """Note it, one write for each page; returns the sequence number to start again from."""
        pages: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        first = ""
        for record in records:
            image = record["dynamodb"].get("NewImage") or {}
            note = read(load(image)) if image.get("entity", {}).get("S") in _TELLING else None
            if note:
                first = first or str(record["dynamodb"]["SequenceNumber"])
                pages[note.agency, note.day, note.page][note.name] = note.state
        try:
            for page, states in pages.items():
                self.looked.note(*page, states)
        except (BotoCoreError, ClientError) as error:
            warn("looks not noted", error=type(error).__name__, count=len(pages))
            return first
        return None


@cache
def looks() -> Looks:
    """The notes of this process, wired to AWS."""
    return Looks(Looked(Table(client("dynamodb"), settings().table)))
