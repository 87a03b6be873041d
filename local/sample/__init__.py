"""Sample reports: citizens of the simulator write to the agencies as people do, and staff work on it.

Everything goes through the real webhook and the real staff API, at the time at which it is sent. What a story
says happened days ago is then moved there (`past`): no clock of the product can be set, and should be.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from desk.domain.clock import HANOI
from desk.storage.table import Table
from local.config import Config
from local.deploy import aws
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
    """Play the stories that SEED asks for, each once in a state: a few are begun now, the rest in the background."""
    begun = config.folder / "sampled"
    done = set(begun.read_text().split()) if begun.exists() else set()
    wanted = [s for s in stories(config.sample_reports) if s.citizen not in done]
    if not wanted:
        return
    past = Past(Table(aws(config, "dynamodb"), stack["table"]))
    player = Player(stack, Crew(config, stack), past)
    with begun.open("a") as file:
        file.writelines(f"{s.citizen}\n" for s in wanted[:AT_ONCE])
    for story in wanted[:AT_ONCE]:
        player.write(story)
    waiting: deque[Story] = deque(wanted)
    told: list[bool] = []
    started = time.monotonic()

    def work() -> None:
        while waiting:
            story = waiting.popleft()
            with begun.open("a") as file:
                file.write(f"{story.citizen}\n")
            try:
                told.append(player.play(story))
            except httpx.TransportError:
                return  # the stack is being stopped
            if len(told) == len(wanted):
                past.settle()
                say(
                    f"{sum(told)} of {len(told)} sample reports are in, {time.monotonic() - started:.0f} s later"
                )

    # Daemons: Ctrl-C does not wait for stories.
    for _ in range(min(_PLAYERS, len(wanted))):
        threading.Thread(target=work, daemon=True, name="sample").start()
