"""What the linear model sees of a message. Training and run time share this file, so they cannot drift.

Four views, each normalised by itself:
- accented words and pairs, only those that carry marks: exact, but blind to text typed without them;
- bare words, pairs and triples;
- bare character 2- to 5-grams within words: forgiving of typing errors and half-typed marks;
- keywords of the taxonomy: the prior knowledge about a class, weighed by training like any other feature.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from desk.language.normalize import clean, fold

DATA = Path(__file__).parent / "data"
VIEWS = ("accented", "words", "characters", "keywords")
_WORD = re.compile(r"\d+(?:[.,:/-]\d+)+|\w+")
_LONG_NUMBER = re.compile(r"\d{4,}|\d+[.,:/-].+")
_PLATE_LIKE = re.compile(r"\d+[^\W\d_]+\d*|[^\W\d_]+\d{3,}")
_LONGEST_KEYWORD = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed (cleaned, lower case) and without marks."""

    typed: str
    bare: str


def words(text: str) -> list[Word]:
    """The words of a raw message, numbers masked where their value says nothing about the matter."""
    return [_word(typed) for typed in _WORD.findall(clean(text).lower())]


def features(message: list[Word]) -> tuple[frozenset[str], ...]:
    """The features of each view, in the order of `VIEWS`."""
    typed = [word.typed for word in message]
    bare = [word.bare for word in message]
    marked = [word.typed != word.bare for word in message]
    accented = {word for word, mark in zip(typed, marked, strict=True) if mark}
    accented.update(
        f"{a} {b}" for a, b, m, n in zip(typed, typed[1:], marked, marked[1:], strict=False) if m or n
    )
    plain = set(bare)
    plain.update(map(" ".join, pairwise(bare)))
    plain.update(map(" ".join, zip(bare, bare[1:], bare[2:], strict=False)))
    characters: set[str] = set()
    for word in plain & set(bare):
        characters.update(pieces(word))
    return frozenset(accented), frozenset(plain), frozenset(characters), frozenset(_classes(message))


@lru_cache(maxsize=20_000)
def pieces(word: str) -> tuple[str, ...]:
    """Character 2- to 5-grams of a bare word, with its edges marked."""
    edged = f"_{word}_"
    return tuple(edged[i : i + n] for n in (2, 3, 4, 5) for i in range(len(edged) - n + 1))


def keyword_spans(message: list[Word]) -> Iterator[tuple[str, int, int]]:
    """Class id, first and past-the-end word of each taxonomy keyword in the message."""
    table = _keywords()
    bare = [word.bare for word in message]
    for start in range(len(bare)):
        for end in range(start + 1, min(start + _LONGEST_KEYWORD, len(bare)) + 1):
            for phrase, class_id in table.get(" ".join(bare[start:end]), ()):
                if all(w.typed in (p, w.bare) for w, p in zip(message[start:end], phrase, strict=True)):
                    yield class_id, start, end


def _classes(message: list[Word]) -> set[str]:
    return {class_id for class_id, _, _ in keyword_spans(message)}


@lru_cache(maxsize=20_000)
def _word(typed: str) -> Word:
    if _LONG_NUMBER.fullmatch(typed) or _PLATE_LIKE.fullmatch(typed):
        return Word("0", "0")
    return Word(typed, fold(typed))


@cache
def taxonomy() -> tuple[dict[str, str], ...]:
    """The classes in their order: agency, id, label, definition, law, route (where it differs)."""
    rows = json.loads((DATA / "taxonomy.json").read_text("utf-8"))["classes"]
    return tuple(rows)


@cache
def agency_of(category: str) -> str:
    """The agency that a class belongs to, "common" for what concerns all of them; empty for no class at all."""
    return next((row["agency"] for row in taxonomy() if row["id"] == category), "")


def only_asked(category: str) -> bool:
    """Whether a class holds questions alone: all that social insurance is written for, but about employers."""
    return agency_of(category) == "bhxh" and category != "employer"


@cache
def _keywords() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in taxonomy():
        for keyword in row["keywords"]:
            phrase = tuple(_WORD.findall(clean(keyword).lower()))
            table.setdefault(fold(" ".join(phrase)), []).append((phrase, row["id"]))
    return {bare: tuple(entries) for bare, entries in table.items()}
