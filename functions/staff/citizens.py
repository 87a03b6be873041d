"""Telling citizens: which chat they are in, how a message to them would go, and the messages themselves.

The OA that a citizen wrote to stays the way to them, also after the report went to another agency: the prefix
of the tracking code names it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from desk import agencies
from desk.domain import payloads
from desk.domain.clock import iso, local, parse, utc
from desk.domain.closing import WITHDRAWN
from desk.domain.report import CLOSED, FORGOTTEN, Report
from desk.storage import keys
from desk.storage.outbox import Task, send_task
from desk.storage.table import Item, Plus, Transaction
from desk.zalo.plan import FREE, MARGIN, WINDOW, Facts, Hold, Prices, Refuse, decide
from staff.desk import Desk
from staff.problems import Problem
from staff.shapes import Plan

# How long the bot leaves the chat to an officer who wrote last.
PERSON_STAYS = timedelta(hours=4)
MAX_TEXT = 2000
RATINGS = (5, 3, 1)


def home(report: Report) -> str:
    """The agency whose OA the citizen wrote to."""
    return agencies.of_code(report.code).id


def chat(desk: Desk, report: Report) -> Item | None:
    """The conversation with the citizen; None when there is none: a caller of the hotline, or forgotten."""
    if report.citizen == FORGOTTEN:
        return None
    return desk.table.get(keys.state(home(report), report.citizen))


def reachable(desk: Desk, report: Report) -> Item:
    """The conversation. Raises Problem when the citizen cannot be reached."""
    if report.citizen == FORGOTTEN:
        raise Problem("forgotten")
    state = chat(desk, report)
    if state is None:
        raise Problem("no-chat")
    return state


def plan(desk: Desk, agency: str, state: Item | None, purpose: str) -> Plan:
    """How a message to the citizen would go if it went now. Prices are estimates in VND."""
    if state is None:
        return Plan(outcome="refuse", reason="no_chat")
    now, rules = desk.now(), agencies.agency(agency).data.get("notification", {})
    last = parse(state["last_interaction_at"]) if state.get("last_interaction_at") else None
    facts = Facts(
        purpose=purpose,
        created_at=now,
        last_interaction=last,
        opted_out=bool(state.get("opted_out")),
        budget_vnd=_budget_left(desk, agency, rules, now),
        prices=Prices.of(rules.get("prices", {})),
    )
    window: dict[str, Any] = {}
    if last:
        window = {"free_until": iso(last + FREE - MARGIN), "window_ends_at": iso(last + WINDOW - MARGIN)}
    match decide(facts, now):
        case Hold(until, reason):
            return Plan(outcome="hold", until=iso(until), reason=reason, **window)
        case Refuse(reason):
            return Plan(outcome="refuse", reason=reason, **window)
        case sent:
            return Plan(outcome="send", channel=str(sent.channel), cost_vnd=sent.cost_vnd, **window)


def _budget_left(desk: Desk, agency: str, rules: dict[str, Any], now: datetime) -> int | None:
    limit = rules.get("monthly_budget_vnd")
    if limit is None:
        return None
    spent = desk.table.get(keys.budget(agency, local(now).strftime("%Y-%m"))) or {}
    return int(limit) - int(spent.get("spent_vnd", 0))


def message(report: Report, purpose: str, text: str, at: str, *cause: object, **more: Any) -> Task:
    """A message about a report to its citizen; the same cause gives the same message once."""
    payload = {
        "agency": home(report),
        "citizen": report.citizen,
        "purpose": purpose,
        "report": report.code,
        "text": text[:MAX_TEXT],
        "created_at": at,
    }
    return send_task(payload | more, report.code, purpose, *cause)


def status_messages(reports: Iterable[Report], *, note: str, at: str) -> list[Task]:
    """What the citizens of reports whose status has changed are told; who took theirs back is not."""
    told = [r for r in reports if r.citizen != FORGOTTEN and WITHDRAWN not in r.flags]
    return [status_message(r, note=note, at=at) for r in told]


def status_message(report: Report, *, note: str, at: str) -> Task:
    """The text of the new status with a note; closing ends with buttons to reopen and to rate."""
    agency, english = agencies.of_code(report.code), report.language == "en"
    text = agency.text(f"change_{report.status}", english=english, code=report.code)
    buttons: list[dict[str, str]] = []
    if report.status in CLOSED:
        title = agency.text("button_reopen", english=english)
        buttons = [{"title": title, "payload": payloads.payload("reopen", report.code)}]
        for stars in RATINGS:
            title = agency.text(f"button_rate_{stars}", english=english)
            buttons.append({"title": title, "payload": payloads.payload("rate", f"{report.code} {stars}")})
    # Held over night, a later status replaces an earlier one; but nothing that a person wrote is dropped.
    coalesce = None if note else f"status:{report.code}"
    whole = "\n".join(t for t in (text, note) if t)
    return message(
        report,
        "status",
        whole,
        at,
        report.version,
        str(report.status),
        at,
        buttons=buttons,
        coalesce=coalesce,
    )


def take_chat(transaction: Transaction, state: Item, until: datetime | None, about: str = "") -> None:
    """Keep the bot quiet until then (None: let it speak again), for somebody who writes about a report."""
    key = {"pk": state["pk"], "sk": state["sk"]}
    ms = round(until.timestamp() * 1000) if until else 0
    # Counting the version up makes a turn of the conversation that is at work read again.
    transaction.update(key, {"person_until": ms, "person_report": about or None, "version": Plus()})


def expect_yes(transaction: Transaction, state: Item, kind: str, code: str, now: datetime) -> None:
    """Take the citizen's next yes for the answer to a question about a report."""
    key = {"pk": state["pk"], "sk": state["sk"]}
    confirm = {"kind": kind, "code": code, "at": round(now.timestamp() * 1000)}
    transaction.update(key, {"confirm": confirm, "version": Plus()})


def person_until(state: Item | None, now: datetime) -> str | None:
    """Until when the bot is quiet, None when it is not."""
    until = int((state or {}).get("person_until", 0))
    return iso(utc(until)) if until > now.timestamp() * 1000 else None
