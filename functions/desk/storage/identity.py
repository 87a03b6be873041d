"""Who is behind a pseudonym. A table of its own, under its own key: reports never hold any of this."""

from dataclasses import dataclass

from desk.errors import AlreadyDone
from desk.storage.table import Item, Table


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A citizen of one agency; what is not known is empty.

    `phone` is 84… without a plus. `conversation_id` is set for somebody who writes without a Zalo account:
    then `zalo_user_id` is the id that Zalo gave the anonymous visitor.
    """

    zalo_user_id: str
    name: str = ""
    phone: str = ""
    address: str = ""
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class Identities:
    """The identity table."""

    table: Table

    def put_if_new(self, agency: str, citizen: str, zalo_user_id: str) -> bool:
        """Remember a citizen's Zalo user id. False when they are known already."""
        try:
            self.table.put_new(_key(agency, citizen) | {"zalo_user_id": zalo_user_id})
        except AlreadyDone:
            return False
        return True

    def get(self, agency: str, citizen: str) -> Identity | None:
        """The person behind a pseudonym, None when unknown or forgotten."""
        item = self.table.get(_key(agency, citizen))
        if item is None:
            return None
        return Identity(**{name: str(item.get(name) or "") for name in Identity.__dataclass_fields__})

    def set_name(self, agency: str, citizen: str, name: str) -> None:
        """Keep the name that the citizen gave or Zalo shows."""
        self.table.update(_key(agency, citizen), {"name": name or None})

    def set_phone(self, agency: str, citizen: str, phone: str | int) -> None:
        """Keep the citizen's phone. Zalo writes it as text or number, with 84, +84 or 0 in front."""
        self.table.update(_key(agency, citizen), {"phone": normal_phone(phone) or None})

    def delete(self, agency: str, citizen: str) -> None:
        """Forget the person."""
        self.table.delete(_key(agency, citizen))


def normal_phone(phone: str | int) -> str:
    """A Vietnamese phone as ZBS wants it (84912345678); empty when it is none."""
    digits = "".join(c for c in str(phone) if c.isdecimal())
    national = digits.removeprefix("84").removeprefix("0")
    return f"84{national}" if 9 <= len(national) <= 10 else ""


def _key(agency: str, citizen: str) -> Item:
    return {"pk": f"CITIZEN#{agency}#{citizen}"}
