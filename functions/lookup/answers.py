"""Answers from the source, for everybody the citizen is linked to."""

from collections.abc import Callable
from datetime import date

from desk.domain.clock import local, utc
from desk.domain.lookups.dialogue import CATEGORY_OF
from desk.domain.reminder import Kind
from desk.lookups.sources import NotKnown, NotOffered, Source
from desk.storage.links import Link
from lookup.desk import Desk
from lookup.looks import FINAL
from lookup.picture import draw
from lookup.said import Said, Work
from lookup.watching import offer

# Pictures are for one person at a time: Zalo sends one with a message.
Told = Callable[[Source, Link], str]


def today(desk: Desk) -> date:
    """The day in Hanoi."""
    return local(utc(desk.now())).date()


def card(desk: Desk, own: Work) -> Said:
    """How long the cards hold."""
    words = own.words
    return _each(
        desk,
        own,
        lambda source, link: words.card(link.label, source.card(link.subject), today(desk)),
        Kind.CARD,
    )


def number(desk: Desk, own: Work) -> Said:
    """Social and personal numbers."""
    words = own.words
    return _each(desk, own, lambda source, link: words.numbers(link.label, source.numbers(link.subject)))


def contributions(desk: Desk, own: Work) -> Said:
    """The history, as a text when it is short and with a picture when it is long."""
    words, pictures = own.words, []

    def tell(source: Source, link: Link) -> str:
        history = source.contributions(link.subject)
        if words.is_long(history):
            title = f"{words('table_title')}, {link.label}"
            pictures.append(draw(title, words.table(history), words.as_of(history.as_of)))
        return words.contributions(link.label, history)

    said = _each(desk, own, tell, Kind.CONTRIBUTIONS)
    said.picture = pictures[0] if pictures else None
    return said


def file(desk: Desk, own: Work) -> Said:
    """Where a file stands, if it is a file of somebody linked; the same answer for others' files and for none."""
    source, links, words = desk.source(own.agency), desk.links.of(own.agency, own.citizen), own.words
    if source is None or not links:
        return _pointer(own, linked=source is None)
    code = own.given(desk, "file")
    if not code:
        return Said(words("file_ask"), private=False)
    try:
        found = source.file_status(code)
    except NotOffered:
        return _pointer(own, linked=True)
    except NotKnown:
        return Said(words("file_unknown"))
    if found.subject not in {link.subject for link in links}:
        return Said(words("file_unknown"))
    return Said(words.file(found), [] if found.state in FINAL else offer(words, Kind.FILE))


def _each(desk: Desk, own: Work, tell: Told, kind: Kind | None = None) -> Said:
    """The answers for all links together. `kind`: what the citizen may want to be told of later."""
    source, links, words = desk.source(own.agency), desk.links.of(own.agency, own.citizen), own.words
    if source is None or not links:
        return _pointer(own, linked=source is None)
    parts = []
    for link in links:
        try:
            parts.append(tell(source, link))
        except NotKnown:
            parts.append(words("nothing_known", who=link.label))
        except NotOffered:
            return _pointer(own, linked=True)
    return Said("\n\n".join(parts), [*(offer(words, kind) if kind else []), *words.buttons(("links", ""))])


def _pointer(own: Work, *, linked: bool) -> Said:
    """The official page, and the way to an answer right here."""
    words = own.words
    text, *buttons = words.enquiry(CATEGORY_OF[own.kind])
    if linked:
        return Said(text, buttons, private=False)
    offer = words.buttons(("link", f"self {own.kind}"))
    return Said(f"{text}\n\n{words('offer_link')}", [*offer, *buttons], private=False)
