"""The agencies, each one TOML file of this folder: a new agency is a new file and a secret, no code."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desk.errors import NotFound
from desk.settings import settings

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency as its TOML file describes it. `prefix` starts its tracking codes."""

    id: str
    name: str
    prefix: str
    data: dict[str, Any]

    @property
    def topics(self) -> list[dict[str, str]]:
        """The topics that its news can be asked for by: id, title, and title_en where it has one."""
        return list(self.data.get("news", {}).get("topics", []))

    def text(self, key: str, /, *, english: bool = False, **values: Any) -> str:
        """A text for citizens by key, with its placeholders filled; in English where the agency has it.

        Raises KeyError when the agency's file lacks the text: a test checks that all files have all keys.
        """
        texts = self.data["texts"]
        found = texts.get("en", {}).get(key) if english else None
        template: str = found if found is not None else texts[key]
        return template.format_map({**self.data["contacts"], "agency": self.name, **values}).strip()


@cache
def names() -> tuple[str, ...]:
    """Ids of all agencies, such as `csgt`."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("[a-z]*.toml")))


@cache
def _shared(name: str = "_common") -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def _texts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _shared(name)["texts"]
    return found


@cache
def agency(name: str) -> Agency:
    """An agency by id. Raises NotFound."""
    if name not in names():
        raise NotFound(f"no agency called {name!r}")
    data = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    shared = _texts("_common")
    if "lookups" in data:
        looked_up = _texts("_lookups")
        shared = {**shared, **looked_up, "en": {**shared["en"], **looked_up["en"]}}
        data["lookups"]["source"] = settings().lookup_sources.get(name, data["lookups"]["source"])
    own = data["texts"]
    data["texts"] = {**shared, **own, "en": {**shared["en"], **own.get("en", {})}}
    data.setdefault("reasons", _shared()["reasons"])
    data["canned"] = [*_shared()["canned"], *data.get("canned", [])]
    data["reading"] = {**_shared()["reading"], **data.get("reading", {})}
    data["closing"] = {**_shared()["closing"], **data.get("closing", {})}
    return Agency(id=name, name=data["name"], prefix=data["prefix"], data=data)


def of_code(code: str) -> Agency:
    """The agency whose OA the citizen wrote to, wherever the report is now: the prefix of its tracking code."""
    prefix = code.split("-")[0]
    return next(own for own in map(agency, names()) if own.prefix == prefix)
