"""Brings one message of the outbox to its citizen: once, or not at all with the reason why.

The ledger is written before each call. A call that was begun and never ended, or was not answered, leaves
the message "unknown": Zalo is asked for it later, it is not sent again (docs/decisions/0007-delivery.md).
"""

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.domain.clock import epoch_ms
from desk.errors import Invalid, Unavailable
from desk.logs import count, log
from desk.storage.identity import Identities, Identity
from desk.storage.ledger import Entry, Ledger
from desk.zalo import messages
from desk.zalo.api import CHAT_PAGE, Access, Sent, ZaloApi
from desk.zalo.errors import Action, NoAnswer, ZaloError
from desk.zalo.messages import Message
from desk.zalo.plan import Channel, Facts, Hold, Refuse, Send, after_error, decide, is_closed
from desk.zalo.tokens import Tokens
from notification.facts import Purse, interaction_at_zalo, phone, read_facts
from notification.files import Files
from notification.parts import Part, parts
from notification.unseal import private_part, unsealed

RETRY_PAUSES_S = (0.4, 1.2)
CALL_S = 12.0  # the longest call; none is begun with less left
IN_FLIGHT = timedelta(seconds=60)  # an attempt older than this has died: the function is stopped after 30 s
LOOK_AFTER = timedelta(minutes=2)
LOOKS = 3
ABSENT_LOOKS = 2
CLOCKS_DIFFER_MS = 10_000
FREE_QUOTAS = frozenset({"reply", "welcome_msg"})
_NO_BUTTONS_HERE = frozenset({"type_not_supported", "invalid_parameter"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What sending needs, for one invocation. `seconds_left`: until the function is stopped."""

    ledger: Ledger
    identities: Identities
    tokens: Tokens
    api: ZaloApi
    files: Files
    seconds_left: Callable[[], float]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


def deliver(desk: Desk, payload: Mapping[str, Any], *, superseded: bool = False) -> Entry | None:
    """Bring a message as far as it can be brought now; returns its ledger entry, None if there is nobody to
    send it to.

    `superseded`: a later message makes it pointless. Raises Unavailable when the queue should bring it
    again, Conflict when another worker was first, Invalid for a task that is none.
    """
    if not all(payload.get(name) for name in ("outbox_id", "agency", "citizen", "created_at", "purpose")):
        raise Invalid("the task lacks a field", field="payload")
    person = desk.identities.get(payload["agency"], payload["citizen"])
    if person is None or not person.zalo_user_id:
        # Forgotten at their own wish: a ledger entry would begin to remember them again.
        count("MessageToNobody")
        log("message to nobody", outbox_id=payload["outbox_id"], agency=payload["agency"])
        return None
    entry = desk.ledger.open(payload)
    private = private_part(desk.identities.table, payload, desk.clock())
    shown, person = unsealed(payload, person, private or {})
    delivery = Delivery(desk, shown, person, entry)
    if private is None and entry.state in {"queued", "held"}:
        delivery.expire()
        return delivery.entry
    now, due = desk.clock(), entry.time("due_at")
    match entry.state:
        case "queued":
            delivery.send(superseded)
        case "held" if due is None or due <= now:
            delivery.send(superseded or desk.ledger.superseded(entry))
        case "attempting":
            delivery.take_over(now)
        case "unknown" if due and due <= now:
            delivery.look_up()
        case _:
            return entry
    delivery.report()
    return delivery.entry


@dataclass(slots=True)
class Delivery:
    """One message on its way; `entry` is its ledger entry as last written."""

    desk: Desk
    payload: Mapping[str, Any]
    person: Identity
    entry: Entry

    def send(self, superseded: bool = False) -> None:
        """Send it, or write into the ledger why not and when again."""
        if superseded:
            self._put_off(Refuse("superseded"))
        else:
            self._send(self._facts())

    def expire(self) -> None:
        """Its private part is gone: there is nothing left to send."""
        self._put_off(Refuse("expired"))
        self.report()

    def take_over(self, now: datetime) -> None:
        """An attempt without an end: somebody is at it, or it died in the call."""
        begun = self.entry.time("attempt_at")
        if begun and now - begun < IN_FLIGHT:
            raise Unavailable("another worker is sending this message")
        look_at = now if self.entry.item.get("channel") == Channel.CS else None
        self.entry = self.desk.ledger.unknown(self.entry, "interrupted", look_at=look_at)

    def look_up(self) -> None:
        """Ask Zalo whether an unknown message arrived.

        Found, it counts as sent. Shown twice to be absent, it goes out once more. Otherwise it stays unknown,
        for staff to see.
        """
        ledger, now = self.desk.ledger, self.desk.clock()
        calls = parts(self.payload)
        text = calls[self.entry.parts_sent].text if self.entry.parts_sent < len(calls) else ""
        found, absent = self._find(text) if text else ("", False)
        looks = int(self.entry.item.get("looks", 1))
        if found:
            last = self.entry.parts_sent == len(calls) - 1
            self.entry = ledger.sent(self.entry, found, at=now, last=last)
            if not last:
                self.send()
        elif absent and looks >= ABSENT_LOOKS and not self.entry.item.get("resent"):
            self.entry = ledger.again(self.entry, now)
            self.send(ledger.superseded(self.entry))
        else:
            look_at = now + LOOK_AFTER if text and looks < LOOKS else None
            self.entry = ledger.unknown(self.entry, self.entry.item["reason"], look_at=look_at)

    def report(self) -> None:
        """One log line and one count of what became of the message."""
        item = self.entry.item
        count(f"Message{self.entry.state.capitalize()}")
        log(
            "message",
            outbox_id=item["outbox_id"],
            agency=item["agency"],
            purpose=item["purpose"],
            state=self.entry.state,
            reason=item.get("reason"),
            zalo_error=item.get("error_code"),
            attempts=self.entry.attempts,
        )

    def _facts(self) -> Facts:
        now = self.desk.clock()
        facts = read_facts(self.desk.ledger.table, self.payload, self.person, now)
        if is_closed(facts, now):
            agency, user_id = self.payload["agency"], self.person.zalo_user_id
            facts = interaction_at_zalo(facts, self.desk.tokens, self.desk.api, agency, user_id)
        return facts

    def _send(self, facts: Facts) -> None:
        """Decide, call, and decide again with what was learnt, until it is sent, refused or held."""
        clock = self.desk.clock
        while isinstance(decision := decide(facts, clock()), Send):
            if self.desk.seconds_left() < CALL_S:
                self._put_off(Hold(clock(), "out_of_time"))
                return
            try:
                if decision.channel is Channel.CS:
                    self._send_parts(decision)
                else:
                    self._send_template(decision)
                return
            except NoAnswer as error:
                look_at = clock() + LOOK_AFTER if decision.channel is Channel.CS else None
                self.entry = self.desk.ledger.unknown(self.entry, error.reason, look_at=look_at)
                return
            except ZaloError as error:
                other = replace(facts, refused=facts.refused | {decision.channel})
                if error.action is not Action.DROP or isinstance(decide(other, clock()), Refuse):
                    self._put_off(after_error(facts, error, self.entry.attempts, clock()), error)
                    return
                facts = other
        self._put_off(decision)

    def _send_parts(self, decision: Send) -> None:
        calls = parts(self.payload)
        if not calls:
            self._put_off(Refuse("empty"))
        for number in range(self.entry.parts_sent, len(calls)):
            part = calls[number]
            try:
                sent = self._send_part(part)
            except ZaloError as error:
                plain = part.without_buttons()
                if error.reason not in _NO_BUTTONS_HERE or plain is None:
                    raise
                sent = self._send_part(plain)
            self._record(sent, decision, last=number == len(calls) - 1)

    def _send_part(self, part: Part) -> Sent:
        def call(access: Access) -> Sent:
            api, to, visit = self.desk.api, self.person.zalo_user_id, self.person.conversation_id
            message = part.message or self._uploaded(api, access, part)
            if visit:
                return api.send_anonymous(access, to, visit, message)
            return api.send(access, to, message)

        return self._call(Channel.CS, call)

    def _uploaded(self, api: ZaloApi, access: Access, part: Part) -> Message:
        if part.kind == "picture":
            reference = api.upload(access, "image", "table.png", io.BytesIO(part.picture), "image/png")
            return messages.image(attachment_id=reference)
        return self.desk.files.message(api, access, part.evidence_id)

    def _send_template(self, decision: Send) -> None:
        template = self.payload["template"]
        template_id, data = str(template["id"]), template.get("data") or {}

        def call(access: Access) -> Sent:
            if decision.channel is Channel.TEMPLATE:
                return self.desk.api.send_template(access, self.person.zalo_user_id, template_id, data)
            to, tracking = phone(template, self.person), str(self.payload["outbox_id"])[:48]
            return self.desk.api.send_template_to_phone(access, to, template_id, data, tracking)

        self._record(self._call(decision.channel, call), decision, last=True)

    def _call(self, channel: Channel, call: Callable[[Access], Sent]) -> Sent:
        """Make a call that the ledger knows of, again only when it certainly did nothing."""
        self.entry = self.desk.ledger.attempting(self.entry, channel=channel, at=self.desk.clock())
        for pause in RETRY_PAUSES_S:
            try:
                return self.desk.tokens.use(self.payload["agency"], call)
            except ZaloError as error:
                if error.action is not Action.RETRY or self.desk.seconds_left() < CALL_S:
                    raise
                self.desk.sleep(pause)
        return self.desk.tokens.use(self.payload["agency"], call)

    def _record(self, sent: Sent, decision: Send, *, last: bool) -> None:
        now, quota = self.desk.clock(), sent.quota.as_item() if sent.quota else None
        free = sent.quota is not None and sent.quota.kind in FREE_QUOTAS
        cost = 0 if free else decision.cost_vnd
        self.entry = self.desk.ledger.sent(
            self.entry, sent.message_id, at=now, cost_vnd=cost, quota=quota, last=last
        )
        Purse(self.desk.ledger.table).spend(self.payload["agency"], cost, now)

    def _find(self, text: str) -> tuple[str, bool]:
        """Zalo's id of a message of ours with this text since the attempt began, else whether it is certain
        that there is none: the chat reaches further back and shows nothing of ours that we do not know."""
        agency, user_id = self.payload["agency"], self.person.zalo_user_id
        begun = self.entry.time("attempt_at")
        if begun is None:
            return "", False
        try:
            chat = self.desk.tokens.use(agency, lambda access: self.desk.api.conversation(access, user_id))
        except ZaloError:
            return "", False  # looked for again later
        since_ms = epoch_ms(begun) - CLOCKS_DIFFER_MS
        recent = [m for m in chat if int(m.get("time") or 0) >= since_ms]
        ours = [m for m in recent if m.get("src") == 0]
        strange = [m for m in ours if not self.desk.ledger.known(agency, str(m.get("message_id")))]
        for message in strange:
            if message.get("message_id") and str(message.get("message")).startswith(text):
                return str(message["message_id"]), False
        reaches_back = len(recent) < len(chat) or 0 < len(chat) < CHAT_PAGE
        return "", reaches_back and not strange

    def _put_off(self, what: Hold | Refuse, error: ZaloError | None = None) -> None:
        ledger, family, code = self.desk.ledger, None, None
        if error:
            family, code = error.family, error.code
        if isinstance(what, Hold):
            self.entry = ledger.held(self.entry, what.until, what.reason, family=family, code=code)
        else:
            self.entry = ledger.refused(self.entry, what.reason, family=family, code=code)
