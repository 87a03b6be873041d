"""The data files beside this package."""

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    """The lines of a file."""
    return (DATA / name).read_text("utf-8").splitlines()


def rows(name: str) -> Iterator[list[str]]:
    """The lines of a file of tab-separated values."""
    return (line.split("\t") for line in lines(name))
