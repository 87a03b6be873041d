"""The knowledge base, the unanswered questions and the list of facilities through the staff API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from desk.domain.knowledge import packaged
from desk.domain.message import Seen
from desk.language import facilities
from desk.storage import keys, questions
from desk.storage.knowledge import HOLD_S, Library
from tests.staff_site import Site, make_site

LEADER = "csgt.supervisor"
ENTRY: dict[str, Any] = {
    "questions": ["Đăng kiểm ô tô ở đâu", "đăng kiểm bao lâu một lần"],
    "vi": "Dạ, anh/chị đặt lịch ở trung tâm đăng kiểm gần nhất ạ.",
    "source": {"title": "Cục Đăng kiểm", "url": "https://www.vr.org.vn", "date": "2026-01-01"},
    "topics": ["fine_lookup"],
}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


@dataclass
class Ticks:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def ask(site: Site, citizen: str, text: str, at_ms: int = 1_795_489_200_000) -> None:
    transaction = site.table.transaction()
    seen = Seen(id=f"m{at_ms}", at=at_ms, kind="text", text=text, category="fine_lookup")
    questions.put(transaction, "csgt", citizen, [seen])
    transaction.commit()


def test_the_packaged_entries_are_listed_searched_and_counted(site: Site) -> None:
    listed = site.get("/staff/knowledge").json
    assert len(listed["items"]) == len(packaged("csgt")) == listed["counts"]["usable"]
    assert all(e["packaged"] and e["source"]["url"] for e in listed["items"])
    found = site.get("/staff/knowledge?q=mu bao hiem").json["items"]
    assert "phat-mu-bao-hiem" in {e["id"] for e in found}
    assert site.get("/staff/knowledge?state=retired").json["items"] == []


def test_a_change_is_versioned_audited_and_guarded_by_its_tag(site: Site) -> None:
    path = "/staff/knowledge/thoi-hieu"
    first = site.get(path)
    changed = site.call("PUT", path, ENTRY, who=LEADER, headers={"If-Match": first.headers["etag"]})
    assert (changed.status, changed.json["version"], changed.json["packaged"]) == (200, 1, False)
    late = site.call("PUT", path, ENTRY, who=LEADER, headers={"If-Match": first.headers["etag"]})
    assert (late.status, late.kind) == (412, "precondition-failed")
    site.call("PUT", path, ENTRY | {"retired": True}, who=LEADER)
    assert site.get(path).json["state"] == "retired"
    history = site.get(f"{path}/versions").json["items"]
    assert [e["version"] for e in history] == [1, 0]
    assert "1 năm" in history[-1]["vi"]
    audit = site.get("/staff/audit", who="csgt.auditor").json["items"]
    assert [a["action"] for a in audit] == ["knowledge_changed"] * 2
    assert audit[0]["data"]["entry"] == "thoi-hieu"


def test_a_new_entry_answers_at_once_in_a_trial_and_settles_its_questions(site: Site) -> None:
    ask(site, "c_one", "đăng kiểm ô tô bao lâu một lần?")
    [group] = site.get("/staff/questions").json["items"]
    made = site.post("/staff/knowledge", ENTRY | {"settles": group["ids"]}, who=LEADER)
    assert (made.status, made.json["id"]) == (201, "dang-kiem-o-to-o-dau")
    assert site.get("/staff/questions").json["items"] == []
    tried = site.post("/staff/knowledge/try", {"text": "dang kiem oto bao lau 1 lan"}).json
    assert tried["entry"]["id"] == made.json["id"]
    again = site.post("/staff/knowledge", ENTRY, who=LEADER)
    assert again.json["id"] == "dang-kiem-o-to-o-dau-2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"questions": []}, "body.questions"),
        ({"questions": [" "]}, "body.questions.0"),
        ({"vi": ""}, "body.vi"),
        ({"source": ENTRY["source"] | {"url": "http://x.vn"}}, "body.source.url"),
        ({"source": ENTRY["source"] | {"date": 20260101}}, "body.source.date"),
        ({"valid_until": "soon"}, "body.valid_until"),
        ({"answer": "?"}, "body.answer"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(site: Site, change: dict[str, Any], field: str) -> None:
    answer = site.post("/staff/knowledge", ENTRY | change, who=LEADER)
    assert (answer.status, answer.json["field"]) == (422, field)


def test_an_expired_entry_is_shown_as_such(site: Site) -> None:
    site.call("PUT", "/staff/knowledge/thoi-hieu", ENTRY | {"valid_until": "2026-11-24"}, who=LEADER)
    shown = site.get("/staff/knowledge?state=expired").json
    assert [e["id"] for e in shown["items"]] == ["thoi-hieu"]
    assert shown["counts"]["expired"] == 1
    assert site.get("/staff/knowledge/nobody").status == 404


def test_alike_questions_stand_together_without_numbers_and_the_most_asked_first(site: Site) -> None:
    ask(site, "c_one", "xe bị cẩu đi lấy lại ở đâu", 1_795_489_200_000)
    ask(site, "c_two", "xe bi cau di thi lay lai o dau a", 1_795_489_300_000)
    ask(site, "c_three", "đăng kiểm ở đâu, gọi em 0912345678", 1_795_489_400_000)
    first, second = site.get("/staff/questions").json["items"]
    assert (first["count"], first["citizens"]) == (2, 2)
    assert "<số>" in second["text"]
    assert "0912" not in str(second)
    gone = site.post("/staff/questions/dismiss", {"ids": first["ids"]}, who=LEADER)
    assert gone.json == {"settled": 2}
    assert len(site.get("/staff/questions").json["items"]) == 1
    assert site.get("/staff/questions", who="duytu.officer").json["items"] == []


def test_the_library_reads_once_in_three_minutes_and_sees_a_change_then(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    client = site.table.client
    for name in ("get_item", "query"):
        real = getattr(client, name)
        monkeypatch.setattr(
            client, name, lambda _real=real, _name=name, **a: (calls.append(_name), _real(**a))[1]
        )
    ticks = Ticks()
    library = Library(site.table, ticks)
    for _ in range(50):
        library.of("csgt")
    assert calls == ["get_item"]
    site.post("/staff/knowledge", ENTRY, who=LEADER)
    calls.clear()
    ticks.at = HOLD_S - 1
    assert "dang-kiem-o-to-o-dau" not in library.of("csgt").base.entries
    assert calls == []
    ticks.at = HOLD_S + 1
    assert "dang-kiem-o-to-o-dau" in library.of("csgt").base.entries
    assert calls == ["get_item", "query"]
    ticks.at = 2 * HOLD_S + 2
    library.of("csgt")
    assert calls == ["get_item", "query", "get_item"]


CSV = """code;name;address;lat;lon
01999;Bệnh viện Thử Nghiệm;1 Phố Huế, phường Hai Bà Trưng;;
01C99;Trạm y tế phường Láng;;21.02;105.80
"""


def test_a_newer_list_of_facilities_takes_the_place_of_the_packaged_one(site: Site) -> None:
    who = "bhxh.administrator"
    assert site.get("/staff/facilities", who=who).json["packaged"] is True
    body = {"as_of": "11/2026", "source": "BHXH Việt Nam", "csv": CSV}
    done = site.call("PUT", "/staff/facilities", body, who=who)
    assert (done.status, done.json["count"], done.json["exact"], done.json["packaged"]) == (200, 2, 1, False)
    directory = Library(site.table).of("bhxh").directory
    assert directory is not None
    assert [f.name for f in directory().named("benh vien thu nghiem")] == ["Bệnh viện Thử Nghiệm"]
    assert directory().as_of == "11/2026"
    assert site.call("DELETE", "/staff/facilities", who=who).json["packaged"] is True
    assert len(facilities.packaged().facilities) == site.get("/staff/facilities", who=who).json["count"]


def test_an_agency_imports_its_own_offices_and_goes_back(site: Site) -> None:
    who = "bhxh.administrator"
    assert site.get("/staff/knowledge", who=who).json["offices"] is True
    assert site.get("/staff/knowledge").json["offices"] is False
    before = site.get("/staff/offices", who=who).json
    assert before["packaged"] is True
    csv = 'name,address,hours,wards\nBHXH cơ sở Thử,"1 phố Thử, phường Láng","T2-T6 8:00-12:00, 13:00-17:00",Láng'
    body = {"as_of": "11/2026", "source": "BHXH Thử", "csv": csv}
    wrong = site.call("PUT", "/staff/offices", body | {"csv": csv + "\nB,2 phố Thử,T9,Huế"}, who=who)
    assert (wrong.status, wrong.json["field"]) == (422, "body.csv.line.3")
    done = site.call("PUT", "/staff/offices", body, who=who)
    assert (done.status, done.json["count"], done.json["placed"], done.json["packaged"]) == (200, 1, 1, False)
    known = Library(site.table).of("bhxh")
    assert known.offices is not None
    assert [one.name for one in known.offices().asked("cơ quan nào phụ trách phường Láng")] == [
        "BHXH cơ sở Thử"
    ]
    day = {"date": "2026-12-31", "works": False}
    site.call("PUT", "/staff/agency/calendar", {"version": 0, "days": [day]}, who=who)
    assert known.days() == {date(2026, 12, 31): False}
    assert site.call("DELETE", "/staff/offices", who=who).json == before


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"csv": "name\nBệnh viện"}, "body.csv", "missing: code"),
        ({"csv": "code,name,phone\n"}, "body.csv", "phone"),
        (
            {"csv": "code,name\n01999,Bệnh viện A\n1,Bệnh viện B\n01999,Bệnh viện C"},
            "body.csv.line.3",
            "code '1'",
        ),
        ({"csv": "code,name\n"}, "body.csv", "empty"),
        ({"items": [{"code": "01999"}]}, "body.items.0", "name"),
        ({}, "body.csv", "either"),
    ],
)
def test_each_wrong_line_is_named_and_nothing_is_imported(
    site: Site, body: dict[str, Any], field: str, words: str
) -> None:
    who = "bhxh.administrator"
    answer = site.call("PUT", "/staff/facilities", {"as_of": "2026", "source": "BHXH"} | body, who=who)
    assert (answer.status, answer.json["field"]) == (422, field)
    assert words in answer.json["errors"][0]["message"]
    assert site.get("/staff/facilities", who=who).json["packaged"] is True


def test_an_agency_without_a_list_has_none_to_change(site: Site) -> None:
    assert site.get("/staff/facilities").status == site.get("/staff/offices").status == 404
    assert site.table.get(keys.facilities("csgt")) is None
