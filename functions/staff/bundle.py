"""The console's modules as one script and its styles as one sheet: two requests in place of forty.

There is no build step: a process puts them together from the files as they are, once. Each module becomes a
function of its own scope that returns what the module exports; a module stands after those it imports. Only the
forms of import and export that the console uses are understood, anything else is an error (and a failed test).
"""

import json
import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "\./(?P<file>[\w-]+\.js)";$', re.MULTILINE)
_DATA = re.compile(
    r'^import (?P<name>\w+) from "(?P<file>\.\./data/[\w-]+\.json)" with \{ type: "json" \};$', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?function (\w+)|class (\w+)|const (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_SHEET = re.compile(r'^@import "(?P<file>[\w/-]+\.css)";$', re.MULTILINE)


def script(entry: Path) -> str:
    """All modules that `entry` leads to. Raises ValueError for a form that is not understood, or a circle."""
    pieces: dict[Path, str] = {}
    _add(entry, pieces, ())
    return "\n".join(pieces.values())


def _add(file: Path, pieces: dict[Path, str], above: tuple[Path, ...]) -> None:
    if file in above:
        raise ValueError(f"{file.name} imports itself by way of {above[-1].name}")
    if file in pieces:
        return
    text = file.read_text("utf-8")
    for found in _IMPORT.finditer(text):
        _add(file.parent / found["file"], pieces, (*above, file))
    text = _IMPORT.sub(lambda m: f"const {m['names'].replace(' as ', ': ')} = {_name(m['file'])};", text)
    text = _DATA.sub(lambda m: f"const {m['name']} = {_data(file.parent / m['file'])};", text)
    exported = [next(filter(None, m.groups())) for m in _EXPORT.finditer(text)]
    text = _EXPORT.sub("", text)
    if left := _LEFT.search(text):
        raise ValueError(f"{file.name}: cannot bundle {left[0]!r}")
    given = ", ".join(exported)
    pieces[file] = f"const {_name(file.name)} = (() => {{\n{text}\nreturn {{ {given} }};\n}})();"


def _name(file: str) -> str:
    return "$" + file.removesuffix(".js").replace("-", "_")


def _data(file: Path) -> str:
    return json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False, separators=(",", ":"))


def sheet(entry: Path) -> str:
    """The sheets that `entry` imports, in its order. Raises ValueError for anything else in it."""
    text = entry.read_text("utf-8")
    left = re.sub(r"/\*.*?\*/", "", _SHEET.sub("", text), flags=re.DOTALL).strip()
    if left:
        raise ValueError(f"{entry.name}: cannot bundle {left!r}")
    return "\n".join((entry.parent / m["file"]).read_text("utf-8") for m in _SHEET.finditer(text))
