"""Wards of a pin and of names, old and new."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.normalize import fold
from desk.language.outlines import decode
from desk.language.wards import find_ward, ward_at, wards

NAMES = {code: ward.name for code, ward in wards().items()}


def named(text: str) -> str | None:
    """The ward of today that a text means for certain."""
    match = find_ward(text)
    return NAMES[match.code] if match and match.code else None


def candidates(text: str) -> set[str]:
    match = find_ward(text)
    return {NAMES[code] for code in match.candidates} if match else set()


def test_there_are_51_urban_and_75_rural_wards() -> None:
    kinds = [ward.kind for ward in wards().values()]
    assert (kinds.count("p"), kinds.count("x")) == (51, 75)


@pytest.mark.parametrize(
    ("latitude", "longitude", "ward"),
    [
        (21.0285, 105.8542, "Hoàn Kiếm"),  # Hoàn Kiếm lake
        (21.0368, 105.8346, "Ba Đình"),  # Ba Đình square
        (21.0010, 105.8160, "Thanh Xuân"),  # Nguyễn Trãi by Royal City, or a neighbour
        (20.9640, 105.7710, "Hà Đông"),
        (21.1380, 105.5050, "Sơn Tây"),
    ],
)
def test_a_pin_lies_in_its_ward(latitude: float, longitude: float, ward: str) -> None:
    assert NAMES[ward_at(latitude, longitude) or ""] == ward


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(10.7769, 106.7009), (20.8449, 106.6881), (0.0, 0.0), (21.0285, -105.8542), (90.0, 180.0)],
)
def test_a_pin_outside_hanoi_has_no_ward(latitude: float, longitude: float) -> None:
    assert ward_at(latitude, longitude) is None


@pytest.mark.parametrize("code", list(wards()))
def test_a_point_inside_an_outline_is_in_that_ward(code: str) -> None:
    """The middle of a horizontal cut through the outline, between its first two crossings."""
    ring = decode(wards()[code].encoded_outline)
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    ys = sorted({y for _, y in ring})
    y = (ys[len(ys) // 2] + ys[len(ys) // 2 - 1]) / 2
    crossings = sorted(
        x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in edges if (y1 > y) != (y2 > y)
    )
    widest = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda cut: cut[1] - cut[0])
    assert ward_at(y / 1e5, sum(widest) / 2e5) == code


@given(st.floats(20.5, 21.5), st.floats(105.2, 106.1))
def test_a_ward_of_a_pin_has_the_pin_in_its_box(latitude: float, longitude: float) -> None:
    code = ward_at(latitude, longitude)
    if code is not None:
        west, south, east, north = wards()[code].box
        assert south - 60 <= latitude * 1e5 <= north + 60
        assert west - 60 <= longitude * 1e5 <= east + 60


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("phường Láng", "Láng"),
        ("Phường Láng, Hà Nội", "Láng"),
        ("phuong lang", "Láng"),
        ("P. Láng", "Láng"),
        ("p.láng", "Láng"),
        ("PHƯỜNG CẦU GIẤY", "Cầu Giấy"),
        ("ở phường Hai Bà Trưng nhé", "Hai Bà Trưng"),
        ("phuong thanh xuan", "Thanh Xuân"),
        ("phường Khương Đình", "Khương Đình"),
        ("phường Nghĩa Đô", "Nghĩa Đô"),
        ("phường Nghĩa Tân", "Nghĩa Đô"),
        ("phường Xuân Phương", "Xuân Phương"),
        ("phường Định Công", "Định Công"),
        ("phường Hà Đông", "Hà Đông"),
        ("phường Dương Nội", "Dương Nội"),
        ("xã Hoài Đức", "Hoài Đức"),
        ("xa hoai duc", "Hoài Đức"),
        ("xã Sóc Sơn", "Sóc Sơn"),
        ("xã Đông Anh", "Đông Anh"),
        ("xã Gia Lâm", "Gia Lâm"),
        ("Hẻm 3 phường Bồ Đề", "Bồ Đề"),
        ("phường Bách Khoa", "Bạch Mai"),
        ("phường Biên Giang", "Chương Mỹ"),
        ("thị trấn Chúc Sơn", "Chương Mỹ"),
        ("xã Ba Trại", "Suối Hai"),
        ("xã Bắc Sơn, Sóc Sơn", "Trung Giã"),
    ],
)
def test_a_named_ward_old_or_new_is_known_when_it_means_one(text: str, ward: str) -> None:
    assert named(text) == ward


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("phường Trung Hòa", {"Yên Hòa", "Thanh Xuân"}),
        ("phường Trung Hoà", {"Yên Hòa", "Thanh Xuân"}),
        ("phường Dịch Vọng", {"Cầu Giấy", "Nghĩa Đô"}),
        ("phuong lang ha", {"Láng", "Giảng Võ", "Đống Đa"}),
        ("thị trấn Trâu Quỳ", {"Gia Lâm"}),
        ("xã An Thượng huyện Hoài Đức", {"An Khánh"}),
    ],
)
def test_an_old_ward_that_was_split_leaves_candidates(text: str, some: set[str]) -> None:
    assert named(text) is None
    assert some <= candidates(text)
    assert len(candidates(text)) > 1


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        (
            "phường Minh Khai, quận Bắc Từ Liêm",
            {"Phú Diễn", "Thượng Cát", "Xuân Phương", "Tây Tựu", "Đông Ngạc"},
        ),
        ("xã Chương Dương huyện Thường Tín", {"Chương Dương"}),
        ("phường Chương Dương quận Hoàn Kiếm", {"Hồng Hà"}),
    ],
)
def test_the_district_of_before_tells_wards_of_one_name_apart(text: str, ward: set[str]) -> None:
    assert candidates(text) <= ward
    assert candidates(text)


def test_a_district_of_before_alone_means_several_wards() -> None:
    assert {"Cầu Giấy", "Nghĩa Đô", "Yên Hòa"} <= candidates("quận Cầu Giấy")
    assert named("quận Cầu Giấy") is None


@pytest.mark.parametrize(
    "text",
    [
        "phường nào cũng vậy",
        "vấn đề xã hội",
        "xa hoi",
        "đường xa quá",
        "em đi phượt",
        "bảo hiểm xã hội",
        "bao hiem xa hoi huyen",
        "Tắc đường quá",
        "phạt 200k",
        "q1 nộp rồi",
        "xe tải h đâu",
        "",
        "phường",
        "phường Không Có Thật",
    ],
)
def test_no_ward_is_read_from_other_words(text: str) -> None:
    assert find_ward(text) is None


def test_the_span_is_of_the_original_text() -> None:
    text = unicodedata.normalize("NFD", "Xe đỗ ở phường Láng từ sáng")
    match = find_ward(text)
    assert match is not None
    assert unicodedata.normalize("NFC", text[slice(*match.span)]) == "phường Láng"


@given(st.sampled_from(sorted(wards())), st.booleans())
def test_every_ward_of_today_is_found_with_and_without_marks(code: str, marks: bool) -> None:
    name = wards()[code].full_name
    match = find_ward(f"ở {name} nhé" if marks else f"o {fold(name)} nhe")
    assert match is not None
    assert code in match.candidates
    if marks:
        assert match.code == code


@given(st.text(max_size=60))
def test_any_text_is_read_without_error_and_the_span_lies_in_it(text: str) -> None:
    match = find_ward(text)
    if match is not None:
        assert 0 <= match.span[0] < match.span[1] <= len(text)
        assert (match.code is None) == (len(match.candidates) != 1)
