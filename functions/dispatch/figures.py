"""How far the messages of an article came, from the ledger's changes in the stream to the pages of its run.

Written by place, not counted: a batch that comes twice leaves the same figures. A citizen's changes come in
their order, so the last one stands.
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
from desk.storage.sendings import Runs, state_of
from desk.storage.table import Table, load


@dataclass(frozen=True, slots=True)
class Figures:
    """Notes what stream records tell of news."""

    runs: Runs

    def take(self, records: Sequence[dict[str, Any]]) -> str | None:
        """Note it, one write for each page; returns the sequence number to start again from."""
        news = [r for r in records if _is_news(r["dynamodb"].get("NewImage") or {})]
        pages: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for record in news:
            item = load(record["dynamodb"]["NewImage"])
            if state := state_of(item):
                told = item["news"]
                pages[item["agency"], told["article"], told["page"]][told["place"]] = state
        try:
            for (agency, article, page), states in pages.items():
                self.runs.note(agency, article, page, states)
        except (BotoCoreError, ClientError) as error:
            warn("figures not noted", error=type(error).__name__, count=len(news))
            return str(news[0]["dynamodb"]["SequenceNumber"])
        return None


def _is_news(image: dict[str, Any]) -> bool:
    return image.get("purpose") == {"S": "news"} and "news" in image


@cache
def figures() -> Figures:
    """The figures of this process, wired to AWS."""
    return Figures(Runs(Table(client("dynamodb"), settings().table)))
