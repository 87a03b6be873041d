"""Health facilities: by name, by ward of today or of before, and by nearness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.language.facilities import Directory, asks_near, distance_m, names_one, packaged
from desk.language.facility_rows import dump, facility, parse
from desk.language.wards import ward_at, wards


def names(text: str) -> list[str]:
    asked = packaged().read(text)
    assert asked is not None, text
    return [one.short_name for one in asked.found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bv bach mai", "Bệnh viện Bạch Mai"),
        ("bệnh viện việt đức có nhận bảo hiểm không", "Bệnh viện Hữu nghị Việt Đức"),
        ("mã bệnh viện 108", "Bệnh viện Trung ương Quân đội 108"),
        ("bv đại học y", "Bệnh viện Đại học Y Hà Nội"),
        ("bệnh viện k", "Bệnh viện K"),
        ("benh vien e", "Bệnh viện E"),
        ("tyt phường láng hạ", "Trạm y tế phường Láng Hạ"),
        ("trạm y tế nhân chính", "Trạm y tế phường Nhân Chính"),
        ("ttyt quận hoàn kiếm", "Trung tâm y tế quận Hoàn Kiếm"),
        ("bệnh viện huyện đan phượng", "Bệnh viện đa khoa huyện Đan Phượng"),
    ],
)
def test_a_facility_is_found_as_people_call_it(text: str, first: str) -> None:
    assert names(text)[0] == first


def test_a_name_that_several_share_gives_all_of_them() -> None:
    assert set(names("bệnh viện phụ sản")) == {"Bệnh viện Phụ sản Hà Nội", "Bệnh viện Phụ sản Trung ương"}


def test_a_ward_of_today_and_one_of_before_tell_what_is_there() -> None:
    assert "Trạm y tế phường Láng Hạ" in names("trạm y tế ở phường Láng")
    assert "Bệnh viện Nhi Trung ương" in names("bệnh viện ở phường Láng Thượng")
    asked = packaged().read("phòng khám ở xã Sóc Sơn")
    assert asked is not None
    assert asked.found


@pytest.mark.parametrize("text", ["bệnh viện nào nhận bhyt", "đổi thẻ ở đâu", "", "mất thẻ bhyt"])
def test_what_names_nothing_finds_nothing(text: str) -> None:
    assert packaged().read(text) is None


@pytest.mark.parametrize(
    "text", ["nơi khám gần đây", "tim benh vien gan nhat", "clinic near me", "trạm y tế gần nhà"]
)
def test_nearness_is_understood(text: str) -> None:
    assert asks_near(text)
    assert not asks_near("xe đỗ gần đây")


def test_a_message_that_only_names_a_facility_is_told_from_a_story() -> None:
    assert names_one("bv bach mai")
    assert not names_one(
        "hôm qua tôi đi làm về thấy công ty chưa đóng tiền cho bệnh viện nào cả, rất bức xúc"
    )


def test_the_nearest_come_first_with_their_distances() -> None:
    found = packaged().nearest(21.0285, 105.8542)
    distances = [metres for _, metres in found]
    assert len(found) == 5
    assert distances == sorted(distances)
    assert distances[0] < 1500


def test_a_place_is_the_middle_of_the_ward_and_said_to_be() -> None:
    placed = [one for one in packaged().facilities if one.place]
    assert len(placed) > 500
    assert not any(one.exact for one in placed)
    sure = [one for one in placed if len(one.wards) == 1 and one.place]
    inside = [one for one in sure if one.place and ward_at(*one.place) == one.wards[0]]
    assert len(inside) / len(sure) > 0.95  # the middle of a bent ward can lie outside it
    assert all(set(one.wards) <= wards().keys() for one in packaged().facilities)


def test_a_line_keeps_everything() -> None:
    for one in packaged().facilities[::40]:
        assert parse(dump(one)) == one


def test_an_imported_row_may_bring_its_coordinates() -> None:
    one = facility({"code": "01999", "name": "Phòng khám Thử", "lat": "21.03", "lon": "105.85"})
    assert (one.kind, one.place, one.exact) == ("phong_kham", (21.03, 105.85), True)
    assert Directory([one], "2026", "BHXH").nearest(21.03, 105.85)[0] == (one, 0.0)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"code": "1", "name": "Bệnh viện"}, "code"),
        ({"code": "01999", "name": ""}, "name"),
        ({"code": "01999", "name": "Bệnh viện X", "kind": "spa"}, "kind"),
        ({"code": "01999", "name": "Bệnh viện X", "lat": "105.8", "lon": "21.0"}, "swapped"),
        ({"code": "01999", "name": "Bệnh viện X", "lat": "a", "lon": "b"}, "no two numbers"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(row: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        facility(row)


@given(st.floats(20.6, 21.4), st.floats(105.3, 106.0))
def test_distances_are_symmetric_and_zero_only_here(lat: float, lon: float) -> None:
    there = (21.0285, 105.8542)
    assert distance_m(lat, lon, *there) == pytest.approx(distance_m(*there, lat, lon))
    assert distance_m(lat, lon, lat, lon) == 0


@pytest.mark.parametrize(
    "text", ["phòng khám gần cầu giấy", "phong kham o cau giay", "bên cầu giấy có phòng khám nào"]
)
def test_a_district_may_be_named_by_its_bare_name(text: str) -> None:
    asked = packaged().read(text)
    assert asked
    assert asked.found
    assert {f.district for f in asked.found} == {"Quận Cầu Giấy"}
    assert {f.kind for f in asked.found} == {"phong_kham"}
