"""Which messages belong together: from a stream of messages to the matters they tell of.

A pure function of the messages and their own times, never of the order in which they came: a stream that is
replayed, doubled or shuffled gives the same groups. The rules, in the order in which they are asked:

1. Greetings, thanks, stickers, questions about the desk itself belong to no matter.
2. A message that quotes another, or names a code, belongs where that belongs.
3. "Thôi", "gửi nhầm" takes back what was said in the same breath. "À nhầm" alone announces that the next text
   corrects the one before; when none comes, the desk asks.
4. A text that tells another matter (another vehicle, another place, another kind of thing, or says "ngoài ra")
   opens a second group; pictures between the two go to the text they are nearer to.
5. Everything else joins the matter of the last fifteen minutes, a text that says so ("em gửi thêm ảnh vụ lúc nãy")
   that of the last two hours, and answers to a question of the desk join the report it asked about for a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from desk.domain import code
from desk.domain.intent import NEARBY
from desk.domain.message import Seen
from desk.domain.same import tells_another
from desk.domain.taking_back import taken_back, takes_back
from desk.language.acts import Act, sounds_asked
from desk.language.features import only_asked
from desk.language.normalize import clean
from desk.language.signals import resumes

JOIN_MS = 15 * 60_000
RESUME_MS = 2 * 3600_000
ANSWER_MS = 24 * 3600_000
# How long after "à nhầm" the right thing is still awaited.
SLIP_MS = 2 * 60_000
# A few words alone ("ad ơi", "cái này này") are no matter yet.
_FEW_WORDS = 6

_MATTER = frozenset({Act.REPORT, Act.EMERGENCY})
_ANSWERS = frozenset({Act.FACTS, Act.CORRECTION})
_QUESTIONS = frozenset({Act.STATUS, Act.ENQUIRY})


@dataclass(frozen=True, slots=True)
class Asked:
    """The desk asked the citizen for something about a report, at a time in milliseconds."""

    code: str
    at: int


@dataclass(slots=True)
class Group:
    """Messages that tell one matter. `code` is set when the matter is known from outside the messages."""

    messages: list[Seen] = field(default_factory=list)
    code: str | None = None

    @property
    def last(self) -> int:
        """Time of its last message."""
        return max(m.at for m in self.messages)

    @property
    def matters(self) -> list[Seen]:
        """The texts that say what it is about."""
        return [m for m in self.messages if m.act in _MATTER]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The matters, oldest first; what was taken back; and takings-back that need to be asked about."""

    groups: tuple[Group, ...]
    cancelled: frozenset[str]
    late_cancels: frozenset[str]


def is_content(message: Seen) -> bool:
    """True for what can belong to a matter; False for talk with the desk itself."""
    if message.is_attachment:
        return True
    if message.command:
        return False
    return bool(message.text) and (message.act in _MATTER | _ANSWERS or message.act == Act.OTHER)


def group(messages: Iterable[Seen], *, asked: Asked | None = None) -> Grouping:
    """Sort messages into matters. See the module's text for the rules."""
    sorter = _Sorter(asked)
    for message in sorted(messages, key=lambda m: m.order):
        sorter.take(message)
    return sorter.result()


class _Sorter:
    def __init__(self, asked: Asked | None) -> None:
        self._asked = asked
        self._groups: list[Group] = []
        self._loose: list[Seen] = []
        self._question: Seen | None = None
        self._slip: Seen | None = None
        self._near: Seen | None = None
        self._cancelled: set[str] = set()
        self._late: set[str] = set()

    def take(self, message: Seen) -> None:
        if message.act == Act.SLIP:
            self._let_slip_go()
            self._slip = message
        elif message.kind == "text" and takes_back(message):
            self._take_back(message)
        elif is_content(message) or self._continues(message) or self._goes_with_quoted(message):
            self._place(self._after_slip(message))
        self._question = message if message.act in _QUESTIONS else self._question
        if message.wants in NEARBY:
            self._ask_near(message)

    def _after_slip(self, message: Seen) -> Seen:
        """The text after "à nhầm" is read as the correction it announced, and the two stay together."""
        slip, current = self._slip, self._current(message)
        if slip is None or message.is_attachment:
            return message
        if current is None or message.new_topic or message.at - slip.at > SLIP_MS:
            self._let_slip_go()
            return message
        current.messages.append(slip)
        self._slip = None
        return replace(message, act=str(Act.CORRECTION))

    def _let_slip_go(self) -> None:
        if self._slip is not None:
            self._late.add(self._slip.key)
            self._slip = None

    def result(self) -> Grouping:
        self._let_slip_go()
        for message in self._loose:
            if len(message.text.split()) >= _FEW_WORDS:
                self._groups.append(Group([message]))
        self._groups.sort(key=lambda g: g.messages[0].order)
        return Grouping(
            tuple(g for g in self._groups if g.messages), frozenset(self._cancelled), frozenset(self._late)
        )

    def _place(self, message: Seen) -> None:
        current = self._current(message)
        if target := self._named(message):
            target.messages.append(message)
        elif self._shows_where(message, current):
            return
        elif current is None and self._may_answer(message) and (owner := self._asked_about(message)):
            owner.messages.append(message)
        elif current is None and self._goes_on_asking(message):
            return
        elif message.act in _MATTER | {Act.CORRECTION} or (message.act == Act.OTHER and message.new_topic):
            self._place_matter(message, current)
        elif current is not None:
            current.messages.append(message)
        elif message.wants:
            return
        elif message.act == Act.OTHER and not message.is_attachment:
            self._loose.append(message)
        else:
            self._open(message)

    @staticmethod
    def _may_answer(message: Seen) -> bool:
        return message.act in _ANSWERS or message.kind == "location"

    def _continues(self, message: Seen) -> bool:
        """What the model takes for a question but is not worded as one, in one breath with a matter, is part of its
        story ("cty TNHH Minh Long ở Phú Nghĩa"); so is a question about what was just shown ("chỗ này ai sửa ạ")."""
        current = self._current(message)
        if current is None or message.at - current.last > JOIN_MS / 15:
            return False
        if message.act != Act.ENQUIRY or message.wants:
            return False
        if current.matters:
            return not sounds_asked(clean(message.text).lower())
        tellable = message.category != "other" and not only_asked(message.category)
        return tellable and any(m.is_media for m in current.messages)

    def _goes_with_quoted(self, message: Seen) -> bool:
        """A reply to one's own message is part of its story when it asks nothing ("vẫn xe này, chưa ai đến")."""
        tells = message.act in _QUESTIONS and not sounds_asked(clean(message.text).lower())
        own = bool(message.quote) and any(m.id == message.quote for g in self._groups for m in g.messages)
        return (own or bool(message.quoted_report)) and tells

    def _goes_on_asking(self, message: Seen) -> bool:
        """What follows a question to the desk ("cccd 001…", "chờ hai tuần rồi") is part of the question."""
        asked = self._question
        soon = asked is not None and message.at - asked.at <= JOIN_MS
        return (
            soon
            and message.kind == "text"
            and message.act in {Act.FACTS, Act.OTHER}
            and not message.new_topic
        )

    def _ask_near(self, message: Seen) -> None:
        """A question for what is nearby: a pin shown in the same breath before it is part of it."""
        self._near = message
        self._groups = [g for g in self._groups if not _only_pins_before(g, message)]

    def _shows_where(self, message: Seen, current: Group | None) -> bool:
        """A pin that answers the question for what is nearby, asked after the matter they were busy with."""
        asked = self._near
        return (
            message.kind == "location"
            and asked is not None
            and message.at - asked.at <= JOIN_MS
            and (current is None or current.last < asked.at)
        )

    def _place_matter(self, message: Seen, current: Group | None) -> None:
        corrects = message.act == Act.CORRECTION
        if current is not None and (
            corrects or not tells_another(current.messages, current.matters, message)
        ):
            current.messages.append(message)
            return
        pictures = _pictures_for(current, message) if current else []
        self._open(*pictures, message)
        for picture in pictures:
            assert current is not None
            current.messages.remove(picture)

    def _open(self, *messages: Seen) -> None:
        """A new matter; a few words just before it ("ad ơi nhìn này") belong to it."""
        near = [m for m in self._loose if messages[0].at - m.at <= JOIN_MS / 15]
        self._loose = [m for m in self._loose if m not in near]
        self._groups.append(Group([*near, *messages]))

    def _current(self, message: Seen) -> Group | None:
        """The matter the citizen was last busy with, if that is recent."""
        last = max(self._groups, key=lambda g: max(m.order for m in g.messages), default=None)
        if last is None:
            return None
        pause = message.at - last.last
        back = pause <= RESUME_MS and bool(message.text) and resumes(clean(message.text).lower())
        return last if pause <= JOIN_MS or back else None

    def _named(self, message: Seen) -> Group | None:
        """The matter that a message names by quoting or by a code."""
        if message.quote:
            for known in self._groups:
                if any(m.id == message.quote for m in known.messages):
                    return known
        named = message.quoted_report or next(iter(code.find(message.text)), None)
        return self._with_code(named) if named else None

    def _asked_about(self, message: Seen) -> Group | None:
        asked = self._asked
        if asked is None or not 0 <= message.at - asked.at <= ANSWER_MS:
            return None
        return self._with_code(asked.code)

    def _with_code(self, wanted: str) -> Group:
        for known in self._groups:
            if known.code == wanted or any(m.report == wanted for m in known.messages):
                return known
        opened = Group(code=wanted)
        self._groups.append(opened)
        return opened

    def _take_back(self, message: Seen) -> None:
        known = [m for g in self._groups for m in g.messages] + self._loose
        taken = taken_back(known, message, within=JOIN_MS)
        if not taken:
            self._late.add(message.key)
            return
        if self._slip is not None:
            taken.append(self._slip)
            self._slip = None
        gone = {m.key for m in taken}
        self._cancelled |= gone
        self._loose = [m for m in self._loose if m.key not in gone]
        for one in self._groups:
            one.messages = [m for m in one.messages if m.key not in gone]
        self._groups = [g for g in self._groups if g.messages]


def _only_pins_before(one: Group, asked: Seen) -> bool:
    soon = JOIN_MS / 15
    return one.code is None and all(
        m.kind == "location" and m.report is None and not m.quote and asked.at - m.at <= soon
        for m in one.messages
    )


def _pictures_for(current: Group, text: Seen) -> list[Seen]:
    """Pictures and pins at the end of `current` that belong to the matter that `text` opens.

    Who sends pictures before words does so again; otherwise the longest pause parts the two matters.
    """
    ordered = sorted(current.messages, key=lambda m: m.order)
    tail: list[Seen] = []
    while ordered and ordered[-1].is_attachment:
        tail.insert(0, ordered.pop())
    if not tail or not ordered:
        return []
    if ordered[0].is_attachment:
        return tail
    times = [ordered[-1].at, *(m.at for m in tail), text.at]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    longest = max(range(len(pauses)), key=lambda n: (pauses[n], n))
    return tail[longest:]
