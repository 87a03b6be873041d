"""Invented people. Dates count from today, so that "ends in seven days" stays true. No number here is anybody's."""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Person:
    """One insured person as the service knows them. `cards`: from, to, five-year date (may be None)."""

    subject: str
    name: str
    birth: str
    social: str
    personal: str
    card: str
    phone: str
    card_from: date
    card_to: date
    five: date | None
    shows: str
    spans: tuple[tuple[str, str, str], ...] = ()
    facility: tuple[str, str] = ("01004", "Bệnh viện Thanh Nhàn")

    def numbers(self) -> set[str]:
        """Every number that leads to them."""
        return {self.social, self.personal, self.card} - {""}


@dataclass(frozen=True, slots=True)
class File:
    """An application at the agency."""

    code: str
    subject: str
    procedure: str
    state: str
    since: date
    due: date | None = None
    extra: dict[str, str] = field(default_factory=dict)


_LONG = (
    ("2004-03", "2007-11", "Công ty CP May Ví Dụ"),
    ("2008-02", "2010-06", "Công ty TNHH Thử Nghiệm Sông Hồng"),
    ("2010-07", "2012-12", "Công ty CP Xây lắp Giả Định số 1"),
    ("2013-05", "2015-04", "Công ty TNHH Thử Nghiệm Sông Hồng"),
    ("2015-05", "2017-09", "Trường Mầm non Ví Dụ"),
    ("2018-01", "2019-12", "Công ty CP Thương mại Tưởng Tượng"),
    ("2020-09", "2022-03", "Hợp tác xã Giả Định"),
    ("2022-04", "2026-10", "Công ty CP Phần mềm Ví Dụ"),
)


def people(today: date) -> list[Person]:
    """Who there is. The phones are those of the phone page's sample citizens."""
    day = timedelta(days=1)
    return [
        Person("p-7f3a", "Nguyễn Văn Minh", "1985-03-12", "0112000001", "001085000001", "DN4010112000001",
               "84900000001", today - 200 * day, today + 165 * day, date(2027, 1, 1),
               "thẻ còn hạn dài; hồ sơ đang giải quyết", (("2015-01", "2019-06", "Công ty CP Ví Dụ"),
                                                           ("2019-07", "2026-10", "Công ty TNHH Thử Nghiệm"))),
        Person("p-19bc", "Trần Thị Lan", "1979-10-05", "0112000002", "001179000002", "GD4010112000002",
               "84900000002", today - 358 * day, today + 7 * day, today - 900 * day,
               "thẻ hết hạn sau 7 ngày; quá trình đóng dài, có khoảng trống", _LONG,
               ("01016", "Bệnh viện Đa khoa Đống Đa")),
        Person("p-c204", "Phạm Anh Tuấn", "1990-07-21", "0112000003", "001090000003", "HC4010112000003",
               "84900000003", today - 395 * day, today - 30 * day, None, "thẻ đã hết hạn",
               (("2021-02", "2024-05", "Công ty CP Xây lắp Giả Định số 1"),)),
        Person("p-5e88", "Lê Thu Hoà", "1958-12-30", "0112000004", "001158000004", "HT2010112000004",
               "84900000004", today - 30 * day, today + 700 * day, date(2020, 1, 1), "người nghỉ hưu", ()),
        Person("p-a1d0", "Nguyễn Minh Châu", "2021-06-01", "0121000005", "001321000005", "TE1010121000005",
               "84900000001", date(2021, 6, 1), date(2027, 6, 1), None, "trẻ em, con của Nguyễn Văn Minh", (),
               ("01075", "Bệnh viện Nhi Ví Dụ")),
    ]  # fmt: skip


def files(today: date) -> list[File]:
    """Their applications."""
    day = timedelta(days=1)
    return [
        File("000.00.01.G22-261110-0012", "p-7f3a", "Cấp lại thẻ BHYT do thay đổi thông tin", "processing",
             today - 3 * day, today + 4 * day),
        File("000.00.01.G22-261102-0034", "p-19bc", "Gia hạn thẻ BHYT hộ gia đình", "needs_more", today - 5 * day),
        File("000.00.01.G22-261001-0007", "p-c204", "Hưởng BHXH một lần", "done", today - 10 * day, today - 9 * day),
    ]  # fmt: skip
