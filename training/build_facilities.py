"""Makes functions/desk/knowledge/facilities.tsv out of training/sources/hanoi_kcb.json.

    python -m training.build_facilities

What the list is and is not stands in functions/desk/knowledge/README.md. Rows that name places outside Hanoi are left
out: the source has some.
"""

import json
from pathlib import Path

from desk.language import facilities
from desk.language.facility_rows import dump, facility

SOURCES = Path(__file__).parent / "sources"
AS_OF = "2024"
SOURCE = "Danh sách cơ sở khám chữa bệnh BHYT Hà Nội (tổng hợp, trước khi sắp xếp phường xã)"
# Places of Hưng Yên, Bắc Ninh and Vĩnh Phúc that the source lists under Hanoi's districts.
ELSEWHERE = ("Bần Yên Nhân",)


def main() -> None:
    """Writes the file."""
    listed = json.loads((SOURCES / "hanoi_kcb.json").read_text("utf-8"))["facilities"]
    addresses = dict(
        line.split("; ", 1)
        for line in (SOURCES / "hospital_addresses.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )
    lines = [f"# {AS_OF}\t{SOURCE}"]
    for row in sorted(listed, key=lambda f: f["code"]):
        if any(name in row["name"] for name in ELSEWHERE):
            continue
        known = {
            "code": row["code"], "kind": row["kind"], "name": row["name"],
            "address": row["address"] or addresses.get(row["code"], ""), "district": row["old_district"],
        }  # fmt: skip
        lines.append(dump(facility(known)))
    facilities.PACKAGED.write_text("\n".join(lines) + "\n", "utf-8")
    placed = sum(bool(line.split("\t")[6]) for line in lines[1:])
    print(f"{len(lines) - 1} facilities, {placed} with a place")


if __name__ == "__main__":
    main()
