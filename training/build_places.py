"""Makes the place data that ships in functions/desk/language/data/ out of training/sources/.

    python -m training.build_places

wards.tsv      one ward a line: code, kind, name, old districts, box, outline (encoded polyline)
units.tsv      one name a line of a ward of today ("+"), a unit of before July 2025 or a district of then ("-"):
               bare words, mark, kind, name, district, codes of the wards it means
places.tsv     one spelling of a street or landmark a line: bare words, mark, kind, name
"""

import json
import re
from pathlib import Path
from typing import Any

from desk.language.normalize import fold, fold_marked

SOURCES = Path(__file__).parent / "sources"
DATA = Path(__file__).parent.parent / "functions" / "desk" / "language" / "data"

KINDS = {"Phường": "p", "Xã": "x", "Thị trấn": "t"}
# Lanes of housing estates, numbered roads (the road patterns read those) and bare numbers.
NOISE = re.compile(
    r"\d ?- ?\d|^(?:Số|ĐT|DT|DX|Tỉnh [Ll]ộ|Tỉnh \d|Quốc [Ll]ộ|Liên tỉnh|Công Nghiệp|Dal|Vành Đai)\b|^\d"
)
WORD = re.compile(r"\w+")


def main() -> None:
    """Writes the three files."""
    _write("wards.tsv", _wards())
    _write("units.tsv", _units())
    _write("places.tsv", _places())


def encode_outline(points: list[list[float]]) -> str:
    """The polyline encoding of Google's maps: differences of 1e-5 degree in printable letters."""
    letters, previous = [], (0, 0)
    for longitude, latitude in points:
        current = (round(latitude * 1e5), round(longitude * 1e5))
        for now, before in zip(current, previous, strict=True):
            value = (now - before) << 1
            value = ~value if value < 0 else value
            while value >= 0x20:
                letters.append(chr((0x20 | value & 0x1F) + 63))
                value >>= 5
            letters.append(chr(value + 63))
        previous = current
    return "".join(letters)


def _wards() -> list[str]:
    outlines = {
        feature["properties"]["code"]: feature["geometry"]["coordinates"][0]
        for feature in _load("hanoi_wards.geojson")["features"]
    }
    districts = {
        unit["code"]: unit["old_districts"] for unit in _load("hanoi_wards_mapping.json")["new_units"]
    }
    return [
        "\t".join((
            ward["code"],
            "p" if ward["type"] == "phuong" else "x",
            _tone_placed(ward["name"]),
            ";".join(map(_without_kind, districts[ward["code"]])),
            ",".join(str(round(edge * 1e5)) for edge in ward["bbox"]),
            encode_outline(outlines[ward["code"]]),
        ))
        for ward in _load("hanoi_wards.json")
    ]  # fmt: skip


def _units() -> list[str]:
    units: dict[tuple[str, str, str, str], set[str]] = {}
    for code, kind, name, districts, *_ in (ward.split("\t") for ward in _wards()):
        for spelling in {name, name.partition(" - ")[0]}:
            units.setdefault(("+", kind, spelling, ""), set()).add(code)
        for district in districts.split(";"):
            units.setdefault(("-", "q", district, district), set()).add(code)
    for unit in _load("hanoi_wards_mapping.json")["old_to_new"]:
        kind, name = next(
            (k, unit["old_name"].removeprefix(k)) for k in KINDS if unit["old_name"].startswith(k)
        )
        name = _tone_placed(name.strip())
        for spelling in {name, name.rstrip(" 12")}:  # "Mỹ Đình" for "Mỹ Đình 1"
            key = ("-", KINDS[kind], spelling, _without_kind(unit["old_district"]))
            units.setdefault(key, set()).update(unit["possible_codes"])
    return sorted(
        "\t".join((_bare_words(name), mark, kind, name, district, ",".join(sorted(codes))))
        for (mark, kind, name, district), codes in units.items()
    )


def _places() -> list[str]:
    """Marks as in the head of streets_by_hand.txt; "." for none."""
    by_hand = [line.strip() for line in (SOURCES / "streets_by_hand.txt").read_text("utf-8").splitlines()]
    marks: dict[str, str] = {}
    for line in by_hand:
        if line and not line.startswith("#"):
            mark, name = (line[0], line[2:]) if line[0] in "+~-?=" else (".", line)
            if marks.get(_tone_placed(name), ".") == ".":
                marks[_tone_placed(name)] = mark
    listed = (street["name"] for street in _load("hanoi_streets.json")["streets"] if not street.get("noisy"))
    streets = {_tone_placed(name): "." for name in listed if not NOISE.search(name)} | marks
    rows = {_row(name, mark, "street", name) for name, mark in streets.items() if mark != "-"}
    for line in (SOURCES / "landmarks.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, names = line.partition(": ")
            spellings = [_tone_placed(name.strip()) for name in names.split(";")]
            name = spellings[0].removeprefix("~")
            rows |= {
                _row(s.removeprefix("~"), "~" if s.startswith("~") else "+", kind, name) for s in spellings
            }
    taken = {row.partition("\t")[0] for row in rows}
    for bare, _, kind, name, *_ in (unit.split("\t") for unit in _units()):
        if bare not in taken:
            rows.add(_row(name, "." if kind == "q" else "~", "region" if kind == "q" else "unit", name))
    return sorted(rows)


def _row(spelling: str, mark: str, kind: str, name: str) -> str:
    words = " ".join(WORD.findall(fold_marked(spelling)))
    return "\t".join((fold(words), words, mark, kind, name))


def _bare_words(name: str) -> str:
    return " ".join(WORD.findall(fold(name)))


def _tone_placed(name: str) -> str:
    """ "Hoà" → "Hòa", capitals kept."""
    return "".join(
        marked.upper() if letter.isupper() else marked
        for letter, marked in zip(name, fold_marked(name), strict=True)
    )


def _without_kind(district: str) -> str:
    return re.sub(r"^(?:Quận|Huyện|Thị xã) ", "", _tone_placed(district))


def _load(name: str) -> Any:
    return json.loads((SOURCES / name).read_text("utf-8"))


def _write(name: str, rows: list[str]) -> None:
    (DATA / name).write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
