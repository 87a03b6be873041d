"""The wards of Hanoi: from a pin, and from names of before and of today."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.normalize import fold
from desk.language.outlines import decode, distance, inside
from desk.language.wards import Unit, find_ward, units, ward_at, wards
from training.build_places import encode_outline

SOURCE = json.loads(
    (Path(__file__).parents[2] / "training" / "sources" / "hanoi_wards.json").read_text("utf-8")
)


@pytest.mark.parametrize("ward", SOURCE, ids=lambda ward: ward["slug"])
def test_a_point_inside_a_ward_gives_that_ward(ward: dict[str, object]) -> None:
    longitude, latitude = ward["point_inside"]
    assert ward_at(latitude, longitude) == ward["code"]
    assert wards()[str(ward["code"])].full_name.replace("oà", "òa") == str(ward["full_name"]).replace(
        "oà", "òa"
    )


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "name"),
    [
        ("Hồ Gươm", 21.0287, 105.8524, "Hoàn Kiếm"),
        ("Lăng Bác", 21.0368, 105.8346, "Ba Đình"),
        ("Sân bay Nội Bài", 21.2187, 105.8042, "Nội Bài"),
        ("Văn Miếu", 21.0293, 105.8355, "Văn Miếu - Quốc Tử Giám"),
        ("Bến xe Mỹ Đình", 21.0284, 105.7782, "Từ Liêm"),
    ],
)
def test_a_well_known_place_lies_in_its_ward(
    place: str, latitude: float, longitude: float, name: str
) -> None:
    code = ward_at(latitude, longitude)
    assert code is not None
    assert wards()[code].name == name


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(10.77, 106.7), (20.25, 105.97), (21.59, 105.84), (0.0, 0.0), (90.0, 180.0), (-21, -105)],
)
def test_a_point_outside_the_city_has_no_ward(latitude: float, longitude: float) -> None:
    assert ward_at(latitude, longitude) is None


def test_there_are_51_phuong_and_75_xa() -> None:
    kinds = [ward.kind for ward in wards().values()]
    assert (kinds.count("p"), kinds.count("x")) == (51, 75)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("phường Láng", "Láng"), ("p. Láng", "Láng"), ("P.Láng", "Láng"), ("phuong lang", "Láng"),
        ("Phường Yên Hoà", "Yên Hòa"), ("phường yên hòa", "Yên Hòa"), ("xã Hoà Lạc", "Hòa Lạc"),
        ("phường Văn Miếu", "Văn Miếu - Quốc Tử Giám"), ("phường Ngọc Hà quận Ba Đình", "Ngọc Hà"),
        ("xã Thanh Trì", "Thanh Trì"), ("xã Minh Khai, huyện Hoài Đức", "Dương Hòa"),
        ("phường Thanh Xuân", "Thanh Xuân"),
        ("em ở xã Kim Anh Sóc Sơn", "Kim Anh"), ("P. Khương Đình, Thanh Xuân", "Khương Đình"),
        ("Bồ Đề", "Bồ Đề"),
        ("phường Quỳnh Lôi", "Bạch Mai"),
    ],
)  # fmt: skip
def test_a_name_that_means_one_ward_gives_it(text: str, name: str) -> None:
    match = find_ward(text)
    assert match is not None
    assert match.code is not None
    assert wards()[match.code].name == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("phường Láng Hạ", {"Giảng Võ", "Láng", "Đống Đa"}),
        ("p. dich vong hau", {"Nghĩa Đô", "Cầu Giấy"}),
        ("phường Thanh Trì", {"Vĩnh Hưng", "Lĩnh Nam"}),
        ("Láng Hạ", {"Giảng Võ", "Láng", "Đống Đa"}),
        ("phường Minh Khai, Bắc Từ Liêm", {"Thượng Cát", "Đông Ngạc", "Tây Tựu", "Xuân Phương"}),
        ("quận Thanh Xuân", {"Phương Liệt", "Khương Đình", "Thanh Xuân"}),
        ("Hà Đông", {"Kiến Hưng", "Hà Đông", "Yên Nghĩa", "Phú Lương", "Dương Nội", "Chương Mỹ"}),
    ],
)
def test_a_split_or_wider_unit_gives_candidates_only(text: str, names: set[str]) -> None:
    match = find_ward(text)
    assert match is not None
    assert match.code is None
    assert {wards()[code].name for code in match.candidates} == names


@pytest.mark.parametrize(
    "text",
    [
        "phương tiện",
        "phuong tien",
        "địa phương em",
        "xã hội",
        "xa hoi",
        "cách xa nhà",
        "phường nào cũng vậy",
        "p 5",
        "",
    ],
)
def test_other_words_name_no_ward(text: str) -> None:
    assert find_ward(text) is None


TODAY = sorted(
    (unit for same_name in units().values() for unit in same_name if unit.today),
    key=lambda unit: (unit.name, unit.kind),
)


@given(st.sampled_from(TODAY), st.booleans(), st.sampled_from(["ngõ 5 {}, gần chợ", "{}", "em ở {} ạ"]))
def test_every_ward_of_today_is_found_by_its_full_name(unit: Unit, bare: bool, sentence: str) -> None:
    kind = "phường" if unit.kind == "p" else "xã"
    text = sentence.format(f"{kind} {unit.name}")
    match = find_ward(fold(text) if bare else text)
    assert match is not None
    assert match.code == unit.codes[0]
    assert fold(text)[slice(*match.span)] == fold(f"{kind} {unit.name}")


DEGREES = st.tuples(st.integers(10520000, 10610000), st.integers(2050000, 2140000))


@given(st.lists(DEGREES, min_size=3, max_size=20))
def test_an_outline_survives_its_encoding(points: list[tuple[int, int]]) -> None:
    encoded = encode_outline([[x / 1e5, y / 1e5] for x, y in points])
    assert decode(encoded) == tuple(points)


@given(DEGREES)
def test_the_distance_to_a_square_is_zero_only_on_its_edge(point: tuple[int, int]) -> None:
    x, y = point
    square = ((x - 100, y - 100), (x + 100, y - 100), (x + 100, y + 100), (x - 100, y + 100))
    assert inside(point, square)
    assert 90 < distance(point, square) < 110
    assert distance((x - 100, y), square) == pytest.approx(0)
