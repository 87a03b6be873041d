"""Turns of a conversation: read the state, let the domain decide, write all of it in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conversation import writes
from conversation.closing import close
from conversation.desk import Desk
from desk import agencies
from desk.domain import conversation as domain
from desk.domain.clock import epoch_ms, iso, parse, utc
from desk.domain.conversation import Conversation
from desk.domain.lookups.dialogue import alive
from desk.domain.lookups.hearing import as_command, listen
from desk.domain.message import Seen, see
from desk.errors import AlreadyDone, Conflict
from desk.logs import count, log
from desk.storage import keys
from desk.storage.outbox import Task, put_tasks, task_id
from desk.storage.table import Transaction
from desk.zalo import events

# Two workers on one citizen are rare (a timer beside a message); more attempts than this mean trouble.
ATTEMPTS = 8
PERSON_MS = 30 * 60_000

type Change = Callable[[Conversation, Transaction], Conversation | None]


def change(
    desk: Desk, agency: str, citizen: str, decide: Change, *, event_id: str | None = None
) -> Conversation:
    """Read a conversation, let `decide` add its writes and say what becomes of it, and commit.

    Raises AlreadyDone when the event was handled before, Conflict when others keep being first.
    """
    for attempt in range(ATTEMPTS):
        state = writes.load(desk.table, agency, citizen)
        transaction = desk.table.transaction()
        if event_id:
            transaction.mark(writes.event_mark(agency, event_id, desk.now()))
        changed = decide(state, transaction)
        if changed is None:
            return state
        written = writes.put_state(transaction, changed)
        try:
            transaction.commit()
            return written
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
            count("ConversationConflict")
    raise AssertionError("unreachable")


def hear(desk: Desk, agency: str, event_id: str, event: events.Incoming) -> None:
    """One message of a citizen: remember it, fetch its media at once, wake up when the burst may be over."""
    citizen = desk.pseudonym(agency, event.user_id)
    message = event.message

    def decide(state: Conversation, transaction: Transaction) -> Conversation:
        if any(m.id == message.id for m in state.window):
            return state  # the same message in another event
        quoted = None
        if message.quote and not any(m.id == message.quote for m in state.window):
            quoted = _report_of(desk, agency, message.quote)
        seen = see(message, agency, citizen=citizen, quoted_report=quoted)
        now = desk.now()
        kept, seen, secrets = listen(message, seen, agencies.agency(agency), state.dialogue, state.window)
        heard = domain.arrive(state, seen, now)
        writes.put_message(transaction, agency, citizen, kept, seen)
        writes.put_secrets(transaction, desk.identities.name, agency, citizen, secrets, now)
        tasks = writes.media_tasks(transaction, agency, citizen, kept, seen)
        if state.open_since is None:
            writes.remember_person(transaction, desk.identities.name, agency, citizen, event)
            tasks.append(_wake_task(heard, seen.id, desk.quiet_s))
        if domain.needs_emergency_answer(heard, seen):
            tasks.append(_emergency_task(heard, seen, now))
            heard = replace(heard, emergency_at=seen.at)
        put_tasks(transaction, tasks)
        return heard

    heard = change(desk, agency, citizen, decide, event_id=event_id)
    log("heard", agency=agency, citizen=citizen, kind=message.kind)
    if domain.wait_ms(heard, desk.now(), quiet_s=desk.quiet_s, longest_s=desk.longest_s) == 0:
        close(desk, agency, citizen)


def read_card(desk: Desk, task: dict[str, Any]) -> None:
    """What the `lookup` function read on a photo (kinds only) comes as if it had been typed just now."""
    agency, citizen, name = task["agency"], task["citizen"], task["outbox_id"]
    said = Seen(id=name, at=epoch_ms(parse(task["created_at"])), kind="text")

    def decide(state: Conversation, transaction: Transaction) -> Conversation | None:
        now = desk.now()
        if alive(state.dialogue, now) is None:
            return None  # stopped, or forgotten
        heard = domain.arrive(state, as_command(said, "given", task["given"]), now)
        if state.open_since is None:
            put_tasks(transaction, [_wake_task(heard, name, desk.quiet_s)])
        return heard

    try:
        heard = change(desk, agency, citizen, decide, event_id=name)
    except AlreadyDone:
        return
    if domain.wait_ms(heard, desk.now(), quiet_s=desk.quiet_s, longest_s=desk.longest_s) == 0:
        close(desk, agency, citizen)


def wake(desk: Desk, payload: dict[str, Any]) -> None:
    """A timer: close the burst if it has been quiet, sleep on if it has not."""
    agency, citizen = payload["agency"], payload["citizen"]
    state = writes.load(desk.table, agency, citizen)
    if state.open_since is None or state.open_since != payload.get("open_since", state.open_since):
        return
    now = desk.now()
    wait = domain.wait_ms(state, now, quiet_s=desk.quiet_s, longest_s=desk.longest_s)
    if wait is None:
        return
    # A timer counts whole seconds: within the last one, the burst counts as quiet.
    if wait < 500:
        close(desk, agency, citizen)
        return
    transaction = desk.table.transaction()
    put_tasks(transaction, [_wake_task(state, str(now), wait / 1000)])
    transaction.commit()


def follow(desk: Desk, agency: str, event_id: str, event: events.Followed) -> None:
    """Somebody follows or leaves the OA. The welcome joins whatever is said in the same breath."""
    citizen = desk.pseudonym(agency, event.user_id)

    def decide(state: Conversation, transaction: Transaction) -> Conversation:
        now = desk.now()
        if not event.on:
            return replace(state, following=False, welcome_due=False, topics=())
        writes.remember_person(transaction, desk.identities.name, agency, citizen, event)
        new = state.welcomed_at is None or now - state.welcomed_at > domain.WELCOME_PAUSE_MS
        heard = replace(
            state,
            following=state.following or event.follows,
            welcome_due=state.welcome_due or new,
            last_interaction=now,
        )
        if heard.welcome_due and state.open_since is None:
            heard = replace(heard, open_since=now, last_arrival=now)
            put_tasks(transaction, [_wake_task(heard, event_id, min(desk.quiet_s, 2))])
        return heard

    change(desk, agency, citizen, decide, event_id=event_id)


def note_person(desk: Desk, agency: str, event_id: str, event: events.Echo) -> None:
    """A person of the agency wrote in Zalo's own chat tool: keep it, and let the bot be silent for a while."""
    citizen = desk.pseudonym(agency, event.user_id)

    def decide(state: Conversation, transaction: Transaction) -> Conversation:
        transaction.put(
            keys.chat(agency, citizen, event.at, event.message_id)
            | {"entity": "chat", "direction": "out", "by": "person", "text": event.text, "state": "sent"}
        )
        return replace(state, person_until=desk.now() + PERSON_MS)

    change(desk, agency, citizen, decide, event_id=event_id)


def _report_of(desk: Desk, agency: str, zalo_msg_id: str) -> str | None:
    """The report that a message of ours was about, by Zalo's id of the message."""
    pointer = desk.table.get(keys.sent(agency, zalo_msg_id))
    return pointer.get("report") if pointer else None


def _wake_task(state: Conversation, cause: str, delay_s: float) -> Task:
    payload = {
        "kind": "wake",
        "agency": state.agency,
        "citizen": state.citizen,
        "open_since": state.open_since,
    }
    wake_id = task_id("wake", state.agency, state.citizen, state.open_since, cause)
    return Task("timers", wake_id, payload, delay_s=max(1, round(delay_s)))


def _emergency_task(state: Conversation, seen: Seen, now: int) -> Task:
    agency = agencies.agency(state.agency)
    text = agency.text("emergency", english=seen.english)
    return writes.answer_task(
        state, {"text": text, "buttons": [], "report": None, "purpose": "emergency"}, iso(utc(now)), seen.id
    )
