"""Counts that may be shown to everybody: none of them, and no difference of them, is about fewer than k."""

from collections.abc import Mapping


def at_least[K](counts: Mapping[K, int], k: int) -> tuple[dict[K, int], int]:
    """The groups of at least `k`, the largest first, and the sum of the rest, which is 0 or at least `k` too.

    Where the rest would be smaller than `k`, it takes the smallest shown group in (the total minus what is
    shown would tell it otherwise). Together they are all that was counted, or nothing when that is below `k`.
    """
    shown = sorted(((n, key) for key, n in counts.items() if n >= k), key=lambda one: -one[0])
    rest = sum(n for n in counts.values() if 0 < n < k)
    while 0 < rest < k and shown:
        rest += shown.pop()[0]
    if rest < k and not shown:
        return {}, 0
    return {key: n for n, key in shown}, rest
