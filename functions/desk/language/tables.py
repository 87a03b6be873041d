"""The data files beside this package."""

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """The lines of a file of tab-separated values."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        yield line.split("\t")
