"""Connecting an OA: an administrator goes to Zalo, consents, and comes back with a code for the first tokens.

The way back carries no sign-in of ours, so the `state` is what proves that we sent the browser: random,
single-use, bound to the agency and the person, gone after a quarter of an hour.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.errors import Invalid, NotFound
from desk.logs import count, log, warn
from desk.storage.secrets import Credentials, Secrets
from desk.storage.table import Item, Table, dump, load
from desk.zalo import oauth
from desk.zalo.api import Access, ZaloApi
from desk.zalo.errors import ZaloError
from desk.zalo.tokens import Tokens

STATE_LIVES = timedelta(minutes=15)
CALLBACK = "/oauth/zalo/callback"


@dataclass(frozen=True, slots=True)
class Connected:
    """An OA is connected. `by` is who began."""

    agency: str
    by: str


@dataclass(frozen=True, slots=True)
class Connector:
    """The consent flow. `public_url` is the address of the desk as people see it, without a trailing slash;
    `<public_url>/oauth/zalo/callback` must stand in Zalo's console."""

    table: Table
    secrets: Secrets
    tokens: Tokens
    api: ZaloApi
    public_url: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def start(self, agency: str, by: str) -> str:
        """The address at Zalo where the administrator `by` of an agency consents.

        Raises NotFound while the agency's Zalo credentials are not set.
        """
        known = self._credentials(agency)
        state = secrets.token_urlsafe(32)
        # Zalo's console may hold one fixed challenge; then its verifier stands in the agency's secret.
        verifier = known.code_verifier or oauth.new_verifier()
        until = self.clock() + STATE_LIVES
        item = _key(state) | {
            "agency": agency,
            "by": by,
            "verifier": verifier,
            "until": until.isoformat(),
            "ttl": int(until.timestamp()),
        }
        self.table.put_new(item)
        return oauth.permission_url(
            self.tokens.oauth_url, known.app_id, self.public_url + CALLBACK, state, verifier
        )

    def finish(self, query: Mapping[str, str]) -> Connected:
        """Take what Zalo sent the browser back with (code, oa_id, state) and store the tokens.

        Raises Invalid when the state is not ours, used or too old, when the consent failed, or when it is for
        another OA; ZaloError when Zalo does not give the tokens.
        """
        begun = self._take(query.get("state", ""))
        agency, known = begun["agency"], self._credentials(begun["agency"])
        code, oa_id = query.get("code", ""), query.get("oa_id", "")
        if not code:
            raise Invalid(
                "Zalo sent no code: the consent was not given", field="query.code", code="no_consent"
            )
        # Before the exchange: a new pair would end the one that the other OA is working with.
        if oa_id and oa_id != known.oa_id:
            raise self._other_oa(agency)
        app = oauth.App(known.app_id, known.app_secret)
        pair = oauth.exchange(
            self.tokens.http, self.tokens.oauth_url, app, code, begun["verifier"], self.clock()
        )
        if self._owner(pair.access_token) not in ("", known.oa_id):
            raise self._other_oa(agency)
        self.tokens.connect(agency, pair)
        log("oa connected", agency=agency)
        return Connected(agency, begun["by"])

    def _owner(self, access_token: str) -> str:
        """Id of the OA that a token belongs to; empty when Zalo does not say, as the address already did."""
        try:
            return str(self.api.oa(Access(access_token)).get("oaid") or "")
        except ZaloError as error:
            warn("owner of the token not confirmed", zalo_error=error.code, reason=error.reason)
            return ""

    def _other_oa(self, agency: str) -> Invalid:
        count("OaMismatch")
        warn("consent for another OA", agency=agency)
        return Invalid("the consent is for another OA", field="query.oa_id", code="other_oa")

    def _take(self, state: str) -> Item:
        """What was kept for a state, at most once."""
        answer = self.table.client.delete_item(
            TableName=self.table.name, Key=dump(_key(state)), ReturnValues="ALL_OLD"
        )
        begun = load(answer.get("Attributes", {}))
        if not begun or datetime.fromisoformat(begun["until"]) < self.clock():
            raise Invalid("the state is unknown, used or too old", field="query.state", code="bad_state")
        return begun

    def _credentials(self, agency: str) -> Credentials:
        known = self.secrets.credentials(agency, fresh=True)
        if known is None:
            raise NotFound(f"the Zalo credentials of {agency} are not set")
        return known


def _key(state: str) -> Item:
    """By its hash: whoever reads the table cannot use a state."""
    return {"pk": f"CONNECT#{hashlib.sha256(state.encode()).hexdigest()}"}
