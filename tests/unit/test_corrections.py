"""What officers correct: stored without identity, exported, and measured before and after."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.language.identity import without_identity
from tests.staff_site import CODES, Site, make_site
from training.corrections import compare, corrections, export
from training.evaluate import top1
from training.prepare import Row

# The citizens of one ward call a pothole "ổ trâu" and the pavement "hiên phố": no model knows that by itself.
SAID = [
    ("ổ trâu to tướng ở {}", "pothole"),
    ("sập ổ trâu ngã xe ở {}", "pothole"),
    ("{} nhiều ổ trâu quá", "pothole"),
    ("hiên phố {} bong hết", "sidewalk_paving"),
    ("hiên phố chỗ {} vỡ nát", "sidewalk_paving"),
    ("{} hiên phố lún", "sidewalk_paving"),
]
STREETS = ["Láng", "Bưởi", "Cầu Giấy", "Trung Kính"]
CORPUS = [
    Row(text, label, "duytu", "full")
    for text, label in (
        ("ổ gà trên đường", "pothole"), ("đường hỏng nhiều ổ gà", "pothole"), ("mặt đường bong tróc", "pothole"),
        ("vỉa hè vỡ gạch", "sidewalk_paving"), ("gạch lát vỉa hè bong", "sidewalk_paving"),
        ("đèn đường tắt", "street_lighting"), ("đèn ngõ không sáng", "street_lighting"),
        ("cây đổ chắn đường", "tree"), ("cành cây gãy", "tree"), ("trời đẹp quá", "other"), ("haha", "other"),
    )
]  # fmt: skip


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with make_site(monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    "text",
    [
        "Tôi là Nguyễn Văn An, xe 29A-123.45, gọi 0912 345 678",
        "họ tên: Trần Thị Bích Hằng, cccd 001095012345, mail hang@example.vn",
        "anh Lê Minh Tuấn lái xe 30E 123.45 chửi tôi",
    ],
)
def test_a_row_holds_nobody(text: str) -> None:
    kept = without_identity(text)
    for secret in ("Văn An", "123", "0912", "Bích", "001095", "@", "Minh Tuấn"):
        assert secret not in kept


@pytest.mark.parametrize(
    "text", ["đường Trần Duy Hưng ngập", "phố Bà Triệu Hà Nội", "chợ Hai Bà Trưng Hà Nội"]
)
def test_streets_are_no_persons(text: str) -> None:
    assert without_identity(text) == text


def test_corrections_travel_from_the_officer_to_the_comparison(site: Site, tmp_path: Path) -> None:
    said = [(text.format(street), label) for street in STREETS for text, label in SAID]
    for code, (text, label) in zip(CODES, said, strict=False):
        site.file(code, text=f"{text}, gọi 0912345678", confidence=0.3)
        assert site.call("PATCH", f"/staff/reports/{code}", {"category": label}).status == 200
    path = tmp_path / "export.jsonl"
    assert export(site.table, path) == len(said)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert {line["category"] for line in lines} == {"pothole", "sidewalk_paving"}
    assert not any("0912" in line["text"] or "CS-" in json.dumps(line) for line in lines)
    before, after = compare(corrections(path), CORPUS)
    assert top1(before) < top1(after)
    assert top1(after) >= 0.9


def test_a_class_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text('{"text": "x", "category": "nonsense"}\n', "utf-8")
    with pytest.raises(ValueError, match="nonsense"):
        corrections(path)
