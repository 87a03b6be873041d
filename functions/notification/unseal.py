"""The private part of a message: read from the identity table when the message goes out, kept nowhere else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.storage.identity import Identity
from desk.storage.sealed import Sealed, sealed_key
from desk.storage.table import Item, Table


def private_part(identities: Table, payload: Mapping[str, Any], now: datetime) -> Item | None:
    """What `sealed` refers to: text, picture, or phone and data of a template. Empty for a message that hides
    nothing, None when it has expired."""
    ref = payload.get("sealed")
    return Sealed(identities).read(sealed_key(str(ref)), now=now.timestamp()) if ref else {}


def unsealed(
    payload: Mapping[str, Any], person: Identity, private: Item
) -> tuple[Mapping[str, Any], Identity]:
    """The message as it is sent. A phone in the private part takes the place of the citizen's own, also when it
    is empty: a one-time code goes to the phone that the source has on record, or nowhere."""
    if not private:
        return payload, person
    template = payload.get("template")
    if template and "template_data" in private:
        template = {**template, "data": private["template_data"], "phone_ref": "identity"}
    shown = {**payload, "text": private.get("text", payload.get("text")), "template": template}
    if "picture" in private:
        shown["picture"] = bytes(private["picture"])
    return shown, replace(person, phone=private["phone"]) if "phone" in private else person
