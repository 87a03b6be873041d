"""Tokens of the OAs: who may refresh, when, and what happens when it goes wrong.

A refresh token works once, so losing its answer loses the OA. Therefore one lease holder at a time refreshes;
it reads the tokens again under the lease, notes `refresh_started_at` before the one call, saves the new pair
before anybody uses it, and reads once more before it believes that the grant is dead. Readers use the current
access token; the one that is refused looks for a newer pair, then asks for a refresh.

The pair lives in Secrets Manager (`<prefix>/tokens/<agency>`); the table `tokens` holds lease and state.
docs/decisions/0008-token-refresh.md says why.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Conflict
from desk.logs import count, log, warn
from desk.storage.secrets import Secrets
from desk.storage.table import Item, Table
from desk.zalo import oauth
from desk.zalo.api import Access
from desk.zalo.errors import Action, NoAnswer, ReconnectNeeded, Rule, ZaloError
from desk.zalo.oauth import App, TokenPair

EARLY = timedelta(hours=5)  # refresh when less is left: at 20 h of the access token's 25
LEASE_S = 90  # longer than the call (3 + 10 s) and the most stubborn saving (20 s and a last try) together
SAVE_FOR_S = 20.0
WAIT_S = 15.0  # how long others wait for the lease holder
POLL_S = 0.25
REFUSED = timedelta(seconds=5)  # a pair that Zalo refuses straight away is not mended by another one
UNSAVED = timedelta(minutes=10)  # how long a process that could not save a pair may take to do so

_unsaved: dict[tuple[str, str], "Stored"] = {}


@dataclass(frozen=True, slots=True)
class Stored:
    """A token pair and its place in the sequence of pairs."""

    pair: TokenPair
    version: int


@dataclass(slots=True)
class Tokens:
    """The tokens of all OAs, for one invocation. `clock` gives aware datetimes."""

    table: Table
    secrets: Secrets
    http: httpx.Client
    oauth_url: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    def use[T](self, agency: str, call: Callable[[Access], T]) -> T:
        """Make a call with the OA's access token, and once more with a newer one if Zalo refuses it.

        Raises what `call` raises, and ReconnectNeeded or another ZaloError when no newer token is to be had.
        """
        stored = self.current(agency)
        try:
            return call(self._access(agency, stored))
        except ZaloError as error:
            if error.action is not Action.REFRESH_TOKEN:
                raise
        return call(self._access(agency, self.newer(agency, stored.version)))

    def current(self, agency: str, *, fresh: bool = False) -> Stored:
        """The pair in use. Raises ReconnectNeeded when the OA was never connected."""
        unsaved = _unsaved.get(self._slot(agency))
        value = self.secrets.read(f"tokens/{agency}", fresh=fresh or unsaved is not None) or {}
        if unsaved and unsaved.version > int(value.get("version", 0)):
            if self._save(agency, unsaved):
                del _unsaved[self._slot(agency)]
            return unsaved
        if not value.get("access_token"):
            raise ReconnectNeeded(0)
        until = value.get("expires_at")
        expires_at = datetime.fromisoformat(until) if until else self.clock() + oauth.LIFETIME
        pair = TokenPair(value["access_token"], value.get("refresh_token", ""), expires_at)
        return Stored(pair, int(value.get("version", 1)))

    def newer(self, agency: str, seen: int) -> Stored:
        """A pair newer than version `seen`: somebody else's, or by a refresh. One refresh at a time.

        Raises ReconnectNeeded, or a ZaloError with action LATER or HUMAN; never NoAnswer.
        """
        owner = uuid.uuid4().hex
        give_up = time.monotonic() + WAIT_S
        while True:
            state = self._state(agency)
            stored = self.current(agency, fresh=True)
            if stored.version > seen:
                return stored
            if state.get("state") == "reconnect_needed":
                raise ReconnectNeeded
            self._check_age(state, stored)
            if leased := self._lease(agency, owner, state):
                return self._refresh(agency, owner, seen, leased)
            if time.monotonic() > give_up:
                raise _later("refresh_in_progress")
            self.sleep(POLL_S)

    def refresh_early(self, agency: str) -> str:
        """Refresh when the access token nears its end; for the schedule. Returns what was found or done:
        absent, fresh, refreshed, failed, reconnect_needed (which it counts again, to keep the alarm up)."""
        if not self.secrets.read(f"tokens/{agency}", fresh=True):
            return "absent"
        stored = self.current(agency, fresh=True)
        if self._state(agency).get("state") == "reconnect_needed":
            count("OaReconnectNeeded")
            return "reconnect_needed"
        if stored.pair.expires_at - self.clock() > EARLY:
            return "fresh"
        try:
            self.newer(agency, stored.version)
        except ReconnectNeeded:
            return "reconnect_needed"
        except ZaloError as error:
            warn("token refresh failed", agency=agency, reason=error.reason)
            return "failed"
        return "refreshed"

    def connect(self, agency: str, pair: TokenPair) -> None:
        """Keep the pair that a new consent gave, over whatever was there.

        Raises ZaloError with action LATER when a refresh under way does not end in time.
        """
        owner = uuid.uuid4().hex
        give_up = time.monotonic() + WAIT_S
        while not self._lease(agency, owner, state := self._state(agency)):
            if time.monotonic() > give_up:
                raise _later("refresh_in_progress")
            self.sleep(POLL_S)
        known = (self.secrets.read(f"tokens/{agency}", fresh=True) or {}).get("version", 0)
        version = max(int(known), int(state.get("version", 0))) + 1
        self._keep(agency, owner, Stored(pair, version))

    def mark_revoked(self, agency: str, at: datetime) -> None:
        """Zalo says that the grant was withdrawn at `at`; a consent newer than that stands."""
        try:
            self.table.update(
                _key(agency),
                {"state": "reconnect_needed", "last_error": "permission_revoked"},
                condition="attribute_not_exists(refreshed_at) OR refreshed_at < :at",
                bound={":at": at.astimezone(UTC).isoformat()},
            )
        except Conflict:
            return
        self._alarm(agency, "permission_revoked")

    def connection(self, agency: str) -> Item:
        """What staff see: state (absent, connected, reconnect_needed), version, expires_at, refreshed_at,
        last_error. No token."""
        state = self._state(agency)
        shown = ("state", "version", "expires_at", "refreshed_at", "refresh_started_at", "last_error")
        known = {k: state[k] for k in shown if k in state}
        has_pair = bool(self.secrets.read(f"tokens/{agency}"))
        return {"state": "connected" if has_pair else "absent"} | known

    def _refresh(self, agency: str, owner: str, seen: int, leased: Item) -> Stored:
        """Under the lease. Every way out either drops the lease or lets it run out on purpose."""
        stored = self.current(agency, fresh=True)
        if stored.version > seen:  # a holder that saved and died before it said so
            self._settle(agency, owner, stored)
            return stored
        if leased.get("refresh_started_at"):
            # An earlier refresh died or was not answered, so the token may be spent. Asking once more loses
            # nothing: if it is spent, its successor is lost already, and Zalo's answer settles which it is.
            warn("token refresh after one that did not end", agency=agency)
        self._change(agency, owner, {"refresh_started_at": self.clock().isoformat()})
        try:
            pair = oauth.refresh(
                self.http, self.oauth_url, self._app(agency), stored.pair.refresh_token, self.clock()
            )
        except ReconnectNeeded as error:
            return self._despair(agency, owner, stored, error)
        except NoAnswer as error:
            # The lease runs out by itself: nobody asks again for a while.
            self._change(agency, owner, {"last_error": error.reason})
            count("OaRefreshUnanswered")
            raise _later("refresh_unanswered") from error
        except ZaloError as error:
            self._change(
                agency, owner, {"refresh_started_at": None, "last_error": error.reason} | _DROP_LEASE
            )
            if error.action is Action.HUMAN:
                raise
            raise _later(error.reason) from error
        fresh = Stored(pair, stored.version + 1)
        self._keep(agency, owner, fresh)
        log("tokens refreshed", agency=agency, version=fresh.version)
        return fresh

    def _despair(self, agency: str, owner: str, stored: Stored, error: ReconnectNeeded) -> Stored:
        """Zalo calls the refresh token dead: because somebody else used it, or for good?"""
        again = self.current(agency, fresh=True)
        if again.version > stored.version:
            self._settle(agency, owner, again)
            return again
        self._change(
            agency, owner, {"state": "reconnect_needed", "last_error": f"oauth {error.code}"} | _DROP_LEASE
        )
        self._alarm(agency, error.reason)
        raise error

    def _keep(self, agency: str, owner: str, stored: Stored) -> None:
        """Save a pair that exists nowhere else, stubbornly; if that fails keep it in memory and alarm."""
        started = time.monotonic()
        pause = 0.2
        while not self._save(agency, stored):
            if time.monotonic() - started > SAVE_FOR_S:
                _unsaved[self._slot(agency)] = stored
                count("OaTokensNotSaved")
                warn("tokens not saved; kept in memory", agency=agency, version=stored.version)
                break
            self.sleep(pause)
            pause = min(pause * 2, 4.0)
        self._settle(agency, owner, stored)

    def _save(self, agency: str, stored: Stored) -> bool:
        value = {
            "access_token": stored.pair.access_token,
            "refresh_token": stored.pair.refresh_token,
            "expires_at": stored.pair.expires_at.isoformat(),
            "version": stored.version,
        }
        try:
            self.secrets.write(f"tokens/{agency}", value)
        except (BotoCoreError, ClientError) as error:
            warn("tokens not saved", agency=agency, error=type(error).__name__)
            return False
        return True

    def _settle(self, agency: str, owner: str, stored: Stored) -> None:
        """Say in the table which pair is in use, and drop the lease."""
        values = {
            "version": stored.version,
            "state": "connected",
            "expires_at": stored.pair.expires_at.isoformat(),
            "refreshed_at": self.clock().astimezone(UTC).isoformat(),
            "refresh_started_at": None,
            "last_error": None,
        }
        self._change(agency, owner, values | _DROP_LEASE)

    def _lease(self, agency: str, owner: str, state: Item) -> Item | None:
        """Take the lease if it is free and the state is still the one that was read; None if not."""
        now = int(self.clock().timestamp())
        free = "(attribute_not_exists(lease_until) OR lease_until < :now)"
        bound: dict[str, Any] = {":now": now}
        if "version" in state:
            same, bound[":seen"] = "version = :seen", state["version"]
        else:
            same = "attribute_not_exists(version)"
        try:
            return self.table.update(
                _key(agency),
                {"lease_owner": owner, "lease_until": now + LEASE_S},
                condition=f"{free} AND {same}",
                bound=bound,
            )
        except Conflict:
            return None

    def _change(self, agency: str, owner: str, values: Item) -> Item:
        """Write as lease holder. Raises a LATER error when the lease was lost meanwhile."""
        try:
            return self.table.update(
                _key(agency), values, condition="lease_owner = :owner", bound={":owner": owner}
            )
        except Conflict as error:
            raise _later("lease_lost") from error

    def _state(self, agency: str) -> Item:
        return self.table.get(_key(agency)) or {}

    def _check_age(self, state: Item, stored: Stored) -> None:
        """Raise a LATER error where a refresh now could only do harm."""
        if not (since := state.get("refreshed_at")):
            return
        age = self.clock() - datetime.fromisoformat(since)
        if int(state.get("version", 0)) > stored.version and age < UNSAVED:
            raise _later("tokens_not_saved")
        if age < REFUSED:
            raise _later("token_refused")

    def _app(self, agency: str) -> App:
        known = self.secrets.credentials(agency)
        if known is None:
            raise ZaloError("oauth", 0, Rule(Action.HUMAN, "no_credentials"))
        return App(known.app_id, known.app_secret)

    def _access(self, agency: str, stored: Stored) -> Access:
        """With appsecret_proof where the agency's secret asks for it (`"appsecret_proof": true`)."""
        value = self.secrets.read(f"agency/{agency}") or {}
        token = stored.pair.access_token
        if value.get("appsecret_proof"):
            return Access.proven(token, str(value["app_secret"]))
        return Access(token)

    def _alarm(self, agency: str, reason: str) -> None:
        count("OaReconnectNeeded")
        warn("a person must connect the OA again", agency=agency, reason=reason)

    def _slot(self, agency: str) -> tuple[str, str]:
        return self.table.name, agency


_DROP_LEASE: Item = {"lease_owner": None, "lease_until": None}


def _key(agency: str) -> Item:
    return {"pk": f"OA#{agency}"}


def _later(reason: str) -> ZaloError:
    return ZaloError("oauth", 0, Rule(Action.LATER, reason, "soon"))
