"""All parts of one simulator, put together."""

from pathlib import Path

from local.zalo.articles import Articles
from local.zalo.clock import Clock
from local.zalo.config import Config
from local.zalo.faults import Faults
from local.zalo.gate import Gate
from local.zalo.inbound import Inbound
from local.zalo.live import Live
from local.zalo.media import Media
from local.zalo.messages import Messages
from local.zalo.outbound import Outbound
from local.zalo.store import Store
from local.zalo.templates import Templates
from local.zalo.tokens import Tokens
from local.zalo.uploads import Uploads
from local.zalo.webhooks import Webhooks
from local.zalo.windows import Windows
from local.zalo.world import World


class Simulator:
    """One Zalo. `state` is a file (SQLite; media in a folder beside it), or None to remember nothing."""

    def __init__(self, config: Config, state: Path | None = None) -> None:
        self.config = config
        self.store = Store(state)
        self.clock = Clock((self.store.get("clock", "offset") or {"s": 0.0})["s"])
        self.faults = Faults()
        self.tokens = Tokens(self.store, self.clock)
        self.gate = Gate(config, self.clock, self.faults, self.tokens)
        self.world = World(config, self.store, self.clock)
        self.media = Media(self.store, self.clock, state.with_name(state.stem + "-media") if state else None)
        self.webhooks = Webhooks(config, self.store, self.clock, self.faults)
        self.windows = Windows(config, self.store, self.clock)
        self.outbound = Outbound(config, self.world, self.clock, self.webhooks)
        self.inbound = Inbound(config, self.world, self.clock, self.media, self.webhooks)
        self.uploads = Uploads(self.store, self.clock, self.media, self.windows)
        self.messages = Messages(self.world, self.windows, self.uploads, self.outbound)
        self.articles = Articles(config, self.store, self.clock)
        self.templates = Templates(self.store)
        self.live = Live()
        self.world.changed = self.live.publish
        self._seed_tokens()

    def _seed_tokens(self) -> None:
        """Pairs that the configuration gives count once, not again at every start."""
        for agency in self.config.agencies.values():
            given = agency.access_token
            if given and self.tokens.access(given) is None:
                self.tokens.issue(agency, access=given, refresh=agency.refresh_token)

    async def advance(self, seconds: float) -> None:
        """Move the clock, with everything that falls due on the way."""
        await self.clock.advance(seconds, self.webhooks.settled)
        self.store.put("clock", "offset", {"s": self.clock.offset_s})

    def reset(self) -> None:
        """As new, except for tokens and the clock."""
        self.world.forget()
        self.media.forget()
        self.store.clear("upload", "article", "article_task", "delivery", "quota")
        self.faults.clear()
        self.gate.calls.clear()
        self.webhooks.log.clear()
        self.webhooks.unsubscribed.clear()
