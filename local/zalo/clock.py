"""The simulated clock: real time plus an offset, and timers that follow it."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock:
    """Time as the platform sees it. Tests move it forward; it never goes back."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._changed = asyncio.Event()
        self._advancing = asyncio.Lock()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset_s

    def now_ms(self) -> int:
        """Milliseconds since 1970, the unit of every timestamp on the platform."""
        return int(self.now() * 1000)

    def local(self) -> datetime:
        """Now in Vietnam, for the night rule and day quotas."""
        return datetime.fromtimestamp(self.now(), UTC).astimezone(HANOI)

    def at(self, due: float, action: Callable[[], None]) -> None:
        """Call `action` once when the clock reaches `due`."""
        heapq.heappush(self._timers, (due, next(self._numbers), action))
        self._changed.set()

    async def advance(self, seconds: float, settled: Callable[[], Awaitable[None]]) -> None:
        """Move forward, stopping at each timer on the way so that what it starts has its own time.

        `settled` waits until what was started is over: a retry that fails again plans the next one, and
        that may be due before the target too.
        """
        async with self._advancing:
            await settled()
            target = self.now() + seconds
            while self._timers and self._timers[0][0] <= target:
                due, _, action = heapq.heappop(self._timers)
                self._move_to(due)
                action()
                await settled()
            self._move_to(target)

    async def run(self) -> None:
        """Fire timers as real time passes, for as long as the server runs."""
        while True:
            self._changed.clear()
            wait = max(0.0, self._timers[0][0] - self.now()) if self._timers else None
            try:
                await asyncio.wait_for(self._changed.wait(), wait)
            except TimeoutError:
                async with self._advancing:
                    while self._timers and self._timers[0][0] <= self.now():
                        heapq.heappop(self._timers)[2]()

    def _move_to(self, moment: float) -> None:
        self.offset_s += max(0.0, moment - self.now())


def iso(ms: int) -> str:
    """A platform timestamp for people: ISO 8601 in Vietnam's offset."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(HANOI).isoformat(timespec="milliseconds")
