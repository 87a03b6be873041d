"""Vietnamese text as people type it, made comparable.

Two views of one text carry all matching: `marked` keeps the tone marks (lower case, one way of placing
them) and `bare` has none. Both have one character for each character of the composed text, so a position
found in either leads back to what the citizen wrote.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from desk.language.lexicon import TEENCODE, TEENCODE_BEFORE_DIGIT

type Span = tuple[int, int]
"""Start and end (exclusive) in the text as it was received."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‛´`"), "'") | dict.fromkeys(map(ord, "“”„«»"), '"')
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_LOOSE = re.compile(rf"[\u0300-\u036f]|{_INVISIBLE.pattern}")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)[\s.!?…]*|\n+|;\s+")
_WORD = re.compile(r"\w+")
_EMOJI = re.compile(
    "([\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]+)"
)
_STRETCHED = re.compile(r"([a-vx-z])\1{2,}")
_SPACES = re.compile(r"[^\S\n]+")

# "hoà" and "hòa" are one word: the mark goes on the first vowel of an open syllable, on the second when a
# letter follows ("hoàn"); after "q" the "u" is no vowel ("quý"). "nguời" is a slip for "người".
_OPEN_LATE = re.compile(r"(o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![^\W\d_])")
_CLOSED_EARLY = re.compile(r"([òóỏõọ][ae](?=[^\W\d_])|(?<=q)[ùúủũụ][aeiyơâêă])")
_HORNLESS = re.compile(r"u(?=[ơờớởỡợ][^\W\d_])")
_MARKED_WORD = re.compile(r"(?<!\\)[a-z]*[à-ỹđ][a-zà-ỹđ]*")
_TONES = "\u0300\u0301\u0309\u0303\u0323"


class _BareLetters(dict[int, str]):
    """Character → the one letter it is without marks; itself when there is no such letter."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        lowered = unicodedata.normalize("NFKD", character).lower().replace("đ", "d")
        letters = [c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)]
        self[codepoint] = letters[0] if len(letters) == 1 else character
        return self[codepoint]


class _LowerLetters(dict[int, str]):
    """Character → its lower case when that is one character."""

    def __missing__(self, codepoint: int) -> str:
        lowered = chr(codepoint).lower()
        self[codepoint] = lowered if len(lowered) == 1 else chr(codepoint)
        return self[codepoint]


_BARE = _BareLetters(_DASHES | _QUOTES)
_LOWER = _LowerLetters(_DASHES | _QUOTES)


@dataclass(frozen=True, slots=True)
class Aligned:
    """`marked` and `bare` have equal length; `span` turns their positions into those of the original."""

    original: str
    composed: str
    marked: str
    bare: str
    _origin: tuple[int, ...] | None

    def span(self, start: int, end: int) -> Span:
        if self._origin is None:
            return start, end
        return self._origin[start], self._origin[end]

    def typed_as(self, start: int, end: int, word: str) -> bool:
        """Whether what stands there is `word` (lower case): exactly, or written without any mark."""
        typed = self.marked[start:end]
        return typed == word or (typed == self.bare[start:end] and typed == fold(word))


def align(text: str) -> Aligned:
    """The views of a text; also of decomposed text and of text with invisible characters in it."""
    composed, origin = text, None
    if not text.isascii() and (not unicodedata.is_normalized("NFC", text) or _LOOSE.search(text)):
        composed, origin = _compose(text)
    marked = composed.translate(_LOWER)
    if not composed.isascii():
        marked = _CLOSED_EARLY.sub(_mark_second, _OPEN_LATE.sub(_mark_first, _HORNLESS.sub("ư", marked)))
    return Aligned(text, composed, marked, composed.translate(_BARE), origin)


def fold(text: str) -> str:
    """Lower case without marks: "Đường Láng" → "duong lang"."""
    return align(text).bare


def fold_marked(text: str) -> str:
    """Lower case with marks, composed, tone marks in one place: "HOÀ" → "hòa"."""
    return align(text).marked


def has_marks(text: str) -> bool:
    """Whether any word was typed with Vietnamese marks."""
    view = align(text)
    return view.marked != view.bare


def either_spelling(pattern: str) -> str:
    """A regular expression in which each word with marks also matches without: "đêm" → (?:đêm|dem).

    For use on `Aligned.marked`: a word typed with other marks ("đem") does not match.
    """
    return _MARKED_WORD.sub(lambda word: _either(word[0]), pattern)


@cache
def _either(word: str) -> str:
    bare = fold(word)
    marked = [position for position, letter in enumerate(word) if letter != bare[position]]
    if len(marked) > 1:
        return f"(?:{word}|{bare})"
    at = marked[0]  # one letter to choose from compiles and matches faster than two words
    return f"{word[:at]}[{word[at]}{bare[at]}]{word[at + 1 :]}"


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers with their marks."""
    return _WORD.findall(align(text).marked)


def words_between(text: str, span: Span) -> tuple[str, ...]:
    """The words of a text that a span touches, whole and as typed."""
    start, end = span
    return tuple(word[0] for word in _WORD.finditer(text) if word.start() < end and start < word.end())


def sentences(text: str) -> list[Span]:
    """Spans of the sentences: at full stops, question marks, semicolons and line breaks."""
    spans, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if text[start : end.start()].strip():
            spans.append((start, end.start()))
        start = end.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def clean(text: str) -> str:
    """The text as it would be in careful writing: composed, chat spellings written out, stretched letters
    shortened ("quáaaa" → "quá"), emoji set apart, one space between words. Case is kept."""
    view = align(text)
    composed = _restore_case(view)
    pieces, position = [], 0
    for run in _STRETCHED.finditer(view.bare):
        letters = composed[run.start() : run.end()]
        pieces += [composed[position : run.start()], next((c for c in letters if has_marks(c)), letters[0])]
        position = run.end()
    pieces.append(composed[position:])
    spaced = _EMOJI.sub(r" \1 ", "".join(pieces))
    return _SPACES.sub(" ", _WORD.sub(_spell_out, spaced)).strip()


def _spell_out(word: re.Match[str]) -> str:
    typed = word[0].lower()
    if typed in TEENCODE_BEFORE_DIGIT and re.match(r"[\s.:]*\d", word.string[word.end() :]):
        return TEENCODE_BEFORE_DIGIT[typed]
    return TEENCODE.get(typed, word[0])


def _restore_case(view: Aligned) -> str:
    """`marked` with the capitals of the original."""
    return "".join(
        m.upper() if c.isupper() and len(m.upper()) == 1 else m
        for c, m in zip(view.composed, view.marked, strict=True)
    )


def _compose(text: str) -> tuple[str, tuple[int, ...]]:
    """Composed text and, for each of its characters and its end, the position in `text`."""
    characters: list[str] = []
    origin: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (unicodedata.combining(text[end]) or _INVISIBLE.match(text[end])):
            end += 1
        cluster = unicodedata.normalize("NFC", _INVISIBLE.sub("", text[start:end]))
        # A mark that fits no letter would break the word it stands in.
        cluster = "".join(c for c in cluster if not unicodedata.combining(c))
        characters.append(cluster)
        origin += [start] * len(cluster)
        start = end
    return "".join(characters), (*origin, len(text))


def _mark_first(syllable: re.Match[str]) -> str:
    first, second = tuple(syllable[0])
    return _with_tone_of(first, second) + _without_tone(second)


def _mark_second(syllable: re.Match[str]) -> str:
    first, second = tuple(syllable[0])
    return _without_tone(first) + _with_tone_of(second, first)


def _with_tone_of(letter: str, source: str) -> str:
    tone = next(c for c in unicodedata.normalize("NFD", source) if c in _TONES)
    return unicodedata.normalize("NFC", letter + tone)


def _without_tone(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
