"""Identifiers as the platform makes them."""

import hashlib
import secrets


def scoped(scope: str, citizen: str) -> str:
    """The id under which one OA or one app knows a citizen: 19 digits, always above 2^53.

    The same person has another id in every OA, and the same one again after a restart.
    """
    digest = hashlib.sha256(f"{scope}|{citizen}".encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8]) % (8 * 10**18))


def message_id() -> str:
    """An opaque id of 20 hex characters."""
    return secrets.token_hex(10)


def token() -> str:
    """An opaque OAuth token."""
    return secrets.token_urlsafe(96)
