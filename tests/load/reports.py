"""Reports by the thousand, as the desk would have filed them: always the same ones for the same number.

`python -m tests.load.reports [count]` fills the table of the running local stack (.local/stack.json).
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

import boto3

from classification.classify import index_rows
from desk.domain import code as codes
from desk.domain.clock import iso
from desk.domain.deadline import with_deadlines
from desk.domain.report import Report, Status
from desk.language.wards import wards
from desk.storage.reports import to_item
from desk.storage.table import Item, Table, dump

UNTIL = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
STREETS = (
    "Giải Phóng,Láng Hạ,Cầu Giấy,Trần Duy Hưng,Nguyễn Trãi,Đại Cồ Việt,Minh Khai,Kim Mã,Xã Đàn,Tố Hữu".split(
        ","
    )
)
MATTERS = {
    "red_light": "vượt đèn đỏ", "wrong_way": "đi ngược chiều", "helmet": "không đội mũ bảo hiểm",
    "sidewalk_occupation": "đỗ trên vỉa hè", "speeding": "chạy quá tốc độ", "wrong_lane": "đi sai làn",
}  # fmt: skip
_WORDS = "sáng trưa chiều tối nay hôm qua gần cầu trường chợ ngõ ngã tư xe tải buýt taxi máy đông tắc nguy hiểm".split()
# Most are done; of the open ones most are being worked on.
_STATUSES = [(Status.RESOLVED, 70), (Status.REJECTED, 12), (Status.IN_PROGRESS, 10), (Status.RECEIVED, 8)]
PEOPLE = [f"csgt.officer{n:02d}" for n in range(15)]


def reports(count: int, agency: str = "csgt") -> Iterator[Report]:
    """`count` reports spread over the last year, the earliest first."""
    chance, names = random.Random(count), sorted(wards())[:16]
    for n in range(count):
        at = UNTIL - YEAR + YEAR * n / count
        category = chance.choice([*MATTERS])
        street, number = chance.choice(STREETS), chance.randint(1, 400)
        plate = f"{chance.choice(['29A', '30K', '30E', '30H'])}{chance.randrange(100_000):05d}"
        text = (
            f"Xe {plate} {MATTERS[category]} ở số {number} {street} {' '.join(chance.choices(_WORDS, k=6))}"
        )
        status = chance.choices(*zip(*_STATUSES, strict=True))[0]
        done = status in {Status.RESOLVED, Status.REJECTED}
        closed = iso(at + timedelta(days=3))
        report = Report(
            code=codes.make("CS", f"load|{count}|{n}", 0), agency=agency, citizen=f"c_{chance.randrange(count):016x}",
            created_at=iso(at), updated_at=closed if done else iso(at), first_message_at=iso(at), status=status,
            text=text, category=category, confidence=0.9, words=(MATTERS[category],), ward=chance.choice(names),
            plates=({"compact": plate, "readings": [], "partial": False, "text": plate, "confidence": 0.9},),
            place={"text": f"số {number} {street}", "ward_candidates": [], "confidence": 0.8},
            assignee=chance.choice(PEOPLE), closed_at=closed if done else None, version=1,
        )  # fmt: skip
        yield report


def rows(report: Report) -> Iterator[Item]:
    """The items of a report that lists read: itself, and its search rows."""
    from desk import agencies

    measured = with_deadlines(report, agencies.agency(report.agency), {})
    yield to_item(measured)
    yield from index_rows(measured)


def fill(table: Table, count: int) -> int:
    """Write the reports to a table of an emulator; returns how many items they are."""
    written = 0
    for some in batched((row for r in reports(count) for row in rows(r)), 25, strict=False):
        pending: dict[str, Any] = {table.name: [{"PutRequest": {"Item": dump(row)}} for row in some]}
        while pending:
            pending = table.client.batch_write_item(RequestItems=pending).get("UnprocessedItems") or {}
        written += len(some)
    return written


def main() -> None:
    """Fill the local stack."""
    stack = json.loads(Path(os.environ.get("STACK_FILE", ".local/stack.json")).read_text())
    client = boto3.client("dynamodb", endpoint_url=stack["aws_endpoint_url"], region_name=stack["region"])
    print(
        fill(Table(client, stack["table"]), int(sys.argv[1]) if len(sys.argv) > 1 else 1000), "items written"
    )


if __name__ == "__main__":
    main()
