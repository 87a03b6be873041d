"""Which insured persons a citizen has proven to know: in the identity table, beside who the citizen is."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from desk.errors import Conflict
from desk.storage.table import Item, Plus, Table

MAX_LINKS = 8
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """One linked person. `subject` is the source's opaque reference; `label` and `number` are masked.

    `relation` is self, child, parent or other. `at` is when it was proven, ISO with offset.
    """

    subject: str
    relation: str
    label: str
    number: str
    at: str


def links_key(agency: str, citizen: str) -> Item:
    """The item of a citizen's links in the identity table."""
    return {"pk": f"LINKS#{agency}#{citizen}"}


@dataclass(frozen=True, slots=True)
class Links:
    """The links in the identity table."""

    table: Table

    def of(self, agency: str, citizen: str) -> tuple[Link, ...]:
        """A citizen's links, in the order in which they were made."""
        item = self.table.get(links_key(agency, citizen)) or {}
        return tuple(Link(**link) for link in item.get("links", ()))

    def add(self, agency: str, citizen: str, link: Link) -> tuple[Link, ...]:
        """Add a link, or put it in the place of one to the same person. The oldest goes when there are too many."""
        return self._change(
            agency, citizen, lambda old: [*(x for x in old if x.subject != link.subject), link][-MAX_LINKS:]
        )

    def remove(self, agency: str, citizen: str, subject: str) -> tuple[Link, ...]:
        """Take a link away; its absence is fine."""
        return self._change(agency, citizen, lambda old: [x for x in old if x.subject != subject])

    def _change(
        self, agency: str, citizen: str, change: Callable[[list[Link]], list[Link]]
    ) -> tuple[Link, ...]:
        key = links_key(agency, citizen)
        for _ in range(_ATTEMPTS):
            item = self.table.get(key) or {}
            links = change([Link(**link) for link in item.get("links", ())])
            seen = item.get("version")
            condition = "version = :seen" if seen else "attribute_not_exists(version)"
            values = {"links": [asdict(link) for link in links], "version": Plus()}
            try:
                self.table.update(key, values, condition=condition, bound={":seen": seen} if seen else {})
            except Conflict:
                continue
            return tuple(links)
        raise Conflict("the links change too fast")
