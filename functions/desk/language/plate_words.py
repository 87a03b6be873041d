"""What stands around a number and tells whether it is a plate."""

import re
from dataclasses import dataclass
from functools import cached_property

_OTHER_NUMBERS = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+"
    r"|(?<![0-9a-z])(?<![a-z][ .\-])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)"  # telephone
    r"|(?<![0-9])(?:[01]?\d|2[0-4])(?:h|g|:)[0-5]\d(?![0-9]|[.\-]\d)"  # time of day
)

_PLATE_WORD = re.compile(
    r"(?:\b(?:bks|bsx?|bien(?: so)?|dau so|bang so|kiem soat)|bks|bien)"
    r"(?:\W{0,3}\b(?:so|kiem|soat|xe|trang|vang|xanh|do|la|o to|oto|xe may|ha noi|hn|ngoai giao|quan doi"
    r"|dang ky|tam)\b)*"
    r"\W{0,4}$"
    r"|\bbien(?! bao| cam| hieu| quang cao| chi dan| ap)(?:[^\w.;]{1,3}\w+){0,3}\W{0,3}$"
)
_VEHICLE = (
    r"\b(?:xe|o to|oto|taxi|grab|con|chiec|mo to|moto|container|cont|vios|mazda|camry|vinfast|vf ?\d|innova|fortuner"
    r"|ranger|accent|morning|i10|cx5|santafe|kia|toyota|honda|wave|vision|lead|sh|exciter|winner|vespa|airblade"
    r"|mercedes|mer|bmw|audi|lexus|hyundai|ford)\b"
)
_VEHICLE_BEFORE = re.compile(_VEHICLE + r"(?:[^\w,.;]{1,3}\w+){0,4}[^\w,.;]{0,3}$")
_VEHICLE_ANYWHERE = re.compile(_VEHICLE + r"|\b(?:bks|bien so)\b")
_ARMY_WORD = re.compile(r"\b(?:bien do|quan doi|bo doi|xe quan su|bien quan)\b")
_OTHER_THING = re.compile(
    r"\b(?:ql|quoc lo|tl|tinh lo|dt|ngo|ngach|hem|kiet|so nha|nha so|nha|toa|toa nha|can|can ho|phong|chung cu"
    r"|lop|dieu|khoan|muc|tang|km|lo|lo dat|khu|tuyen|block|ct|nghi dinh|thong tu|ma|ma so|don hang|ho so|gia|phat"
    r"|bai)\W{1,2}$"
)
_TAKEN_BACK = re.compile(r"\b(?:khong|ko|k|kg|hok|chang) (?:phai|fai)(?: (?:la|xe|bien|so|bks))*\W{1,2}$")
_MOTORBIKE = re.compile(
    r"\b(?:xe may|xm|mo to|moto|xe om|grab ?bike|wave|vision|lead|sh|exciter|winner|vespa|air ?blade|dream|xe ga"
    r"|xe so|xe dien|mu bao hiem|mbh|kep [23])\b"
)
_CAR = re.compile(
    r"\b(?:o ?to|xe hoi|xe con|\d+ (?:cho|ghe)|xe tai|xe khach|taxi|ban tai|container|dau keo|xe bus|xe buyt"
    r"|limousine|vios|mazda|camry|vinfast|innova|fortuner|ranger|accent|morning|i10|cx5|xe ben|xe bon)\b"
)
_FILLING = re.compile(
    r"\b(?:bks|bsx?|bien|so|kiem soat|xe|la|day|a|ad|em|e|anh|chi|nhe|nha|ne|va|voi|ok|vang|da)\b|\W|_"
)


def blank_other_numbers(bare: str) -> str:
    """Telephone numbers, times of day and addresses of pages made unreadable, lengths kept."""
    return _OTHER_NUMBERS.sub(lambda found: "\n" * len(found[0]), bare)


@dataclass(frozen=True)
class Surroundings:
    """Of the stretch `start` to `end` in a text without marks."""

    bare: str
    start: int
    end: int

    @cached_property
    def _before(self) -> str:
        return self.bare[max(0, self.start - 60) : self.start]

    @cached_property
    def _near(self) -> str:
        return self.bare[max(0, self.start - 60) : self.end + 40]

    @cached_property
    def names_plate(self) -> bool:
        """ "biển số …" """
        return _PLATE_WORD.search(self._before) is not None

    @cached_property
    def names_vehicle(self) -> bool:
        """ "xe Vios màu trắng …" """
        return _VEHICLE_BEFORE.search(self._before) is not None

    @cached_property
    def names_other(self) -> bool:
        """ "căn hộ …" """
        return _OTHER_THING.search(self._before) is not None

    @cached_property
    def taken_back(self) -> bool:
        """ "không phải …" """
        return _TAKEN_BACK.search(self._before) is not None

    @cached_property
    def alone(self) -> bool:
        """Whether it is all that the message says."""
        rest = self.bare[: self.start] + " " + self.bare[self.end :]
        return len(rest) < 60 and not _FILLING.sub("", rest)

    @property
    def mentions_vehicle(self) -> bool:
        return _VEHICLE_ANYWHERE.search(self.bare) is not None

    @property
    def motorbike(self) -> bool:
        return _MOTORBIKE.search(self._near) is not None

    @property
    def car(self) -> bool:
        return _CAR.search(self._near) is not None

    @property
    def army(self) -> bool:
        return _ARMY_WORD.search(self._near) is not None
