"""Questions that nobody could answer, kept for a while so that staff can write the answers.

They lie beside their citizen's chat, so that they go when the citizen wants to be forgotten, and are listed by agency.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.domain.clock import iso, utc
from desk.domain.message import Seen
from desk.language.identity import without_identity
from desk.storage import keys
from desk.storage.table import Item, Table, Transaction

KEEP_S = 90 * 86400
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked, without numbers and addresses; `citizen` is a pseudonym."""

    citizen: str
    at_ms: int
    message: str
    text: str
    category: str

    @property
    def id(self) -> str:
        """Its name: what finds it again."""
        return f"{self.citizen}~{self.at_ms}~{self.message}"

    @property
    def at(self) -> str:
        """When it was asked (ISO 8601)."""
        return iso(utc(self.at_ms))


def put(transaction: Transaction, agency: str, citizen: str, messages: Iterable[Seen]) -> None:
    """Keep questions."""
    for message in messages:
        text = without_identity(message.text).strip()[:_LONGEST]
        if text:
            transaction.put(
                keys.question(agency, citizen, message.at, message.id)
                | {
                    "entity": "question",
                    "citizen": citizen,
                    "at_ms": message.at,
                    "message": message.id,
                    "text": text,
                    "category": message.category,
                    "ttl": message.at // 1000 + KEEP_S,
                    "gsi1pk": keys.questions_pk(agency),
                    "gsi1sk": f"{message.at:013d}#{citizen}#{message.id}",
                }
            )


def newest(table: Table, agency: str, limit: int) -> list[Question]:
    """The open questions of an agency, the newest first."""
    page = table.query(keys.questions_pk(agency), index="gsi1", forward=False, limit=limit)
    # The index does not hold the texts; what was deleted since is left out.
    return [_question(item) for item in table.get_many([{"pk": i["pk"], "sk": i["sk"]} for i in page.items])]


def settle(transaction: Transaction, agency: str, name: str) -> None:
    """A question got its answer, or needs none. Raises ValueError for a name that is none."""
    citizen, at_ms, message = name.split("~", 2)
    transaction.delete(keys.question(agency, citizen, int(at_ms), message))


def _question(item: Item) -> Question:
    return Question(item["citizen"], item["at_ms"], item["message"], item["text"], item["category"])
