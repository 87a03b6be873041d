"""Texts of the simulator's ZBS templates, by their names in an agency's file; on the platform Zalo approves them."""

from collections.abc import Iterator
from typing import Any

from desk import agencies

TEXTS: dict[str, dict[str, Any]] = {
    "otp": {
        "name": "Mã xác nhận",
        "text": "<otp> là mã xác nhận tra cứu BHXH của quý khách, có hiệu lực 5 phút. Không đưa mã này cho bất kỳ ai.",
        "params": [{"name": "otp", "require": True, "max": 10}],
        "by_user": False,
    },
    "remind_card_ends": {
        "name": "Nhắc hạn thẻ BHYT",
        "text": "Thẻ BHYT của <who> hết hạn ngày <ends>, còn <days> ngày. Quý khách gia hạn sớm để không gián đoạn.",
        "params": [{"name": name, "require": True, "max": 30} for name in ("who", "ends", "days")],
    },
    "remind_file_result": {
        "name": "Hồ sơ có kết quả",
        "text": "Hồ sơ <file> của quý khách: <state>. Xem chi tiết trên Cổng dịch vụ công BHXH.",
        "params": [{"name": name, "require": True, "max": 60} for name in ("file", "state")],
    },
}


def of(agency: str) -> Iterator[dict[str, Any]]:
    """The templates that an agency's file names; one without a text here takes any parameters."""
    for name, number in agencies.agency(agency).data.get("templates", {}).items():
        yield {"id": number, "name": name, **TEXTS.get(name, {})}
