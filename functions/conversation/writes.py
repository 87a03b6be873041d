"""The items a turn writes: state, chat, evidence to be fetched, tasks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desk import agencies
from desk.domain import news
from desk.domain.clock import iso, utc
from desk.domain.conversation import Conversation
from desk.domain.message import Message, Seen
from desk.domain.report import Report
from desk.storage import evidence, keys, readers
from desk.storage.outbox import Task, send_task, task_id
from desk.storage.sealed import PROOF_S, proof_key
from desk.storage.table import Item, Table, Transaction
from desk.zalo import events

MARK_DAYS = 30


def load(table: Table, agency: str, citizen: str) -> Conversation:
    """A conversation, a new one for somebody who never wrote."""
    item = table.get(keys.state(agency, citizen))
    return Conversation.from_dict(item) if item else Conversation(agency, citizen)


def put_state(transaction: Transaction, state: Conversation) -> Conversation:
    """Add the conversation's next version. An open burst is listed, so that a lost timer is noticed; so is who
    may get news."""
    state = _listed(transaction, state)
    data = state.as_dict() | {"version": state.version + 1}
    item: Item = keys.state(state.agency, state.citizen) | data | {"entity": "conversation"}
    if state.last_interaction:
        item["last_interaction_at"] = iso(utc(state.last_interaction))
    if state.open_since is not None:
        item |= {"gsi1pk": "DRAFTS", "gsi1sk": f"{state.open_since:013d}"}
    transaction.put_version(item, state.version)
    return Conversation.from_dict(data)


def _listed(transaction: Transaction, state: Conversation) -> Conversation:
    """The conversation, with the list of readers brought up to date when it says something else."""
    who = news.reader(
        following=state.following,
        topics=state.topics,
        opted_out=state.opted_out,
        last_interaction_ms=state.last_interaction,
    )
    listed = " ".join((who.day, "follows" if who.following else "", *who.topics)) if who else ""
    if listed == state.listed:
        return state
    readers.put(transaction, state.agency, state.citizen, who)
    return replace(state, listed=listed)


def event_mark(agency: str, event_id: str, now: int) -> Item:
    """The mark of a handled event: longer than any retry of Zalo."""
    return keys.event(agency, event_id) | {"entity": "event", "ttl": now // 1000 + MARK_DAYS * 86400}


def put_message(transaction: Transaction, agency: str, citizen: str, message: Message, seen: Seen) -> None:
    """Keep the message in the chat, whole, as the citizen sent it."""
    latitude, longitude = message.location or (None, None)
    transaction.put(
        keys.chat(agency, citizen, message.at, message.id)
        | {
            "entity": "chat",
            "direction": "in",
            "message": message.id,
            "kind": message.kind,
            "text": message.text or None,
            "quote": message.quote,
            "lat": latitude,
            "lon": longitude,
            "evidence": list(seen.evidence) or None,
            "sent_at": iso(utc(message.at)),
            "received_at": iso(utc(message.arrived)),
        }
    )


def media_tasks(
    transaction: Transaction, agency: str, citizen: str, message: Message, seen: Seen
) -> list[Task]:
    """Evidence waiting for its bytes, and the tasks that fetch them: nobody knows how long the links live."""
    tasks = []
    sent, received = iso(utc(message.at)), iso(utc(message.arrived))
    for place, (media, name) in enumerate(zip(message.media, seen.evidence, strict=True)):
        item = evidence.pending(
            name,
            agency=agency,
            citizen=citizen,
            kind=media.kind,
            msg_id=message.id,
            sent_at=sent,
            received_at=received,
            file_name=media.file_name,
        )
        transaction.put_new(item)
        payload = {
            "kind": "media",
            "agency": agency,
            "citizen": citizen,
            "created_at": received,
            "evidence_id": name,
            "msg_id": message.id,
            "index": place,
            "media_kind": media.kind,
            "url": media.url,
            "thumbnail_url": media.thumbnail_url,
            "file_name": media.file_name,
            "declared_size": media.size,
            "declared_checksum": media.checksum,
            "sent_at": sent,
            "received_at": received,
        }
        tasks.append(Task("media", task_id("media", name), payload))
    return tasks


def remember_person(
    transaction: Transaction, table: str, agency: str, citizen: str, event: events.Incoming | events.Followed
) -> None:
    """Who is behind the pseudonym, so that the desk can answer."""
    values: dict[str, Any] = {"zalo_user_id": event.user_id}
    if isinstance(event, events.Incoming) and event.anonymous:
        values |= {"anonymous": True, "conversation_id": event.conversation_id}
    transaction.update({"pk": keys.citizen_pk(agency, citizen)}, values, condition=None, table=table)


def put_secrets(
    transaction: Transaction, table: str, agency: str, citizen: str, secrets: Mapping[str, str], now: int
) -> None:
    """What a citizen gave in proof lies in the identity table for a short while, and nowhere else."""
    if secrets:
        values = {**secrets, "ttl": now // 1000 + PROOF_S}
        transaction.update(proof_key(agency, citizen), values, condition=None, table=table)


def answer_task(state: Conversation, answer: dict[str, Any], created_at: str, *cause: object) -> Task:
    """An answer on its way to the citizen; the same cause gives the same answer once."""
    payload = {
        "agency": state.agency,
        "citizen": state.citizen,
        "purpose": "answer",
        "created_at": created_at,
        **answer,
    }
    return send_task(payload, state.agency, state.citizen, payload["purpose"], *cause)


def status_task(report: Report, key: str, at: str) -> Task:
    """Tell a citizen of their report by a text of the agency they wrote to."""
    home = agencies.of_code(report.code)
    text = home.text(key, english=report.language == "en", code=report.code)
    payload = {
        "agency": home.id, "citizen": report.citizen, "purpose": "status", "report": report.code,
        "text": text, "created_at": at, "coalesce": f"status:{report.code}",
    }  # fmt: skip
    return send_task(payload, report.code, key, report.version)
