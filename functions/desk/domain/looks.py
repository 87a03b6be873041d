"""When do two pictures look alike? Perceptual (difference) hashes of 64 bits, as 16 hexadecimal digits.

Zalo compresses a picture anew each time it is sent; that changes few bits. To find alike ones among all that were
ever sent without comparing them all, a hash is cut into four bands of 16 bits: hashes that differ in three bits or
fewer agree in one band for certain, those that differ in four, five, six in nine, eight, six of ten cases.
"""

# Bits that may differ between two hashes of one picture.
ALIKE_BITS = 6
BANDS = 4
_DIGITS = 16 // BANDS


def bands(look: str) -> tuple[str, ...]:
    """The bands of a hash."""
    return tuple(look[n : n + _DIGITS] for n in range(0, len(look), _DIGITS))


def alike(one: str, other: str) -> bool:
    """True when two hashes are those of one picture, as good as certainly."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE_BITS
