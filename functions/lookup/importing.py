"""`make register`: fills an agency's register from its own extract, CSV files in UTF-8 with a heading.

people.csv         name, birth, social, personal, card, phone, card_from, card_to, five_years_on, facility_code,
                   facility_name      (birth and at least one number are needed; dates are YYYY-MM-DD or DD/MM/YYYY)
contributions.csv  number, first, last, employer        (months as YYYY-MM or MM/YYYY)
files.csv          code, number, procedure, state, since, due
                   (state: received, processing, needs_more, done, returned)

All lines are checked before the first is written; every fault is named with its line. What an earlier extract said of a
person is replaced.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from desk.domain.clock import HANOI
from desk.domain.lookups.identifiers import CARD
from desk.lookups.model import FileState
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.identity import normal_phone
from desk.storage.secrets import Secrets
from desk.storage.table import Item, Table
from lookup.desk import blind
from lookup.register import file_key, number_key, person_key

type Row = Mapping[str, str]
_MOST_FAULTS = 50
_WRITERS = 16


@dataclass(slots=True)
class Extract:
    """What the files hold, as items of the register, and what is wrong with them."""

    agency: str
    as_of: str
    blind: Callable[..., str]
    items: dict[str, Item] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _subjects: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path, take: Callable[[Row], None], needed: Iterable[str]) -> None:
        """Take every line of a file; a line that cannot be taken is a fault."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            missing = set(needed) - set(lines.fieldnames or ())
            if missing:
                self.faults.append(f"{path.name}: no column {', '.join(sorted(missing))}")
                return
            for line in lines:
                try:
                    take({k: (v or "").strip() for k, v in line.items() if k})
                except ValueError as fault:
                    self.faults.append(f"{path.name}, line {lines.line_num}: {fault}")

    def person(self, row: Row) -> None:
        """One person. Raises ValueError with what is wrong."""
        numbers = [_number(row, name) for name in ("personal", "social", "card") if row.get(name)]
        if not numbers:
            raise ValueError("a number is needed: social, personal or card")
        if not row["name"]:
            raise ValueError("name is empty")
        subject = f"s{self.blind('subject', numbers[0])[:24]}"
        begins, ends = _day(row, "card_from", optional=True), _day(row, "card_to", optional=True)
        if bool(begins) != bool(ends) or (begins and ends and begins > ends):
            raise ValueError("card_from and card_to do not fit each other")
        phone = normal_phone(row.get("phone", ""))
        if row.get("phone") and not phone:
            raise ValueError("phone is no Vietnamese phone number")
        if any(self._subjects.get(n, subject) != subject for n in numbers):
            raise ValueError("another line has one of these numbers")
        values = {
            "name": row["name"],
            "birth": _day(row, "birth"),
            "social": row.get("social", ""),
            "personal": row.get("personal", ""),
            "phone": phone,
            "card_from": begins,
            "card_to": ends,
            "five_years_on": _day(row, "five_years_on", optional=True),
            "facility_code": row.get("facility_code", ""),
            "facility_name": row.get("facility_name", ""),
            "spans": [],
            "as_of": self.as_of,
        }
        self._subjects |= dict.fromkeys(numbers, subject)
        self._add(person_key(self.agency, subject), {k: v for k, v in values.items() if v != ""})
        for number in numbers:
            self._add(number_key(self.agency, self.blind("number", number)), {"subject": subject})

    def contribution(self, row: Row) -> None:
        """One span of a person. Raises ValueError."""
        first, last = _month(row, "first"), _month(row, "last")
        if first > last:
            raise ValueError("last is before first")
        person = self.items[person_key(self.agency, self._subject(row))["pk"]]
        person["spans"].append({"first": first, "last": last, "employer": row.get("employer", "")})

    def file(self, row: Row) -> None:
        """One file of a person. Raises ValueError."""
        if not row["code"]:
            raise ValueError("code is empty")
        if row["state"] not in set(FileState):
            raise ValueError(f"state is none of {', '.join(FileState)}")
        values = {
            "subject": self._subject(row),
            "procedure": row["procedure"],
            "state": row["state"],
            "since": _day(row, "since"),
            "due": _day(row, "due", optional=True) or None,
            "as_of": self.as_of,
        }
        self._add(file_key(self.agency, self.blind("file", row["code"].upper())), values)

    def _subject(self, row: Row) -> str:
        found = self._subjects.get(row["number"].replace(" ", "").upper())
        if found is None:
            raise ValueError("nobody in people.csv has this number")
        return found

    def _add(self, key: Item, values: Mapping[str, Any]) -> None:
        self.items[key["pk"]] = {**key, **values}


def _number(row: Row, name: str) -> str:
    value = row[name].replace(" ", "").upper()
    fits = {
        "social": value.isdecimal() and len(value) == 10,
        "personal": value.isdecimal() and len(value) == 12,
        "card": CARD.fullmatch(value) is not None,
    }
    if not fits[name]:
        raise ValueError(f"{name} has the wrong form")
    return value


def _day(row: Row, name: str, *, optional: bool = False) -> str:
    text = row.get(name, "")
    if not text and optional:
        return ""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError(f"{name} is no day (YYYY-MM-DD or DD/MM/YYYY)")


def _month(row: Row, name: str) -> str:
    for form in ("%Y-%m", "%m/%Y"):
        try:
            return datetime.strptime(row[name], form).strftime("%Y-%m")
        except ValueError:
            continue
    raise ValueError(f"{name} is no month (YYYY-MM or MM/YYYY)")


def write(table: Table, items: Iterable[Item]) -> int:
    """Put the items; returns how many. Safe to repeat."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        return sum(1 for _ in pool.map(table.put, items))


def main(arguments: list[str]) -> int:
    """The command. Its exit code is 1 when a line is wrong; then nothing was written."""
    parser = argparse.ArgumentParser(prog="make register", description="Import an agency's extract.")
    parser.add_argument("--agency", required=True)
    parser.add_argument(
        "--as-of", required=True, type=date.fromisoformat, help="day of the extract, YYYY-MM-DD"
    )
    parser.add_argument("--people", required=True, type=Path)
    parser.add_argument("--contributions", type=Path)
    parser.add_argument("--files", type=Path)
    given = parser.parse_args(arguments)
    own = settings()
    secrets = Secrets(client("secretsmanager"), own.secret_prefix)
    as_of = datetime.combine(given.as_of, datetime.min.time(), HANOI).isoformat()
    extract = Extract(given.agency, as_of, lambda *parts: blind(secrets, *parts))
    extract.read(given.people, extract.person, ("name", "birth"))
    if given.contributions:
        extract.read(given.contributions, extract.contribution, ("number", "first", "last"))
    if given.files:
        extract.read(given.files, extract.file, ("code", "number", "procedure", "state", "since"))
    for fault in extract.faults[:_MOST_FAULTS]:
        print(fault, file=sys.stderr)
    if extract.faults:
        print(f"{len(extract.faults)} lines are wrong; nothing was written.", file=sys.stderr)
        return 1
    print(f"{write(Table(client('dynamodb'), own.register_table), extract.items.values())} items written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
