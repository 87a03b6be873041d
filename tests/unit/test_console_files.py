"""The console's files: what they repeat of other sources is the same there, and they keep to their limits."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from staff import bundle, static

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "functions/staff/console"
LANGUAGE = ROOT / "functions/desk/language/data"
SCRIPTS = sorted((CONSOLE / "js").glob("*.js"))
# Kinds of message that are no kind of report.
NO_REPORT = {"case_status", "delete_data", "greeting"}


def words(language: str) -> set[str]:
    text = (CONSOLE / f"js/words-{language}.js").read_text("utf-8")
    return set(re.findall(r'"([\w.?/-]+)": "', text))


def test_categories_are_those_of_the_taxonomy() -> None:
    shown = json.loads((CONSOLE / "data/categories.json").read_text("utf-8"))
    classes = json.loads((LANGUAGE / "taxonomy.json").read_text("utf-8"))["classes"]
    known = {c["id"]: (c["agency"], c["label"]) for c in classes if c["id"] not in NO_REPORT}
    assert {k: (v["agency"], v["vi"]) for k, v in shown.items() if k != "other"} == known
    assert all(v["en"] for v in shown.values())


def test_wards_and_outlines_are_those_of_the_desk() -> None:
    rows = [line.split("\t") for line in (LANGUAGE / "wards.tsv").read_text("utf-8").splitlines()]
    assert json.loads((CONSOLE / "data/wards.json").read_text("utf-8")) == {r[0]: r[2] for r in rows}
    assert json.loads((CONSOLE / "data/outlines.json").read_text("utf-8")) == {r[0]: r[5] for r in rows}


def test_vendored_files_have_the_checksums_written_down() -> None:
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", (CONSOLE / "vendor/README.md").read_text(), re.MULTILINE)
    assert {name for _, name in listed} == {
        str(f.relative_to(CONSOLE / "vendor")) for f in (CONSOLE / "vendor").glob("*/*")
    }
    for checksum, name in listed:
        assert hashlib.sha256((CONSOLE / "vendor" / name).read_bytes()).hexdigest() == checksum


def test_first_load_is_small() -> None:
    """Page, script, sheet and icon: all that a browser asks for before anybody has signed in."""
    first = [f.body for f in static._console().values()] + [(CONSOLE / "icon.svg").read_text("utf-8")]
    assert sum(len(gzip.compress(str(body).encode())) for body in first) <= 120_000


def test_no_script_or_style_stands_in_the_page_or_is_made_from_text() -> None:
    page = (CONSOLE / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?:", page)
    for script in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|new Function", script.read_text("utf-8")
        )


def test_every_module_and_sheet_is_in_the_bundle_and_of_readable_length() -> None:
    bundled = bundle.script(CONSOLE / "js/app.js")
    for script in SCRIPTS:
        assert bundled.count(f"const ${script.stem.replace('-', '_')} = ") == 1
        assert len(script.read_text("utf-8").splitlines()) <= 300
    sheets = {f.name for f in (CONSOLE / "css").glob("*.css")} - {"console.css"}
    assert sheets == set(re.findall(r'"([\w-]+\.css)"', (CONSOLE / "css/console.css").read_text("utf-8")))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_that_is_used_exists(language: str) -> None:
    used = {key for s in SCRIPTS for key in re.findall(r'\bt\("([^"]+)"', s.read_text("utf-8"))}
    assert len(used) > 100
    assert used - words(language) == set()


def test_both_languages_say_the_same_things() -> None:
    # Problems are told in English by the API itself.
    assert {w for w in words("vi") if not w.startswith("problem.")} == words("en")
