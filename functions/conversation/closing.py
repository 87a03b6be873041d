"""Closing a burst: what it tells becomes reports, and the citizen gets one answer."""

from typing import Any

from conversation import writes
from conversation.desk import Desk
from conversation.erase import erase_task
from desk import agencies
from desk.domain import conversation as domain
from desk.domain.answer import Answer, as_payload
from desk.domain.clock import epoch_ms, iso, parse, utc
from desk.domain.closing import Outcome, assemble
from desk.domain.commands import hear_for_person
from desk.domain.conversation import Conversation
from desk.domain.enquiries import Knowledge
from desk.domain.news import SEARCHED
from desk.domain.report import Report
from desk.domain.talk import answer
from desk.domain.timeline import Step
from desk.errors import Conflict
from desk.logs import count, log
from desk.storage import keys, questions
from desk.storage.evidence import settled
from desk.storage.news import News
from desk.storage.outbox import Task, classify_task, put_tasks, task_id
from desk.storage.reports import Reports, write
from desk.storage.table import Item, Plus, Table, Transaction

ATTEMPTS = 8
# How many of a citizen's own reports a status question shows.
MINE = 5


def close(desk: Desk, agency: str, citizen: str) -> None:
    """Close a conversation's open burst; nothing happens when there is none. Raises Conflict."""
    for attempt in range(ATTEMPTS):
        state = writes.load(desk.table, agency, citizen)
        if state.open_since is None:
            return
        now = desk.now()
        outcome, said = decide(desk.table, state, now, attempt, desk.library.of(agency))
        attached = _attached(desk.table, outcome, now)
        transaction = desk.table.transaction()
        _write(transaction, state, outcome, said, attached, now)
        try:
            transaction.commit()
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
            count("ConversationConflict")
            continue
        if said.unanswered:
            count("QuestionUnanswered", len(said.unanswered))
        for report, _ in outcome.filed:
            count("ReportFiled")
            log("report filed", agency=agency, report=report.code, citizen=citizen, category=report.category)
        return


def decide(
    table: Table, state: Conversation, now: int, attempt: int = 0, knowledge: Knowledge | None = None
) -> tuple[Outcome, Answer]:
    """What becomes of the burst: two reads at the most (three when it asks for news), then the domain decides."""
    agency = agencies.agency(state.agency)
    needed = domain.needs(state)
    own = _own_codes(table, state) if needed.mine else []
    reports = _with_merged(table, Reports(table).load_many([*needed.codes, *own]))
    mine = [reports[c] for c in own if c in reports]
    outcome = assemble(state, agency, reports, mine, now, attempt)
    hear_for_person(outcome, state.fresh, reports, now)
    shelf = News(table).latest(agency.id, SEARCHED) if needed.news else ()
    return outcome, answer(outcome, state.fresh, agency, reports, mine, now, knowledge, shelf)


def _with_merged(table: Table, found: list[Report]) -> dict[str, Report]:
    """Some reports, with those they were merged into and all that follow these: one more read or two, and only
    for what was merged."""
    reports = {r.code: r for r in found}
    leading = {r.merged_into for r in found if r.merged_into} - reports.keys()
    reports |= {r.code: r for r in Reports(table).load_many(leading)} if leading else {}
    followers = {c for r in reports.values() for c in r.merged} - reports.keys()
    return reports | ({r.code: r for r in Reports(table).load_many(followers)} if followers else {})


def _attached(table: Table, outcome: Outcome, now: int) -> dict[str, Item]:
    """The evidence of the burst as it is now; what is stored already stands in the timeline of its report."""
    items = {i["id"]: i for i in table.get_many([keys.evidence(e) for e in outcome.evidence])}
    steps: dict[str, list[Step]] = {}
    for name, owner in outcome.evidence.items():
        item = items.get(name, {})
        if owner and item.get("report") != owner and item.get("state", "pending") != "pending":
            kind = "evidence_stored" if item["state"] == "stored" else "evidence_failed"
            steps.setdefault(owner, []).append(Step(kind, iso(utc(now)), "desk", settled(item)))
    outcome.filed = [(report, [*told, *steps.get(report.code, [])]) for report, told in outcome.filed]
    for code in outcome.changed.keys() & steps.keys():
        outcome.change(outcome.changed[code][0], *steps[code])
    return items


def _own_codes(table: Table, state: Conversation) -> list[str]:
    pk = keys.citizen_pk(state.agency, state.citizen)
    page = table.query(pk, prefix="REPORT#", forward=False, limit=MINE, consistent=True)
    return [item["code"] for item in page.items]


def _write(
    transaction: Transaction,
    before: Conversation,
    outcome: Outcome,
    said: Answer,
    attached: dict[str, Item],
    now: int,
) -> None:
    """All of it: state, reports with their timelines, evidence, classification, the answer."""
    at = iso(utc(now))
    closed = writes.put_state(transaction, outcome.state)
    tasks: list[Task] = []
    for report, steps in outcome.filed:
        write(transaction, report, steps)
        pointer = keys.citizen_report(
            report.agency, report.citizen, epoch_ms(parse(report.created_at)), report.code
        )
        transaction.put_new(pointer | {"entity": "pointer", "code": report.code})
        tasks.append(classify_task(report, report.version + 1))
    for report, steps in outcome.changed.values():
        write(transaction, report, steps)
        tasks.append(classify_task(report, report.version + 1))
    for name, owner in outcome.evidence.items():
        if name not in attached:
            continue
        values = {"report": owner or None, "withdrawn": None if owner else True, "version": Plus()}
        # The media function may be storing it at this moment: then both look again.
        transaction.update(
            keys.evidence(name),
            values,
            condition="version = :seen",
            bound={":seen": attached[name]["version"]},
        )
    tasks += [writes.status_task(report, key, at) for report, key in outcome.told]
    # While a person of the agency is in the chat, the bot says only what must be said; a tap is for the bot.
    tapped = any(m.command for m in before.fresh)
    silent = before.person_until > now and not (outcome.filed or outcome.erase or tapped)
    if said.text and not silent:
        tasks.append(writes.answer_task(closed, as_payload(said), at, closed.version))
    if not silent:
        questions.put(transaction, closed.agency, closed.citizen, said.unanswered)
        tasks += [_lookup(closed, wish, closed.english, number, at) for number, wish in enumerate(said.tasks)]
    if outcome.erase:
        tasks.append(erase_task(closed.agency, closed.citizen, closed.version))
    put_tasks(transaction, tasks)


def _lookup(state: Conversation, wish: dict[str, Any], english: bool, number: int, at: str) -> Task:
    """A question for the `lookup` function."""
    payload = {"agency": state.agency, "citizen": state.citizen, "english": english, "created_at": at, **wish}
    return Task("lookups", task_id("lookup", state.agency, state.citizen, state.version, number), payload)
