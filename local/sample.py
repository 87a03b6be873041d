"""A little sample data: citizens of the simulator write a few messages, as people do."""

from typing import Any

from local.config import Config


def send(config: Config, stack: dict[str, Any]) -> None:
    """Send the sample once for each fresh state."""
    del config, stack
