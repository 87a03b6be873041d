"""Phrases as citizens type them: one table entry matches the accented and the bare spelling.

A word of a phrase matches itself, or its bare form when the citizen typed that word without marks; a word
typed with *other* marks never matches ("đỏ" is not "đổ"). Entries use a small notation:

    thôi khỏi cần           words, whatever stands between them that is not a word
    (xử lý|giải quyết)      one of several
    xong? (của tôi)?        may be absent (never the first of an entry)
    ...                     up to four words in between
    =cháy                   only as written: its bare form is a frequent other word ("chay" is also "chạy")
"""

import re
from collections.abc import Iterable

from desk.language.normalize import fold

_PART = re.compile(r"\([^)]*\)\??|\S+")


def vocabulary(words: str) -> frozenset[str]:
    """The words of a blank-separated list, each also in its bare form."""
    return frozenset(words.split()) | frozenset(fold(words).split())


def compile_phrases(table: str | Iterable[str]) -> re.Pattern[str]:
    """One pattern for all entries, longest first; a string is a table with an entry on each line.

    It expects cleaned, lower-case text (`normalize.clean(text).lower()`).
    """
    entries = table.split("\n") if isinstance(table, str) else table
    phrases = sorted({entry.strip() for entry in entries if entry.strip()}, key=lambda p: (-len(p), p))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(_entry, phrases)) + r")(?!\w)")


def _entry(entry: str) -> str:
    first, *rest = _PART.findall(entry)
    return _part(first) + "".join(map(_follower, rest))


def _follower(part: str) -> str:
    if part == "...":
        return r"(?:\W+\w+){0,4}?"
    if part.endswith("?"):
        return rf"(?:\W+{_part(part[:-1])})?"
    return rf"\W+{_part(part)}"


def _part(part: str) -> str:
    forms = [_words(form) for form in part.strip("()").split("|")]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _words(form: str) -> str:
    return r"\W+".join(map(_word, form.split()))


def _word(word: str) -> str:
    exact = word.removeprefix("=")
    bare = fold(exact)
    if bare == exact or word.startswith("="):
        return re.escape(exact)
    return f"(?:{re.escape(exact)}|{re.escape(bare)})"
