"""The officers of the sample data: several of an agency, each with an account of the local stack."""

import secrets
from functools import cache
from typing import Any

import httpx

from local.config import Config
from local.deploy import aws

OFFICERS = {"csgt": ("huong", "tuan", "minh"), "duytu": ("lan", "duc", "thao"), "bhxh": ("mai",)}


class Crew:
    """Signs people in and lets them use the staff API."""

    def __init__(self, config: Config, stack: dict[str, Any]) -> None:
        self._stack = stack
        self._tokens = {a: {"lead": stack["agencies"][a]["staff"]["supervisor"]["token"]} for a in OFFICERS}
        client, pool, app = aws(config, "cognito-idp"), *_pool(config)
        for agency, names in OFFICERS.items():
            for name in names:
                self._tokens[agency][name] = _sign_in(client, pool, app, agency, name)
        self.http = httpx.Client(base_url=stack["api_url"], timeout=40)

    def call(self, agency: str, who: str, method: str, path: str, **options: Any) -> Any:
        """One call of the API. Raises httpx.HTTPStatusError."""
        headers = {"Authorization": f"Bearer {self._tokens[agency][who]}"}
        answer = self.http.request(method, path, headers=headers, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def user_name(agency: str, name: str) -> str:
    """The account of an officer of the sample."""
    return f"{agency}.{name}"


@cache
def _pool(config: Config) -> tuple[str, str]:
    stacks = aws(config, "cloudformation").describe_stacks()["Stacks"]
    known = {o["OutputKey"]: o["OutputValue"] for s in stacks for o in s.get("Outputs", ())}
    return known["StaffPoolId"], known["StaffClientId"]


def _sign_in(client: Any, pool: str, app: str, agency: str, name: str) -> str:
    user, password = user_name(agency, name), f"Aa1{secrets.token_urlsafe(12)}"
    try:
        client.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS")
    except client.exceptions.UsernameExistsException:
        pass
    client.admin_set_user_password(UserPoolId=pool, Username=user, Password=password, Permanent=True)
    client.admin_add_user_to_group(UserPoolId=pool, Username=user, GroupName=f"{agency}.officer")
    answer = client.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": password},
    )
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token
