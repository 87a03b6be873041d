"""The staff API while others write: pages, lost updates, repeated requests. On an emulator that keeps
transactions."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.domain.report import Report, Status
from desk.domain.timeline import Step, first_break
from desk.errors import AlreadyDone, Conflict
from desk.storage.reports import Reports
from desk.storage.statistics import Statistics
from desk.storage.table import Transaction
from staff import desk as staff_desk
from staff import views
from staff.auth import Person, Role
from staff.problems import Problem
from staff.search import Wanted, find
from staff.shapes import Noted
from staff.writing import Call, Decision, append, change, once
from tests.staff_site import CODES, Site, build, codes, forget

AN = Person("an", "csgt", Role.OFFICER)
BEGUN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def site(ministack: str) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
        yield build(monkeypatch, f"-{uuid.uuid4().hex[:8]}")
    forget()


def at(minute: float) -> str:
    return (BEGUN + timedelta(minutes=minute)).isoformat(timespec="milliseconds")


def together[T](count: int, act: Callable[[int], T]) -> list[T]:
    """Do it in so many threads at once."""
    gate = threading.Barrier(count)

    def one(n: int) -> T:
        gate.wait()
        return act(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("query", ["", "&status=received", "&category=red_light&status=received"])
def test_pages_neither_skip_nor_repeat_while_others_file_and_change(site: Site, query: str) -> None:
    """Reports that stay as they are while one reads are each seen exactly once; nothing is seen twice."""
    still, moving, fresh = CODES[:30], CODES[30:50], CODES[50:80]
    for n, code in enumerate(still + moving):
        site.file(code, created_at=at(n % 25), citizen=f"c_{n}")
    stop = threading.Event()

    def disturb() -> None:
        for n, code in enumerate(moving):
            if stop.is_set():
                return
            site.file(fresh[n], created_at=at(60 + n), citizen=f"c_{n}")
            Reports(site.table).change(
                code, lambda r: (replace(r, status="verifying", updated_at=at(90)), [Step("s", at(90), "desk")], [])  # type: ignore[arg-type]
            )  # fmt: skip

    writer = threading.Thread(target=disturb)
    writer.start()
    seen: list[str] = []
    cursor = ""
    while True:
        page = site.get(f"/staff/reports?limit=3{query}" + (f"&cursor={cursor}" if cursor else ""))
        seen += codes(page)
        cursor = page.json["next"]
        if not cursor:
            break
    stop.set()
    writer.join()
    assert len(seen) == len(set(seen))
    assert set(still) <= set(seen)


def test_of_many_edits_of_one_state_one_wins_and_the_others_are_told(site: Site) -> None:
    tag = views.etag(site.file(CODES[0]))
    desk = staff_desk.desk()

    def edit(n: int) -> str:
        def decide(report: Report, _transaction: Transaction) -> Decision:
            return (
                replace(report, assignee=f"an{n}"),
                [Step("assigned", at(n), "staff:an", {"to": f"an{n}"})],
                [],
            )

        call = Call(AN, "PATCH", "", if_match=tag)
        try:
            change(
                desk, call, CODES[0], decide, Noted, lambda r: Noted(seq=0, at="", actor="", text="", etag="")
            )
        except Problem as refused:
            return refused.kind
        return "won"

    results = together(8, edit)
    assert sorted(results) == ["precondition-failed"] * 7 + ["won"]
    assert site.report(CODES[0]).timeline_seq == 2


def test_edits_without_a_tag_all_come_through_one_after_the_other(site: Site) -> None:
    site.file(CODES[0])
    desk = staff_desk.desk()

    def note(n: int) -> bool:
        for _ in range(5):
            try:
                append(desk, AN, CODES[0], Step("note", at(n), "staff:an", {"text": str(n)}))
                return True
            except Conflict:
                continue
        return False

    assert all(together(6, note))
    entries = Reports(site.table).timeline(CODES[0])
    assert len(entries) == 7 and first_break(entries) is None


def test_one_request_sent_many_times_at_once_is_done_once(site: Site) -> None:
    site.file(CODES[0])
    desk = staff_desk.desk()

    def send(_n: int) -> tuple[int, str]:
        def attempt(transaction: Transaction) -> tuple[Noted, int, dict[str, str]]:
            made = uuid.uuid4().hex
            transaction.put_new({"pk": f"MADE#{made}", "sk": "MADE"})
            return Noted(seq=1, at="", actor="an", text=made, etag=""), 201, {}

        call = Call(AN, "POST /x", "digest", key="k-1")
        for _ in range(5):
            try:
                answer = once(desk, call, Noted, attempt)
                assert isinstance(answer.body, Noted)
                return answer.status_code, answer.body.text
            except (Conflict, AlreadyDone):
                continue
        raise AssertionError("no answer")

    results = together(8, send)
    assert len(set(results)) == 1
    items = site.table.client.scan(TableName=site.table.name)["Items"]
    assert sum(i["pk"]["S"].startswith("MADE#") for i in items) == 1


def test_a_cursor_whose_report_has_left_the_list_still_leads_on(site: Site) -> None:
    for n, code in enumerate(CODES[:6]):
        site.file(code, created_at=at(n))
    wanted = Wanted(agency="csgt", status="received")
    first, cursor = find(site.table, wanted, limit=2)
    assert cursor
    Reports(site.table).change(
        first[-1]["code"], lambda r: (replace(r, status="verifying"), [Step("s", at(9), "desk")], [])  # type: ignore[arg-type]
    )  # fmt: skip
    second, _ = find(site.table, wanted, cursor=cursor, limit=2)
    assert [c["code"] for c in second] == [CODES[3], CODES[2]]


def test_counters_are_exact_while_many_workers_count_the_same_reports(site: Site) -> None:
    """Every version comes to several workers at once, in any order."""
    lives = []
    for n, code in enumerate(CODES[:8]):
        filed = site.file(code, created_at=at(n), citizen=f"c_{n}")
        moved = replace(filed, version=filed.version + 1, status=Status.IN_PROGRESS, assignee="an")
        lives += [filed, moved, replace(moved, version=moved.version + 1, ward="00004")]
    order = [lives * 2 for _ in range(4)]
    for n, one in enumerate(order):
        random.Random(n).shuffle(one)

    def work(n: int) -> None:
        for version in order[n]:
            Statistics(site.table).count(version)

    together(4, work)
    found = Statistics(site.table).between("csgt", date(2026, 11, 24), date(2026, 11, 24))["2026-11-24"]
    assert (found["total"], found["ward:00004"], found["status:in_progress"]) == (8, 8, 8)
    assert "status:received" not in found and "ward:none" not in found
    assert Statistics(site.table).now("csgt") == {"status:in_progress": 8, "open:an": 8}
