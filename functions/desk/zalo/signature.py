"""Is this webhook really from Zalo?

Zalo signs with a plain digest, not an HMAC: sha256_hex(app_id + raw_body + timestamp + OA_secret_key), sent as
`X-ZEvent-Signature: mac=<hex>` (zalo-java-sdk, utils/MacUtils.java). The timestamp is the string in the body,
and the body counts as the bytes received: one re-serialised space breaks the digest.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

HEADER = "x-zevent-signature"
_FORM = re.compile(r"\s*(?:mac\s*=\s*)?([0-9a-fA-F]{64})\s*\Z")


def digest(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """The signature as 64 lower-case hex digits."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def is_valid(header: str | None, *, app_id: str, body: bytes, timestamp: str, secrets: Iterable[str]) -> bool:
    """True when the header fits one of the secrets (the current one, and the previous during a rotation)."""
    form = _FORM.match(header or "")
    if not form:
        return False
    given = form[1].lower().encode()
    fits = [hmac.compare_digest(given, digest(app_id, body, timestamp, s).encode()) for s in secrets if s]
    return any(fits)
