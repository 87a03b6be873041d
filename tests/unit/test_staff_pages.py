"""Turning pages while others work: whatever happens between two pages, nothing is skipped and nothing repeats."""

from dataclasses import replace
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from desk.domain.report import Report, Status
from desk.storage.reports import Reports, write
from desk.storage.table import Table
from staff.search import Wanted, find
from tests.staff_site import CODES
from tests.tables import create_table

MOVES = {"close": Status.RESOLVED, "take": Status.IN_PROGRESS}


@settings(max_examples=12, deadline=None)
@given(st.data())
@pytest.mark.parametrize("filters", [{}, {"status": "received"}, {"by_deadline": True}], ids=str)
def test_a_report_that_stays_is_seen_exactly_once(filters: dict[str, Any], data: st.DataObject) -> None:
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        table = Table(dynamodb, create_table(dynamodb, "DeskTable", "desk"))
        left = iter(CODES)

        def file() -> str:
            code, at = next(left), f"2026-11-24T01:{data.draw(st.integers(0, 59)):02d}:00.000+00:00"
            transaction = table.transaction()
            write(
                transaction, Report(code=code, agency="csgt", citizen="c", created_at=at, updated_at=at), []
            )
            transaction.commit()
            return code

        still = {file() for _ in range(data.draw(st.integers(2, 6)))}
        moving = [file() for _ in range(data.draw(st.integers(0, 3)))]
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            limit = data.draw(st.integers(1, 4))
            cards, cursor = find(table, Wanted(agency="csgt", **filters), cursor=cursor, limit=limit)
            seen += [card["code"] for card in cards]
            for act in data.draw(st.lists(st.sampled_from(["file", *MOVES]), max_size=2)):
                if act == "file":
                    file()
                elif moving:
                    Reports(table).change(
                        moving.pop(), lambda r, to=MOVES[act]: (replace(r, status=to), [], [])
                    )
        assert still <= set(seen)
        # One whose deadline moves while somebody turns the pages may come again where it stands now.
        again = {code for code in seen if seen.count(code) > 1}
        assert not again & still
        assert not again or "by_deadline" in filters
