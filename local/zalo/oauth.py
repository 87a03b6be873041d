"""OAuth v4 for OAs: the consent page, the exchange of a code, and refreshing.

Errors are HTTP 200 with `error` (-14xxx), `error_name`, `error_reason`, `error_description` and `ref_doc`.
The numbers for a bad secret and a bad code are assumed; the others are documented or were seen.
"""

import base64
import hashlib
from html import escape
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.zalo.config import Agency, Config
from local.zalo.gate import Gate
from local.zalo.tokens import ACCESS_S, REFRESH_S, Tokens

NAMES = {
    -14002: "Invalid app id",
    -14003: "Invalid redirect uri",
    -14004: "Invalid secret key",
    -14012: "Invalid authorization code",
    -14014: "Invalid refresh token",
    -118: "Invalid grant type",
}
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Cấp quyền</title>
<meta name="viewport" content="width=device-width"><style>
body{{font:16px/1.5 system-ui;max-width:26rem;margin:4rem auto;padding:0 1rem;color:#14202b}}
button{{font:inherit;width:100%;margin:.3rem 0;padding:.7rem;border:0;border-radius:.7rem;background:#0b63ce;
color:#fff;cursor:pointer}}small{{color:#51606f}}</style>
<h1>Cấp quyền cho ứng dụng</h1><p>Ứng dụng <b>{app_id}</b> muốn quản lý Official Account của bạn.
Chọn OA để cấp quyền:</p><form method="post">{choices}</form>
<small>Trang mô phỏng trên máy của bạn.</small></html>"""


def routes(config: Config, gate: Gate, tokens: Tokens) -> list[Route]:
    """The endpoints of oauth.zaloapp.com."""

    async def ask(request: Request, call: dict[str, Any]) -> Response:
        """The page on which the OA's administrator agrees."""
        app_id = request.query_params.get("app_id", "")
        agencies = config.of_app(app_id)
        if not agencies:
            return _error(-14002)
        if not _known_callback(agencies, request.query_params.get("redirect_uri", "")):
            return _error(-14003)
        choices = "".join(
            f'<button name="oa_id" value="{escape(agency.oa_id)}">{escape(agency.name)}</button>'
            for agency in agencies
        )
        return HTMLResponse(PAGE.format(app_id=escape(app_id), choices=choices))

    async def agree(request: Request, call: dict[str, Any]) -> Response:
        """Agreed: back to the desk with a code."""
        query, chosen = request.query_params, (await request.form()).get("oa_id")
        agency = next((a for a in config.of_app(query.get("app_id", "")) if a.oa_id == chosen), None)
        if agency is None:
            return _error(-14002)
        back = query.get("redirect_uri", "")
        if not _known_callback([agency], back):
            return _error(-14003)
        call["agency"] = agency.key
        answer = {"code": tokens.code(agency, query.get("code_challenge", "")), "oa_id": agency.oa_id}
        if "state" in query:
            answer["state"] = query["state"]
        return RedirectResponse(back + ("&" if "?" in back else "?") + urlencode(answer), 302)

    async def access_token(request: Request, call: dict[str, Any]) -> Response:
        """A code or a refresh token becomes a new pair."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        agencies = config.of_app(form.get("app_id", ""))
        if not agencies:
            return _error(-14002)
        secret = request.headers.get("secret_key", "")
        agencies = [agency for agency in agencies if agency.app_secret == secret]
        if not agencies:
            return _error(-14004)
        keys = {agency.key for agency in agencies}
        match form.get("grant_type"):
            case "authorization_code":
                granted = tokens.redeem(form.get("code", ""))
                if granted is None or granted["agency"] not in keys or not _proven(granted, form):
                    return _error(-14012)
                key = granted["agency"]
            case "refresh_token":
                key = tokens.spend(form.get("refresh_token", ""), keys)
                if key is None:
                    return _error(-14014)
            case _:
                return _error(-118)
        call["agency"] = key
        pair = tokens.issue(config.agencies[key])
        return SecretResponse(
            pair | {"expires_in": str(ACCESS_S), "refresh_token_expires_in": str(REFRESH_S)}
        )

    return [
        gate.logged("/v4/oa/permission", "GET", ask, error_body),
        gate.logged("/v4/oa/permission", "POST", agree, error_body),
        gate.logged("/v4/oa/access_token", "POST", access_token, error_body),
    ]


class SecretResponse(Response):
    """JSON that the log of calls does not copy."""

    media_type = "application/json"

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(JSONResponse(content).body)


def challenge_of(verifier: str) -> str:
    """The PKCE challenge: base64url of the raw SHA-256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def error_body(code: int) -> dict[str, Any]:
    """An error of the token endpoint."""
    name = NAMES.get(code, "Unknown error")
    return {
        "error_name": name,
        "error_reason": f"{name}.",
        "ref_doc": "https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung",
        "error_description": f"{name}.",
        "error": code,
    }


def _error(code: int) -> JSONResponse:
    return JSONResponse(error_body(code))


def _known_callback(agencies: list[Agency], callback: str) -> bool:
    """A callback is fixed in the console; where the configuration names none, any will do."""
    return all(agency.callback_url in ("", callback) for agency in agencies)


def _proven(granted: dict[str, Any], form: dict[str, str]) -> bool:
    """Without a challenge in the consent address there is nothing to prove."""
    challenge = granted["challenge"]
    return not challenge or challenge == challenge_of(form.get("code_verifier", ""))
