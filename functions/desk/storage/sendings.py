"""Sending an article to many: the run, and its pages of recipients.

A page is written before any of its messages, with the place in the list of readers where it ended: pages are
the cursor. Whoever goes on after a crash finds the last page of each shard, releases it once more if it is not
marked as released (each message has an id made of article and citizen, so that is the same message), and reads
on behind it. A page also holds how far each message came, written by place: writing it twice changes nothing.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from desk.domain.clock import epoch_ms, iso, parse
from desk.domain.news import Article
from desk.domain.talk_news import message, template_of
from desk.errors import Conflict
from desk.storage import keys
from desk.storage.table import Item, Table, Transaction, dump

PAGE = 100
_KEEP_S = 180 * 86400
RUNNING, DONE, CANCELLED = "running", "done", "cancelled"


@dataclass(frozen=True, slots=True)
class Run:
    """The sending of one article. `created_at` is the time of every message of it: it names their ledger rows.
    `template`: an approved one for whom no other message may reach. `expected`: how many readers the audience had
    at the beginning, None until they were counted."""

    agency: str
    article: str
    state: str
    audience: str
    created_at: str
    topics: tuple[str, ...] = ()
    text: str = ""
    buttons: tuple[dict[str, str], ...] = ()
    template: Mapping[str, Any] | None = None
    started_by: str = ""
    ended_at: str = ""
    expected: int | None = None
    version: int = 0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Run":
        """A run as the table holds it."""
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        return cls(
            **known | {"topics": tuple(data.get("topics", ())), "buttons": tuple(data.get("buttons", ()))}
        )


@dataclass(frozen=True, slots=True)
class RunPage:
    """Up to a hundred recipients. `last`: the reader behind whom the next page begins; `end`: there is none.
    `states`: what became of the message to the n-th recipient, such as sent or "refused:not_a_follower"."""

    shard: int
    number: int
    recipients: tuple[str, ...]
    last: str = ""
    end: bool = False
    released: bool = False
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its part of the sort key."""
        return f"{self.shard:02d}#{self.number:05d}"


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of all agencies."""

    table: Table

    def find(self, agency: str, article: str) -> Run | None:
        """The run of an article, None when it was never sent."""
        item = self.table.get(keys.run(agency, article))
        return Run.from_dict(item) if item else None

    def running(self, agency: str, article: str) -> bool:
        """Whether messages of a run may still go out. Read for each of them, and cheaply: it may lag a second."""
        item = self.table.get(keys.run(agency, article), consistent=False)
        return item is None or item.get("state") != CANCELLED

    def change(self, run: Run, **values: Any) -> Run | None:
        """Write a change of a run; None when somebody else changed it first."""
        names: Item = values | {"version": run.version + 1}
        if values.get("state", RUNNING) != RUNNING:
            names |= {"gsi1pk": None, "gsi1sk": None}
        try:
            item = self.table.update(
                keys.run(run.agency, run.article),
                names,
                condition="version = :was",
                bound={":was": run.version},
            )
        except Conflict:
            return None
        return Run.from_dict(item)

    def last_page(self, run: Run, shard: int) -> RunPage | None:
        """The page of a shard that was written last."""
        page = self.table.query(
            keys.run_pk(run.agency, run.article),
            prefix=f"PAGE#{shard:02d}#",
            forward=False,
            limit=1,
            consistent=True,
        )
        return _page(page.items[0]) if page.items else None

    def add_page(self, run: Run, page: RunPage) -> None:
        """Write a page that must not exist. Raises AlreadyDone when another worker was first."""
        key = keys.run_page(run.agency, run.article, page.shard, page.number)
        self.table.put_new(
            key
            | {
                "entity": "run_page",
                "recipients": list(page.recipients),
                "states": dict(page.states),
                "last": page.last or None,
                "end": page.end or None,
                "ttl": int(time.time()) + _KEEP_S,
            }
        )

    def mark_released(self, run: Run, page: RunPage) -> None:
        """Say that every message of a page is in the outbox."""
        self.table.update(
            keys.run_page(run.agency, run.article, page.shard, page.number),
            {"released": True},
            condition="attribute_exists(pk)",
        )

    def note(self, agency: str, article: str, page: str, states: Mapping[str, str]) -> None:
        """Write how far messages of a page came, by the place of their recipients. A page that is gone is let be."""
        shard, number = page.split("#")
        sets = [f"states.#n{n} = :s{n}" for n in range(len(states))]
        try:
            self.table.client.update_item(
                TableName=self.table.name,
                Key=dump(keys.run_page(agency, article, int(shard), int(number))),
                UpdateExpression="SET " + ", ".join(sets),
                ExpressionAttributeNames={f"#n{n}": place for n, place in enumerate(states)},
                ExpressionAttributeValues=dump({f":s{n}": state for n, state in enumerate(states.values())}),
                ConditionExpression="attribute_exists(pk)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def figures(self, agency: str, article: str) -> "Figures":
        """What became of all messages of a run: about one read unit for two hundred recipients."""
        pages = self.table.query_all(keys.run_pk(agency, article), prefix="PAGE#")
        return Figures.of(map(_page, pages))


@dataclass(frozen=True, slots=True)
class Figures:
    """Delivery of an article. `delivered` counts the seen ones too, `sent` both; `waiting` were handed over for
    sending and nothing is known yet. `skipped` were not tried, `refused` were by Zalo; both by reason."""

    recipients: int = 0
    sent: int = 0
    delivered: int = 0
    seen: int = 0
    waiting: int = 0
    unknown: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, pages: Iterable[RunPage]) -> "Figures":
        """Count what pages hold."""
        found: Counter[str] = Counter()
        recipients = 0
        for page in pages:
            recipients += len(page.recipients)
            found.update(page.states.values())
        return cls.counted(recipients, found)

    @classmethod
    def counted(cls, recipients: int, found: Mapping[str, int]) -> "Figures":
        """From how many messages are in which state, as `state_of` names them."""
        found = Counter(found)
        seen, delivered = found["seen"], found["delivered"] + found["seen"]
        sent = found["sent"] + delivered
        refused, skipped = _reasons(found, "refused:"), _reasons(found, "skipped:")
        known = sent + found["unknown"] + sum(refused.values()) + sum(skipped.values())
        return cls(
            recipients, sent, delivered, seen, recipients - known, found["unknown"], refused, skipped
        )  # fmt: skip


def begin(transaction: Transaction, run: Run) -> None:
    """Add a run that must not exist, due at its time."""
    item = keys.run(run.agency, run.article) | {
        "entity": "run",
        "agency": run.agency,
        "article": run.article,
        "code": run.article,
        "state": run.state,
        "audience": run.audience,
        "topics": list(run.topics),
        "text": run.text,
        "buttons": list(run.buttons),
        "template": run.template,
        "started_by": run.started_by,
        "created_at": run.created_at,
        "version": 1,
        "gsi1pk": keys.news_due_pk(run.agency),
        "gsi1sk": f"{epoch_ms(parse(run.created_at)):013d}#{run.article}",
    }
    transaction.put_new(item)


def end(transaction: Transaction, run: Run, state: str, at: str) -> None:
    """Add the end of a run, over the version that was read."""
    values = {"state": state, "ended_at": at, "version": run.version + 1, "gsi1pk": None, "gsi1sk": None}
    key = keys.run(run.agency, run.article)
    transaction.update(key, values, condition="version = :was", bound={":was": run.version})


def new_run(article: Article, by: str, now: datetime) -> Run:
    """The sending of a published article to its audience, begun now."""
    text, buttons = message(article)
    template = template_of(article)
    return Run(
        agency=article.agency,
        article=article.id,
        state=RUNNING,
        audience=str(article.audience),
        topics=article.topics,
        text=text,
        buttons=buttons,
        template=template,
        started_by=by,
        created_at=iso(now),
    )


def state_of(item: Mapping[str, Any]) -> str | None:
    """What a page says of a message, from its row in the ledger; None while there is nothing to say."""
    state = str(item.get("state"))
    if state == "refused":
        # Zalo's refusals have a code; the others are our own decisions not to try.
        return f"{'refused' if item.get('error_code') else 'skipped'}:{item.get('reason')}"
    return state if state in {"sent", "delivered", "seen", "unknown"} else None


def _reasons(found: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(found.items()) if name.startswith(prefix)}


def _page(item: Item) -> RunPage:
    _, shard, number = item["sk"].split("#")
    return RunPage(
        int(shard),
        int(number),
        tuple(item.get("recipients", ())),
        item.get("last", ""),
        bool(item.get("end")),
        bool(item.get("released")),
        item.get("states", {}),
    )
