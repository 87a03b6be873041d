"""The delivery ledger: what was sent to a citizen, or why not. One item per message, beside the chat.

State: queued → attempting → sent → delivered → seen, or refused, unknown, held. `attempting` is written
before the call to Zalo: whoever finds it later knows that a call may have been made, and never repeats it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk.domain.clock import epoch_ms, iso, parse
from desk.errors import AlreadyDone, Conflict
from desk.storage import keys
from desk.storage.table import Item, Page, Table

POINTER_DAYS = 90
_ORDER = {"sent": 0, "delivered": 1, "seen": 2}
_PAYLOAD = (
    "outbox_id",
    "kind",
    "agency",
    "citizen",
    "created_at",
    "purpose",
    "report",
    "text",
    "buttons",
    "image_url",
    "file_evidence",
    "quote_msg_id",
    "coalesce",
    "template",
    "sealed",
    "news",
    "look",
)
_SECRET_PURPOSES = {"otp"}  # their text and template data never lie in a table


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the ledger, as last read or written."""

    item: Item

    @property
    def key(self) -> Item:
        """Its key in the table."""
        return {"pk": self.item["pk"], "sk": self.item["sk"]}

    @property
    def state(self) -> str:
        """queued, attempting, sent, refused, unknown, held, delivered or seen."""
        return str(self.item["state"])

    @property
    def version(self) -> int:
        """Grows with each write."""
        return int(self.item.get("version", 0))

    @property
    def parts_sent(self) -> int:
        """How many of the calls that the message needs were answered."""
        return int(self.item.get("parts_sent", 0))

    @property
    def attempts(self) -> int:
        """How many calls were begun."""
        return int(self.item.get("attempts", 0))

    @property
    def payload(self) -> dict[str, Any]:
        """The message as it came from the outbox."""
        return {name: self.item.get(name) for name in _PAYLOAD}

    def time(self, name: str) -> datetime | None:
        """One of its times, such as attempt_at or due_at."""
        return parse(self.item[name]) if self.item.get(name) else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger items of the desk table."""

    table: Table

    def open(self, payload: Mapping[str, Any]) -> Entry:
        """The entry of a message: a new one, or the one that an earlier delivery of the task left."""
        created = parse(str(payload["created_at"]))
        key = keys.chat(
            str(payload["agency"]), str(payload["citizen"]), epoch_ms(created), str(payload["outbox_id"])
        )
        kept = {name: payload.get(name) for name in _PAYLOAD}
        if payload.get("purpose") in _SECRET_PURPOSES:
            kept |= {"text": "", "template": None}
        item = {**key, **kept, "entity": "chat", "direction": "out", "state": "queued", "version": 1}
        try:
            self.table.put_new(item)
        except AlreadyDone:
            found = self.table.get(key)
            if found is not None:
                return Entry({**{k: v for k, v in kept.items() if v is not None}, "state": "queued", **found})
        return Entry({k: v for k, v in item.items() if v is not None})

    def attempting(self, entry: Entry, *, channel: str, at: datetime) -> Entry:
        """Say that a call is about to be made. Raises Conflict when another worker is at it."""
        values = {"channel": channel, "attempt_at": iso(at), "attempts": entry.attempts + 1} | _NOT_DUE
        return self._move(entry, "attempting", values)

    def sent(
        self,
        entry: Entry,
        message_id: str,
        *,
        at: datetime,
        cost_vnd: int = 0,
        quota: Item | None = None,
        last: bool = True,
    ) -> Entry:
        """Record that Zalo took the message, with a pointer from Zalo's id to it.

        `last` False: a further part of the same message follows.
        """
        values = {
            "sent_at": iso(at),
            "zalo_msg_id": message_id or None,
            "quota": quota,
            "cost_vnd": int(entry.item.get("cost_vnd", 0)) + cost_vnd,
            "parts_sent": entry.parts_sent + 1,
        }
        values |= _NOT_DUE | _NO_ERROR
        if not message_id:
            return self._move(entry, "sent" if last else "queued", values)
        item = entry.item | values | {"state": "sent" if last else "queued", "version": entry.version + 1}
        pointer = {
            "entity": "sent",
            "ledger": entry.key,
            "report": entry.item.get("report"),
            "ttl": int(time.time()) + POINTER_DAYS * 86400,
        }
        key = keys.sent(entry.item["agency"], message_id)
        receipts = False
        for pause in (0.05, 0.2, 0.5):
            try:
                self._commit_sent(entry, item, key, pointer, receipts)
                break
            except Conflict:
                # Another worker has the entry: its business. A receipt came first, or is being written: again.
                if (self.table.get(entry.key) or {}).get("version") != entry.version:
                    raise
                receipts = self.table.get(key) is not None
                time.sleep(pause)
        else:
            self._commit_sent(entry, item, key, pointer, receipts)
        if receipts and last:
            self._apply_early(entry.key, key)
            return Entry(self.table.get(entry.key) or item)
        return Entry({k: v for k, v in item.items() if v is not None})

    def _commit_sent(self, entry: Entry, item: Item, key: Item, pointer: Item, receipts: bool) -> None:
        transaction = self.table.transaction()
        transaction.put_version(item, entry.version)
        if receipts:
            transaction.update(key, pointer, condition=None)
        else:
            transaction.put_new(key | pointer)
        transaction.commit()

    def _apply_early(self, entry_key: Item, key: Item) -> None:
        """Receipts that overtook Zalo's answer left their times where the pointer is now."""
        early = self.table.get(key) or {}
        for state in ("delivered", "seen"):
            if at := early.get(f"{state}_at"):
                self._apply_receipt(entry_key, state, {f"{state}_at": at})

    def refused(
        self, entry: Entry, reason: str, *, family: str | None = None, code: int | None = None
    ) -> Entry:
        """Record that the message will not go out, and why."""
        values = {"reason": reason, "error_family": family, "error_code": code}
        return self._move(entry, "refused", values | _NOT_DUE)

    def held(
        self,
        entry: Entry,
        until: datetime,
        reason: str,
        *,
        family: str | None = None,
        code: int | None = None,
    ) -> Entry:
        """Keep the message until then; the schedule puts it back on the queue."""
        values = {"reason": reason, "error_family": family, "error_code": code}
        return self._move(entry, "held", values | self._due(entry, until))

    def unknown(self, entry: Entry, reason: str, *, look_at: datetime | None = None) -> Entry:
        """Record that nobody knows whether the message went out. `look_at`: when to ask Zalo for it."""
        values = {"reason": reason} | (self._due(entry, look_at) if look_at else _NOT_DUE)
        return self._move(entry, "unknown", values | {"looks": int(entry.item.get("looks", 0)) + 1})

    def again(self, entry: Entry, at: datetime) -> Entry:
        """Let an unknown message that certainly did not arrive go out once more."""
        return self._move(entry, "held", {"reason": "not_arrived", "resent": True} | self._due(entry, at))

    def superseded(self, entry: Entry) -> bool:
        """Whether a later message of the same `coalesce` key was written for the citizen."""
        key = entry.item.get("coalesce")
        if not key:
            return False
        later = self.table.query(
            entry.item["pk"],
            between=(entry.item["sk"] + "~", "CHAT#~"),
            where="#coalesce = :key",  # a reserved word
            names={"#coalesce": "coalesce"},
            values={":key": key},
            consistent=True,
        )
        return bool(later.items)

    def due(self, agency: str, now: datetime, *, limit: int = 100) -> list[Entry]:
        """Messages of an agency that waited long enough, the longest waiting first."""
        rows = self.table.query(
            keys.held_pk(agency), index="gsi1", between=("0", f"{iso(now)}~"), limit=limit
        )
        found = self.table.get_many({"pk": row["pk"], "sk": row["sk"]} for row in rows.items)
        return [Entry(item) for item in found if item.get("gsi1pk")]

    def history(self, agency: str, citizen: str, *, limit: int = 50, start: Item | None = None) -> Page:
        """Messages with a citizen in both directions, newest first."""
        pk = keys.citizen_pk(agency, citizen)
        return self.table.query(pk, prefix="CHAT#", forward=False, limit=limit, start=start)

    def known(self, agency: str, zalo_msg_id: str) -> bool:
        """Whether a message of Zalo's is in the ledger already."""
        return "ledger" in (self.table.get(keys.sent(agency, zalo_msg_id)) or {})

    def mark_delivered(self, agency: str, zalo_msg_id: str, at: datetime) -> str | None:
        """Apply a user_received_message. Returns the report that the message was about, if any."""
        return self._receipt(agency, zalo_msg_id, "delivered", at)

    def mark_seen(self, agency: str, zalo_msg_id: str, at: datetime) -> str | None:
        """Apply one id of a user_seen_message. Returns the report that the message was about, if any."""
        return self._receipt(agency, zalo_msg_id, "seen", at)

    def _receipt(self, agency: str, zalo_msg_id: str, state: str, at: datetime) -> str | None:
        key, times = keys.sent(agency, zalo_msg_id), {f"{state}_at": iso(at)}
        pointer = self.table.get(key)
        if pointer is None or "ledger" not in pointer:
            # Not ours, or the answer to our call is still on its way: `sent` finds the receipt here.
            ttl = {"ttl": int(time.time()) + POINTER_DAYS * 86400}
            try:
                self.table.update(key, times | ttl, condition="attribute_not_exists(ledger)")
                return None
            except Conflict:
                pointer = self.table.get(key) or {}
        self._apply_receipt(pointer["ledger"], state, times)
        report = pointer.get("report")
        return str(report) if report else None

    def _apply_receipt(self, key: Item, state: str, times: Item) -> None:
        lower = {f":s{n}": s for n, s in enumerate(_ORDER) if _ORDER[s] < _ORDER[state]}
        condition = f"#state IN ({', '.join(lower)})"
        try:
            self.table.update(key, {"state": state} | times, condition=condition, bound=lower)
            return
        except Conflict:
            pass  # seen before it was delivered, or a part of a message that is still going out
        try:
            self.table.update(key, times, condition="attribute_exists(pk)")
        except Conflict:
            return  # erased with its citizen

    def _due(self, entry: Entry, until: datetime) -> Item:
        at = iso(until.astimezone(UTC))
        return {
            "due_at": at,
            "gsi1pk": keys.held_pk(entry.item["agency"]),
            "gsi1sk": f"{at}#{entry.item['outbox_id']}",
        }

    def _move(self, entry: Entry, state: str, values: Item) -> Entry:
        values = values | {"state": state, "version": entry.version + 1}
        return Entry(
            self.table.update(entry.key, values, condition="version = :was", bound={":was": entry.version})
        )


_NOT_DUE: Item = {"due_at": None, "gsi1pk": None, "gsi1sk": None}
_NO_ERROR: Item = {"reason": None, "error_family": None, "error_code": None}
