"""What the desk says: one answer for a burst, whatever the burst held."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from desk.agencies import Agency
from desk.domain import code, news, talk_news
from desk.domain.answer import Answer
from desk.domain.clock import local, utc
from desk.domain.closing import Outcome
from desk.domain.enquiries import Enquiries, Knowledge, asked_near, packaged
from desk.domain.lookups import dialogue
from desk.domain.message import Seen
from desk.domain.news import Card
from desk.domain.report import Report
from desk.domain.talk_matters import Matters
from desk.domain.talk_questions import Questions
from desk.domain.talk_reports import OwnReports
from desk.domain.wording import Wording
from desk.language.acts import Act


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
    enquiries = Enquiries(knowledge or packaged(agency), words, local(utc(now)))
    talk = _Talk(outcome, words, enquiries, reports, mine, now, shelf)
    talk.welcome()
    for message in dialogue.as_one(sorted(fresh, key=lambda m: m.order)):
        talk.act(message)
    talk.matters()
    talk.slips(fresh)
    talk.last_resort(fresh)
    outcome.state = replace(outcome.state, english=english, welcome_due=False)
    return talk.answer


def _english(outcome: Outcome, fresh: Sequence[Seen]) -> bool:
    """English to who writes English; a picture or a tap on a button says nothing about the language."""
    told = [m.english for m in fresh if m.text and (m.english or not m.command) and m.act != Act.FACTS]
    return all(told) if told else outcome.state.english


class _Talk(OwnReports, Questions, Matters):
    """One burst's talk."""

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
        elif (wanted := asked_near(message, self._outcome.state.window)) and message.location:
            if not self._placed(message):
                self._reply(self._enquiries.around(message.location, wanted))
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

    @property
    def _topics(self) -> list[str]:
        return [t["id"] for t in talk_news.topics(self._words)]

    def _opt(self, out: bool, topic: str | None = None) -> None:
        change = talk_news.unsubscribe if out else talk_news.subscribe
        self._outcome.state = change(self.answer, self._words, self._outcome.state, topic)

    def slips(self, fresh: Sequence[Seen]) -> None:
        """ "À nhầm" and then nothing: it may have been meant to take the report back, so ask."""
        for message in fresh:
            if message.act == Act.SLIP and not self._placed(message):
                self._cancel(message)

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
