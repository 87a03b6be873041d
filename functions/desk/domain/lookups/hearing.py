"""What a message means for the look-ups, read before anything remembers the message.

Whatever names a person (numbers, birth dates, one-time codes, names given as proof) is taken out here: the chat, the
conversation and the queues hold the message without it, the identity table what was taken out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from desk.agencies import Agency
from desk.domain import payloads
from desk.domain.clock import HANOI, utc
from desk.domain.lookups import identifiers, wishes
from desk.domain.lookups.dialogue import PHOTO, PROOF, TOPIC_OF, Dialogue, alive, is_photo, offered
from desk.domain.message import Message, Seen
from desk.language.acts import Act
from desk.language.normalize import fold

# Acts that are never an answer to a question of the dialogue.
_OTHER_TALK = frozenset(
    {Act.CANCEL, Act.NO, Act.DELETE_MEDIA, Act.STATUS, Act.HUMAN, Act.DELETE_DATA, Act.STOP, Act.RESUME, Act.MENU,
     Act.EMERGENCY, Act.COMPLAINT, Act.THANKS, Act.GREETING}
)  # fmt: skip
_FEW_WORDS = 7
_BESIDE = 4  # words beside a name: the number, the date, and what introduces them
_SURE = 0.6
_SOON_MS = 2 * 60_000
_TEXT_OF_PROOF = 24  # words: a longer message that holds a number and a date tells a story
# A firm's tax code has ten digits, too, and Hanoi's begin like Hanoi's insurance numbers.
_TAX = re.compile(
    r"\b(?:mst|ma so thue|cong ty|doanh nghiep|dkkd|tax|company|sdt|dien thoai|phone|zalo|stk|so tk)\b"
)
_OTP = re.compile(r"(?<!\d)\d(?:[ .-]?\d){3,8}(?!\d)")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it may be kept, with the command it amounts to (`name` and `arguments`, or none), and what was
    taken out of it, by the names of `dialogue.PROOF`, `code` or `file`."""

    message: Message
    name: str = ""
    arguments: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def command(self, seen: Seen) -> Seen:
        """What was read in the message, as the command that it is; no report is ever made of it."""
        return as_command(seen, self.name, self.arguments) if self.name else seen


def as_command(seen: Seen, name: str, arguments: Sequence[str]) -> Seen:
    """A message that amounts to a command, without anything else it said."""
    text = payloads.payload(name, " ".join(arguments))
    english = seen.english and name != "given"
    return Seen(
        id=seen.id, at=seen.at, kind="text", text=text, quote=seen.quote, command=name,
        act=str(Act.MENU), english=english,
    )  # fmt: skip


def listen(
    message: Message, seen: Seen, agency: Agency, dialogue: Dialogue | None, window: Sequence[Seen] = ()
) -> tuple[Message, Seen, Mapping[str, str]]:
    """The message and what was read in it, as both may be kept, and what was taken out of it. `window` holds what
    was said before."""
    if "lookups" not in agency.data:
        return message, seen, {}
    today = utc(message.at).astimezone(HANOI).date()
    if seen.command:
        # A button's argument may look like anything; nobody's number is typed after a "#".
        kept = re.sub(r"\S+", lambda word: _only_number(word[0]), message.text)
        return replace(message, text=kept), replace(seen, text=kept), {}
    open_now = alive(dialogue, message.at)
    if message.kind == "image" and _shows_card(message, open_now, window):
        heard = _photo(message, seen, agency, open_now, today)
    else:
        heard = hear(message, seen, open_now, today)
    if heard.name:
        return heard.message, heard.command(seen), heard.secrets
    return heard.message, replace(seen, text=identifiers.masked(seen.text)), {}


def _shows_card(picture: Message, dialogue: Dialogue | None, window: Sequence[Seen]) -> bool:
    """A picture shows a card while a proof is asked for, right after a question that can be looked up, and right after
    another one that did."""
    soon = [m for m in window if 0 <= picture.at - m.at <= _SOON_MS]
    return (
        (dialogue is not None and (dialogue.step in PROOF or any(is_photo(m) for m in soon)))
        or any(m.act == Act.ENQUIRY and m.category in TOPIC_OF for m in soon)
    )  # fmt: skip


def _photo(message: Message, seen: Seen, agency: Agency, dialogue: Dialogue | None, today: date) -> Heard:
    """A photo of a card is no evidence: where it lies goes to where proofs are, to be read once. A proof written
    under it counts as if written alone."""
    kept = replace(message, media=(), text="[ảnh giấy tờ, không lưu]")
    if not offered(agency):
        return Heard(kept, "given", (PHOTO,))
    typed = hear(replace(message, kind="text"), seen, dialogue, today).secrets
    parts = {part: typed[part] for part in PROOF if part in typed}
    name = f"{PHOTO}_{message.at:013d}_{message.id}"
    photos = {f"{name}_{n}": media.url for n, media in enumerate(message.media)}
    return Heard(kept, "given", (PHOTO, *parts), {**parts, **photos})


def _only_number(word: str) -> str:
    found = identifiers.numbers(word)
    return identifiers.mask(word) if found and len(found[0].value) == len(word) and found[0].kind else word


def hear(message: Message, seen: Seen, dialogue: Dialogue | None, today: date) -> Heard:
    """Read a message of an agency that has look-ups. `dialogue` is the one that is open at the message's time."""
    if message.kind != "text" or not message.text.strip():
        return Heard(message)
    heard = (
        _wish(message)
        or _file(message)
        or (_code(message, seen) if dialogue and dialogue.step == "code" else None)
        or _asked(message)
        or _proof(message, seen, dialogue, today)
    )
    return heard or Heard(replace(message, text=identifiers.masked(message.text)))


def _taken(message: Message, label: str, *arguments: str, secrets: Mapping[str, str] | None = None) -> Heard:
    """What the citizen gave, and in the chat only that they gave it."""
    return Heard(replace(message, text=f"[{label}]"), "given", arguments, secrets or {})


def _wish(message: Message) -> Heard | None:
    """To be told later; a file may be named in the same breath."""
    kept = replace(message, text=identifiers.masked(message.text))
    wanted = wishes.wish(kept.text)
    if wanted is None:
        return None
    found = identifiers.file_code(message.text)
    return Heard(kept, wanted[0], (wanted[1],), {"file": found} if found else {})


def _file(message: Message) -> Heard | None:
    found = identifiers.file_code(message.text)
    if not found and len(message.text.split()) <= 12 and _FILE_ASKED.search(fold(message.text)):
        return Heard(message, "look_up", ("file",))
    if not found:
        return None
    kept = replace(message, text=identifiers.masked(message.text))
    return Heard(kept, "look_up", ("file",), {"file": found})


_FILE_ASKED = re.compile(
    r"\bho so\b.{0,40}\b(?:(?:den|toi) dau|the nao roi|sao roi|ra sao|xong chua|da xong|duyet chua|co ket qua chua)\b"
    r"|\bho so(?: bhxh| bhyt| cua toi| cua em| toi nop| da nop| toi)* the nao"
    r"|\b(?:tinh trang|tra cuu|theo doi|kiem tra) ho so\b|\bstatus of (?:my|the) (?:file|application)\b"
)


_NO_CODE = re.compile(
    r"\b(?:khong|chua|ko|k)\s+(?:nhan|thay|co|duoc|den)\b.{0,20}\b(?:ma|otp|tin nhan)\b"
    r"|\bma\b.{0,12}\b(?:chua|khong) (?:den|toi|thay|co)\b"
    r"|\b(?:no|not|never|didn t|didn't)\b.{0,20}\bcode\b"
)


def _code(message: Message, seen: Seen) -> Heard | None:
    """A one-time code, or a number of another length where one is waited for, or the word that none came."""
    if _NO_CODE.search(fold(message.text)):
        return Heard(message, "given", ("no_code",))
    found = _OTP.findall(message.text)
    if len(found) != 1 or len(message.text.split()) > _FEW_WORDS + 6 or seen.act == Act.REPORT:
        return None
    digits = re.sub(r"\D", "", found[0])
    if len(digits) != 6:
        return _taken(message, "mã xác nhận", "bad_code")
    return _taken(message, "mã xác nhận", "code", secrets={"code": digits})


_LINK = re.compile(r"\b(?:lien ket|link)\b")
_UNLINK = re.compile(
    r"\b(?:huy|bo|go|xoa|ngung|thoi)\s+(?:cac\s+|viec\s+)?lien ket\b|\bunlink\b|\bremove (?:the |my )?link"
)
_LIST = re.compile(
    r"(?:danh sach|nhung|xem|dang|cac|da|ai).{0,16}\blien ket\b|\blien ket (?:voi )?(?:nhung )?(?:ai|nao)\b"
    r"|\b(?:list|show|my) links\b|\bwho (?:is|am i) linked\b"
)
_LINK_STARTS = re.compile(
    r"^(?:(?:cho|toi|em|minh|muon|can|xin|hay|giup|please|i want to|i would like to|how to)\s+)*(?:lien ket|link)\b"
)
_RELATIVES = r"vo|chong|nguoi nha|nguoi than|anh trai|chi gai|em trai|em gai|ong|wife|husband|relative"
_RELATIONS = (
    ("child", re.compile(r"\b(?:con(?: trai| gai| toi| em)?|chau|be|child|son|daughter)\b")),
    ("parent", re.compile(r"\b(?:bo|ba|me|ma|cha|cu|mother|father|parents?|mum|dad)\b")),
    ("other", re.compile(rf"\b(?:{_RELATIVES})\b")),
)


def _asked(message: Message) -> Heard | None:
    """ "Liên kết", "hủy liên kết", "xem danh sách liên kết" in a few words."""
    text = fold(message.text).strip()
    if (not _LINK.search(text) and "link" not in text) or len(text.split()) > 12 or "http" in text:
        return None
    if _UNLINK.search(text):
        return Heard(message, "unlink")
    if _LIST.search(text):
        return Heard(message, "links")
    if not _LINK_STARTS.search(text) or identifiers.numbers(message.text):
        return None
    relation = next((name for name, pattern in _RELATIONS if pattern.search(text)), "self")
    return Heard(message, "link", (relation,))


def _proof(message: Message, seen: Seen, dialogue: Dialogue | None, today: date) -> Heard | None:
    """Parts of a proof: all in one message, or the answer to what the dialogue asks."""
    text, words = message.text, len(message.text.split())
    if words > _TEXT_OF_PROOF or (dialogue is None and _TAX.search(fold(text))):
        return None
    asking = dialogue.step if dialogue and dialogue.step in PROOF else ""
    found = [n for n in identifiers.numbers(text) if n.kind and (asking or not n.like_phone)]
    born, dated = identifiers.birth_date(text, today)
    called = identifiers.name(text)
    whole = len(found) == 1 and dated
    if not asking and not (found and words <= _FEW_WORDS) and not (whole and called):
        return _wrong_number(message, seen, words)
    # A name, a date and a number tell nothing else ("Lan" is no "làn").
    alone = whole and identifiers.surely_name(called) and (asking or words <= len(called.split()) + _BESIDE)
    if _tells(seen, words) and not alone:
        return None
    given: dict[str, str] = {}
    if len(found) == 1:
        given["number"] = found[0].value
    if born:
        given["birth"] = born.isoformat()
    if called and (
        (asking == "name" and seen.act not in _OTHER_TALK) or identifiers.surely_name(called) or whole
    ):
        given["name"] = called
    if dated and not born:
        return _taken(message, "thông tin cá nhân", "bad_birth", *given, secrets=given)
    if given and (asking or "number" in given):
        return _taken(message, "thông tin cá nhân", *given, secrets=given)
    return _bad_answer(message, seen, asking, words)


def _tells(seen: Seen, words: int) -> bool:
    """A matter told in the middle of the dialogue is a report as at any other time; so is one with a number in it."""
    return seen.act in {Act.REPORT, Act.EMERGENCY} and seen.confidence >= _SURE and words > 3


def _bad_answer(message: Message, seen: Seen, asking: str, words: int) -> Heard | None:
    """A short message that is meant as an answer but cannot be one."""
    if not asking or words > _FEW_WORDS or seen.act in _OTHER_TALK or "?" in message.text:
        return None
    if (
        seen.act in {Act.ENQUIRY, Act.REPORT}
        and seen.confidence >= _SURE
        and not any(c.isdigit() for c in message.text)
    ):
        return None
    if asking != "name" and not any(c.isdigit() for c in message.text):
        return Heard(message, "given", ("nothing",))
    return _taken(message, "thông tin chưa đúng", f"bad_{asking}")


def _wrong_number(message: Message, seen: Seen, words: int) -> Heard | None:
    """A number alone that has no length of an insurance number: somebody missed or doubled a digit."""
    if _TAX.search(fold(message.text)):
        return None
    strange = [n for n in identifiers.numbers(message.text) if not n.kind]
    if len(strange) == 1 and words <= 4 and 9 <= len(strange[0].value) <= 18 and seen.act != Act.REPORT:
        return _taken(message, "dãy số chưa đúng", "bad_number")
    return None
