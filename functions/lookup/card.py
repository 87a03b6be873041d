"""A photo of a card: its QR code is read, what it says becomes part of the proof, the photo is forgotten.

The photo is held in memory while it is read. Where it lay is taken out of the identity table before that: a photo that
kills this process is not read again, the next attempt says that it could not be read.
"""

import time
from collections.abc import Iterator
from io import BytesIO

from desk.domain.lookups import card_code
from desk.domain.lookups.dialogue import PHOTO
from desk.errors import Invalid
from desk.logs import count, log
from desk.storage.outbox import Task, task_id
from desk.storage.sealed import proof_key
from desk.storage.table import Transaction
from desk.web.network import Unreachable
from lookup.answers import today
from lookup.desk import Desk
from lookup.said import Said, Work

# So many photos of a burst are tried, and none is begun after so long: the function has a minute.
MOST, BEGIN_S = 4, 30.0


def photo(desk: Desk, own: Work) -> Said:
    """Read the photos of a burst, the first readable one counts; what the citizen typed stays as it is.

    The conversation hears of it as if it had been typed (kinds only), and goes on from there.
    """
    key = proof_key(own.agency, own.citizen)
    found, parts = "bad_card", {}
    for text in _codes(desk, _taken_out(desk, own)):
        found, parts = "bad_card_code", card_code.read(text, today(desk))
        if parts:
            found = "card"
            break
    typed = own.payload.get("given") or ()
    fresh = {part: value for part, value in parts.items() if part not in typed}

    def write(transaction: Transaction) -> None:
        # Not when the citizen stopped meanwhile: then nothing of theirs is kept.
        transaction.update(key, fresh, condition="attribute_exists(pk)", table=desk.identities.name)

    count("CardRead" if parts else "CardUnread")
    log("card", agency=own.agency, citizen=own.citizen, state=found)
    payload = {
        "kind": "card",
        "agency": own.agency,
        "citizen": own.citizen,
        "created_at": own.created_at,
        "given": [found, *parts],
    }
    tasks = [Task("timers", task_id("card", own.id), payload)]
    return Said("", writes=[write] if fresh else [], tasks=tasks)


def _taken_out(desk: Desk, own: Work) -> list[str]:
    """Where the photos lie, oldest first; nobody is told again."""
    key = proof_key(own.agency, own.citizen)
    given = desk.sealed.read(key, now=desk.now() / 1000) or {}
    names = sorted(name for name in given if name.startswith(PHOTO))
    if names:
        desk.identities.update(key, dict.fromkeys(names), condition="attribute_exists(pk)")
    return [given[name] for name in names]


def _codes(desk: Desk, addresses: list[str]) -> Iterator[str]:
    """The codes on the photos. A photo that cannot be had shows none."""
    # Costly to load, and most look-ups need neither of the libraries.
    from lookup.qr import codes

    began = time.monotonic()
    for address in addresses[:MOST]:
        if time.monotonic() - began > BEGIN_S:
            return
        file = BytesIO()
        try:
            desk.download.fetch(address, file)
        except (Invalid, Unreachable) as error:
            log("card not fetched", reason=error.code if isinstance(error, Invalid) else error.reason)
            continue
        yield from codes(file.getvalue())
