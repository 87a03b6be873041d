"""ZBS templates: declared in the configuration or added by the control API.

`{"id", "name", "text", "params": [{"name", "require", "max"}], "status": "ENABLE", "by_user": true}`; in
`text`, `<name>` stands for a parameter. A template that names no parameters takes any.
"""

import re
from typing import Any

from local.zalo.config import Agency
from local.zalo.gate import Refusal
from local.zalo.store import Document, Store

PARAM_LIMIT = 400


class Templates:
    """What the platform has approved for each OA."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, agency: Agency) -> list[Document]:
        """Templates of the configuration and those added later."""
        added = [t for t in self._store.all("template").values() if t["agency"] == agency.key]
        return [{"name": str(t["id"]), "status": "ENABLE"} | dict(t) for t in (*agency.templates, *added)]

    def add(self, agency: Agency, template: Document) -> Document:
        """Approve one more, or change one."""
        key = f"{agency.key}/{template['id']}"
        return self._store.put("template", key, template | {"agency": agency.key})

    def approved(self, agency: Agency, key: Any, *, code: int = -109) -> Document:
        """The template, or `code` if there is none and -131 if it is not approved."""
        found = next((t for t in self.all(agency) if str(t["id"]) == str(key)), None)
        if found is None:
            raise Refusal(code, "Template id is invalid")
        if found["status"] != "ENABLE":
            raise Refusal(-131, "Template is not approved")
        return found


def rendered(template: Document, data: Any, *, code: int = -112) -> str:
    """The text with its parameters, or a refusal: -112 wrong data, -1121 one is missing, -130 too long."""
    if not isinstance(data, dict):
        raise Refusal(code, "template_data is invalid")
    params = {param["name"]: param for param in template.get("params", ())}
    for name in data.keys() - params.keys() if params else ():
        raise Refusal(code, f"template_data.{name} is not a parameter")
    for name, param in params.items():
        value = str(data.get(name, ""))
        if not value and param.get("require", True):
            raise Refusal(-1121 if code == -112 else code, f"template_data.{name} is missing")
        if len(value) > param.get("max", PARAM_LIMIT):
            raise Refusal(-130 if code == -112 else -210, f"template_data.{name} is too long")
    text = template.get("text") or "\n".join(f"{name}: <{name}>" for name in data)
    return re.sub(r"<(\w+)>", lambda match: str(data.get(match[1], "")), str(text))
