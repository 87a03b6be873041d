"""One webhook event from the inbox: which turn of the conversation it is."""

import json
from typing import Any

from conversation import turn
from conversation.desk import Desk
from conversation.erase import erase
from desk.domain.clock import epoch_ms, iso, parse, utc
from desk.errors import AlreadyDone
from desk.logs import count, log
from desk.storage import keys
from desk.storage.identity import normal_phone
from desk.zalo import events

PARKED_DAYS = 30


def receive(desk: Desk, envelope: dict[str, Any]) -> None:
    """Handle one event. A duplicate changes nothing."""
    agency, body = envelope["agency"], json.loads(envelope["body"])
    arrived = epoch_ms(parse(envelope["received_at"]))
    event = events.parse(body, envelope["oa_id"], arrived=arrived, server=envelope.get("server", ""))
    try:
        _handle(desk, agency, envelope, event)
    except AlreadyDone:
        count("Duplicate")
        log("duplicate event", agency=agency, event_id=envelope["event_id"])


def _handle(desk: Desk, agency: str, envelope: dict[str, Any], event: events.Event) -> None:
    event_id = envelope["event_id"]
    match event:
        case events.Incoming():
            turn.hear(desk, agency, event_id, event)
        case events.Followed():
            turn.follow(desk, agency, event_id, event)
        case events.Receipt():
            for message_id in event.message_ids:
                mark = desk.ledger.mark_seen if event.seen else desk.ledger.mark_delivered
                mark(agency, message_id, utc(event.at))
        case events.Echo() if event.admin:
            turn.note_person(desk, agency, event_id, event)
        case events.Echo():
            pass
        case events.Withdrawn():
            erase(desk, agency, desk.pseudonym(agency, event.user_id))
        case events.Submitted():
            _remember_person(desk, agency, event)
        case events.Revoked():
            desk.tokens.mark_revoked(agency, utc(event.at))
        case events.Unknown():
            _park(desk, agency, envelope, event.name)


def _remember_person(desk: Desk, agency: str, event: events.Submitted) -> None:
    """What the person chose to share goes where identities are, and nowhere else."""
    pk = keys.citizen_pk(agency, desk.pseudonym(agency, event.user_id))
    values = {
        "zalo_user_id": event.user_id,
        "name": event.name,
        "phone": normal_phone(event.phone),
        "address": event.address,
    }
    desk.identities.update({"pk": pk}, {k: v for k, v in values.items() if v})


def _park(desk: Desk, agency: str, envelope: dict[str, Any], name: str) -> None:
    """Keep an event the desk has no use for: Zalo adds events without notice."""
    count("UnknownEvent")
    log("unknown event", agency=agency, event=name)
    now = desk.now()
    received = epoch_ms(parse(envelope["received_at"]))
    item = keys.parked(agency, received, envelope["event_id"])
    ttl = now // 1000 + PARKED_DAYS * 86400
    desk.table.put(item | {"entity": "parked", "body": envelope["body"], "at": iso(utc(now)), "ttl": ttl})
