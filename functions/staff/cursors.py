"""Cursors of lists: the place where the last page ended, in hexadecimal, so that each has one spelling and the
OpenAPI document can say exactly which are any. An empty one stands for none."""

import re

from desk.errors import Invalid

_MS_AND_HASH = r"(3[0-9]){13}23"
_UPPER = r"(4[1-9a-f]|5[0-9a])"
_CODE_PART = r"2d((3[0-9]|4[1-9a-f]|5[0-9a])){4}"
REPORT = rf"^$|^{_MS_AND_HASH}{_UPPER}{{2}}({_CODE_PART}){{2}}$"
"""`<creation or deadline in ms>#<code>`"""
MESSAGE = rf"^$|^{_MS_AND_HASH}(2[1-9a-f]|[3-6][0-9a-f]|7[0-9a-e]){{1,100}}$"
"""`<ms>#<id of the message>`"""
AUDIT = rf"^$|^{_MS_AND_HASH}(3[0-9]|6[1-6]){{32}}$"
"""`<ms>#<32 hexadecimal digits>`"""

ARTICLE = r"^$|^6e(3[0-9]|6[1-6]){17}$"
"""`n<17 hexadecimal digits>`"""


def encode(place: str) -> str:
    """A cursor."""
    return place.encode().hex()


def decode(cursor: str, pattern: str) -> str:
    """What `encode` took. Raises Invalid for what does not fit the pattern."""
    if not cursor or not re.fullmatch(pattern, cursor):
        raise Invalid("this cursor is none of ours", field="query.cursor", code="invalid_request")
    return bytes.fromhex(cursor).decode()
