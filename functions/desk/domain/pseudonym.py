"""Pseudonyms: a citizen's name inside the desk."""

import base64
import hashlib
import hmac


def pseudonym(key: str, agency: str, person: str) -> str:
    """`c_` and 20 characters of base32: 100 bits of HMAC-SHA256 over the agency and who it is.

    Always the same, and nobody without the key can compute it.
    """
    digest = hmac.digest(key.encode(), f"{agency}|{person}".encode(), hashlib.sha256)
    return "c_" + base64.b32encode(digest)[:20].decode().lower()
