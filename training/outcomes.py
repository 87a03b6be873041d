"""What the desk makes of questions that other writers asked it: `python -m training.outcomes [--misses]`.

`questions/fresh/*.tsv` holds them, one a line: agency, what would help (the id of a known answer, look:… for a look-up,
report, person, "-" when nothing known answers it; two may be right), and the text. Each is written to the desk alone,
through the whole conversation. The writers saw the titles of the known answers, never their wordings or the model's.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desk import agencies
from desk.domain.answer import Answer
from desk.domain.knowledge import packaged
from desk.domain.lookups.dialogue import CATEGORY_OF
from desk.domain.message import Message
from desk.domain.wording import Wording
from desk.language.asked import LOOK, NONE, PERSON, REPORT
from local.replay import START_MS, Replay
from training.questions import fresh

_TOPIC_OF = {category: topic for topic, category in CATEGORY_OF.items()}
_FACILITIES = ("facilities_found", "facilities_where")


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what would help (best first), and what the desk did."""

    agency: str
    wanted: tuple[str, ...]
    text: str
    done: frozenset[str]
    set: str

    @property
    def right(self) -> bool:
        """It did what helps, and filed no report of what is none. Who asks whom to call for a broken thing may get
        the answer and a report."""
        if self.wanted == (NONE,):
            return not self.done - {NONE}
        filed = REPORT in self.done and REPORT not in self.wanted and self.agency != "duytu"
        return bool(self.done & set(self.wanted)) and not filed

    @property
    def misled(self) -> bool:
        """It answered something else, or filed a report of what is none."""
        return not self.right and bool(self.done - {NONE})


def cases() -> Iterator[Case]:
    """Every question with what the desk makes of it."""
    for row in fresh():
        wanted = tuple(row.label.split(","))
        yield Case(row.agency, wanted, row.text, done(row.agency, row.text), row.style)


def done(agency: str, text: str) -> frozenset[str]:
    """What the desk does with a single message, by the labels above."""
    desk = Replay(agency)
    message = Message(id="m", at=START_MS, arrived=START_MS, kind="text", text=text)
    desk.run({"m": message}, ["m"])
    filed = {PERSON if r.category == "human_agent" else REPORT for r in desk.reports.values()}
    return frozenset(filed.union(*(_labels(said, agency) for said in desk.said)))


def _labels(said: Answer, agency: str) -> Iterator[str]:
    """The labels of an answer, by its words. A look-up shows the official page, as deployed at first."""
    for entry in packaged(agency):
        if entry.vi in said.text or (entry.en and entry.en in said.text):
            # Where one's own data are seen is told in place of a look-up.
            yield from (entry.id, *(LOOK + _TOPIC_OF[t] for t in entry.topics[:1] if entry.own))
    own = agencies.agency(agency)
    for english in (False, True):
        words = Wording(own, english)
        if "lookups" in own.data:
            pages = {topic: words.enquiry(category)[0] for topic, category in CATEGORY_OF.items()}
            yield from (LOOK + topic for topic, page in pages.items() if page in said.text)
        if any(words(key).split("\n")[0] in said.text for key in _FACILITIES):
            yield LOOK + "facility"
        if words("unclear") in said.text or words("enquiry_unknown") in said.text:
            yield NONE


def shares(known: Iterable[Case]) -> tuple[float, float]:
    """The shares that the desk served right, and misled."""
    some = list(known)
    return sum(c.right for c in some) / len(some), sum(c.misled for c in some) / len(some)


def main(arguments: list[str]) -> None:
    """Prints the shares by set, agency and kind; with --misses what went wrong."""
    known = list(cases())
    for name in sorted({c.set for c in known}):
        right, misled = shares(c for c in known if c.set == name)
        print(
            f"{name}: served right {right:.1%}, misled {misled:.1%}, of {sum(c.set == name for c in known)}"
        )
        kinds = Counter[tuple[str, str]]()
        served = Counter[tuple[str, str]]()
        for c in (c for c in known if c.set == name):
            first = c.wanted[0].split(":")[0]
            kind = (c.agency, first if first in {"look", REPORT, PERSON, NONE} else "known answer")
            kinds[kind] += 1
            served[kind] += c.right
        for kind, count in sorted(kinds.items()):
            print(f"  {kind[0]:5} {kind[1]:12} {served[kind]:3} of {count}")
    if "--misses" in arguments:
        for c in (c for c in known if not c.right):
            got = ",".join(sorted(c.done)) or "a general answer"
            print(f"{c.set} {c.agency} wanted {','.join(c.wanted)} got {got}: {c.text}")


if __name__ == "__main__":
    main(sys.argv[1:])
