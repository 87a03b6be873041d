"""The look-up function's tasks on tables in memory, against the real local service over HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from conversation.erase import erase
from desk.domain.clock import epoch_ms, iso
from desk.errors import Conflict
from desk.lookups.sources import Source
from desk.storage import keys
from desk.storage.links import Link
from desk.storage.sealed import code_key, proof_key, sealed_key
from desk.storage.table import Table, load
from desk.web.download import Downloader, Hosts
from lookup import card, limits, qr
from lookup.desk import Desk
from lookup.work import work
from tests.gateway import Running, running
from tests.world import World, make_world

WHO = {"agency": "bhxh", "citizen": "c_one"}
MINH = {"name": "Nguyễn Văn Minh", "birth": "1985-03-12", "number": "0112000001"}
NOBODY = {"name": "Trần Không Có", "birth": "1985-03-12", "number": "0112999999"}
NEARLY = MINH | {"birth": "1985-03-13"}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as found:
        yield found


@dataclass
class Bench:
    """The function with its tables; what goes out lies in the outbox."""

    world: World
    server: Running
    desk: Desk
    number: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)

    def give(self, citizen: str = "c_one", **values: str) -> None:
        ttl = int(self.world.clock().timestamp()) + 1800
        self.desk.identities.update(proof_key("bhxh", citizen), {**values, "ttl": ttl})

    def task(self, kind: str, **values: Any) -> dict[str, Any]:
        self.number += 1
        made = {**WHO, "kind": kind, "outbox_id": f"t{self.number}", "created_at": iso(self.world.clock())}
        return made | values

    def run(self, kind: str, **values: Any) -> list[dict[str, Any]]:
        """Do a task; returns what it put into the outbox, as the queues get it."""
        work(self.desk, self.task(kind, **values))
        return self.outbox()

    def outbox(self) -> list[dict[str, Any]]:
        """New tasks, with the private part of messages."""
        found = []
        for item in self.rows(self.desk.table):
            if item.get("entity") == "outbox":
                self.desk.table.delete({"pk": item["pk"], "sk": item["sk"]})
                found.append(item)
        self.told += found
        return sorted(found, key=lambda item: str(item["payload"]["kind"]))

    def texts(self, items: list[dict[str, Any]]) -> list[str]:
        """What the citizen reads in the chat."""
        said = []
        for item in items:
            payload = item["payload"]
            if item["queue"] == "outgoing" and payload["purpose"] == "answer":
                private = (
                    self.desk.identities.get(sealed_key(payload["sealed"])) if payload.get("sealed") else {}
                )
                said.append((private or {}).get("text", payload["text"]))
        return said

    def rows(self, table: Table) -> list[dict[str, Any]]:
        return [load(i) for i in table.client.scan(TableName=table.name)["Items"]]

    def code(self, citizen: str = "c_one") -> str:
        return str((self.desk.identities.get(code_key("bhxh", citizen)) or {}).get("code", ""))

    def link(self, proof: dict[str, str] = MINH, **values: Any) -> list[dict[str, Any]]:
        self.give(**proof)
        return self.run("link", **values)

    def linked(self, proof: dict[str, str] = MINH, **values: Any) -> list[dict[str, Any]]:
        self.link(proof, **values)
        self.give(code=self.code())
        return self.run("code", **values)


@pytest.fixture
def bench(server: Running) -> Iterator[Bench]:
    server.service.faults.clear()
    server.service.calls.clear()
    with make_world() as world:
        world.secrets.write("desk", {"pseudonym_key": "key of the test"})
        client = server.client()
        source: Callable[[str], Source | None] = lambda _: client  # noqa: E731
        now = lambda: epoch_ms(world.clock())  # noqa: E731
        desk = Desk(world.table, world.identities.table, world.secrets, source, now, photos(server))
        yield Bench(world, server, desk)


def photos(server: Running) -> Downloader:
    """Fetches from the local service only, where the sample cards are."""
    host = server.url.removeprefix("http://").partition(":")[0]
    return Downloader(Hosts([host]), max_bytes=200_000, total_s=5)


def test_the_code_goes_to_the_registered_phone_and_the_answer_follows(bench: Bench) -> None:
    sent = bench.link(topic="card")
    (otp,) = [i["payload"] for i in sent if i["payload"].get("purpose") == "otp"]
    private = bench.desk.identities.get(sealed_key(otp["sealed"])) or {}
    assert private["phone"] == "84900000001"
    assert private["template_data"] == {"otp": bench.code()}
    assert bench.code() not in json.dumps(sent)
    bench.give(code=bench.code())
    after = bench.run("code", topic="card")
    assert bench.texts(after) == ["Đã liên kết: N. V. Minh (•••••••001)."]
    (follows,) = [i for i in after if i["queue"] == "lookups"]
    assert follows["payload"]["kind"] == "card"
    (link,) = bench.desk.links.of("bhxh", "c_one")
    assert (link.subject, link.relation) == ("p-7f3a", "self")
    assert bench.code() == "", "a code is good for one link"


@pytest.mark.parametrize("by_card", [{}, {"card": True}])
def test_whoever_exists_or_not_looks_the_same(bench: Bench, by_card: dict[str, bool]) -> None:
    """Within the limits nothing that can be seen tells whether a person exists: texts, calls, writes."""
    seen: list[Any] = []
    for number, proof in enumerate((MINH, NOBODY, NEARLY)):
        own = f"c_{number}"
        calls: list[tuple[str, int]] = []

        def note(model: Any, params: Any, calls: list[tuple[str, int]] = calls, **_: Any) -> None:
            calls.append((model.name, len(params.get("TransactItems", ()))))

        bench.world.dynamodb.meta.events.register("before-parameter-build.dynamodb", note, unique_id=own)
        bench.server.service.calls.clear()
        bench.give(own, **proof)
        told = [[t.split("\n")[-1] for t in bench.texts(bench.run("link", citizen=own, **by_card))]]
        for _ in range(4):
            wrong = "000000" if bench.code(own) != "000000" else "111111"
            bench.give(own, code=wrong)
            told.append(bench.texts(bench.run("code", citizen=own)))
        bench.world.dynamodb.meta.events.unregister("before-parameter-build.dynamodb", unique_id=own)
        seen.append((told, calls, dict(bench.server.service.calls)))
    assert seen[0] == seen[1] == seen[2]
    told, _, calls = seen[0]
    assert calls == {"/v1/check": 1}
    assert ["còn 2 lần" in told[1][0], "còn 1 lần" in told[2][0], "mã mới" in told[3][0]] == [True] * 3
    # What differs is only where the code goes.
    phones = [r["phone"] for r in bench.rows(bench.desk.identities) if "phone" in r]
    assert sorted(phones) == ["", "", "84900000001"]


def test_the_code_of_another_citizen_and_an_old_one_do_not_work(bench: Bench) -> None:
    bench.link()
    code = bench.code()
    bench.give("c_two", code=code)
    assert "hết hạn" in bench.texts(bench.run("code", citizen="c_two"))[0]
    bench.world.clock.advance(minutes=6)
    bench.give(code=code)
    assert "hết hạn" in bench.texts(bench.run("code"))[0]
    assert not bench.desk.links.of("bhxh", "c_one") + bench.desk.links.of("bhxh", "c_two")


def test_the_decoy_code_links_nobody(bench: Bench) -> None:
    bench.link(NOBODY)
    bench.give(code=bench.code())
    assert "còn 2 lần" in bench.texts(bench.run("code"))[0]
    assert not bench.desk.links.of("bhxh", "c_one")


@pytest.mark.parametrize("proof", [MINH, NOBODY])
def test_attempts_are_limited_per_citizen(bench: Bench, proof: dict[str, str]) -> None:
    for number in range(limits.PER_CITIZEN_A_DAY):
        assert "Nếu thông tin khớp" in bench.texts(bench.link(proof | {"number": f"011200{number:04d}"}))[0]
    asked = bench.server.service.calls["/v1/check"]
    assert "ngày mai" in bench.texts(bench.link(proof))[0]
    assert bench.server.service.calls["/v1/check"] == asked
    bench.world.clock.advance(days=1)
    assert "Nếu thông tin khớp" in bench.texts(bench.link(proof))[0]


@pytest.mark.parametrize("proof", [MINH, NOBODY])
def test_attempts_are_limited_per_number_whoever_tries(bench: Bench, proof: dict[str, str]) -> None:
    for number in range(limits.PER_NUMBER_A_DAY):
        bench.give(f"c_{number}", **proof)
        bench.run("link", citizen=f"c_{number}")
    bench.give("c_last", **proof | {"number": "DN401" + proof["number"]})
    assert "ngày mai" in bench.texts(bench.run("link", citizen="c_last"))[0], "the card holds the same number"
    assert not [r for r in bench.rows(bench.desk.table) if proof["number"] in str(r)]


def test_attempts_are_limited_in_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_AGENCY_AN_HOUR", 2)
    told = []
    for number in range(3):
        bench.give(f"c_{number}", **NOBODY | {"number": f"011299{number:04d}"})
        told += bench.texts(bench.run("link", citizen=f"c_{number}"))
    assert ["Nếu" in t for t in told] == [True, True, False]


def _photos(bench: Bench, *paths: str, **typed: str) -> list[str]:
    """Send photos that lie at the local service; what the conversation is told."""
    named = {
        f"photo_{n}": path if ":" in path else f"{bench.server.url}{path}" for n, path in enumerate(paths)
    }
    bench.give(**named, **typed)
    (told,) = bench.run("photo", given=list(typed))
    assert (told["queue"], told["payload"]["kind"]) == ("timers", "card")
    return list(told["payload"]["given"])


def _proof(bench: Bench) -> dict[str, Any]:
    kept = bench.desk.identities.get(proof_key("bhxh", "c_one")) or {}
    return {name: value for name, value in kept.items() if name not in {"pk", "ttl"}}


def test_a_photo_of_a_card_is_a_proof_and_nothing_of_it_stays(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert _photos(bench, "/cards/p-7f3a/identity.png") == ["card", "name", "birth", "number"]
    assert _proof(bench) == MINH | {"number": "001085000001"}, "and where the photo lay is gone"
    sent = bench.run("link", card=True)
    (otp,) = [i["payload"] for i in sent if i["payload"].get("purpose") == "otp"]
    assert (bench.desk.identities.get(sealed_key(otp["sealed"])) or {})["phone"] == "84900000001"
    (said,) = bench.texts(sent)
    assert said.startswith("Em đọc được mã QR trên thẻ: N. V. Minh, số •••••••••001.\nNếu thông tin khớp")
    kept = str([*bench.rows(bench.desk.table), *(r.__dict__ for r in caplog.records)])
    assert "card" in kept
    assert not [
        secret for secret in (*MINH.values(), "001085000001", "/cards/", "N. V. Minh") if secret in kept
    ]


def test_what_was_typed_stands_above_what_the_card_says(bench: Bench) -> None:
    # Left from an earlier dialogue: the card stands above it.
    bench.give(name="Ai Đó", birth="1980-01-01")
    found = _photos(bench, "/cards/p-7f3a/health.png", number="0112000001")
    assert found == ["card", "name", "birth", "number"]
    assert _proof(bench) == MINH


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["/cards/nobody/identity.png"], "bad_card"),
        (["/cards"], "bad_card"),
        (["http://127.0.0.1:1/nothing-listens"], "bad_card"),
        (["https://example.com/not-allowed.png"], "bad_card"),
        (["nonsense://"], "bad_card"),
        ([], "bad_card"),
        (["/cards/nobody/identity.png", "/cards", "/cards/p-19bc/health.png"], "card"),
        (["/cards/nobody/identity.png"] * card.MOST + ["/cards/p-19bc/health.png"], "bad_card"),
    ],
)
def test_the_first_photo_that_can_be_read_counts(bench: Bench, paths: list[str], found: str) -> None:
    assert _photos(bench, *paths, name="Ai Đó")[0] == found
    assert set(_proof(bench)) == ({"name"} if found == "bad_card" else {"name", "birth", "number"})


def test_another_code_and_a_file_too_large_are_told_apart(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr, "codes", lambda _: ["https://vneid.gov.vn/x"])
    assert _photos(bench, "/cards/p-7f3a/identity.png") == ["bad_card_code"]
    monkeypatch.undo()
    monkeypatch.setattr(bench.desk.download, "_max_bytes", 1000)
    assert _photos(bench, "/cards/p-7f3a/identity.png") == ["bad_card"]


def test_a_photo_that_kills_the_process_is_not_read_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: bytes) -> list[str]:
        raise SystemExit

    monkeypatch.setattr(qr, "codes", dies)
    bench.give(photo_1=f"{bench.server.url}/cards/p-7f3a/identity.png")
    task = bench.task("photo")
    with pytest.raises(SystemExit):
        work(bench.desk, task)
    for _ in range(2):
        work(bench.desk, task)
    assert [t["payload"]["given"] for t in bench.outbox()] == [["bad_card"]]


def test_who_stops_while_a_photo_is_read_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(_: bytes) -> list[str]:
        bench.run("forget")
        return ["001085000001||Nguyễn Văn Minh|12031985|Nam|Hà Nội|01012022"]

    monkeypatch.setattr(qr, "codes", stops)
    bench.give(photo_1=f"{bench.server.url}/cards/p-7f3a/identity.png")
    task = bench.task("photo")
    with pytest.raises(Conflict):
        work(bench.desk, task)
    work(bench.desk, task)
    assert not _proof(bench)


def test_a_doubled_delivery_does_nothing_twice(bench: Bench) -> None:
    bench.give(**MINH)
    task = bench.task("link")
    for _ in range(2):
        work(bench.desk, task)
    assert len(bench.outbox()) == 2
    bench.give(code="000000" if bench.code() != "000000" else "111111")
    task = bench.task("code")
    for _ in range(3):
        work(bench.desk, task)
    assert (bench.desk.identities.get(code_key("bhxh", "c_one")) or {})["tries"] == 1


def test_a_source_that_is_down_is_asked_again_and_answers_once(bench: Bench) -> None:
    bench.linked()
    bench.outbox()
    bench.server.service.faults.append({"status": 500})
    task = bench.task("contributions")
    delays, told = [], []
    for _ in range(8):
        for _ in range(2):  # each message is delivered twice
            work(bench.desk, task)
        new = bench.outbox()
        told += bench.texts(new)
        (follows,) = [i for i in new if i["queue"] == "lookups"]
        task = follows["payload"]
        delays.append(follows["delay_s"])
    assert delays == [15, 30, 60, 120, 240, 480, 900, 900]
    assert len(told) == 1 and "ghi lại câu hỏi" in told[0]
    bench.server.service.faults.clear()
    bench.desk.source("bhxh").breaker.note(ok=True)  # type: ignore[union-attr]
    for _ in range(2):
        work(bench.desk, task)
    (answer,) = bench.texts(bench.outbox())
    assert "11 năm" in answer and "Công ty CP Ví Dụ" in answer


def test_after_a_day_the_desk_gives_up_and_says_so(bench: Bench) -> None:
    bench.linked()
    bench.server.service.faults.append({"status": 500})
    task = bench.task("card")
    work(bench.desk, task)
    (follows,) = [
        i["payload"] for i in bench.outbox() if i["queue"] == "lookups" and i["payload"].get("attempt")
    ]
    bench.world.clock.advance(hours=25)
    work(bench.desk, follows)
    new = bench.outbox()
    assert bench.texts(new)[0].startswith("Em đã thử cả ngày")
    assert not [i for i in new if i["queue"] == "lookups"]


def test_the_code_of_a_file_outlives_the_proof_while_the_source_is_down(bench: Bench) -> None:
    bench.linked()
    bench.outbox()
    bench.give(file="000.00.01.G22-261110-0012")
    bench.server.service.faults.append({"status": 500})
    (follows,) = [i["payload"] for i in bench.run("file") if i["queue"] == "lookups"]
    assert "G22" not in json.dumps(follows)
    bench.world.clock.advance(hours=2)
    bench.server.service.faults.clear()
    bench.desk.source("bhxh").breaker.note(ok=True)  # type: ignore[union-attr]
    work(bench.desk, follows)
    assert "đang giải quyết" in bench.texts(bench.outbox())[0]


def test_nobody_sees_the_file_of_somebody_else(bench: Bench) -> None:
    bench.linked()
    said = []
    for code in ("000.00.01.G22-261102-0034", "000.00.01.G22-261102-9999"):
        bench.outbox()
        bench.give(file=code)
        said += bench.texts(bench.run("file"))
    assert said[0] == said[1]
    assert "không thấy hồ sơ" in said[0]


def test_without_a_link_the_official_page_and_the_offer(bench: Bench) -> None:
    for kind in ("card", "number", "contributions", "file"):
        (item,) = bench.run(kind)
        assert "tra cứu được ngay tại đây" in item["payload"]["text"]
        assert item["payload"]["buttons"][0]["payload"] == f"#lien_ket self {kind}"
    assert not bench.server.service.calls


def test_a_family(bench: Bench) -> None:
    bench.linked()
    child = {"name": "Nguyễn Minh Châu", "birth": "2021-06-01", "number": "TE1010121000005"}
    bench.linked(child, relation="child")
    bench.outbox()
    (listed,) = bench.texts(bench.run("links"))
    assert listed.splitlines()[1:] == [
        "1. N. V. Minh (chính chủ), số •••••••001",
        "2. N. M. Châu (con), số ••••••••••••005",
    ]
    (cards,) = bench.texts(bench.run("card"))
    assert "N. V. Minh" in cards and "N. M. Châu" in cards
    (which,) = bench.run("unlink", which="")
    assert [b["title"] for b in which["payload"]["buttons"]] == ["Hủy: N. V. Minh", "Hủy: N. M. Châu"]
    chosen = which["payload"]["buttons"][1]["payload"].split()[1]
    assert bench.texts(bench.run("unlink", which=chosen)) == ["Đã hủy liên kết: N. M. Châu."]
    assert bench.texts(bench.run("unlink", which="")) == ["Đã hủy liên kết: N. V. Minh."]
    assert bench.texts(bench.run("unlink", which="")) == ["Anh/chị chưa liên kết với ai ạ."]


def test_long_histories_come_as_a_picture_and_numbers_only_sealed(bench: Bench) -> None:
    lan = {"name": "Trần Thị Lan", "birth": "1979-10-05", "number": "0112000002"}
    bench.linked(lan)
    bench.outbox()
    (item,) = bench.run("contributions")
    private = bench.desk.identities.get(sealed_key(item["payload"]["sealed"])) or {}
    assert private["picture"].startswith(b"\x89PNG") and len(private["picture"]) < 250_000
    (item,) = bench.run("number")
    assert item["payload"]["text"] == "[Kết quả tra cứu, chỉ gửi cho công dân]"
    assert "0112000002" in bench.texts([item])[0] and "001179000002" in bench.texts([item])[0]
    assert not [r for r in bench.rows(bench.desk.table) if "0112000002" in str(r) or "T. T. Lan" in str(r)]


def test_english(bench: Bench) -> None:
    bench.linked(english=True)
    bench.outbox()
    (said,) = bench.texts(bench.run("card", english=True))
    assert said.startswith("Health card of N. V. Minh: valid from") and "As of" in said


def test_no_number_in_any_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for proof in (MINH, NOBODY):
        bench.linked(proof)
    bench.give(file="000.00.01.G22-261110-0012")
    bench.server.service.faults.append({"status": 500, "times": 2})
    for kind in ("card", "number", "file", "links"):
        bench.run(kind)
    logged = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "look-up" in logged and "source down" in logged
    for secret in (*MINH.values(), *NOBODY.values(), "84900000001", "p-7f3a", "G22-261110"):
        assert secret not in logged


def test_who_stops_or_finds_the_source_down_leaves_no_proof(bench: Bench) -> None:
    bench.link()
    bench.give(**MINH)
    assert bench.texts(bench.run("forget")) == []
    assert not [r for r in bench.rows(bench.desk.identities) if r["pk"].startswith(("PROOF", "CODE"))]
    bench.server.service.faults.append({"status": 503})
    assert "Anh/chị thử lại sau" in bench.texts(bench.link())[0]
    assert not [r for r in bench.rows(bench.desk.identities) if r["pk"].startswith(("PROOF", "CODE"))]


def test_who_is_forgotten_leaves_nothing_behind(bench: Bench) -> None:
    bench.linked()
    bench.link()
    bench.give(code="123456")
    assert len([r for r in bench.rows(bench.desk.identities) if "c_one" in r["pk"]]) == 3
    erase(bench.desk, "bhxh", "c_one")  # type: ignore[arg-type]
    assert not [r for r in bench.rows(bench.desk.identities) if "c_one" in r["pk"]]


def test_the_day_counts_in_hanoi(bench: Bench) -> None:
    bench.desk.links.add(
        "bhxh", "c_one", Link("p-19bc", "self", "T. T. Lan", "•002", "2026-01-01T00:00:00+07:00")
    )
    bench.server.service.people["p-19bc"] = _ending(bench, date(2026, 11, 25))
    bench.world.clock.at = bench.world.clock.at.replace(hour=17, minute=30)  # 00:30 of the 25th in Hanoi
    assert "hết hạn trong hôm nay" in bench.texts(bench.run("card"))[0]
    assert bench.desk.table.get(keys.lookup(f"t{bench.number}", "DONE"))


def _ending(bench: Bench, day: date) -> Any:
    return replace(bench.server.service.people["p-19bc"], card_to=day)
