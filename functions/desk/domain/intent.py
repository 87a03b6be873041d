"""What a citizen means by a message: to tell, to ask, or to be shown a place.

The rules of `language.acts` come first; what they leave open is settled by what people ask the agency
(`language.asked`).
"""

from desk import agencies
from desk.agencies import Agency
from desk.domain.knowledge import packaged_base
from desk.language import facilities
from desk.language.acts import Act, asks_phone, complains, sounds_asked
from desk.language.asked import LOOK, NONE, REPORT, Asked, asked
from desk.language.features import only_asked
from desk.language.normalize import clean
from desk.language.understanding import Understanding

# The command, and the wish, for a health facility nearby; the wishes for an office of the agency.
NEAR = "near"
OFFICE, OFFICE_NEAR = "office", "office_near"
NEARBY = frozenset({NEAR, OFFICE_NEAR})
# A class that is less sure than this is not relied upon where it decides what is answered.
SURE_OF_CLASS = 0.7
# Below this the category of a text is a guess.
GUESS = 0.4
# Acts that the rules leave to what people ask.
_OPEN = frozenset({Act.REPORT, Act.ENQUIRY, Act.OTHER})
# What these phrases say alone they need not mean in a question ("thông tin của tôi được dùng làm gì").
_MEANT = frozenset({Act.STATUS, Act.COMPLAINT, Act.DELETE_DATA, Act.CORRECTION, Act.FACTS})
_FEW_WORDS = 6
_OFFICES = "office_contact"
# From here on what no known answer fits is a question in spite of a place that it names.
_CLEAR = 0.85


def act(found: Understanding, text: str, agency: str) -> Act:
    """What a message does: by the rules and, where these leave it open, by what people ask the agency.

    A mere guess at its category makes it neither a report nor, unasked, a question; but whom people write to with
    questions, of them what is not understood is a question.
    """
    said = clean(text).lower()
    worded, question = sounds_asked(said), asked(text, agency)
    own = agencies.agency(agency).data
    # Who names a clinic in a few words asks where it is.
    named = own.get("facilities", False) and facilities.names_one(text) and found.act == Act.ENQUIRY
    left_open = found.act in _OPEN and not named and not (found.act == Act.REPORT and complains(said))
    if question and question.is_sure and (left_open or (worded and found.act in _MEANT)):
        known = _asked_or_told(found, question, worded, agency)
        if known is not None:
            return known
    mostly_asked = own["facts"].get("mostly_asked", False)
    by_model = found.act == Act.REPORT and not only_asked(found.category)
    guessed = by_model or (found.act == Act.ENQUIRY and not worded)
    does = found.act
    if guessed and found.confidence < GUESS and not (mostly_asked and does == Act.ENQUIRY):
        does = Act.FACTS if found.plates or found.when or found.place else Act.OTHER
    return Act.ENQUIRY if mostly_asked and does == Act.OTHER and len(text.split()) >= _FEW_WORDS else does


def _asked_or_told(found: Understanding, question: Asked, worded: bool, agency: str) -> Act | None:
    """None leaves it to the rules. Who names the place or the plate tells of something that is there; so does who asks
    whom to call for a thing that is broken."""
    if question.is_question:
        entry = packaged_base(agency).entries.get(question.label)
        told = found.plates or found.place or (entry is not None and entry.broken)
        return None if told and found.act == Act.REPORT else Act.ENQUIRY
    if question.label == REPORT and found.act != Act.REPORT:
        return Act.REPORT if found.act in _OPEN else None
    stray = question.label == NONE and not found.plates
    clear = question.confidence >= _CLEAR or (worded and not found.place)
    return Act.ENQUIRY if stray and clear and found.act == Act.REPORT else None


def wants(found: Understanding, does: Act, text: str, agency: Agency) -> str:
    """What a message that `does` something wants of an agency's lists of health facilities and of its own offices."""
    listed = agency.data.get("facilities")
    if listed and facilities.asks_near(text):
        return NEAR
    question = asked(text, agency.id)
    sure = question.label if question and question.is_sure else ""
    if "offices" in agency.data and does == Act.ENQUIRY and _of_offices(text, found, sure, agency.id):
        return OFFICE_NEAR if facilities.says_near(text) else OFFICE
    return "facility" if listed and (sure == f"{LOOK}facility" or facilities.names_one(text)) else ""


def _of_offices(text: str, found: Understanding, sure: str, agency: str) -> bool:
    """Whether it asks where an office is and when it is open; `sure` is what the model knows that it asks."""
    if asks_phone(clean(text).lower()):
        return False
    entry = packaged_base(agency).entries.get(sure)
    by_class = found.category == _OFFICES and found.confidence >= SURE_OF_CLASS
    return _OFFICES in entry.topics if entry else by_class
