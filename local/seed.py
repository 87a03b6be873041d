"""What a fresh local stack needs before the first message: Zalo credentials, tokens and staff of each agency."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desk import agencies
from local.config import SECRET_PREFIX, Config, random_id
from local.deploy import aws

ROLES = ("officer", "supervisor", "administrator", "auditor")
# As long as Zalo's access tokens live.
_TOKEN_LIFE = timedelta(hours=25)


def credentials(config: Config) -> dict[str, dict[str, str]]:
    """Zalo credentials by agency, invented once and kept: the simulator's world outlives a restart."""
    file = config.folder / "zalo-credentials.json"
    known: dict[str, dict[str, str]] = json.loads(file.read_text()) if file.exists() else {}
    for name in agencies.names():
        if name not in known:
            known[name] = {
                "oa_id": random_id(),
                "app_id": random_id(),
                "app_secret": secrets.token_hex(16),
                "oa_secret_key": secrets.token_hex(20),
                "access_token": secrets.token_urlsafe(48),
                "refresh_token": secrets.token_urlsafe(48),
            }
    file.write_text(json.dumps(known, indent=1))
    return known


def gateway_key(config: Config) -> tuple[str, Path]:
    """Id and file of the key that signs requests to the look-up service, invented once."""
    file = config.folder / "gateway-key"
    if not file.exists():
        file.write_text(secrets.token_hex(32))
    return "local", file


def seed(config: Config, outputs: dict[str, str], zalo: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Store the secrets, connect the OAs and make the staff; returns the `agencies` part of stack.json."""
    _store_secrets(config, outputs, zalo)
    staff = _staff(config, outputs)
    shown = ("oa_id", "app_id", "app_secret", "oa_secret_key", "access_token", "refresh_token")
    return {name: {k: zalo[name][k] for k in shown} | {"staff": staff[name]} for name in agencies.names()}


def _store_secrets(config: Config, outputs: dict[str, str], zalo: dict[str, dict[str, str]]) -> None:
    client = aws(config, "secretsmanager")
    table = aws(config, "dynamodb")
    key_id, key_file = gateway_key(config)
    signing = json.dumps({"key_id": key_id, "key": key_file.read_text()})
    client.put_secret_value(SecretId=f"{SECRET_PREFIX}/lookups/bhxh", SecretString=signing)
    for name, values in zalo.items():
        own = {k: values[k] for k in ("oa_id", "app_id", "app_secret", "oa_secret_key")}
        client.put_secret_value(SecretId=f"{SECRET_PREFIX}/agency/{name}", SecretString=json.dumps(own))
        known = table.get_item(TableName=outputs["TokensTable"], Key={"pk": {"S": f"OA#{name}"}})
        if "Item" in known:
            continue
        expires = (datetime.now(UTC) + _TOKEN_LIFE).isoformat(timespec="seconds")
        pair = {k: values[k] for k in ("access_token", "refresh_token")} | {
            "expires_at": expires,
            "version": 1,
        }
        client.create_secret(Name=f"{SECRET_PREFIX}/tokens/{name}", SecretString=json.dumps(pair))
        state = {"pk": f"OA#{name}", "state": "connected", "expires_at": expires, "agency": name}
        item = {k: {"S": v} for k, v in state.items()} | {"version": {"N": "1"}}
        table.put_item(TableName=outputs["TokensTable"], Item=item)


def _staff(config: Config, outputs: dict[str, str]) -> dict[str, dict[str, dict[str, str]]]:
    """One person for each role of each agency, signed in."""
    client = aws(config, "cognito-idp")
    pool, app = outputs["StaffPoolId"], outputs["StaffClientId"]
    file = config.folder / "staff.json"
    passwords: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    people: dict[str, dict[str, dict[str, str]]] = {}
    for name in agencies.names():
        people[name] = {}
        for role in ROLES:
            username = f"{name}.{role}"
            if username not in passwords:
                passwords[username] = f"Aa1{secrets.token_urlsafe(12)}"
            _ensure_user(client, pool, username, passwords[username])
            answer = client.admin_initiate_auth(
                UserPoolId=pool,
                ClientId=app,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": passwords[username]},
            )
            token = answer["AuthenticationResult"]["IdToken"]
            people[name][role] = {"username": username, "password": passwords[username], "token": token}
    file.write_text(json.dumps(passwords, indent=1))
    return people


def _ensure_user(client: Any, pool: str, username: str, password: str) -> None:
    try:
        client.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    except client.exceptions.UsernameExistsException:
        pass
    client.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    client.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=username)
