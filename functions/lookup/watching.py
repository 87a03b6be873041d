"""Asking to be told later, and taking it back: steps of the look-ups queue.

The source is asked at once, so that the citizen hears which date is watched; when it is down, the first look of the
watch finds that out instead.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from desk.domain import payloads
from desk.domain.clock import local, utc
from desk.domain.lookups.dialogue import CATEGORY_OF
from desk.domain.lookups.wording import LookupWording, day
from desk.domain.reminder import Kind, Watch, card_due
from desk.lookups.sources import NotKnown, NotOffered, Source, SourceDown
from desk.storage import watches
from desk.storage.links import Link
from desk.storage.table import Transaction
from lookup.desk import Desk
from lookup.looks import FINAL, stages, whose
from lookup.said import Said, Work

MOST = 20  # watches of one citizen: all of them are ended in one transaction


@dataclass(slots=True)
class Wish:
    """One wish as it is worked on: what is said, what is written."""

    desk: Desk
    own: Work
    source: Source
    parts: list[str] = field(default_factory=list)
    writes: list[Callable[[Transaction], None]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in Hanoi."""
        return local(utc(self.desk.now())).date()

    def begin(self, kind: Kind, subject: str, seen: str, due: date, code: str = "") -> None:
        """Write a new watch; one that exists stays as it is. `code` is that of a file."""
        agency, citizen = self.own.agency, self.own.citizen
        name = self.desk.blind("watch", agency, citizen, kind, subject or code)
        if watches.load(self.desk.table, agency, citizen, name):
            return
        english = bool(self.own.payload.get("english"))
        watch = Watch(agency, citizen, name, kind, subject, seen, due, self.today, english)

        def write(transaction: Transaction) -> None:
            watches.write(transaction, None, watch)
            if code:
                item = {**watches.file_key(name), "code": code}
                transaction.put(item, table=self.desk.identities.name)

        self.writes.append(write)


def watch(desk: Desk, own: Work) -> Said:
    """Begin to watch. Nobody is watched who is not linked."""
    words, source, links = own.words, desk.source(own.agency), desk.links.of(own.agency, own.citizen)
    kind = Kind(own.payload["what"]) if own.payload.get("what") in set(Kind) else Kind.CARD
    text, *buttons = words.enquiry(CATEGORY_OF[kind])
    if source is None or not stages(words.agency):
        return Said(text, buttons, private=False)
    if not links:
        return Said(words("offer_link"), words.buttons(("link", f"self {kind}")), private=False)
    if len(watches.of_citizen(desk.table, own.agency, own.citizen)) + len(links) > MOST:
        return Said(words("watch_too_many"), words.buttons(("unwatch", "all")), private=False)
    wish = Wish(desk, own, source)
    try:
        if kind == Kind.FILE:
            _file(wish, words, links)
        else:
            for link in links:
                _person(wish, words, kind, link)
    except NotOffered:
        return Said(text, buttons, private=False)
    offers = words.buttons(("unwatch", kind)) if wish.writes else []
    return Said("\n\n".join(wish.parts), offers, writes=wish.writes)


def _person(wish: Wish, words: LookupWording, kind: Kind, link: Link) -> None:
    who = whose(words, link)
    try:
        if kind == Kind.CARD:
            _card(wish, words, link, who)
        else:
            months = wish.source.contributions(link.subject).total_months
            wish.begin(kind, link.subject, str(months), wish.today + timedelta(weeks=1))
            wish.parts.append(words("watch_contributions", who=who))
    except SourceDown:
        wish.begin(kind, link.subject, "", wish.today)
        wish.parts.append(words("watch_card_soon" if kind == Kind.CARD else "watch_contributions", who=who))
    except NotKnown:
        wish.parts.append(words("nothing_known", who=link.label))


def _card(wish: Wish, words: LookupWording, link: Link, who: str) -> None:
    ends = wish.source.card(link.subject).valid_to
    due = card_due(ends, wish.today, stages(words.agency))
    if due:
        wish.begin(Kind.CARD, link.subject, ends.isoformat(), due)
    wish.parts.append(words("watch_card" if due else "watch_card_over", who=who, ends=day(ends)))


def _file(wish: Wish, words: LookupWording, links: tuple[Link, ...]) -> None:
    """A file of somebody linked; the same answer for others' files and for none."""
    code = wish.own.given(wish.desk, "file")
    if not code:
        wish.parts.append(words("file_ask"))
        return
    tomorrow = wish.today + timedelta(days=1)
    try:
        found = wish.source.file_status(code)
    except SourceDown:
        wish.begin(Kind.FILE, "", "", tomorrow, code)
        wish.parts.append(words("watch_file", file=code))
        return
    except NotKnown:
        wish.parts.append(words("file_unknown"))
        return
    if found.subject not in {link.subject for link in links}:
        wish.parts.append(words("file_unknown"))
    elif found.state in FINAL:
        wish.parts.append(words("watch_file_result", file=code, state=words(f"file_{found.state}")))
    else:
        wish.begin(Kind.FILE, "", str(found.state), tomorrow, code)
        wish.parts.append(words("watch_file", file=code))


def unwatch(desk: Desk, own: Work) -> Said:
    """End the watches of a kind, or all."""
    what, words = own.payload.get("what"), own.words
    known = watches.of_citizen(desk.table, own.agency, own.citizen)
    ended = [w for w in known if w.kind == what or what not in set(Kind)]

    def write(transaction: Transaction) -> None:
        for one in ended:
            watches.write(transaction, one, None)
            if one.kind == Kind.FILE:
                desk.sealed.drop(transaction, watches.file_key(one.id))

    return Said(words("unwatched" if ended else "unwatched_nothing"), private=False, writes=[write])


def offer(words: LookupWording, kind: Kind) -> list[dict[str, str]]:
    """The button under an answer that asks for this."""
    if not stages(words.agency):
        return []
    return [{"title": words(f"button_watch_{kind}"), "payload": payloads.payload("watch", kind)}]
