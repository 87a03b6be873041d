"""Secrets Manager: credentials of the OAs and the key of the pseudonyms, cached for a few minutes.

A rotation is seen within the cache's age; a caller that fails with a secret asks again with `fresh=True`.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from desk.errors import Unavailable

CACHE_S = 300.0
REFRESH_S = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What one agency's OA needs to talk to Zalo. `oa_secret_key` signs webhooks, `app_secret` is for OAuth."""

    agency: str
    oa_id: str
    app_id: str
    app_secret: str
    oa_secret_key: str
    oa_secret_key_previous: str
    code_verifier: str


class Secrets:
    """Secrets under one prefix, such as `langnghe/prod`. `client` is a boto3 Secrets Manager client."""

    def __init__(self, client: Any, prefix: str, *, clock: Any = time.monotonic) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._cache: dict[str, tuple[float, dict[str, Any] | None]] = {}
        self._refreshed = -REFRESH_S

    def may_refresh(self) -> bool:
        """True at most once in ten seconds: bad signatures must not become calls to Secrets Manager."""
        now = self._clock()
        if now - self._refreshed < REFRESH_S:
            return False
        self._refreshed = now
        return True

    def read(self, name: str, *, fresh: bool = False) -> dict[str, Any] | None:
        """The JSON value of `<prefix>/<name>`, None when there is no such secret."""
        known = self._cache.get(name)
        if known and not fresh and self._clock() - known[0] < CACHE_S:
            return known[1]
        try:
            answer = self._client.get_secret_value(SecretId=f"{self._prefix}/{name}")
            value: dict[str, Any] | None = json.loads(answer["SecretString"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            value = None
        self._cache[name] = (self._clock(), value)
        return value

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Store a JSON value, making the secret when it is the first."""
        body = json.dumps(value)
        try:
            self._client.put_secret_value(SecretId=f"{self._prefix}/{name}", SecretString=body)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._client.create_secret(Name=f"{self._prefix}/{name}", SecretString=body)
        self._cache[name] = (self._clock(), value)

    def pseudonym_key(self) -> str:
        """The key that names citizens inside the desk. Raises Unavailable until it has been set."""
        key = (self.read("desk") or {}).get("pseudonym_key")
        if not key:
            raise Unavailable("the key of the pseudonyms is not set")
        return str(key)

    def credentials(self, agency: str, *, fresh: bool = False) -> Credentials | None:
        """An agency's Zalo credentials; None until an operator has set them."""
        value = self.read(f"agency/{agency}", fresh=fresh)
        if not value or not value.get("oa_id"):
            return None
        fields = [f for f in Credentials.__dataclass_fields__ if f != "agency"]
        return Credentials(agency=agency, **{f: str(value.get(f) or "") for f in fields})
