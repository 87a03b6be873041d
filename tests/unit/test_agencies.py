"""Every agency's file is complete: what the code asks for is there, with the placeholders that the code fills."""

import re
import string
from pathlib import Path
from typing import Any

import pytest

from desk import agencies
from desk.domain import payloads
from desk.errors import NotFound
from desk.language.features import taxonomy

FUNCTIONS = Path(__file__).parents[2] / "functions"
# Keys that are put together at run time.
FAMILIES = {
    "status_": ["received", "verifying", "in_progress", "needs_info", "resolved", "rejected", "reopened"],
    "change_": ["received", "verifying", "in_progress", "needs_info", "resolved", "rejected", "reopened"],
    "ask_": ["matter", "time", "place", "plate", "media"],
}
CLASSES = {row["id"] for row in taxonomy()}


def asked_for() -> set[str]:
    """Text keys that appear in the code."""
    found: set[str] = set()
    for path in (FUNCTIONS / "desk/domain").glob("*.py"):
        found |= set(re.findall(r"\bself(?:\._words)?\(\"(\w+)\"", path.read_text("utf-8")))
    found |= {prefix + end for prefix, ends in FAMILIES.items() for end in ends}
    return found | {"emergency", "media_failed"}


@pytest.mark.parametrize("name", agencies.names())
def test_an_agency_has_every_text_in_both_languages(name: str) -> None:
    texts = agencies.agency(name).data["texts"]
    missing = {key for key in asked_for() if key not in texts}
    assert not missing
    assert not {key for key in texts if key != "en" and key not in texts["en"]} - {"button_rate"}


@pytest.mark.parametrize("name", agencies.names())
def test_both_languages_fill_the_same_placeholders(name: str) -> None:
    data = agencies.agency(name).data

    def holes(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field} - data["contacts"].keys()

    for key, english in data["texts"]["en"].items():
        assert holes(english) <= holes(data["texts"][key]) | {"agency"}, key


@pytest.mark.parametrize("name", agencies.names())
def test_menu_buttons_mean_something(name: str) -> None:
    data = agencies.agency(name).data
    assert 1 <= len(data["menu"]) <= 5
    for entry in data["menu"]:
        command, arguments = payloads.parse(entry["payload"])
        assert command, entry
        if command == "ask":
            assert arguments[0] in data["answers"], entry


@pytest.mark.parametrize("name", agencies.names())
def test_answers_are_about_known_classes_and_can_be_said(name: str) -> None:
    agency = agencies.agency(name)
    for category, answer in agency.data["answers"].items():
        assert category in CLASSES
        for language in ("vi", "en"):
            if language in answer:
                said = answer[language].format_map({**agency.data["contacts"], "agency": agency.name})
                assert len(said) <= 1000


def test_prefixes_of_codes_are_unique() -> None:
    prefixes: list[Any] = [agencies.agency(name).prefix for name in agencies.names()]
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("[A-Z]{2}", p) for p in prefixes)


def test_an_unknown_agency_is_not_found() -> None:
    with pytest.raises(NotFound):
        agencies.agency("nobody")
