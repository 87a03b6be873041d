"""What the desk says: one answer for a burst, whatever the burst held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from desk.agencies import Agency
from desk.domain import code, commands, news, talk_news
from desk.domain.clock import local, parse, utc
from desk.domain.closing import Outcome, withdraw
from desk.domain.conversation import CONFIRM_MS, Confirm
from desk.domain.enquiries import Enquiries, Knowledge, Reply, asked_near, packaged
from desk.domain.grouping import Asked
from desk.domain.lookups import dialogue
from desk.domain.message import Seen
from desk.domain.moving import is_asked
from desk.domain.news import Card
from desk.domain.report import Report
from desk.domain.wording import Wording
from desk.language.acts import Act

# Zalo's limit for a text message (facts of the consultation message API).
MAX_TEXT = 2000
REOPEN_WITHIN = timedelta(days=7)
# A question whose class is less sure than this is not sent to another agency.
SURE_OF_CLASS = 0.7

Button = dict[str, str]


@dataclass(slots=True)
class Answer:
    """One answer. Buttons carry payloads that come back as texts."""

    parts: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    report: str | None = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    unanswered: list[Seen] = field(default_factory=list)

    def say(self, text: str, *buttons: Button) -> None:
        """Add a part, once, and its buttons, five at most (Zalo's limit)."""
        if text and text not in self.parts:
            self.parts.append(text)
        self.buttons = [*self.buttons, *(b for b in buttons if b not in self.buttons)][:5]

    @property
    def text(self) -> str:
        """The whole answer, within Zalo's limit."""
        return "\n\n".join(self.parts)[:MAX_TEXT]


def answer(
    outcome: Outcome,
    fresh: Sequence[Seen],
    agency: Agency,
    reports: Mapping[str, Report],
    mine: Sequence[Report],
    now: int,
    knowledge: Knowledge | None = None,
    shelf: Sequence[Card] = (),
) -> Answer:
    """The answer to the messages just closed; updates the outcome with what the desk asked or was told to do.

    `knowledge` is what ships with the agency unless given; `shelf`: the published news, read when a message asks
    for them.
    """
    english = _english(outcome, fresh)
    words = Wording(agency, english)
    enquiries = Enquiries(knowledge or packaged(agency), words, local(utc(now)).date())
    talk = _Talk(outcome, words, enquiries, reports, mine, now, shelf)
    talk.welcome()
    for message in sorted(fresh, key=lambda m: m.order):
        talk.act(message)
    talk.matters(fresh)
    talk.slips(fresh)
    talk.last_resort(fresh)
    outcome.state = replace(outcome.state, english=english, welcome_due=False)
    return talk.answer


def _english(outcome: Outcome, fresh: Sequence[Seen]) -> bool:
    """English to who writes English; a picture or a tap on a button says nothing about the language."""
    told = [m.english for m in fresh if m.text and (m.english or not m.command) and m.act != Act.FACTS]
    return all(told) if told else outcome.state.english


class _Talk:
    def __init__(
        self,
        outcome: Outcome,
        wording: Wording,
        enquiries: Enquiries,
        reports: Mapping[str, Report],
        mine: Sequence[Report],
        now: int,
        shelf: Sequence[Card],
    ) -> None:
        self.answer = Answer()
        self._enquiries = enquiries
        self._shelf = shelf
        self._outcome, self._words, self._reports, self._mine, self._now = (
            outcome,
            wording,
            reports,
            mine,
            now,
        )

    # ── what is not about a matter ──

    def welcome(self) -> None:
        """Greet a new follower, and say what becomes of their data."""
        state = self._outcome.state
        if state.welcome_due:
            self.answer.say(self._words("welcome"), *self._words.menu())
            self.answer.say(self._words("privacy"))
            self._outcome.state = replace(state, welcomed_at=self._now)

    def act(self, message: Seen) -> None:
        """Do what one message asks of the desk itself."""
        if message.command in dialogue.COMMANDS:
            self._look_up(message.command, message.text.split()[1:])
            return
        if message.command:
            self._command(message)
            return
        if self._stops_linking(message):
            self._look_up("stop_linking", [])
            return
        if message.act == Act.NEWS:
            talk_news.tell(self.answer, self._words, self._shelf, message.text)
            return
        known = code.find(message.text)
        if message.act == Act.STATUS or (
            known and message.act not in {Act.REPORT, Act.FACTS, Act.CORRECTION}
        ):
            self._status(known, message.text)
            return
        if message.act in {Act.CANCEL, Act.DELETE_MEDIA}:
            self._cancel(message)
        elif message.act == Act.YES:
            self._confirmed()
        elif message.act == Act.NO and (confirm := self._outcome.state.confirm):
            self._keep(self._own(confirm.code) if confirm.kind == "transfer" else None)
        elif message.act == Act.DELETE_DATA:
            self._ask_erase()
        elif message.act in {Act.STOP, Act.RESUME}:
            named = news.topic_in(message.text, talk_news.topics(self._words))
            self._opt(message.act == Act.STOP, named)
        elif message.act == Act.ENQUIRY or (message.wants and not self._placed(message)):
            self._question(message)
        elif asked_near(message, self._outcome.state.window) and message.location:
            if not self._placed(message):
                self._reply(self._enquiries.around(message.location))
        elif message.act == Act.COMPLAINT:
            self.answer.say(self._words("complaint"))
        elif message.act == Act.MENU:
            self.answer.say(self._words("menu"), *self._words.menu())
        elif message.act == Act.HUMAN:
            self.answer.say(self._words("person"))

    def _command(self, message: Seen) -> None:
        """A tap on one of our buttons."""
        name, arguments = message.command, message.text.split()[1:]
        report = self._own(arguments[0]) if arguments else None
        match name:
            case "menu":
                self.answer.say(self._words("menu"), *self._words.menu())
            case "how":
                self.answer.say(self._words("how_to"))
            case "status":
                self._status((), "")
            case "person":
                self.answer.say(self._words("person"))
            case "contact":
                self.answer.say(self._words("contact"), *self._words.buttons(("person", ""), ("news", "")))
            case "news":
                talk_news.tell(self.answer, self._words, self._shelf, " ".join(arguments))
            case "topic" | "untopic" if arguments and arguments[0] in self._topics:
                self._opt(name == "untopic", arguments[0])
            case "ask" if arguments:
                self._enquiry(arguments[0])
            case "near":
                self._question(message)
            case "entry" if arguments and (reply := self._enquiries.entry(arguments[0])):
                self._reply(reply)
            case "withdraw" if report:
                self._withdraw(report)
            case "keep":
                self._keep(report)
            case "reopen" if report:
                self._reopen(report)
            case "rate" if report and len(arguments) > 1:
                self._rate(report, arguments[1])
            case "transfer" if report and len(arguments) > 1:
                self._transfer(report, arguments[1])
            case "erase":
                self._erase()
            case "stop" | "resume":
                self._opt(name == "stop")
            case _:
                self.answer.say(self._words("unclear"), *self._words.menu())

    def _stops_linking(self, message: Seen) -> bool:
        state = self._outcome.state
        open_now = dialogue.alive(state.dialogue, self._now) is not None
        return open_now and not self._outcome.cancelled and message.act in {Act.CANCEL, Act.NO}

    def _question(self, message: Seen) -> None:
        """A question in words: from the knowledge base, or by what it is about, or a person is offered."""
        if any(asked_near(m, (message,)) and not self._placed(m) for m in self._outcome.state.window):
            return  # the pin that came with it is answered
        if reply := self._enquiries.answer(message):
            self._reply(reply)
            return
        own = message.category in self._words.agency.data.get("answers", {})
        category = message.category if own or message.confidence >= SURE_OF_CLASS else "other"
        self._enquiry(category)
        if not (category in dialogue.TOPIC_OF and dialogue.offered(self._words.agency)):
            self.answer.say("", *self._enquiries.near(message))
        if not self._words.answers(category):
            self.answer.unanswered.append(message)

    def _reply(self, reply: Reply) -> None:
        if reply.category in dialogue.TOPIC_OF and dialogue.offered(self._words.agency):
            self._enquiry(reply.category)
        else:
            self.answer.say(reply.text, *reply.buttons)

    def _enquiry(self, category: str) -> None:
        """A question: looked up for whoever is linked, or answered for everybody."""
        topic = dialogue.TOPIC_OF.get(category)
        if topic and dialogue.offered(self._words.agency):
            self._look_up("look_up", [topic])
        else:
            self.answer.say(*self._words.enquiry(category))

    def _look_up(self, name: str, arguments: Sequence[str]) -> None:
        """The dialogue of the look-ups; where there are none, the official page."""
        if not dialogue.offered(self._words.agency, name):
            topic = next((a for a in arguments if a in dialogue.CATEGORY_OF), "card")
            self.answer.say(*self._words.enquiry(dialogue.CATEGORY_OF[topic]))
            return
        state = self._outcome.state
        reply = dialogue.respond(state.dialogue, name, arguments, self._now)
        # Who asks to be told of something wants messages again.
        opted_out = state.opted_out and name != "watch"
        self._outcome.state = replace(state, dialogue=reply.dialogue, opted_out=opted_out)
        for key, values in reply.parts:
            self.answer.say(self._words(key, **values))
        self.answer.say("", *self._words.buttons(*reply.buttons))
        self.answer.tasks += [task for task in reply.tasks if task not in self.answer.tasks]

    @property
    def _topics(self) -> list[str]:
        return [t["id"] for t in talk_news.topics(self._words)]

    def _own(self, wanted: str) -> Report | None:
        """A report of this citizen, as it is after what was decided so far."""
        known = {**self._reports, **{r.code: r for r in self._mine}}
        found = self._outcome.current(known, wanted)
        return found if found and found.citizen == self._outcome.state.citizen else None

    def _status(self, named: Sequence[str], text: str) -> None:
        if named:
            for wanted in named:
                report = self._own(wanted)
                self.answer.say(
                    self._words.status(report) if report else self._words("status_unknown", code=wanted)
                )
        elif code.looks_like(text):
            self.answer.say(self._words("status_bad_code"))
        elif self._mine:
            lines = [self._words.status(r) for r in self._mine[:5]]
            self.answer.say("\n".join((self._words("status_mine"), *lines)))
        elif not self._outcome.filed:
            self.answer.say(self._words("status_none"))

    def _cancel(self, message: Seen) -> None:
        if self._outcome.cancelled:
            self.answer.say(self._words("cancelled"))
            return
        state = self._outcome.state
        filed = [report for report, _ in reversed(self._outcome.filed)]
        recent = next((r for r in (*filed, *self._mine) if r.is_open), None)
        if recent is None or message.act == Act.DELETE_MEDIA:
            self.answer.say(self._words("nothing_to_cancel"))
            return
        self._outcome.state = replace(state, confirm=Confirm("withdraw", recent.code, self._now))
        buttons = self._words.buttons(("withdraw", recent.code), ("keep", recent.code))
        self.answer.say(self._words("withdraw_ask", code=recent.code), *buttons)

    def _confirmed(self) -> None:
        confirm = self._outcome.state.confirm
        if confirm is None or self._now - confirm.at > CONFIRM_MS.get(confirm.kind, CONFIRM_MS[""]):
            return
        self._outcome.state = replace(self._outcome.state, confirm=None)
        if confirm.kind == "erase":
            self._erase()
        elif confirm.kind == "transfer":
            if (report := self._own(confirm.code)) and report.suggested_agency:
                self._transfer(report, report.suggested_agency)
        elif report := self._own(confirm.code):
            self._withdraw(report)

    def _withdraw(self, report: Report) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=None)
        if not report.is_open:
            self.answer.say(self._words.status(report))
            return
        withdraw(self._outcome, report, self._now)
        self.answer.say(self._words("withdrawn", code=report.code))

    def _reopen(self, report: Report) -> None:
        if report.is_open:
            self.answer.say(self._words.status(report))
        elif not report.closed_at or utc(self._now) - parse(report.closed_at) > REOPEN_WITHIN:
            self.answer.say(self._words("reopen_late", code=report.code))
        else:
            commands.reopen(self._outcome, report, self._reports, self._now)
            self.answer.say(self._words("reopened", code=report.code))

    def _rate(self, report: Report, stars: str) -> None:
        if not report.is_open and stars in {"1", "2", "3", "4", "5"}:
            commands.rate(self._outcome, report, int(stars), self._now)
        self.answer.say(self._words("rated"))

    def _transfer(self, report: Report, to: str) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=None)
        moves = report.agency == to
        if report.is_open and report.suggested_agency == to and not moves:
            moves = commands.agree_to_transfer(self._outcome, report, to, self._reports, self._now)
        key = "transferred" if moves else "transfer_noted"
        self.answer.say(self._words(key, code=report.code, other=self._words.name_of(to)))

    def _keep(self, report: Report | None) -> None:
        """No: nothing is taken back, nothing is deleted, a report stays where it is."""
        confirm = self._outcome.state.confirm
        withdrawing = report and confirm and (confirm.kind, confirm.code) == ("withdraw", report.code)
        if report and is_asked(report) and not withdrawing:
            commands.refuse_transfer(self._outcome, report, self._now)
        self._outcome.state = replace(self._outcome.state, confirm=None)
        self.answer.say(self._words("kept"))

    def _ask_erase(self) -> None:
        self._outcome.state = replace(self._outcome.state, confirm=Confirm("erase", "", self._now))
        self.answer.say(self._words("delete_ask"), *self._words.buttons(("erase", ""), ("keep", "")))

    def _erase(self) -> None:
        self._outcome.erase = True
        self.answer.say(self._words("deleted"))

    def _opt(self, out: bool, topic: str | None = None) -> None:
        change = talk_news.unsubscribe if out else talk_news.subscribe
        self._outcome.state = change(self.answer, self._words, self._outcome.state, topic)

    # ── the matters ──

    def matters(self, fresh: Sequence[Seen]) -> None:
        """Say what was understood, the code, and ask for the one most valuable missing thing."""
        filed = [report for report, _ in self._outcome.filed]
        for report in filed:
            told = [m for m in self._outcome.state.window if m.report == report.code]
            self.answer.say(self._words.filed(report, told))
            if len(told) == 1 and (reply := self._enquiries.beside_a_report(told[0])):
                self.answer.say(reply.text)
            if report.suggested_agency:
                other = report.suggested_agency
                offer = self._words.buttons(("transfer", f"{report.code} {other}"))
                self.answer.say(
                    self._words("other_agency", other=self._words.name_of(other), code=report.code), *offer
                )
                state = self._outcome.state
                self._outcome.state = replace(state, confirm=Confirm("transfer", report.code, self._now))
        added = [self._outcome.changed[c][0] for c in self._outcome.added if c in self._outcome.changed]
        for report in added:
            self.answer.say(self._words.added(report, self._outcome.added[report.code]))
        if latest := next(reversed(filed or added), None):
            self.answer.report = latest.code
            self._ask(latest)

    def slips(self, fresh: Sequence[Seen]) -> None:
        """ "À nhầm" and then nothing: it may have been meant to take the report back, so ask."""
        for message in fresh:
            if message.act == Act.SLIP and not self._placed(message):
                self._cancel(message)

    def _ask(self, report: Report) -> None:
        state = self._outcome.state
        asked = state.asked_facts if state.asked and state.asked.code == report.code else ()
        wanted = next(
            (fact for fact in ("matter", *report.missing) if self._lacks(report, fact) and fact not in asked),
            None,
        )
        if wanted is None:
            return
        self.answer.say(self._words(f"ask_{wanted}"))
        self._outcome.state = replace(
            state, asked=Asked(report.code, self._now), asked_facts=(*asked, wanted)
        )

    @staticmethod
    def _lacks(report: Report, fact: str) -> bool:
        return report.category == "other" if fact == "matter" else fact in report.missing

    # ── when nothing else was said ──

    def last_resort(self, fresh: Sequence[Seen]) -> None:
        """Greetings and thanks, answered only when the burst held nothing else; a sticker needs no answer."""
        if self.answer.parts or self.answer.tasks:
            return
        acts = {m.act for m in fresh if m.kind == "text"}
        if Act.GREETING in acts:
            self.answer.say(self._words("greeting"), *self._words.menu())
        elif Act.THANKS in acts:
            self.answer.say(self._words("thanks"))
        else:
            self._unclear(
                [m for m in fresh if m.act == Act.OTHER and m.kind == "text" and not self._placed(m)]
            )

    def _unclear(self, messages: Sequence[Seen]) -> None:
        """What nobody understood may still be a known question, or near some."""
        if not messages:
            return
        for message in messages:
            if reply := self._enquiries.answer(message):
                self._reply(reply)
        if not self.answer.parts:
            near = [button for m in messages for button in self._enquiries.near(m)]
            self.answer.say(self._words("unclear"), *near[:3], *self._words.menu())
            self.answer.unanswered += [m for m in messages if "?" in m.text]

    def _placed(self, message: Seen) -> bool:
        return any(m.key == message.key and m.report for m in self._outcome.state.window)


def as_payload(found: Answer) -> dict[str, Any]:
    """The answer as the notification function takes it."""
    return {"text": found.text, "buttons": found.buttons, "report": found.report}
