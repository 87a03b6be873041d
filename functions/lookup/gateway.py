"""The client of an agency's own look-up service. Its contract is docs/gateway.openapi.yaml.

Every request is signed (HMAC-SHA256 over method, path, time and the hash of the body); what names a person stands in
the body, never in the address. Whatever goes wrong is SourceDown: the question is kept and asked again.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

from desk.domain.clock import parse
from desk.logs import count, warn
from desk.lookups.model import Card, Contributions, FileState, FileStatus, Insured, Numbers, Proof, Span
from desk.lookups.sources import NotKnown, NotOffered, SourceDown
from desk.storage.identity import normal_phone
from desk.storage.secrets import Secrets

CONNECT_S, ANSWER_S = 3.0, 6.0
MAX_BYTES = 512 * 1024
# Statuses after which the same question may be asked once more at once: nothing was answered.
_AGAIN = {502, 503, 504}


@dataclass(slots=True)
class Breaker:
    """Stops asking a service that keeps failing: after `failures` in a row nobody asks for `pause_s` seconds."""

    failures: int = 5
    pause_s: float = 20.0
    clock: Callable[[], float] = time.monotonic
    _failed: int = field(default=0, init=False)
    _opened: float = field(default=0.0, init=False)

    def check(self) -> None:
        """Raises SourceDown while the pause lasts; then one call may try."""
        if self._failed >= self.failures and self.clock() - self._opened < self.pause_s:
            raise SourceDown("the breaker is open")

    def note(self, *, ok: bool) -> None:
        """How a call went."""
        self._failed = 0 if ok else self._failed + 1
        if not ok:
            self._opened = self.clock()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A source (desk.lookups.sources). `credentials` gives key_id and key; None while nobody has set them."""

    http: httpx.Client
    url: str
    credentials: Callable[[], dict[str, Any] | None]
    breaker: Breaker = field(default_factory=Breaker)
    clock: Callable[[], float] = time.time

    def check(self, proof: Proof) -> Insured | None:
        """Asked once only: the service may count the attempts on a person."""
        body = {"name": proof.name, "birth": proof.birth.isoformat(), "number": proof.number}
        answer = self._ask("/v1/check", body, tries=1)
        match = _read(answer, lambda a: a["match"])
        if match is None:
            return None
        return _read(
            match, lambda m: Insured(_text(m["subject"]), _text(m["name"]), normal_phone(m["phone"] or ""))
        )

    def numbers(self, subject: str) -> Numbers:
        answer = self._ask("/v1/numbers", {"subject": subject})
        return _read(
            answer, lambda a: Numbers(a.get("social") or "", _text(a["personal"]), parse(a["as_of"]))
        )

    def card(self, subject: str) -> Card:
        answer = self._ask("/v1/card", {"subject": subject})
        return _read(answer, _card)

    def contributions(self, subject: str) -> Contributions:
        answer = self._ask("/v1/contributions", {"subject": subject})
        return _read(answer, _contributions)

    def file_status(self, code: str) -> FileStatus:
        answer = self._ask("/v1/file", {"code": code})
        return _read(answer, lambda a: _file(code, a))

    def _ask(self, path: str, body: dict[str, Any], *, tries: int = 2) -> dict[str, Any]:
        """POST, because what names a person does not belong into an address. All but `check` change nothing,
        and are asked twice when the first answer was none."""
        self.breaker.check()
        try:
            answer = self._exchange(path, body, tries)
        except SourceDown:
            self.breaker.note(ok=False)
            raise
        self.breaker.note(ok=True)
        if answer.status_code == 404:
            raise NotKnown("the service knows no such thing")
        if answer.status_code == 501:
            raise NotOffered("the service does not offer this")
        found: dict[str, Any] = _read(answer, lambda a: dict(a.json()))
        return found

    def _exchange(self, path: str, body: dict[str, Any], tries: int) -> httpx.Response:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        reason = "unreachable"
        for _ in range(tries):
            try:
                answer = self.http.post(
                    self.url + path, content=content, headers=self._headers(path, content)
                )
            except httpx.HTTPError as error:
                reason = type(error).__name__
                continue
            if answer.status_code in {200, 404, 501} and len(answer.content) <= MAX_BYTES:
                return answer
            reason = str(answer.status_code)
            if answer.status_code in {401, 403}:
                count("GatewayRefused")
            if answer.status_code not in _AGAIN:
                break
        warn("gateway failed", route=path, reason=reason)
        raise SourceDown("the service does not answer")

    def _headers(self, path: str, content: bytes) -> dict[str, str]:
        secret = self.credentials()
        if not secret or not secret.get("key"):
            raise SourceDown("the service's key is not set")
        at = str(int(self.clock()))
        return {
            "Content-Type": "application/json",
            "X-Key-Id": str(secret.get("key_id", "")),
            "X-Timestamp": at,
            "X-Signature": signature(str(secret["key"]), "POST", path, at, content),
        }


def signature(key: str, method: str, path: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over method, path, seconds since 1970 and the body's SHA-256, each on a line."""
    text = "\n".join((method, path, timestamp, hashlib.sha256(body).hexdigest()))
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256).hex()


def gateway(url: str, secrets: Secrets, agency: str) -> Gateway:
    """The client of an agency. Its key is the secret `lookups/<agency>`: {"key_id", "key"}."""
    http = httpx.Client(
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S), trust_env=False, follow_redirects=False
    )
    return Gateway(http, url.rstrip("/"), lambda: secrets.read(f"lookups/{agency}"))


def _read[A, T](answer: A, make: Callable[[A], T]) -> T:
    """What an answer says. One that does not follow the contract is as good as none."""
    try:
        return make(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        count("GatewayContractBroken")
        raise SourceDown("the answer does not follow the contract") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _card(answer: dict[str, Any]) -> Card:
    five = answer.get("five_years_on")
    return Card(
        valid_from=date.fromisoformat(answer["valid_from"]),
        valid_to=date.fromisoformat(answer["valid_to"]),
        facility_code=answer["facility"]["code"],
        facility_name=answer["facility"]["name"],
        five_years_on=date.fromisoformat(five) if five else None,
        as_of=parse(answer["as_of"]),
    )


def _contributions(answer: dict[str, Any]) -> Contributions:
    spans = [Span(_month(s["first"]), _month(s["last"]), s.get("employer") or "") for s in answer["spans"]]
    if any(s.last < s.first for s in spans):
        raise ValueError("a span ends before it begins")
    return Contributions(tuple(spans), parse(answer["as_of"]))


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _file(code: str, answer: dict[str, Any]) -> FileStatus:
    due = answer.get("due")
    return FileStatus(
        code=code,
        procedure=_text(answer["procedure"]),
        state=FileState(answer["state"]),
        since=date.fromisoformat(answer["since"]),
        due=date.fromisoformat(due) if due else None,
        subject=_text(answer["subject"]),
        as_of=parse(answer["as_of"]),
    )
