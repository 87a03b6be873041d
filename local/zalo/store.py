"""Documents by kind and id: in memory, written through to one SQLite file so that a restart keeps them."""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Store:
    """A document store for one process and one thread.

    A document that was changed in place must be `put` again. `synchronous=OFF` because losing the last
    moments of a simulation to a power cut is fine, and thousands of messages a minute must not
    wait for a disk.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS documents"
            " (number INTEGER PRIMARY KEY, kind TEXT, id TEXT, body TEXT, UNIQUE (kind, id))"
        )
        self._kinds: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        for kind, key, body in self._file.execute("SELECT kind, id, body FROM documents ORDER BY number"):
            self._kinds[kind][key] = json.loads(body)

    def put(self, kind: str, key: str, document: Document) -> Document:
        """Keep a document; a new one goes last in the order of its kind, a changed one keeps its place."""
        self._kinds[kind][key] = document
        self._file.execute(
            "INSERT INTO documents (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(document, ensure_ascii=False)),
        )
        return document

    def get(self, kind: str, key: str) -> Document | None:
        """The document itself, not a copy."""
        return self._kinds[kind].get(key)

    def all(self, kind: str) -> dict[str, Document]:
        """All of a kind, oldest first."""
        return self._kinds[kind]

    def delete(self, kind: str, key: str) -> None:
        """Forget one document, if it is there."""
        self._kinds[kind].pop(key, None)
        self._file.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))

    def clear(self, *kinds: str) -> None:
        """Forget everything of these kinds."""
        for kind in kinds:
            self._kinds.pop(kind, None)
            self._file.execute("DELETE FROM documents WHERE kind = ?", (kind,))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
