"""What is known about a citizen and the agency's purse when a message is about to go out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desk import agencies
from desk.domain.clock import local, parse, utc
from desk.errors import NotFound
from desk.storage import keys
from desk.storage.identity import Identity
from desk.storage.sendings import Runs
from desk.storage.table import Item, Table, dump
from desk.zalo.api import ZaloApi
from desk.zalo.errors import ZaloError
from desk.zalo.plan import Facts, Prices
from desk.zalo.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Purse:
    """What an agency may spend on messages in a month: `monthly_budget_vnd` in its `[notification]` table,
    no limit when absent. An estimate: the bill is Zalo's."""

    table: Table

    def left(self, agency: str, now: datetime) -> int | None:
        """VND left this month, None without a limit."""
        limit = _rules(agency).get("monthly_budget_vnd")
        if limit is None:
            return None
        spent = self.table.get(keys.budget(agency, _month(now))) or {}
        return int(limit) - int(spent.get("spent_vnd", 0))

    def spend(self, agency: str, vnd: int, now: datetime) -> None:
        """Add to what was spent."""
        if vnd:
            self.table.client.update_item(
                TableName=self.table.name,
                Key=dump(keys.budget(agency, _month(now))),
                UpdateExpression="ADD spent_vnd :vnd",
                ExpressionAttributeValues=dump({":vnd": vnd}),
            )


def read_facts(table: Table, payload: Mapping[str, Any], person: Identity, now: datetime) -> Facts:
    """The facts of one message."""
    agency = payload["agency"]
    state = table.get(keys.state(agency, payload["citizen"])) or {}
    template, news = payload.get("template") or {}, payload.get("news") or {}
    return Facts(
        purpose=payload["purpose"],
        created_at=parse(payload["created_at"]),
        last_interaction=_last_interaction(state),
        opted_out=bool(state.get("opted_out")),
        called_off=bool(news) and not Runs(table).running(agency, news["article"]),
        budget_vnd=Purse(table).left(agency, now),
        has_template=bool(template.get("id")),
        has_phone=bool(phone(template, person)),
        prices=Prices.of(_rules(agency).get("prices", {})),
    )


def phone(template: Mapping[str, Any], person: Identity) -> str:
    """The phone that a template goes to. `phone_ref` says where it stands: in the citizen's identity, so
    that no queue and no ledger holds it."""
    return person.phone if template.get("phone_ref", "identity") == "identity" else ""


def interaction_at_zalo(facts: Facts, tokens: Tokens, api: ZaloApi, agency: str, zalo_user_id: str) -> Facts:
    """The facts with the last interaction as Zalo knows it: taps on the menu and calls open the window
    without our hearing of it. Unknown when Zalo does not say: then its answer to the message decides."""
    try:
        quota = tokens.use(agency, lambda access: api.quota(access, zalo_user_id))
        at = utc(int(quota["last_interaction"]))
        left = int(quota["cs_reply"]["remain"]) if quota.get("cs_reply") else None
    except (ZaloError, KeyError, TypeError, ValueError):
        return replace(facts, last_interaction=None)
    if facts.last_interaction and at <= facts.last_interaction:
        return facts
    return replace(facts, last_interaction=at, reply_quota=left)


def _last_interaction(state: Item) -> datetime | None:
    at = state.get("last_interaction_at")
    return parse(at) if at else None


def _rules(agency: str) -> dict[str, Any]:
    try:
        rules: dict[str, Any] = agencies.agency(agency).data.get("notification", {})
    except NotFound:
        return {}
    return rules


def _month(now: datetime) -> str:
    return local(now).strftime("%Y-%m")
