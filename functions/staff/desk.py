"""The staff function's peers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from desk.domain.report import Report
from desk.settings import settings
from desk.storage.clients import client
from desk.storage.evidence import EvidenceBucket, s3_client
from desk.storage.identity import Identities
from desk.storage.ledger import Ledger
from desk.storage.reports import Reports
from desk.storage.secrets import Secrets
from desk.storage.table import Table
from staff.auth import Person
from staff.problems import Problem


@dataclass(frozen=True, slots=True)
class Desk:
    """Tables, bucket, secrets and the clock."""

    table: Table
    identities: Identities
    bucket: EvidenceBucket
    secrets: Secrets
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def reports(self) -> Reports:
        """Reports of all agencies: use `report` to read one for a person."""
        return Reports(self.table)

    @property
    def ledger(self) -> Ledger:
        """What was sent to citizens."""
        return Ledger(self.table)

    def report(self, code: str, person: Person) -> Report:
        """A report of the person's agency. Raises NotFound, or Problem for another agency's."""
        return own(self.reports.load(code), person)


def own(report: Report, person: Person) -> Report:
    """The report, if it belongs to the person's agency. Raises Problem: other-agency."""
    if report.agency != person.agency:
        raise Problem("other-agency", f"report {report.code} belongs to another agency")
    return report


@cache
def desk() -> Desk:
    """The peers of this process, wired to AWS."""
    names, dynamodb = settings(), client("dynamodb")
    return Desk(
        table=Table(dynamodb, names.table),
        identities=Identities(Table(dynamodb, names.identity_table)),
        bucket=EvidenceBucket(s3_client(), names.evidence_bucket),
        secrets=Secrets(client("secretsmanager"), names.secret_prefix),
    )
