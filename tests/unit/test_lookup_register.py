"""The agency's own extract as a source: imported line by line, asked as any source."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desk.lookups.model import FileState, Proof
from desk.lookups.sources import NotKnown
from desk.storage.table import Table, load
from lookup import importing
from lookup.register import Register
from tests.tables import create_table
from tests.world import make_world

PEOPLE = """name,birth,social,personal,card,phone,card_from,card_to,five_years_on,facility_code,facility_name
Nguyễn Văn An,01/02/1980,0112345678,001080012345,HS4010112345678,0912345678,2026-01-01,31/12/2026,2027-01-01,01004,BV A
Lê Thu Hoà,1958-12-30,0112345679,,,,,,,,
"""
CONTRIBUTIONS = (
    "number,first,last,employer\n0112345678,2015-01,12/2016,Công ty Ví Dụ\n0112345678,2018-01,2018-06,\n"
)
FILES = "code,number,procedure,state,since,due\n000.00.01.g22-261110-0012,001080012345,Cấp lại thẻ,done,2026-11-20,\n"


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Table, Any]]:
    with make_world() as world:
        table = Table(world.dynamodb, create_table(world.dynamodb, "RegisterTable", "register"))
        world.secrets.write("desk", {"pseudonym_key": "key of the test"})
        own = importing.settings()
        changed = {"register_table": "register", "secret_prefix": world.secrets._prefix}
        monkeypatch.setattr(importing, "settings", lambda: _Changed(own, changed))
        clients = {"dynamodb": world.dynamodb, "secretsmanager": world.secrets._client}
        monkeypatch.setattr(importing, "client", clients.__getitem__)
        yield table, Register(table, "bhxh", lambda *parts: importing.blind(world.secrets, *parts))


class _Changed:
    """Settings with some of them changed."""

    def __init__(self, own: Any, changed: dict[str, str]) -> None:
        self._own, self._changed = own, changed

    def __getattr__(self, name: str) -> Any:
        return self._changed.get(name) or getattr(self._own, name)


def run(folder: Path, people: str = PEOPLE, contributions: str = CONTRIBUTIONS, files: str = FILES) -> int:
    given = {"people": people, "contributions": contributions, "files": files}
    arguments = ["--agency", "bhxh", "--as-of", "2026-11-01"]
    for name, text in given.items():
        (folder / f"{name}.csv").write_text("\ufeff" + text, "utf-8")
        arguments += [f"--{name}", str(folder / f"{name}.csv")]
    return importing.main(arguments)


def test_an_extract_answers(register: tuple[Table, Register], tmp_path: Path) -> None:
    table, source = register
    for _ in range(2):  # twice: it replaces itself
        assert run(tmp_path) == 0
    for number in ("0112345678", "001080012345", "HS4010112345678"):
        found = source.check(Proof("nguyen van an", date(1980, 2, 1), number))
        assert found and found.phone == "84912345678"
    assert found
    assert source.check(Proof("Nguyễn Văn An", date(1980, 2, 2), "0112345678")) is None
    assert source.check(Proof("Nguyễn Văn An", date(1980, 2, 1), "0112345670")) is None
    card = source.card(found.subject)
    assert (card.valid_to, card.facility_name, card.as_of.isoformat()) == (
        date(2026, 12, 31), "BV A", "2026-11-01T00:00:00+07:00",
    )  # fmt: skip
    history = source.contributions(found.subject)
    assert (history.total_months, len(history.gaps)) == (30, 1)
    assert source.numbers(found.subject).personal == "001080012345"
    file = source.file_status("000.00.01.G22-261110-0012")
    assert (file.state, file.subject) == (FileState.DONE, found.subject)
    other = source.check(Proof("Lê Thu Hoà", date(1958, 12, 30), "0112345679"))
    assert other and other.phone == ""
    with pytest.raises(NotKnown):
        source.card(other.subject)
    with pytest.raises(NotKnown):
        source.file_status("000.00.01.G22-261110-0013")
    # Numbers are found only by who has the key.
    names = [load(item)["pk"] for item in table.client.scan(TableName=table.name)["Items"]]
    assert not [name for name in names if "01123456" in name or "G22" in name]


def test_a_check_costs_the_same_for_known_and_unknown(
    register: tuple[Table, Register], tmp_path: Path
) -> None:
    table, source = register
    run(tmp_path)
    calls: list[str] = []
    table.client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    source.check(Proof("Nguyễn Văn An", date(1980, 2, 1), "0112345678"))
    source.check(Proof("Nguyễn Văn An", date(1980, 2, 1), "0999999999"))
    assert calls == ["GetItem"] * 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": PEOPLE.replace("01/02/1980", "31/02/1980")}, "people.csv, line 2: birth is no day"),
        ({"people": PEOPLE.replace(",0112345679", ",123")}, "people.csv, line 3: social has the wrong form"),
        (
            {"people": PEOPLE.replace(",0112345679", ",0112345678")},
            "line 3: another line has one of these numbers",
        ),
        ({"people": PEOPLE.replace("0912345678", "12")}, "line 2: phone is no Vietnamese phone number"),
        ({"people": PEOPLE.replace("31/12/2026", "31/12/2025")}, "card_from and card_to do not fit"),
        ({"people": "name,social\nA,1\n"}, "people.csv: no column birth"),
        (
            {"contributions": CONTRIBUTIONS.replace("2018-06", "2017-06")},
            "contributions.csv, line 3: last is before first",
        ),
        (
            {"contributions": CONTRIBUTIONS.replace("0112345678,2018", "0112345000,2018")},
            "nobody in people.csv",
        ),
        ({"files": FILES.replace("done", "finished")}, "files.csv, line 2: state is none of received"),
    ],
)
def test_every_wrong_line_is_named_and_nothing_is_written(
    register: tuple[Table, Register],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, str],
    said: str,
) -> None:
    table, _ = register
    assert run(tmp_path, **wrong) == 1
    told = capsys.readouterr().err
    assert said in told and "nothing was written" in told
    assert not [n for n in ("0112345678", "Nguyễn") if n in told]
    assert table.client.scan(TableName=table.name)["Count"] == 0
