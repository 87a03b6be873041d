"""Reports as rows of a table: CSV and XLSX."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import xlsxwriter

from desk.domain.clock import local, parse
from desk.domain.report import Report
from desk.language.identity import without_identity
from desk.language.wards import wards
from staff.facts import CATEGORIES

TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _ward(report: Report) -> str:
    known = wards().get(report.ward or "")
    return known.full_name if known else ""


COLUMNS: Mapping[str, Callable[[Report], Any]] = {
    "Mã phản ánh": lambda r: r.code,
    "Trạng thái": lambda r: str(r.status),
    "Lĩnh vực": lambda r: CATEGORIES.get(r.category, {}).get("label", r.category),
    "Mức độ": lambda r: r.urgency,
    "Tiếp nhận": lambda r: parse(r.created_at),
    "Cập nhật": lambda r: parse(r.updated_at),
    "Hạn": lambda r: parse(r.deadline) if r.deadline else "",
    "Đóng": lambda r: parse(r.closed_at) if r.closed_at else "",
    "Cán bộ": lambda r: r.assignee or "",
    "Nguồn": lambda r: r.channel,
    "Người phản ánh": lambda r: r.citizen,
    "Biển số": lambda r: ", ".join(p["compact"] for p in r.plates),
    "Thời gian xảy ra": lambda r: r.when["iso"] if r.when else "",
    "Địa điểm": lambda r: r.place["text"] if r.place else "",
    "Phường, xã": _ward,
    "Vĩ độ": lambda r: r.location["lat"] if r.location else "",
    "Kinh độ": lambda r: r.location["lon"] if r.location else "",
    # A file goes where the desk's rules do not: people may name themselves or others in what they write.
    "Nội dung": lambda r: without_identity(r.text),
    "Số tệp": lambda r: len(r.evidence),
    "Lý do": lambda r: without_identity((r.resolution or {}).get("label") or r.reason),
    "Đánh giá": lambda r: (r.rating or {}).get("stars", ""),
}


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is quoted: citizens write what they like."""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def write_csv(reports: Iterable[Report], file: BinaryIO) -> None:
    """Comma-separated, with the mark by which Excel knows UTF-8."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for report in reports:
        out.writerow([_safe(value(report)) for value in COLUMNS.values()])
    text.detach()


def write_xlsx(reports: Iterable[Report], file: BinaryIO) -> None:
    """A workbook of one sheet, written row by row. No cell is a formula or a link."""
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, plain)
    moment, head = book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"bold": True})
    sheet = book.add_worksheet("Phản ánh")
    sheet.write_row(0, 0, list(COLUMNS), head)
    sheet.freeze_panes(1, 1)
    for row, report in enumerate(reports, start=1):
        for column, value in enumerate(f(report) for f in COLUMNS.values()):
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, local(value).replace(tzinfo=None), moment)
            else:
                sheet.write(row, column, value)
    book.close()


WRITERS: Mapping[str, Callable[[Iterable[Report], BinaryIO], None]] = {"csv": write_csv, "xlsx": write_xlsx}
