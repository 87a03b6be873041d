"""POST /staff/reports/{code}/read: off by default, asked once, never for what was read."""

from collections.abc import Iterator

import pytest

from desk.settings import settings
from tests.staff_site import CODES, Site, make_site

ONE = CODES[0]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        monkeypatch.setenv("MACHINE_READING", "on")
        settings.cache_clear()
        yield made


def test_a_desk_without_machines_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHINE_READING")
    settings.cache_clear()
    site.file(ONE)
    assert site.post(f"/staff/reports/{ONE}/read", {}).kind == "reading-off"


def test_an_officer_has_the_pictures_read(site: Site) -> None:
    report = site.file(ONE, evidence=("e1",))
    site.store(report, "e1", b"picture")
    answer = site.post(f"/staff/reports/{ONE}/read", {})
    assert answer.status == 202
    (task,) = [t for t in site.outbox("classification") if t["kind"] == "read"]
    assert (task["report"], task["evidence"], task["attempt"]) == (ONE, ["e1"], 0)


def test_what_was_read_or_is_not_there_is_not_read(site: Site) -> None:
    report = site.file(ONE, evidence=("e1",), readings=({"evidence": "e1", "kind": "picture"},))
    site.store(report, "e1", b"picture")
    assert site.post(f"/staff/reports/{ONE}/read", {}).kind == "nothing-to-read"
    assert site.post(f"/staff/reports/{ONE}/read", {"evidence": ["e9"]}).kind == "foreign-evidence"


def test_who_only_looks_asks_for_nothing(site: Site) -> None:
    site.file(ONE)
    assert site.post(f"/staff/reports/{ONE}/read", {}, who="csgt.auditor").status == 403
