"""Sample reports: citizens of the simulator write to the agencies as people do, and staff work on it.

Everything goes through the real webhook and the real staff API, at the time at which it is sent. What a story
says happened days ago is then moved there (`past`): no clock of the product can be set, and should be.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desk.domain.clock import HANOI
from local.config import Config
from local.sample.past import Past
from local.sample.people import Crew
from local.sample.play import Player

STORIES = Path(__file__).parent / "stories.jsonl"
# So many are there when `make dev` says that it is ready; more than these go on in the background.
AT_ONCE = 3
# Side by side, as the emulator stands it.
_PLAYERS = 6


@dataclass(frozen=True, slots=True)
class Story:
    """Who wrote what to whom, when (`ago`), with which pictures (`show`), from where; and what `then` happened.

    A step of `then` is hours after the first message, who acts, what they do, and its arguments.
    """

    number: int
    who: str
    to: str
    ago: str
    say: list[str]
    show: list[str] = field(default_factory=list)
    pin: tuple[float, float] | None = None
    then: list[list[Any]] = field(default_factory=list)

    @property
    def citizen(self) -> str:
        """The simulator's name of the person: one for each story, or two days would become one talk."""
        return f"mau-{self.number:02d}"

    def at(self, now: datetime) -> datetime:
        """When it was written: "40m", "3h", or days ago and the hour ("2d 07:50"), on a Hanoi clock."""
        days, _, hour = self.ago.partition("d ")
        if hour:
            at = datetime.strptime(hour, "%H:%M").time()
            return datetime.combine((now.astimezone(HANOI) - timedelta(days=int(days))).date(), at, HANOI)
        unit = {"m": "minutes", "h": "hours"}[self.ago[-1]]
        return now - timedelta(**{unit: float(self.ago[:-1])})


def stories(count: int) -> Iterator[Story]:
    """As many as asked for; beyond the written ones they come again, from other people."""
    known = [json.loads(line) for line in STORIES.read_text("utf-8").splitlines()]
    for number in range(count):
        yield Story(number=number + 1, **known[number % len(known)])


def send(config: Config, stack: dict[str, Any], say: Callable[[str], None]) -> None:
    """Play the stories that SEED asks for, once for each fresh state: a few now, the rest in the background."""
    done = config.folder / "sampled"
    if done.exists():
        return
    wanted = list(stories(config.sample_reports))
    player = Player(stack, Crew(config, stack), Past(config, stack))
    for story in wanted[:AT_ONCE]:
        player.write(story)
    later = threading.Thread(target=_rest, args=(player, wanted, done, say), daemon=True, name="sample")
    later.start()


def _rest(player: Player, wanted: list[Story], done: Path, say: Callable[[str], None]) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(_PLAYERS) as pool:
        told = list(pool.map(player.play, wanted))
    done.touch()
    if len(wanted) > AT_ONCE:
        say(
            f"{sum(told)} of {len(wanted)} sample reports are in, after {time.monotonic() - begun:.0f} s more"
        )
