"""Offices of the agency: whom they serve, when they are open, and what is said to who asks as people ask."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import agencies
from desk.domain.clock import HANOI, epoch_ms
from desk.domain.enquiries import Enquiries, Knowledge, Reply, packaged
from desk.domain.message import Message, see
from desk.domain.offices import Hours, Office, Offices, dump, office, open_until, parse
from desk.domain.wording import Wording
from desk.domain.working_time import WorkingTime
from tests.unit.test_enquiries import talk

WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=HANOI)
# Invented: no office has these addresses.
LIST = Offices(
    [
        office({"name": "BHXH cơ sở Đống Đa", "address": "1 phố Thử, phường Láng", "phone": "024 000",
                "wards": "Láng; 00235", "hours": "T2-T6 7:30-12:00, 13:30-17:00; T7 08:00-11:30"}),
        office({"name": "BHXH cơ sở Cầu Giấy", "address": "2 phố Mẫu, phường Cầu Giấy", "wards": "Cầu Giấy"}),
        office({"name": "Bộ phận một cửa", "address": "phòng 3", "wards": "Hoàng Mai", "source": "Báo Thử",
                "date": "01/2026"}),
    ],
    "11/2026",
    "BHXH Thử",
)  # fmt: skip


def ask(
    text: str, offices: Offices | None = LIST, now: datetime = WEDNESDAY, off: date | None = None
) -> Reply:
    """The answer to a question in words."""
    own = packaged(agencies.agency("bhxh"))
    if offices:
        own = replace(own, offices=lambda: offices)
    if off:
        own = replace(own, days=lambda: {off: False})
    return answer(text, own, now)


def answer(text: str, own: Knowledge, now: datetime) -> Reply:
    seen = see(Message("m", epoch_ms(now), epoch_ms(now), "text", text), "bhxh")
    said = Enquiries(own, Wording(agencies.agency("bhxh"), seen.english), now).answer(seen)
    assert said, text
    return said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bhxh đống đa ở đâu", "Đống Đa"),
        ("bhxh dong da o dau", "Đống Đa"),
        ("địa chỉ bảo hiểm xã hội quận cầu giấy", "Cầu Giấy"),
        ("dia chi bhxh cau giay o cho nao a", "Cầu Giấy"),
        ("cơ quan bhxh nào phụ trách phường Láng", "Đống Đa"),
        ("co quan bhxh nao phu trach phuong lang", "Đống Đa"),
        ("phường Láng thuộc bhxh nào", "Đống Đa"),
        ("bhxh hoàng mai ở đâu", "Bộ phận một cửa"),
    ],
)
def test_an_office_is_found_by_its_name_and_by_whom_it_serves(text: str, name: str) -> None:
    said = ask(text).text
    assert name in said.splitlines()[1]
    assert len(said.splitlines()) == 3
    assert "gọi 1900 9068 hỏi lại trước khi đến" in said


@pytest.mark.parametrize(
    "text", ["địa chỉ bảo hiểm xã hội quận cầu giấy", "bhxh dong da o dau", "thu 7 bhxh co lam khong"]
)
def test_asking_for_an_office_files_nothing(text: str) -> None:
    said, _, filed = talk("bhxh", text)
    assert filed == 0
    assert "baohiemxahoi.gov.vn" in str(said.buttons)


def test_an_office_named_in_a_matter_stays_with_it() -> None:
    told = "công ty nợ bảo hiểm 6 tháng không đóng cho công nhân"
    _, state, filed = talk("bhxh", told, "bảo hiểm xã hội quận cầu giấy")
    assert filed == 1
    assert len({m.report for m in state.window}) == 1


def test_what_the_list_says_of_an_office_is_told_with_its_source() -> None:
    said = ask("bhxh đống đa ở đâu")
    assert "1 phố Thử, phường Láng; 024 000; thứ Hai đến thứ Sáu 07:30-12:00, 13:30-17:00" in said.text
    assert "Theo nguồn BHXH Thử, 11/2026" in said.text
    assert "Theo nguồn Báo Thử, 01/2026" in ask("bhxh hoàng mai ở đâu").text


def test_an_empty_list_is_answered_honestly_with_the_official_page() -> None:
    for text in ("bhxh đống đa ở đâu", "địa chỉ bảo hiểm xã hội gần tôi"):
        said = ask(text, offices=None)
        assert "mục Cơ quan BHXH" in said.text
        assert "Nguồn: BHXH Việt Nam" in said.text
        assert said.buttons[0]["url"].startswith("https://baohiemxahoi.gov.vn")


@pytest.mark.parametrize("text", ["mấy giờ bhxh làm việc", "may gio bhxh lam viec", "giờ làm việc bhxh"])
def test_hours_that_nobody_told_are_not_made_up(text: str) -> None:
    said = ask(text).text
    assert "thứ Hai đến thứ Sáu, giờ hành chính" in said
    assert "1900 9068" in said
    assert "Nguồn: BHXH Việt Nam" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("thứ 7 bhxh có làm không", "thứ Bảy 28/11 cơ quan không làm việc"),
        ("thu 7 bhxh co lam khong", "Ngày làm việc tiếp theo: thứ Hai 30/11"),
        ("thứ 7 bhxh đống đa có làm không", "thứ Bảy 28/11 là ngày làm việc"),
        ("chủ nhật bhxh đống đa có làm không", "Chủ nhật 29/11 cơ quan không làm việc"),
        ("bhxh hôm nay có mở cửa không", "thứ Tư 25/11 là ngày làm việc"),
        ("bhxh mai có làm việc không", "thứ Năm 26/11 là ngày làm việc"),
        ("bhxh đống đa giờ này còn làm không", "bây giờ đang trong giờ làm việc, đến 12:00"),
        ("is the social insurance office open on saturday", "closed on Saturday 28/11"),
    ],
)
def test_whether_it_is_open_on_a_day_is_computed(text: str, words: str) -> None:
    assert words in ask(text).text


def test_holidays_and_the_agencys_own_days_off_are_kept() -> None:
    culture = datetime(2026, 11, 24, 10, 0, tzinfo=HANOI)  # a public holiday, 24 November
    assert "là ngày nghỉ theo lịch" in ask("bhxh hôm nay có mở cửa không", now=culture).text
    own = ask("bhxh hôm nay có mở cửa không", off=WEDNESDAY.date()).text
    assert "thứ Tư 25/11 là ngày nghỉ theo lịch" in own
    assert "Ngày làm việc tiếp theo: thứ Năm 26/11" in own
    evening = WEDNESDAY.replace(hour=18)
    assert "đã ngoài giờ" in ask("bhxh đống đa giờ này còn làm không", now=evening).text


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("nơi khám gần đây", "near"),
        ("nơi khám bhyt gần tôi", "near"),
        ("bv bach mai", "facility"),
        ("địa chỉ bảo hiểm xã hội gần tôi", "office_near"),
        ("dia chi bhxh gan nhat", "office_near"),
        ("đăng ký bhxh tự nguyện ở đâu", ""),
        ("mất thẻ bhyt làm lại ở đâu", ""),
    ],
)
def test_offices_are_told_from_places_of_care_and_from_procedures(text: str, wants: str) -> None:
    now = epoch_ms(WEDNESDAY)
    assert see(Message("m", now, now, "text", text), "bhxh").wants == wants
    assert see(Message("m", now, now, "text", text), "csgt").wants == ""


def test_a_pin_after_the_question_finds_the_nearest_office() -> None:
    assert "gửi vị trí" in ask("địa chỉ bhxh gần tôi").text
    own = replace(packaged(agencies.agency("bhxh")), offices=lambda: LIST)
    enquiries = Enquiries(own, Wording(agencies.agency("bhxh")), WEDNESDAY)
    lines = enquiries.around((21.0366, 105.7900), "office_near").text.splitlines()
    assert lines[1].startswith("1. BHXH cơ sở Cầu Giấy") and "cách khoảng" in lines[1]
    assert "Đống Đa" in lines[2]
    assert "nơi khám" in enquiries.around((21.0366, 105.7900)).text


SPANS = st.sampled_from(["", " 07:30-12:00", " 08:00-12:00, 13:00-17:00", " 7:30-11:00,13:30-16:00"])


@given(SPANS, SPANS, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 24 * 60 - 1))
def test_open_is_within_the_times_of_a_working_day(week: str, saturday: str, day: date, minute: int) -> None:
    hours, clock = Hours.read(f"T2-T6{week}; T7{saturday}"), WorkingTime()
    spans = hours.on(day, clock)
    if day.weekday() == 6 and not clock.works(day):
        assert spans is None
    elif day.weekday() < 5:
        assert (spans is not None) == clock.works(day)
    now = datetime(day.year, day.month, day.day, tzinfo=HANOI) + timedelta(minutes=minute)
    until = open_until(spans or (), now)
    assert until is None or until > minute
    following = hours.next_open(day, clock)
    assert following is not None and hours.on(following, clock) is not None


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"name": "A", "address": "1 phố Thử"}, "name"),
        ({"name": "BHXH A", "address": ""}, "address"),
        ({"name": "BHXH A", "address": "1 phố Thử", "hours": "sáng chiều"}, "hours"),
        ({"name": "BHXH A", "address": "1 phố Thử", "hours": "T2-T6 17:00-08:00"}, "follow"),
        ({"name": "BHXH A", "address": "1 phố Thử", "hours": "T7; T2-T6"}, "days must follow"),
        ({"name": "BHXH A", "address": "1 phố Thử", "wards": "Láng; Sài Gòn"}, "no ward of Hanoi"),
        ({"name": "BHXH A", "address": "1 phố Thử", "lat": "105.8", "lon": "21.0"}, "swapped"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(row: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        office(row)


def test_a_line_keeps_everything_and_what_ships_can_be_read() -> None:
    told = Office("BHXH A", "1 phố Thử", "024", place=(21.0, 105.8), exact=True)
    for one in (*LIST.offices, told):
        assert parse(dump(one)) == one
    own = packaged(agencies.agency("bhxh")).offices
    assert own is not None
    assert all(one.source or own().source for one in own().offices)
