"""Talking: messages to the citizen, notes among staff, taking the chat from the bot and giving it back."""

from dataclasses import replace

from aws_lambda_powertools.event_handler import Response

from desk import agencies
from desk.domain.clock import iso
from desk.domain.report import REPLIED, Report
from desk.domain.timeline import Step
from desk.storage.outbox import task_id
from desk.storage.table import Transaction
from staff import citizens
from staff.auth import Officer
from staff.bodies import Body, Text
from staff.desk import desk
from staff.reports import Code, shape_of
from staff.routing import new_router
from staff.shapes import MessageAccepted, Noted, Plan, ReportShape
from staff.views import etag
from staff.writing import Calling, Decision, change

router = new_router()


class Words(Body):
    """What somebody writes."""

    text: Text


@router.post("/staff/reports/<code>/messages", status_code=201, tags=["reports"], operation_id="sendMessage")
def send_message(code: Code, person: Officer, by: Calling, body: Words) -> Response[MessageAccepted]:
    """Write to the citizen. The officer takes the chat over: the bot stays quiet until they hand it back, or
    for some hours. The answer says how the message will go; the conversation shows what became of it."""
    peers = desk()
    at = iso(peers.now())
    planned: list[Plan] = []
    sent: list[str] = []

    def decide(report: Report, transaction: Transaction) -> Decision:
        state = citizens.reachable(peers, report)
        planned[:] = [citizens.plan(peers, citizens.home(report), state, "staff")]
        text = body.text
        # Also when the bot has spoken again since, because nobody wrote for hours.
        if report.handled_by_person is None or not citizens.person_until(state, peers.now()):
            agency = agencies.agency(report.agency)
            joined = agency.text("person_joined", english=report.language == "en", code=report.code)
            text = f"{joined}\n{text}"
        task = citizens.message(report, "staff", text, at, report.version + 1, task_id(person.name, text))
        sent[:] = [task.id, task.payload["text"]]
        citizens.take_chat(transaction, state, peers.now() + citizens.PERSON_STAYS, code)
        step = Step("message", at, person.actor, {"text": body.text, "message": task.id})
        # Whoever writes or leaves has read what the citizen wrote.
        handled = replace(report.unflagged(REPLIED), handled_by_person=person.name, updated_at=at)
        return handled, [step], [task]

    def answer(report: Report) -> MessageAccepted:
        return MessageAccepted(id=sent[0], text=sent[1], at=at, plan=planned[0], etag=etag(report))

    return change(peers, by, code, decide, MessageAccepted, answer, status=201)


@router.post("/staff/reports/<code>/takeover", tags=["reports"], operation_id="takeOver")
def take_over(code: Code, person: Officer, by: Calling) -> Response[ReportShape]:
    """Take the chat from the bot, or from a colleague, before writing: the bot stays quiet from now on, for some
    hours or until it is handed back. The citizen reads that an officer is there."""
    peers = desk()

    def decide(report: Report, transaction: Transaction) -> Decision:
        at, state = iso(peers.now()), citizens.reachable(peers, report)
        quiet = citizens.person_until(state, peers.now())
        if report.handled_by_person == person.name and quiet:
            return None
        citizens.take_chat(transaction, state, peers.now() + citizens.PERSON_STAYS, code)
        tasks = []
        if not quiet:
            agency = agencies.agency(report.agency)
            text = agency.text("person_here", english=report.language == "en", code=report.code)
            tasks = [citizens.message(report, "staff", text, at, "here", report.version + 1)]
        step = Step("taken_over", at, person.actor, {"was": report.handled_by_person})
        return replace(report, handled_by_person=person.name, updated_at=at), [step], tasks

    return change(peers, by, code, decide, ReportShape, shape_of)


@router.post("/staff/reports/<code>/handback", tags=["reports"], operation_id="handBack")
def hand_back(code: Code, person: Officer, by: Calling) -> Response[ReportShape]:
    """Give the chat back to the bot; the citizen is told."""
    peers = desk()

    def decide(report: Report, transaction: Transaction) -> Decision:
        at, state = iso(peers.now()), citizens.chat(peers, report)
        if report.handled_by_person is None:
            return None
        tasks = []
        if state:
            citizens.take_chat(transaction, state, None)
            agency = agencies.agency(report.agency)
            text = agency.text("person_left", english=report.language == "en", code=report.code)
            tasks = [citizens.message(report, "staff", text, at, "left", report.version + 1)]
        step = Step("handed_back", at, person.actor, {"was": report.handled_by_person})
        return replace(report.unflagged(REPLIED), handled_by_person=None, updated_at=at), [step], tasks

    return change(peers, by, code, decide, ReportShape, shape_of)


@router.post("/staff/reports/<code>/notes", status_code=201, tags=["reports"], operation_id="addNote")
def add_note(code: Code, person: Officer, by: Calling, body: Words) -> Response[Noted]:
    """A note among staff; the citizen never sees it."""
    peers = desk()
    at = iso(peers.now())

    def decide(report: Report, _transaction: Transaction) -> Decision:
        return replace(report, updated_at=at), [Step("note", at, person.actor, {"text": body.text})], []

    def answer(report: Report) -> Noted:
        return Noted(seq=report.timeline_seq, at=at, actor=person.actor, text=body.text, etag=etag(report))

    return change(peers, by, code, decide, Noted, answer, status=201)
