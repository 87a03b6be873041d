"""The agency's own extract as a source: a table of its own, filled by `make register` (lookup.importing).

Numbers and file codes are keys only under a keyed hash; a person's row holds what the extract says of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desk.domain.clock import parse
from desk.language.normalize import fold
from desk.lookups.model import Card, Contributions, FileState, FileStatus, Insured, Numbers, Proof, Span
from desk.lookups.sources import NotKnown
from desk.storage.table import Item, Table

type Blind = Callable[..., str]


def person_key(agency: str, subject: str) -> Item:
    """A person's row."""
    return {"pk": f"PERSON#{agency}#{subject}"}


def number_key(agency: str, blinded: str) -> Item:
    """Which person has a number."""
    return {"pk": f"NUMBER#{agency}#{blinded}"}


def file_key(agency: str, blinded: str) -> Item:
    """A file."""
    return {"pk": f"FILE#{agency}#{blinded}"}


def same_name(one: str, other: str) -> bool:
    """Names are the same whatever their marks, letters' size and spaces."""
    return fold(one).split() == fold(other).split()


@dataclass(frozen=True, slots=True)
class Register:
    """A source (desk.lookups.sources) of one agency."""

    table: Table
    agency: str
    blind: Blind

    def check(self, proof: Proof) -> Insured | None:
        """Two reads whether the number is known or not."""
        pointer = self.table.get(number_key(self.agency, self.blind("number", proof.number))) or {}
        row = self.table.get(person_key(self.agency, pointer.get("subject", "nobody")))
        if row is None or row["birth"] != proof.birth.isoformat() or not same_name(row["name"], proof.name):
            return None
        return Insured(pointer["subject"], row["name"], row.get("phone", ""))

    def numbers(self, subject: str) -> Numbers:
        row = self._person(subject)
        return Numbers(row.get("social", ""), row.get("personal", ""), parse(row["as_of"]))

    def card(self, subject: str) -> Card:
        row = self._person(subject)
        if not row.get("card_to"):
            raise NotKnown("no card")
        five = row.get("five_years_on")
        return Card(
            date.fromisoformat(row["card_from"]),
            date.fromisoformat(row["card_to"]),
            row.get("facility_code", ""),
            row.get("facility_name", ""),
            date.fromisoformat(five) if five else None,
            parse(row["as_of"]),
        )

    def contributions(self, subject: str) -> Contributions:
        row = self._person(subject)
        spans = [
            Span(
                date.fromisoformat(f"{s['first']}-01"),
                date.fromisoformat(f"{s['last']}-01"),
                s.get("employer", ""),
            )
            for s in row.get("spans", ())
        ]
        return Contributions(tuple(spans), parse(row["as_of"]))

    def file_status(self, code: str) -> FileStatus:
        row = self.table.get(file_key(self.agency, self.blind("file", code)))
        if row is None:
            raise NotKnown("no such file")
        due = row.get("due")
        return FileStatus(
            code,
            row["procedure"],
            FileState(row["state"]),
            date.fromisoformat(row["since"]),
            date.fromisoformat(due) if due else None,
            row["subject"],
            parse(row["as_of"]),
        )

    def _person(self, subject: str) -> Item:
        row = self.table.get(person_key(self.agency, subject))
        if row is None:
            raise NotKnown("no such person")
        return row
