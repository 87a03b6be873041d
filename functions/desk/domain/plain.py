"""Records as the table keeps them."""

from dataclasses import fields
from typing import Any


def plain(record: Any) -> dict[str, Any]:
    """A dataclass as plain data, without what is empty; its version is always there."""
    data = {f.name: getattr(record, f.name) for f in fields(record)}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in data.items() if v or k == "version"}
