"""An article to three hundred readers with the senders killed twice: the benchmark in small."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.news import drive, prepare, simulated

READERS = 300


def test_killed_twice_everybody_gets_the_article_once(
    ministack: str, aws: Callable[[str], Any], tmp_path: Path
) -> None:
    with simulated() as zalo:
        place = prepare(ministack, zalo, tmp_path, READERS, hasty=True)
        found = drive(place, zalo, READERS, 2, limit_s=90, tell=print)
    assert (found.sent, found.doubled, found.lost, found.kills) == (READERS, 0, 0, 2)
    assert (found.said.recipients, found.said.sent, found.said.waiting) == (READERS, READERS, 0)
