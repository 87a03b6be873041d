"""Linking a citizen to an insured person: the proof, then a one-time code to the registered phone.

Nothing that the citizen sees, nor how long it takes here, depends on whether the person exists: for a proof that fits
nobody the same items are written, with a code that no phone gets.
"""

import hashlib
import hmac
import secrets
from datetime import date

from desk.domain.clock import iso, utc
from desk.domain.lookups.dialogue import CATEGORY_OF, TOPIC_OF
from desk.domain.lookups.identifiers import initials, mask
from desk.logs import count
from desk.lookups.model import Proof
from desk.storage.links import Link
from desk.storage.outbox import Task, send_task, task_id
from desk.storage.sealed import code_key, proof_key, sealed_key
from desk.storage.table import Plus, Transaction
from lookup import limits
from lookup.desk import Desk
from lookup.said import Said, Work

CODE_S = 5 * 60
TRIES = 3
_PARTS = ("name", "birth", "number")


def link(desk: Desk, own: Work) -> Said:
    """Check a proof and send the code. Raises SourceDown."""
    words, source = own.words, desk.source(own.agency)
    given = desk.sealed.read(proof_key(own.agency, own.citizen), now=desk.now() / 1000) or {}
    if source is None or not all(given.get(part) for part in _PARTS):
        return Said(words("code_unasked"), words.buttons(("link", own.relation)), private=False)
    proof = Proof(given["name"], date.fromisoformat(given["birth"]), given["number"])
    counters = limits.of(desk, own.agency, own.citizen, proof.number)
    if limits.reached(desk, counters):
        count("LinkingLimited")
        return Said(words("too_many"), private=False, writes=[lambda t: _forget_proof(desk, t, own)])
    person = source.check(proof)
    phone = person.phone if person else ""
    code, ref, expires = (
        f"{secrets.randbelow(10**6):06d}",
        task_id("otp", own.id),
        desk.now() // 1000 + CODE_S,
    )
    waiting = {
        "code": code,
        "subject": person.subject if person and phone else "",
        "label": initials(proof.name),
        "number": mask(proof.number),
        "tries": 0,
    }

    def write(transaction: Transaction) -> None:
        limits.count_up(transaction, counters)
        _forget_proof(desk, transaction, own)
        desk.sealed.put(transaction, code_key(own.agency, own.citizen), waiting, expires)
        private = {"phone": phone, "template_data": {"otp": code}}
        desk.sealed.put(transaction, sealed_key(ref), private, expires)

    said = words("code_sent")
    by_card = bool(own.payload.get("card"))
    if by_card:
        said = f"{words('card_read', who=waiting['label'], number=waiting['number'])}\n{said}"
    return Said(said, private=by_card, writes=[write], tasks=[_code_message(desk, own, ref)])


def _code_message(desk: Desk, own: Work, ref: str) -> Task:
    """The template with the code, on its own way: a slow phone must not hold back the chat."""
    template = {"id": own.words.agency.data["templates"]["otp"], "phone_ref": "sealed"}
    payload = own.message(iso(utc(desk.now())), "", []) | {
        "purpose": "otp",
        "template": template,
        "sealed": ref,
    }
    sent = send_task(payload, "otp", own.id)
    return Task(sent.queue, sent.id, sent.payload, group=f"{own.agency}-otp-{ref}")


def code(desk: Desk, own: Work) -> Said:
    """Compare what the citizen wrote with the code that was sent."""
    words, key = own.words, code_key(own.agency, own.citizen)
    waiting = desk.sealed.read(key, now=desk.now() / 1000)
    written = own.given(desk, "code")
    again = words.buttons(("link", " ".join((own.relation, own.topic)).strip()))
    if waiting is None or not written:
        return Said(words("code_over"), again, private=False)
    if waiting["subject"] and hmac.compare_digest(written, waiting["code"]):
        return _link(desk, own, waiting)
    count("CodeWrong")
    left = TRIES - int(waiting["tries"]) - 1
    if left <= 0:
        return Said(words("code_over"), again, private=False, writes=[lambda t: desk.sealed.drop(t, key)])

    def write(transaction: Transaction) -> None:
        transaction.update(
            key,
            {"tries": Plus()},
            condition="tries = :seen",
            bound={":seen": waiting["tries"]},
            table=desk.identities.name,
        )

    return Said(words("code_wrong", left=left), private=False, writes=[write])


def _link(desk: Desk, own: Work, waiting: dict[str, str]) -> Said:
    """Linked. What they wanted to know follows as a task of its own."""
    words = own.words
    made = Link(waiting["subject"], own.relation, waiting["label"], waiting["number"], iso(utc(desk.now())))
    desk.links.add(own.agency, own.citizen, made)
    count("Linked")
    buttons = words.buttons(("link", "child"), ("link", "parent"), ("links", ""))
    for button, name in zip(buttons, ("child", "parent"), strict=False):
        button["title"] = words(f"button_link_{name}")
    following = []
    if own.topic in CATEGORY_OF:
        payload = {
            "kind": own.topic,
            "agency": own.agency,
            "citizen": own.citizen,
            "english": bool(own.payload.get("english")),
            "created_at": iso(utc(desk.now())),
        }
        following.append(Task("lookups", task_id("lookup", own.id, "topic"), payload))
    else:
        buttons = [*_topics(own), *buttons]
    text = words("linked", who=made.label, number=made.number)
    return Said(
        text,
        buttons[:5],
        writes=[lambda t: desk.sealed.drop(t, code_key(own.agency, own.citizen))],
        tasks=following,
    )


def links(desk: Desk, own: Work) -> Said:
    """Everybody the citizen is linked to."""
    words, known = own.words, desk.links.of(own.agency, own.citizen)
    if not known:
        return Said(words("no_links"), words.buttons(("link", "self")), private=False)
    return Said(_listed(own, known), words.buttons(("link", "self"), ("unlink", "")))


def unlink(desk: Desk, own: Work) -> Said:
    """Take one link away; ask which when that is not clear."""
    words, known = own.words, desk.links.of(own.agency, own.citizen)
    wanted = [x for x in known if _short(x) == own.payload.get("which")]
    if not wanted and len(known) == 1:
        wanted = [known[0]]
    if wanted:
        desk.links.remove(own.agency, own.citizen, wanted[0].subject)
        return Said(words("unlinked", who=wanted[0].label))
    if not known:
        return Said(words("no_links"), private=False)
    buttons = []
    for one in known[:5]:
        (button,) = words.buttons(("unlink", _short(one)))
        buttons.append(button | {"title": words("button_unlink_one", who=one.label)})
    return Said(f"{words('unlink_which')}\n{_listed(own, known)}", buttons)


def forget(desk: Desk, own: Work) -> Said:
    """The citizen stopped: what they gave, and the code that waits, are not kept. They were told already."""

    def write(transaction: Transaction) -> None:
        desk.sealed.drop(transaction, proof_key(own.agency, own.citizen))
        desk.sealed.drop(transaction, code_key(own.agency, own.citizen))

    return Said("", writes=[write])


def _listed(own: Work, known: tuple[Link, ...]) -> str:
    words = own.words
    lines = [
        words("links_line", n=n, who=x.label, relation=words(f"relation_{x.relation}"), number=x.number)
        for n, x in enumerate(known, 1)
    ]
    return "\n".join([words("links_head"), *lines])


def _topics(own: Work) -> list[dict[str, str]]:
    """The agency's menu entries that can be looked up."""
    return [b for b in own.words.menu() if b["payload"].split()[-1] in TOPIC_OF]


def _short(link: Link) -> str:
    """A name for a link that fits a button and tells nothing."""
    return "k" + hashlib.sha256(link.subject.encode()).hexdigest()[:10]


def _forget_proof(desk: Desk, transaction: Transaction, own: Work) -> None:
    desk.sealed.drop(transaction, proof_key(own.agency, own.citizen))
