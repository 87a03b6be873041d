"""Which of the known questions a message asks, if any: `KnownQuestions.find`.

Each known question comes in several wordings. A message is compared with each of them by the words they share,
weighed by how rare the words are (TF-IDF, cosine), and by the triples of letters they share, which forgives typing
errors and missing marks. All comparing is done without marks and with one word for each of the usual abbreviations.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from desk.language.normalize import clean, fold, sentences

# Tuned on the labelled questions, see training/answers.py.
THRESHOLD = 0.42
MARGIN = 0.05
"""By how much the best entry must lead the next; two that are nearly as like are not told apart."""
NEAR = 0.3
"""From here on a question is near enough to ask "did you mean this?"."""
_TOPIC = 0.06
"""What it counts that the classifier finds one of the entry's topics in the message."""
_LETTERS = 0.5
"""Share of the letters in the likeness; the rest is for the words."""
_SENTENCE_MIN_WORDS = 4

_WORD = re.compile(r"[a-z0-9]+")
_SAME = tuple(
    (re.compile(rf"\b(?:{many})\b"), one)
    for one, many in {
        "bhyt": "bao hiem y te|bao hiem yte|the bao hiem y te|health insurance",
        "bhxh": "bao hiem xa hoi|bao hiem xh|social insurance",
        "bhtn": "bao hiem that nghiep|that nghiep|unemployment",
        "gplx": "giay phep lai xe|bang lai xe|bang lai|driving licence|driving license|licence|license",
        "cccd": "can cuoc cong dan|the can cuoc|can cuoc|cmnd|cmt|chung minh thu|chung minh nhan dan|so dinh danh"
        "|id number|id card",
        "xemay": "xe mo to|mo to|xe gan may|xe may|motorcycle|motorbike",
        "oto": "xe o to|o to|xe hoi|xe con|cars?",
        "baonhieu": "bao nhieu tien|het bao nhieu|bao nhieu|may tien|may trieu|may nghin|muc phat|how much",
        "baolau": "bao lau|may ngay|may thang|bao gio|khi nao|how long|when",
        "odau": "o dau|cho nao|dia diem nao|dau|where",
        "lamlai": "lam lai|cap lai|xin lai|cap doi|doi lai",
        "benhvien": "benh vien|bv|hospital",
        "kcb": "kham chua benh|kham benh|kham bhyt|di kham|kham",
        "motlan": "mot lan|1 lan|lump sum",
        "tunguyen": "tu nguyen|voluntary",
        "dungdo": "dung do|dau xe|do xe|dung xe|parking",
        "tracuu": "tra cuu|kiem tra|check|xem",
        "dangnhap": "dang nhap|vao duoc|login|log in|sign in",
        "thaisan": "thai san|sinh con|nghi de|de con|sinh de|maternity|nghi sinh",
        "luonghuu": "luong huu|huu tri|nghi huu|ve huu|tien huu|pension",
        "hong": "hong|hu|vo|gay|chay bong|broken",
        "baoai": "bao ai|goi ai|goi so nao|bao o dau|lien he ai|phan anh o dau",
        "sodienthoai": "so dien thoai|hotline|duong day nong|tong dai|phone number|phone",
        "online": "online|qua mang|truc tuyen|tren mang",
        "phat": "bi phat|xu phat|phat|fine",
        "giayto": "giay to gi|giay to|ho so gom|can ho so|ho so can|thu tuc|can nhung gi|mau don",
        "dieukien": "dieu kien|co duoc|du dieu kien|duoc chua|duoc khong|duoc ko",
        "tru": "bi tru|tru",
        "chitra": "chi tra|thanh toan|tra tien|hoan lai|hoan tien",
        "hopdong": "hop dong",
        "thuviec": "thu viec",
        "thubay": "thu bay|thu 7|t7|chu nhat|cuoi tuan",
    }.items()
)
# What a question is wrapped in; it says nothing about the matter.
_EMPTY = frozenset(
    """
    a ah ak da vang oi e em anh chi minh toi tui to ban ad admin shop co chu bac ong ba con chau cho hoi xin
    giup ho gium voi nhe nha nhi thi la ma cai nay kia do day vay ay duoc khong ko co can muon dinh dang se da
    roi lai cung nua luon thoi nhu the nao sao gi nhung cac mot nguoi hay va o tai ve cua theo tu den trong
    khi neu biet phai lam hien nay bay gio hom truoc sau viec truong hop ben thong tin huong dan cam on
    the a an of to in on is are do does did my me i can could you please how what for from with by it at if or and
    have has get got be we our your s am this that there
    """.split()
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A known question like the message; `score` from 0 to about 1, `question` the wording that is nearest."""

    id: str
    score: float
    question: str


def sure(hits: Sequence[Hit], threshold: float = THRESHOLD, margin: float = MARGIN) -> bool:
    """Whether the best of some hits is the answer: near enough, and clearly nearer than the next."""
    lead = hits[0].score - (hits[1].score if len(hits) > 1 else 0.0) if hits else 0.0
    return bool(hits) and hits[0].score >= threshold and lead >= margin


class KnownQuestions:
    """Known questions by id, in several wordings, and the topics that each belongs to."""

    def __init__(
        self, wordings: Mapping[str, Sequence[str]], topics: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._topics = {name: frozenset(found) for name, found in (topics or {}).items()}
        self._known = [(name, wording) for name, wordings_ in wordings.items() for wording in wordings_]
        owners = [name for name, _ in self._known]
        self._views = [
            _View([_words(wording) for _, wording in self._known], owners, 1 - _LETTERS),
            _View([_letters(wording) for _, wording in self._known], owners, _LETTERS),
        ]

    def find(self, text: str, topics: Iterable[str] = (), limit: int = 3) -> list[Hit]:
        """The questions most like a message, best first; `topics` are the classes that the message belongs to.

        Also a single sentence of a longer message counts. Only what is `sure` is an answer.
        """
        if not self._known:
            return []
        parts = [text, *_longer_sentences(text)]
        topics = frozenset(topics)
        best: dict[str, Hit] = {}
        for part in parts:
            for number, likeness in self._likenesses(part).items():
                name, wording = self._known[number]
                score = likeness + _TOPIC * bool(topics & self._topics.get(name, frozenset()))
                if name not in best or score > best[name].score:
                    best[name] = Hit(name, round(score, 4), wording)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:limit]

    def _likenesses(self, text: str) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        for view, terms in zip(self._views, (_words(text), _letters(text)), strict=True):
            view.add(terms, found)
        return found


class _View:
    """One way of looking at texts: which terms they hold, weighed by how few owners use a term."""

    def __init__(self, texts: Sequence[frozenset[str]], owners: Sequence[str], share: float) -> None:
        self._share = share
        count = len(set(owners))
        uses = {(owner, term) for owner, terms in zip(owners, texts, strict=True) for term in terms}
        self._idf = {t: math.log(1 + count / n) for t, n in Counter(term for _, term in uses).items()}
        self._unheard = math.log(1 + count)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, terms in enumerate(texts):
            norm = math.sqrt(sum(self._idf[t] ** 2 for t in terms)) or 1.0
            for term in terms:
                self._postings[term].append((number, self._idf[term] / norm))

    def add(self, terms: frozenset[str], to: dict[int, float]) -> None:
        """Add the likeness of each text, in this view's share, to what is known of it."""
        weights = {term: self._idf.get(term, self._unheard) for term in terms}
        norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        for term, weight in weights.items():
            for number, held in self._postings.get(term, ()):
                to[number] += self._share * weight / norm * held


@lru_cache(maxsize=256)
def _matter(text: str) -> tuple[str, ...]:
    """The words that say what a text is about, in one spelling."""
    said = fold(clean(text).lower())
    for pattern, one in _SAME:
        said = pattern.sub(one, said)
    return tuple(word for word in _WORD.findall(said) if word not in _EMPTY)


def _words(text: str) -> frozenset[str]:
    matter = _matter(text)
    return frozenset((*matter, *map(" ".join, pairwise(matter))))


def _letters(text: str) -> frozenset[str]:
    said = f" {' '.join(_matter(text))} "
    return frozenset(said[n : n + 3] for n in range(len(said) - 2))


def _longer_sentences(text: str) -> list[str]:
    found = [text[start:end] for start, end in sentences(text)]
    return [one for one in found if len(one.split()) >= _SENTENCE_MIN_WORDS] if len(found) > 1 else []
