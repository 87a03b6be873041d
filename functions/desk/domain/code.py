"""Tracking codes, such as CS-7K2M-9XQ4: short enough to read over the phone, safe against a slip.

`<agency prefix>-<4>-<3 and a check character>`. The alphabet leaves out what is misread (0 O, 1 I L, 2 Z, 5 S,
8 B, U V); 23 characters remain, a prime, so that the weighted check finds every single wrong character and
every swap of two neighbours.
"""

import hashlib
import re

ALPHABET = "3467ACDEFGHJKMNPQRTWXY9"
_SIZE = len(ALPHABET)
_FORM = re.compile(rf"\b([A-Z]{{2}})[\s.-]?([{ALPHABET}]{{4}})[\s.-]?([{ALPHABET}]{{4}})\b")
# What people type for what they cannot tell apart.
_MISREAD = str.maketrans({"Đ": "D"})


def _check(prefix: str, body: str) -> str:
    values = [ord(c) - ord("A") + 1 for c in prefix] + [ALPHABET.index(c) for c in body]
    total = sum(weight * value for weight, value in enumerate(values, start=2))
    return ALPHABET[-total % _SIZE]


def make(prefix: str, seed: str, attempt: int = 0) -> str:
    """The code for a seed: the same seed gives the same code; `attempt` counts up when a code is taken.

    The seed holds the citizen's pseudonym, which nobody outside can compute: codes cannot be guessed from
    the messages. 23^7 = 3.4e9 codes for each prefix.
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}|{attempt}".encode()).digest()[:12])
    body = ""
    for _ in range(7):
        number, digit = divmod(number, _SIZE)
        body += ALPHABET[digit]
    whole = body + _check(prefix, body)
    return f"{prefix}-{whole[:4]}-{whole[4:]}"


def find(text: str) -> tuple[str, ...]:
    """Valid codes in a text, however they are spaced and in any case; invalid ones are left out."""
    found = []
    for prefix, first, second in _FORM.findall(text.upper().translate(_MISREAD)):
        body = first + second
        if _check(prefix, body[:7]) == body[7]:
            found.append(f"{prefix}-{first}-{second}")
    return tuple(dict.fromkeys(found))


def looks_like(text: str) -> bool:
    """True when a text holds something in the form of a code, valid or not: a slip of the pen."""
    return _FORM.search(text.upper().translate(_MISREAD)) is not None
