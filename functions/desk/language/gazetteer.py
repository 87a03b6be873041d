"""Names of streets and places in a text: longest first, judged by their spelling and by the word before.

A name that is also an ordinary word ("Thống Nhất", "Hàng Cá") or is short and typed without marks needs
something that says it is a place; a name of three words hardly ever means anything else.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

from desk.language.normalize import Aligned, Span, either_spelling
from desk.language.tables import lines

_WORD = re.compile(r"\w+")
_GAP = re.compile(r" ?[\-/] ?|\.| {1,2}")
_PARTS_OF_ADDRESS = re.compile(
    either_spelling(
        r"(?<!\w)(?:đường|đg|(?<!thành )phố|ngõ|ngách|hẻm|đại lộ|dốc|đê|tuyến|trục|mặt đường|lòng đường|nút"
        r"|ngã (?:tư|ba|năm|\d)|ng[34]|đ\.|phố cổ|cầu|hầm|giao|cắt"
        r"|ngõ \d+\w*(?:/\d+)*|số(?: nhà)? \d+\w*|nhà \d+\w*)(?: số)? ?$"
    )
)
_NUMBER = re.compile(r"(?<![\w.:/\-])\d{1,4}[a-z]? $")
_HERE = re.compile(either_spelling(r"(?<!\w)(?:tại|ở|trên|đoạn|gần|khu vực|phía|đối diện|hướng|dọc) $"))
_AT = re.compile(
    either_spelling(
        r"(?<!\w)(?:tại|ở|trên|đoạn|gần|đối diện|trước|qua|vào|từ|đến|tới|hướng|về|dọc|cạnh|đầu|cuối|với|khu vực|giữa"
        r"|ra|đi|sang|rẽ|khu|địa điểm|địa chỉ|chân|gầm|dưới|chiều|phía|bên|cổng|thuộc|ngay|là|quanh|đ/c|@)[ :]{1,2}$"
    )
)
_THERE = re.compile(
    either_spelling(r",? (?:giao|cắt|tắc|ùn|kẹt|hướng|đoạn|chiều|quận|phường|ngập|hà nội|hn|số \d)(?!\w)")
)
_PERSON = re.compile(
    r"(?:(?<!\w)(?:tên|ông|bà|anh|chị|chú|bác|cháu|bé|họ tên|tên là|tôi là|em là|mình là|tnhh|công ty"
    r"|cổ phần|cp|cty|(?<!đô )(?<!siêu )thị|văn|ong|chi|bac)[ :]{1,2}|ten(?: la)? )$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A spelling. `mark`: "+" well known, "?" well known but other words when without marks, "~" also an
    ordinary word, "=" an everyday word, "." none of these."""

    words: str
    mark: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """An entry at `span` of the view (not of the original text); `score` from 0.5, how sure it is meant."""

    span: Span
    kind: str
    name: str
    score: float


def find_names(view: Aligned) -> list[Found]:
    """The names in their order, none inside another."""
    words = [word.span() for word in _WORD.finditer(view.bare)]
    found: list[Found] = []
    position = 0
    while position < len(words):
        name = _longest_at(view, words[position:])
        # "đường Thành Công": not the street Đường Thành.
        if name is not None and view.bare[slice(*words[position])] in ("duong", "pho"):
            later = _longest_at(view, words[position + 1 :])
            if later is not None and later.span[1] > name.span[1]:
                name = None
        if name is None and found and view.bare[found[-1].span[1] : words[position][0]] in (", ", ",", " - "):
            name = _longest_at(view, words[position:], wanted=True)  # "…, Tân Triều, Thanh Trì"
        if name is None:
            position += 1
            continue
        found.append(name)
        while position < len(words) and words[position][0] < name.span[1]:
            position += 1
    return found


def name_at(view: Aligned, start: int) -> Found | None:
    """The longest name that begins there, whatever stands before it."""
    words = [word.span() for word in islice(_WORD.finditer(view.bare, start), 8)]
    return _longest_at(view, words, wanted=True) if words and words[0][0] == start else None


def _longest_at(view: Aligned, words: list[Span], *, wanted: bool = False) -> Found | None:
    """The longest name that begins with the first of the words."""
    if not words:
        return None
    entries, longest = _entries()
    most = longest.get(view.bare[slice(*words[0])], 0)
    for count in range(min(most, len(words)), 0, -1):
        if name := _named(view, words[:count], entries, wanted=wanted):
            return name
    return None


def _named(view: Aligned, words: list[Span], entries: dict[str, list[str]], *, wanted: bool) -> Found | None:
    same_key = entries.get(" ".join(view.bare[start:end] for start, end in words))
    if same_key is None:
        return None
    if not all(_GAP.fullmatch(view.bare, a[1], b[0]) for a, b in pairwise(words)):
        return None
    span = words[0][0], words[-1][1]
    typed = [view.marked[start:end] for start, end in words]
    judged = [(_score(view, span, typed, entry, wanted), entry) for entry in map(_entry, same_key)]
    score, entry = max(judged, key=lambda pair: (pair[0], pair[1].kind == "street"))
    return Found(span, entry.kind, entry.name, score) if score >= 0.5 else None


def _score(view: Aligned, span: Span, typed: list[str], entry: Entry, wanted: bool) -> float:
    words = entry.words.split(" ")
    count = len(words)
    exact = sum(said == word for said, word in zip(typed, words, strict=True))
    slips = sum(said != word and not said.isascii() for said, word in zip(typed, words, strict=True))
    before = view.marked[max(0, span[0] - 24) : span[0]]
    address = wanted or _PARTS_OF_ADDRESS.search(before) is not None
    if not address and _PERSON.search(before):
        return 0.0
    capitals = _in_capitals(view, span, entry)
    numbered = _NUMBER.search(before) is not None
    address = address or (numbered and (capitals or exact == count or entry.mark in "+."))
    if slips:
        meant = count >= 3 or (count == 2 and address and capitals)
        return 0.55 if slips == 1 and meant and entry.mark in "+?." else 0.0
    if count == 1:
        return _score_of_one_word(view, span, entry, exact == 1, address, before)
    if 0 < exact < count == 2 and not (address or capitals or view.marked[slice(*span)].isascii()):
        return 0.0  # "ba triệu" is no "Bà Triệu"
    if entry.mark in "?~=":
        return _score_of_ordinary(entry, exact == count, capitals, address, before)
    opens = span[0] == 0 and view.marked.startswith(",", span[1])  # "Nguyễn Khuyến, Văn Quán"
    placed = (
        opens or address or _AT.search(before) is not None or _THERE.match(view.marked, span[1]) is not None
    )
    if exact == count and not entry.words.isascii():
        return 0.95 if capitals else 0.85 if entry.mark == "+" or count >= 3 or placed else 0.6
    if entry.mark == "+" or count >= 3:
        return 0.85 if placed else 0.75
    return 0.65 if placed or capitals else 0.0


def _score_of_one_word(
    view: Aligned, span: Span, entry: Entry, exact: bool, address: bool, before: str
) -> float:
    if exact and not entry.words.isascii():
        known = entry.mark == "+" and _AT.search(before) is not None
        return 0.85 if address or known else 0.0
    # "duong lang Dong Ngac": đường làng.
    goes_on = re.match(r" [A-ZĐ]", view.composed[span[1] : span[1] + 2]) is not None
    return 0.55 if address and not goes_on else 0.0


def _score_of_ordinary(entry: Entry, exact: bool, capitals: bool, address: bool, before: str) -> float:
    # "qua Chợ Hôm", but "theo hợp đồng", "muốn đổi căn cước".
    near = _AT if entry.mark == "~" and entry.kind != "unit" and exact else _HERE
    here = address or (entry.mark != "=" and near.search(before) is not None)
    if exact and not entry.words.isascii():
        if entry.mark == "?":
            return 0.95 if capitals else 0.85
        return 0.85 if capitals else 0.7 if address else 0.6 if here else 0.0
    if entry.mark == "?":
        return 0.85 if here else 0.75 if capitals else 0.0
    return 0.6 if address else 0.5 if here and capitals else 0.0


def _in_capitals(view: Aligned, span: Span, entry: Entry) -> bool:
    """Whether capitals say that it is a name; in a text all in capitals they say nothing."""
    words = _WORD.findall(view.composed[slice(*span)])
    if entry.kind in ("street", "unit"):
        return all(word[0].isupper() or word[0].isdigit() for word in words) and not view.composed.isupper()
    return any(word[0].isupper() for word in words[-2:])


def _entry(row: str) -> Entry:
    return Entry(*row.split("\t"))


@cache
def _entries() -> tuple[dict[str, list[str]], dict[str, int]]:
    """The rows by their words without marks, and the most words of a name by its first word."""
    entries: dict[str, list[str]] = {}
    longest: dict[str, int] = {}
    for line in lines("places.tsv"):
        bare, _, row = line.partition("\t")
        entries.setdefault(bare, []).append(row)
        first, count = bare.partition(" ")[0], bare.count(" ") + 1
        if count > longest.get(first, 0):
            longest[first] = count
    return entries, longest
