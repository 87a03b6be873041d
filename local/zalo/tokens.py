"""OAuth tokens of OAs: access tokens of 25 hours, refresh tokens that serve once."""

import hashlib
import hmac
from typing import Any

from local.zalo.clock import Clock
from local.zalo.config import Agency
from local.zalo.ids import token
from local.zalo.store import Document, Store

ACCESS_S = 25 * 3600
REFRESH_S = 90 * 24 * 3600
CODE_S = 600


class Tokens:
    """One living pair per OA: issuing a new one ends the old access token and all older refresh tokens."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def issue(self, agency: Agency, *, access: str = "", refresh: str = "") -> Document:
        """A new pair. Given values are for a pair that was agreed before the start."""
        self.revoke(agency)
        now = self._clock.now()
        pair = {"access_token": access or token(), "refresh_token": refresh or token()}
        for kind, value, life in (
            ("access", pair["access_token"], ACCESS_S),
            ("refresh", pair["refresh_token"], REFRESH_S),
        ):
            self._store.put(
                f"{kind}_token",
                value,
                {"value": value, "agency": agency.key, "expires_at": now + life, "dead": False},
            )
        return pair

    def revoke(self, agency: Agency) -> None:
        """End every token of an OA (its administrator cancelled the grant)."""
        for kind in ("access_token", "refresh_token"):
            for value, known in self._store.all(kind).items():
                if known["agency"] == agency.key and not known["dead"]:
                    self._store.put(kind, value, known | {"dead": True})

    def access(self, value: str) -> Document | None:
        """What is known about an access token, dead ones too."""
        return self._store.get("access_token", value)

    def spend(self, value: str, agency_keys: set[str]) -> str | None:
        """Use up a refresh token of one of these OAs: the OA, or None if it is unknown, spent or too old."""
        known = self._store.get("refresh_token", value)
        if known is None or known["dead"] or known["agency"] not in agency_keys:
            return None
        if known["expires_at"] <= self._clock.now():
            return None
        self._store.put("refresh_token", value, known | {"dead": True})
        return str(known["agency"])

    def code(self, agency: Agency, challenge: str) -> str:
        """An authorisation code; it serves once within ten minutes."""
        value = token()
        known: dict[str, Any] = {"agency": agency.key, "challenge": challenge}
        self._store.put("code", value, known | {"expires_at": self._clock.now() + CODE_S})
        return value

    def redeem(self, code: str) -> Document | None:
        """Use up a code."""
        known = self._store.get("code", code)
        self._store.delete("code", code)
        return known if known and known["expires_at"] > self._clock.now() else None

    @staticmethod
    def proof(access_token: str, agency: Agency) -> str:
        """The `appsecret_proof` that belongs to a token."""
        return hmac.new(agency.app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
