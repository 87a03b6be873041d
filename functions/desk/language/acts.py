"""What a message does in the conversation: report, answer, correct, cancel, thank, ask …

Rules, because a wrong "cancel" loses a report: a rule speaks only when little but its own phrase stands in
the message. What no rule claims is decided by the category that the model found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.language.act_phrases import (
    ACK,
    CALLS_HELP,
    CANCEL,
    CANCEL_WITH_REASON,
    CHASE,
    COMPLAINT,
    CONDUCT,
    CORRECTS_ANYWHERE,
    CORRECTS_FIRST,
    DELETE_DATA,
    DELETE_MEDIA,
    DEMAND,
    DONE,
    FACT_WORDS,
    FILLERS,
    GREETING,
    HUMAN,
    LABEL,
    LAW_QUESTION,
    LOOKS,
    MENU,
    NEWS,
    NEWS_ABOUT,
    NO,
    OFFICE_ASKED,
    PHONE,
    QUESTION,
    QUESTION_END,
    REPORTS,
    RESUME,
    SENT_ASTRAY,
    SLIP,
    STATUS,
    STOP,
    SUBSCRIBE,
    THANKS,
    WHO_FIRST,
    YES,
)
from desk.language.categories import OTHER
from desk.language.features import only_asked, taxonomy
from desk.language.normalize import Span, clean, has_marks


class Act(StrEnum):
    """The one thing a message does; `REPORT` when it tells a matter, `OTHER` when nothing is recognised."""

    REPORT = "report"
    FACTS = "facts"
    CORRECTION = "correction"
    SLIP = "slip"
    CANCEL = "cancel"
    DELETE_MEDIA = "delete_media"
    THANKS = "thanks"
    GREETING = "greeting"
    ACK = "ack"
    YES = "yes"
    NO = "no"
    STATUS = "status"
    ENQUIRY = "enquiry"
    HUMAN = "human"
    DELETE_DATA = "delete_data"
    STOP = "stop"
    RESUME = "resume"
    NEWS = "news"
    COMPLAINT = "complaint"
    EMERGENCY = "emergency"
    MENU = "menu"
    OTHER = "other"


_LONGEST_FACTS = 12  # words of substance: more of them, beside a plate or place, tell something that happened
_LONGEST_CORRECTION = 18  # words: a longer text that says "chứ không phải", or thanks, tells a whole matter


_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"[^.,;!?\n]*[.,;!?\n]*")
_FINAL_A = re.compile(r"(?<!\w)[aA](?=\W*$)")  # the particle "ạ", not the chat spelling of "anh"
_THUMB = re.compile("[👍👌🆗]")
_HEART = re.compile("[❤🙏💕🥰😍🌹💐]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """The act holds when its phrase is found and at most `rest` words of substance stand beside it."""

    act: Act
    pattern: re.Pattern[str]
    rest: int
    leading: bool = False  # nothing of substance may come before the phrase

    def holds(self, said: str) -> bool:
        found = self.pattern.search(said)
        if not found or (self.leading and _substance(said[: found.start()])):
            return False
        return len(_substance(self.pattern.sub(" ", said))) <= self.rest


_RULES = (
    _Rule(Act.STOP, STOP, 2),
    _Rule(Act.RESUME, RESUME, 2),
    _Rule(Act.DELETE_DATA, DELETE_DATA, 8),
    _Rule(Act.DELETE_MEDIA, DELETE_MEDIA, 4),
    _Rule(Act.CANCEL, CANCEL, 0),
    _Rule(Act.CANCEL, CANCEL_WITH_REASON, 7, leading=True),
    _Rule(Act.CANCEL, SENT_ASTRAY, 3, leading=True),
    _Rule(Act.SLIP, SLIP, 0),
    _Rule(Act.THANKS, THANKS, 1),
    _Rule(Act.ACK, ACK, 0),
    _Rule(Act.STATUS, STATUS, 6),
    _Rule(Act.STATUS, CHASE, 3, leading=True),
    _Rule(Act.RESUME, SUBSCRIBE, 3),
    _Rule(Act.NEWS, NEWS, 0),
    _Rule(Act.NEWS, NEWS_ABOUT, 6, leading=True),
    _Rule(Act.NO, NO, 0),
    _Rule(Act.YES, YES, 0),
    _Rule(Act.GREETING, GREETING, 0),
    _Rule(Act.MENU, MENU, 0),
    _Rule(Act.HUMAN, HUMAN, 5),
)
_BY_CATEGORY = {
    "human_agent": Act.HUMAN,
    "case_status": Act.STATUS,
    "delete_data": Act.DELETE_DATA,
    "complaint_denunciation": Act.COMPLAINT,
    "emergency": Act.EMERGENCY,
    "fine_lookup": Act.ENQUIRY,
}
# Classes that no matter belongs to, and acts whose phrases are short and, without marks, ambiguous.
_COMMON = frozenset(row["id"] for row in taxonomy() if row["agency"] == "common") | {OTHER}
_LOOSE = frozenset({Act.STOP, Act.RESUME, Act.HUMAN, Act.NO})
_WISHES = frozenset({Act.DELETE_DATA, Act.COMPLAINT})


def act_of(text: str, category: str = OTHER, facts: Sequence[Span] = (), *, sure: bool = False) -> Act:
    """The act of one message, given its category, whether that is sure, and where its plates, time and place stand."""
    said = clean(_FINAL_A.sub("ạ", text)).lower()
    if not _WORD.search(said):
        return Act.ACK if _THUMB.search(said) else Act.THANKS if _HEART.search(said) else Act.OTHER
    # Without marks "den" is "đến" or "đèn", "nhan tin" is "nhận tin" or "nhắn tin": there the model knows better.
    doubtful = sure and category not in _COMMON and not has_marks(text)
    for rule in _RULES:
        if doubtful and rule.act in _LOOSE:
            continue
        if rule.holds(said) and not (rule.act is Act.CANCEL and (asks(said) or CALLS_HELP.search(said))):
            return rule.act
    if _corrects(said) and not (sounds_asked(said) and not facts):
        return Act.CORRECTION
    if (
        len(_WORD.findall(said)) <= _LONGEST_CORRECTION
        and THANKS.search(said)
        and DONE.search(said)
        and not facts
    ):
        return Act.THANKS
    if _labelled(said):
        return Act.FACTS
    if COMPLAINT.search(said):
        return Act.COMPLAINT
    asked = sounds_asked(said) or (sure and category == "office_contact" and OFFICE_ASKED.search(said))
    if _only_facts(text, facts) and not doubtful and not asked:
        return Act.FACTS
    return _act_of_matter(said, category, bool(facts))


def without_courtesy(said: str) -> str:
    """The clauses that do more than greet or thank; all of the text when there is no other."""
    clauses = _CLAUSE.findall(said)
    kept = "".join(clause for clause in clauses if not _is_courtesy(clause))
    return kept if _WORD.search(kept) else said


def _is_courtesy(clause: str) -> bool:
    return any(rule.holds(clause) for rule in _RULES if rule.act in (Act.THANKS, Act.GREETING))


def asks(said: str) -> bool:
    """Whether cleaned, lower-case text is worded as a question about rules or procedure."""
    return bool(LAW_QUESTION.search(said) or QUESTION.search(said) or WHO_FIRST.match(said))


def complains(said: str) -> bool:
    """Whether cleaned, lower-case text tells of a wrong or demands that somebody act, and asks nothing."""
    return bool(CONDUCT.search(said) or DEMAND.search(said)) and not sounds_asked(said)


def asks_phone(said: str) -> bool:
    """Whether cleaned, lower-case text asks for a number to call."""
    return bool(PHONE.search(said))


def sounds_asked(said: str) -> bool:
    """Whether cleaned, lower-case text is worded as any question."""
    ends = (end for end in QUESTION_END.finditer(said) if not _WORD.search(said[end.end() :]))
    return "?" in said or asks(said) or any(ends)


def _act_of_matter(said: str, category: str, has_facts: bool) -> Act:
    if category == "greeting":
        return Act.THANKS if THANKS.search(said) else Act.GREETING
    if category == "human_agent" and asks_phone(said):
        return Act.ENQUIRY
    if category in _BY_CATEGORY:
        act = _BY_CATEGORY[category]
        # "Thông tin của tôi được dùng làm gì" asks about what it does not wish.
        return Act.ENQUIRY if act in _WISHES and sounds_asked(said) else act
    if only_asked(category) and complains(said):
        return Act.REPORT
    if only_asked(category) or LAW_QUESTION.search(said):
        return Act.ENQUIRY
    if asks(said) and not has_facts:
        return Act.ENQUIRY
    if category != OTHER or REPORTS.search(said):
        return Act.REPORT
    if not has_facts:
        return Act.OTHER
    return Act.REPORT if len(_substance(said)) > _LONGEST_FACTS else Act.FACTS


def _corrects(said: str) -> bool:
    if said.startswith("*"):  # the chat habit: "*30A12345"
        return True
    first = CORRECTS_FIRST.search(said)
    if first and not _substance(said[: first.start()]):
        return bool(_substance(said[first.end() :])) or first.end() < len(said)
    return bool(CORRECTS_ANYWHERE.search(said)) and len(_WORD.findall(said)) <= _LONGEST_CORRECTION


def _labelled(said: str) -> bool:
    """A label, a colon or "là", and not much more: "Địa chỉ: cụm công nghiệp Hữu Bằng"."""
    label = LABEL.match(said)
    rest = said[label.end() :].lstrip() if label else ""
    return rest.startswith((":", "là ", "la ")) and len(_WORD.findall(rest)) <= _LONGEST_FACTS


def _only_facts(text: str, facts: Sequence[Span]) -> bool:
    """Nothing but plates, times, places, numbers and the words that introduce them."""
    left = list(text)
    for start, end in facts:
        left[start:end] = " " * (end - start)
    words = _substance(clean("".join(left)).lower())
    numbers = [word for word in words if word[0].isdigit()]
    only = all(word in FACT_WORDS for word in words if word not in numbers)
    return only and bool(facts or numbers or LOOKS.intersection(words))


def _substance(said: str) -> list[str]:
    return [word for word in _WORD.findall(said) if word not in FILLERS]
