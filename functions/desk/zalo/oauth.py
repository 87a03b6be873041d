"""OAuth v4 of a Zalo Official Account: consent address, PKCE, code exchange and refresh.

Sources: Zalo's Java and PHP SDKs (PKCEUtil, OAuth2Client, GetAccessTokenByRefreshToken).
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from desk.zalo.errors import NoAnswer, ReconnectNeeded, ZaloError, classify
from desk.zalo.transport import call, error_code

LIFETIME = timedelta(seconds=90_000)  # 25 h, when the answer does not say
TOKEN_CALL_S = 10.0


@dataclass(frozen=True, slots=True)
class App:
    """The Zalo app through which an OA is reached. `secret` is the app's, not the OA's webhook key."""

    app_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token (25 h) and the single-use refresh token (3 months) that came with it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


def new_verifier() -> str:
    """A fresh PKCE verifier of 43 characters.

    Its challenge has neither "-" nor "_": Zalo's pages and its SDKs disagree on the base64 alphabet, and
    without these two characters both readings agree.
    """
    while True:
        verifier = secrets.token_urlsafe(32)
        if not set(challenge(verifier)) & {"-", "_"}:
            return verifier


def challenge(verifier: str) -> str:
    """The PKCE challenge: SHA-256 in base64url without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def permission_url(base: str, app_id: str, redirect_uri: str, state: str, verifier: str) -> str:
    """Where an administrator of the OA consents. Zalo answers at `redirect_uri` with code, oa_id, state."""
    query = {
        "app_id": app_id,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge(verifier),
        "state": state,
    }
    return f"{base}/v4/oa/permission?{urlencode(query)}"


def exchange(http: httpx.Client, base: str, app: App, code: str, verifier: str, now: datetime) -> TokenPair:
    """Turn a consent code (10 min, once) into a token pair. Raises ZaloError."""
    form = {"grant_type": "authorization_code", "app_id": app.app_id, "code": code, "code_verifier": verifier}
    return _tokens(http, base, app, form, now)


def refresh(http: httpx.Client, base: str, app: App, refresh_token: str, now: datetime) -> TokenPair:
    """Spend a refresh token for a new pair: one request, never repeated from here.

    The old access token dies with it. Raises ReconnectNeeded when the token is spent or withdrawn,
    NoAnswer when it may be spent, other ZaloErrors when it is not.
    """
    form = {"grant_type": "refresh_token", "app_id": app.app_id, "refresh_token": refresh_token}
    return _tokens(http, base, app, form, now)


def _tokens(http: httpx.Client, base: str, app: App, form: dict[str, str], now: datetime) -> TokenPair:
    answer = call(
        http,
        "oauth",
        "POST",
        f"{base}/v4/oa/access_token",
        acts=True,
        limit_s=TOKEN_CALL_S,
        data=form,
        headers={"secret_key": app.secret},
    )
    access, refreshed = answer.get("access_token"), answer.get("refresh_token")
    # Errors also come with HTTP 200 and without a number: only both tokens together are success.
    if isinstance(access, str) and isinstance(refreshed, str) and access and refreshed:
        return TokenPair(access, refreshed, now + _lifetime(answer.get("expires_in")))
    if access or refreshed:  # half an answer: the old pair is spent, or is not
        raise NoAnswer("oauth", "incomplete")
    code = error_code(answer)
    named = "refresh token" in str(answer.get("error_name", "")).lower()
    if classify("oauth", code).reason == "grant_dead" or (named and not code):
        raise ReconnectNeeded(code)
    raise ZaloError("oauth", code)


def _lifetime(expires_in: Any) -> timedelta:
    try:
        seconds = int(expires_in)
    except (TypeError, ValueError):
        return LIFETIME
    return timedelta(seconds=seconds) if seconds > 0 else LIFETIME
