"""What a citizen asked to be told of: when the source is looked at again, and what a look means.

Three kinds of watch: a health card that ends, a file that waits for its result, contributions that are recorded.
A watch has one day on which it is looked at next; each look moves it to another day or ends it, and tells at
most one thing. Days are days in Hanoi.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is watched."""

    CARD = "card"
    FILE = "file"
    CONTRIBUTIONS = "contributions"


DAY = timedelta(days=1)
# Days after the end of a card on which it is looked at without a word: renewed, it is reminded of again.
AFTER_THE_END = (3, 15, 30, 60, 90)
# A notice of an end that nobody could look at in time is of use for so long.
LATE = timedelta(days=7)
# A file that has no result by then is asked about by its owner, not by us for ever.
FILE_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that one citizen wants to hear of.

    `id` is the same for the same citizen, kind and subject, and a keyed hash. `subject` is the source's own
    reference of a person; empty for a file, whose code lies in the identity table. `seen` is what the last look
    found, empty before the first: the last day of a card, the state of a file, the months of contributions.
    `due` is the day of the next look. `version` 0: not stored yet.
    """

    agency: str
    citizen: str
    id: str
    kind: Kind
    subject: str
    seen: str
    due: date
    since: date
    english: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What follows from a look: the watch as it goes on (None: it is over), and the key of the text to tell
    (empty: nothing to tell)."""

    watch: Watch | None
    text: str = ""


class Outcome(StrEnum):
    """What became of a look: told, or why nothing was said. `unknown`: the source knows nothing of the subject."""

    TOLD = "told"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"
    ENDED = "ended"


def outcome(before: Watch, look: Look) -> Outcome:
    """What became of a look that the source answered."""
    after = look.watch
    if look.text:
        return Outcome.TOLD
    if after is None:
        return Outcome.ENDED
    renewed = before.kind == Kind.CARD and before.seen and after.seen > before.seen
    return Outcome.RENEWED if renewed else Outcome.UNCHANGED


def card_due(ends: date, today: date, stages: Sequence[int]) -> date | None:
    """The first day after `today` on which a card whose last day is `ends` is looked at; None when it is over.

    `stages`: so many days before its last day the citizen is reminded.
    """
    days = [*(ends - timedelta(days=n) for n in stages), *(ends + timedelta(days=n) for n in AFTER_THE_END)]
    return min((day for day in days if day > today), default=None)


def look_at_card(watch: Watch, ends: date, today: date, stages: Sequence[int]) -> Look:
    """The source says that the card's last day is `ends`.

    One that was renewed since moves to its new days without a word. A look that comes late, because the source
    or the desk was down, tells how many days are left now: one message however many days were missed.
    """
    due = card_due(ends, today, stages)
    onward = replace(watch, seen=ends.isoformat(), due=due) if due else None
    known = date.fromisoformat(watch.seen) if watch.seen else None
    if known and ends > known:
        return Look(onward)
    left = ends - today
    silent = known == ends and watch.due > ends
    if silent or left.days > max(stages) or -left > LATE:
        return Look(onward)
    text = (
        "remind_card_ends"
        if left.days > 0
        else "remind_card_ends_today"
        if left.days == 0
        else "remind_card_ended"
    )
    return Look(onward, text)


def look_at_file(watch: Watch, state: str, *, final: bool, today: date) -> Look:
    """The source says that the file is in `state`; `final`: it has its result, there is nothing to wait for."""
    if final:
        return Look(None, "remind_file_result")
    text = "remind_file_changed" if watch.seen and state != watch.seen else ""
    if today - watch.since >= FILE_FOR:
        return Look(None, text or "remind_file_over")
    return Look(replace(watch, seen=state, due=today + DAY), text)


def look_at_contributions(watch: Watch, months: int, today: date) -> Look:
    """The source counts so many months in all. Looked at once a week, always on the same day of the week."""
    onward = replace(watch, seen=str(months), due=_weekly(watch.due, today))
    return Look(onward, "remind_contributions" if watch.seen not in {"", str(months)} else "")


def pass_over(watch: Watch, today: date, stages: Sequence[int]) -> Look:
    """The source knows nothing of the subject now: look again on the next of its days, as long as it has one."""
    match watch.kind:
        case Kind.CARD:
            ends = date.fromisoformat(watch.seen) if watch.seen else watch.since
            due = card_due(ends, today, stages)
        case Kind.FILE:
            due = today + DAY if today - watch.since < FILE_FOR else None
        case Kind.CONTRIBUTIONS:
            due = _weekly(watch.due, today)
    return Look(replace(watch, due=due) if due else None)


def _weekly(due: date, today: date) -> date:
    """The first day after `today` that is whole weeks after `due`."""
    weeks = max(1, (today - due).days // 7 + 1)
    return due + timedelta(weeks=weeks)
