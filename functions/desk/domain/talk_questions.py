"""Talk about questions: looked up for who is linked, answered from the knowledge base, or listed for staff."""

from collections.abc import Sequence
from dataclasses import replace

from desk.domain.enquiries import Reply, asked_near
from desk.domain.intent import GUESS, SURE_OF_CLASS
from desk.domain.lookups import dialogue
from desk.domain.message import Seen
from desk.domain.speaker import Speaker
from desk.language.acts import asks_phone
from desk.language.asked import NONE, asked
from desk.language.normalize import clean


class Questions(Speaker):
    """See the module."""

    def _question(self, message: Seen) -> None:
        """A question in words: from the knowledge base, or by what it is about, or a person is offered."""
        if any(asked_near(m, (message,)) and not self._placed(m) for m in self._outcome.state.window):
            return  # the pin that came with it is answered
        if reply := self._enquiries.answer(message):
            self._reply(reply)
            return
        if asks_phone(clean(message.text).lower()):
            self.answer.say(self._words("contact"), *self._words.buttons(("person", "")))
            return
        # A question whose class is not sure is not sent to another agency.
        own = message.category in self._words.agency.data.get("answers", {})
        known = message.confidence >= (GUESS if own else SURE_OF_CLASS)
        question = asked(message.text, self._words.agency.id)
        stray = question is not None and question.is_sure and question.label == NONE
        category = message.category if known and not stray else "other"
        self._enquiry(category)
        if not (category in dialogue.TOPIC_OF and dialogue.offered(self._words.agency)):
            self.answer.say("", *self._enquiries.near(message))
        if not self._words.answers(category):
            self.answer.unanswered.append(message)

    def _reply(self, reply: Reply) -> None:
        if reply.look_up and (not reply.text or dialogue.offered(self._words.agency)):
            self._look_up("look_up", [reply.look_up])
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
