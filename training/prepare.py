"""The rows a model is trained on: the corpus without near-duplicates, and ways each text might be typed.

`python -m training.prepare` prints how many rows each class has and how many were dropped.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from desk.language.categories import OTHER
from desk.language.features import taxonomy
from desk.language.lexicon import TEENCODE
from desk.language.normalize import fold

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
VALIDATION = HERE / "validation"
FRESH = HERE / "fresh"
SEED = 20261124
SAME_ABOVE = 0.8  # Jaccard similarity of shingles from which two texts count as one
_SHINGLE = 5
_WORD = re.compile(r"\w+")
_SLANG: dict[str, list[str]] = defaultdict(list)
for _form, _careful in TEENCODE.items():
    if " " not in _careful:
        _SLANG[_careful].append(_form)


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled message; `agency` is the one it was written to, not the one that owns the class."""

    text: str
    label: str
    agency: str
    style: str


def labels() -> tuple[str, ...]:
    """The classes of the taxonomy and `other`."""
    return (*(row["id"] for row in taxonomy()), OTHER)


def read(folder: Path) -> list[Row]:
    """All rows of a folder's JSON Lines files, by file name. Raises ValueError on an unknown class."""
    known = set(labels())
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if row["class"] not in known:
                raise ValueError(f"{path.name}:{number}: unknown class {row['class']!r}")
            rows.append(Row(row["text"], row["class"], row.get("agency", ""), row.get("style", "")))
    return rows


def keyword_rows() -> list[Row]:
    """Each keyword of the taxonomy as a (very short) message."""
    return [
        Row(keyword, row["id"], row["agency"], "keyword") for row in taxonomy() for keyword in row["keywords"]
    ]


def distinct(rows: Iterable[Row]) -> list[Row]:
    """The rows without near-duplicates; numbers, marks and punctuation do not make a text different."""
    kept: list[Row] = []
    holders: dict[str, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for row in rows:
        shingles = _shingles(row.text)
        common = Counter(i for shingle in shingles for i in holders[shingle])
        if any(n / (len(shingles) + sizes[i] - n) >= SAME_ABOVE for i, n in common.items()):
            continue
        for shingle in shingles:
            holders[shingle].append(len(kept))
        sizes.append(len(shingles))
        kept.append(row)
    return kept


def variants(row: Row, chance: random.Random) -> Iterator[Row]:
    """The text as written, without marks, with some marks, and in chat spelling with a slip or two."""
    yield row
    bare = fold(row.text)
    if bare != row.text.lower():
        yield replace(row, text=bare, style="bare")
        yield replace(row, text=_with_some_marks(row.text, chance), style="half")
    slangy = _slips(chat_spelled(row.text, chance), chance)
    yield replace(row, text=slangy if chance.random() < 0.5 else fold(slangy), style="slang")


def _shingles(text: str) -> set[str]:
    plain = " ".join(_WORD.findall(re.sub(r"\d+", "0", fold(text))))
    return {plain[i : i + _SHINGLE] for i in range(max(1, len(plain) - _SHINGLE + 1))}


def _with_some_marks(text: str, chance: random.Random) -> str:
    share = chance.choice((0.3, 0.6))
    return _WORD.sub(lambda word: fold(word[0]) if chance.random() < share else word[0], text)


def chat_spelled(text: str, chance: random.Random) -> str:
    """The text with many of its words in chat spelling ("không" → "ko")."""

    def spell(word: re.Match[str]) -> str:
        forms = _SLANG.get(word[0].lower())
        return chance.choice(forms) if forms and chance.random() < 0.6 else word[0]

    return _WORD.sub(spell, text)


def _slips(text: str, chance: random.Random) -> str:
    """Drops, doubles or swaps a letter in about one word of twelve."""

    def slip(word: re.Match[str]) -> str:
        letters = word[0]
        if len(letters) < 3 or not letters.isalpha() or chance.random() > 1 / 12:
            return letters
        i = chance.randrange(len(letters) - 1)
        return chance.choice(
            (
                letters[:i] + letters[i + 1 :],
                letters[: i + 1] + letters[i:],
                letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :],
            )
        )

    return _WORD.sub(slip, text)


def main() -> None:
    """Counts of the corpus."""
    written = read(CORPUS)
    kept = distinct(written)
    counts = Counter(row.label for row in kept)
    for label in labels():
        print(f"{counts[label]:5d}  {label}")
    print(f"{len(written)} written, {len(kept)} kept, {len(written) - len(kept)} near-duplicates dropped")
    print(dict(Counter(row.style for row in kept)))


if __name__ == "__main__":
    main()
