"""When an OA may write to a citizen: the 7-day window, free replies, package quota, refusals, night."""

from typing import Any

from local.zalo.clock import Clock
from local.zalo.config import Agency, Config
from local.zalo.gate import Refusal
from local.zalo.store import Document, Store

CONSULTATION_MS = 7 * 24 * 3600 * 1000
FREE_MS = 48 * 3600 * 1000
TEXT_OF_REFUSAL = {
    -213: "User has not followed official account",
    -217: "User blocked the invitation of official account",
    -218: "Out of quota receive",
    -227: "User is banned or has been inactive for more than 45 days",
    -244: "User has restricted this type of message",
}


class Windows:
    """The platform's rules for sending, and what is left of each quota."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config, self._store, self._clock = config, store, clock

    def check(self, chat: Document, *, invitation: bool = False) -> None:
        """May a consultation message go out now? `invitation`: a request for the user's information."""
        if chat["refusal"] and (chat["refusal"] != -217 or invitation):
            raise Refusal(chat["refusal"], TEXT_OF_REFUSAL.get(chat["refusal"], "Refused"))
        if chat["left"]:
            raise Refusal(-213, TEXT_OF_REFUSAL[-213])
        if chat["last_interaction"] is None:
            raise Refusal(-232, "User has no interaction with official account or it has lapsed")
        if self._clock.now_ms() - chat["last_interaction"] > CONSULTATION_MS:
            raise Refusal(-230, "User has not interacted with the OA in the past 7 days")

    def spend(self, agency: Agency, chat: Document) -> dict[str, str]:
        """Take one message from the free replies (48 hours), else from the package; -211 if both are used up.

        Zalo's pages disagree whether free replies are still limited to 8 per window; the default is the
        stricter reading, `reply_quota` 0 means no limit.
        """
        total = self._config.reply_quota
        fresh = self._clock.now_ms() - chat["last_interaction"] <= FREE_MS
        if fresh and (total == 0 or chat["free_replies"] < total):
            chat["free_replies"] += 1
            remain = total - chat["free_replies"] if total else 0
            return {"quota_type": "reply", "remain": str(remain), "total": str(total)}
        used = self._used(
            f"package/{agency.key}/{self._clock.local():%Y-%m}", self._config.package_quota, -211
        )
        return {
            "quota_type": "sub_quota",
            "remain": str(self._config.package_quota - used),
            "total": str(self._config.package_quota),
            "expired_date": f"{self._clock.local():%d/%m/%Y}",
            "owner_type": "OA",
            "owner_id": agency.oa_id,
        }

    def spend_zbs(self, agency: Agency) -> dict[str, str]:
        """Take one template message from today's quota, or -144."""
        total = self._config.zbs_daily_quota
        used = self._used(f"zbs/{agency.key}/{self._clock.local():%Y-%m-%d}", total, -144)
        return {"dailyQuota": str(total), "remainingQuota": str(total - used)}

    def zbs_left(self, agency: Agency) -> dict[str, str]:
        """Today's template quota without using any."""
        total = self._config.zbs_daily_quota
        used = self._count(f"zbs/{agency.key}/{self._clock.local():%Y-%m-%d}")
        return {"dailyQuota": str(total), "remainingQuota": str(total - used)}

    def spend_upload(self, agency: Agency) -> None:
        """Take one upload from the month's quota, or -211."""
        self._used(f"upload/{agency.key}/{self._clock.local():%Y-%m}", self._config.upload_quota, -211)

    def spend_broadcast(self, agency: Agency) -> None:
        """Take one broadcast from the month's quota of the OA's package, or -211."""
        self._used(f"broadcast/{agency.key}/{self._clock.local():%Y-%m}", self._config.broadcast_quota, -211)

    def left(self, agency: Agency, chat: Document | None) -> dict[str, Any]:
        """What the quota endpoint tells about one user."""
        total = self._config.reply_quota
        replies = total - chat["free_replies"] if chat else 0
        last = chat["last_interaction"] if chat else None
        fresh = last is not None and self._clock.now_ms() - last <= FREE_MS
        return {
            "last_interaction": str(last or 0),
            "cs_reply": {"remain": str(max(0, replies) if fresh else 0), "total": str(total)},
            "promotion": {"remain": "1", "total": "1"},
        }

    def package_left(self, agency: Agency) -> dict[str, str]:
        """The OA-wide quota of this month."""
        used = self._count(f"package/{agency.key}/{self._clock.local():%Y-%m}")
        total = self._config.package_quota
        return {"quota_type": "sub_quota", "remain": str(total - used), "total": str(total)}

    def not_at_night(self) -> None:
        """Promotion may not be sent between 22:00 and 06:00 Vietnam time."""
        if not 6 <= self._clock.local().hour < 22:
            raise Refusal(-234, "Not allowed to send this message between 22:00 and 06:00")

    def _count(self, name: str) -> int:
        return int((self._store.get("quota", name) or {"used": 0})["used"])

    def _used(self, name: str, total: int, code: int) -> int:
        used = self._count(name) + 1
        if used > total:
            raise Refusal(code, "Out of quota")
        self._store.put("quota", name, {"used": used})
        return used
