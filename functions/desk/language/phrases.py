"""Phrases as citizens type them: one table entry matches the accented and the bare spelling.

A word of a phrase matches itself, or its bare form when the citizen typed that word without marks; a word
typed with *other* marks never matches ("đỏ" is not "đổ"). Entries use a small notation:

    thôi khỏi cần       words, whatever stands between them that is not a word
    tôi|em|mình         one of several words
    rồi?                may be absent (never the first word)
    ...                 up to four words in between
    =cháy               only as written: its bare form is a frequent other word ("chay" is also "chạy")
"""

import re
from collections.abc import Iterable

from desk.language.normalize import fold


def compile_phrases(*tables: str | Iterable[str]) -> re.Pattern[str]:
    """One pattern for all phrases, longest first; a string is a table with an entry on each line.

    It expects cleaned, lower-case text (`normalize.clean(text).lower()`).
    """
    entries: list[str] = []
    for table in tables:
        entries += table.split("\n") if isinstance(table, str) else table
    phrases = sorted({entry.strip() for entry in entries if entry.strip()}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(_phrase, phrases)) + r")(?!\w)")


def _phrase(entry: str) -> str:
    first, *rest = entry.split()
    return _word(first) + "".join(map(_follower, rest))


def _follower(word: str) -> str:
    if word == "...":
        return r"(?:\W+\w+){0,4}?"
    if word.endswith("?"):
        return rf"(?:\W+{_word(word[:-1])})?"
    return rf"\W+{_word(word)}"


def _word(word: str) -> str:
    forms: dict[str, None] = {}
    for form in word.split("|"):
        exact_only = form.startswith("=")
        form = form.removeprefix("=")
        forms[re.escape(form)] = None
        if not exact_only:
            forms[re.escape(fold(form))] = None
    return f"(?:{'|'.join(forms)})" if len(forms) > 1 else next(iter(forms))
