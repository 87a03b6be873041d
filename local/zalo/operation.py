"""The other half of the control API: clock, faults, calls, deliveries, tokens and the console's buttons."""

from dataclasses import fields as fields_of
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.zalo import events
from local.zalo.clock import iso
from local.zalo.config import Agency
from local.zalo.control import agency_of, answered, fields
from local.zalo.faults import Fault
from local.zalo.inbound import BadRequest
from local.zalo.media import samples
from local.zalo.simulator import Simulator
from local.zalo.store import Document


class OperationApi:
    """`/sim/…` for whoever runs the simulation."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> list[Route]:
        """All routes."""
        return [
            Route("/sim/clock", answered(self.clock), methods=["GET"]),
            Route("/sim/clock", answered(self.advance), methods=["POST"]),
            Route("/sim/faults", answered(self.faults), methods=["GET"]),
            Route("/sim/faults", answered(self.plan), methods=["POST"]),
            Route("/sim/faults", answered(self.clear), methods=["DELETE"]),
            Route("/sim/calls", answered(self.calls), methods=["GET"]),
            Route("/sim/deliveries", answered(self.deliveries), methods=["GET"]),
            Route("/sim/deliveries/{id}/redeliver", answered(self.redeliver), methods=["POST"]),
            Route("/sim/agencies", answered(self.agencies), methods=["GET"]),
            Route("/sim/samples", answered(self.samples), methods=["GET"]),
            Route("/sim/articles", answered(self.articles), methods=["GET"]),
            Route("/sim/templates", answered(self.templates), methods=["GET"]),
            Route("/sim/templates", answered(self.add_template), methods=["POST"]),
            Route("/sim/tokens", answered(self.tokens), methods=["POST"]),
            Route("/sim/tokens/revoke", answered(self.revoke), methods=["POST"]),
            Route("/sim/events", answered(self.event), methods=["POST"]),
            Route("/sim/webhook", answered(self.webhook), methods=["POST"]),
            Route("/sim/webhook/ping", answered(self.ping), methods=["POST"]),
            Route("/sim/webhook/test", answered(self.test), methods=["POST"]),
            Route("/sim/reset", answered(self.reset), methods=["POST"]),
        ]

    async def clock(self, request: Request) -> Document:
        """The simulated time."""
        now = self._sim.clock.now_ms()
        return {"now": iso(now), "now_ms": now, "offset_s": self._sim.clock.offset_s}

    async def advance(self, request: Request) -> Document:
        """Move the clock forward by `advance_s`; retries that fall due happen before the answer."""
        seconds = (await fields(request)).get("advance_s")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise BadRequest("advance_s must be a number of seconds, not negative")
        await self._sim.advance(seconds)
        return await self.clock(request)

    async def faults(self, request: Request) -> list[Document]:
        """Planned faults that are left."""
        return self._sim.faults.left()

    async def plan(self, request: Request) -> list[Document]:
        """Plan a fault: see `local.zalo.faults.Fault`."""
        body = await fields(request)
        known = {f.name for f in fields_of(Fault)}
        if not body.get("path") or set(body) - known:
            raise BadRequest(f"a fault has path and {', '.join(sorted(known - {'path'}))}")
        if not {"status", "error", "delay_s"} & set(body):
            raise BadRequest("a fault needs status, error or delay_s")
        self._sim.faults.plan(Fault(**body))
        return self._sim.faults.left()

    async def clear(self, request: Request) -> list[Document]:
        """Forget all planned faults."""
        self._sim.faults.clear()
        return []

    async def calls(self, request: Request) -> list[Document]:
        """What the desk called, oldest first; `?path=`, `?oa=` and `?last=` select."""
        path, oa = request.query_params.get("path"), request.query_params.get("oa")
        found = [
            call
            for call in self._sim.gate.calls
            if (path is None or call["path"] == path) and (oa is None or call["agency"] == oa)
        ]
        return found[-_last(request) :]

    async def deliveries(self, request: Request) -> list[Document]:
        """Events and how their delivery went, oldest first; `?event_name=`, `?state=`, `?last=` select."""
        wanted = {k: v for k, v in request.query_params.items() if k in ("event_name", "state", "msg_id")}
        found = [d for d in self._sim.webhooks.log if all(d.get(k) == v for k, v in wanted.items())]
        return found[-_last(request) :]

    async def redeliver(self, request: Request) -> Document:
        """Send an event a second time."""
        found = self._sim.webhooks.redeliver(request.path_params["id"])
        if found is None:
            raise BadRequest("no such delivery")
        await self._sim.webhooks.settled()
        return found

    async def agencies(self, request: Request) -> list[Document]:
        """The OAs, without their secrets."""
        return [
            {"key": a.key, "oa_id": a.oa_id, "name": a.name, "app_id": a.app_id}
            for a in self._sim.config.agencies.values()
        ]

    async def samples(self, request: Request) -> list[Document]:
        """Sample media that a citizen can send by name."""
        return samples()

    async def articles(self, request: Request) -> list[Document]:
        """Public articles of `?oa=`, newest first."""
        agency = agency_of(self._sim, request.query_params.get("oa"))
        return self._sim.articles.of(agency, shown=True)

    async def templates(self, request: Request) -> list[Document]:
        """ZBS templates of `?oa=`."""
        return self._sim.templates.all(agency_of(self._sim, request.query_params.get("oa")))

    async def add_template(self, request: Request) -> Document:
        """Have a ZBS template approved for `oa`; its shape is told in `local.zalo.templates`."""
        body = await fields(request)
        agency = agency_of(self._sim, body.pop("oa", None))
        if not body.get("id"):
            raise BadRequest("id is missing")
        return self._sim.templates.add(agency, body)

    async def tokens(self, request: Request) -> dict[str, Any]:
        """Hand out a new pair of tokens for `oa`, as the console's API Explorer does."""
        agency = agency_of(self._sim, (await fields(request)).get("oa"))
        return self._sim.tokens.issue(agency) | {"expires_in": "90000"}

    async def revoke(self, request: Request) -> Document:
        """The OA's administrator cancels the grant: all tokens of `oa` die, the app is told."""
        agency = agency_of(self._sim, (await fields(request)).get("oa"))
        self._sim.tokens.revoke(agency)
        return self._emit(agency, {"oa_id": agency.oa_id, "event_name": "permission_revoked"})

    async def event(self, request: Request) -> Document:
        """Send any other event for `oa`: `event` is its body, `app_id` and `timestamp` are filled in."""
        body = await fields(request)
        event = body.get("event")
        if not isinstance(event, dict) or not event.get("event_name"):
            raise BadRequest("event needs an event_name")
        return self._emit(agency_of(self._sim, body.get("oa")), event)

    def _emit(self, agency: Agency, event: events.Event) -> Document:
        whole = {"app_id": agency.app_id} | event | {"timestamp": str(self._sim.clock.now_ms())}
        return self._sim.webhooks.emit(agency, whole, f"{agency.key}/management")

    async def webhook(self, request: Request) -> Document:
        """Set the webhook's `url` and `host`, or subscribe again (`subscribed`: true)."""
        body = await fields(request)
        config = self._sim.config
        config.webhook_url = body.get("url", config.webhook_url)
        config.webhook_host = body.get("host", config.webhook_host)
        if body.get("subscribed"):
            self._sim.webhooks.unsubscribed.clear()
        unsubscribed = sorted(self._sim.webhooks.unsubscribed)
        return {"url": config.webhook_url, "host": config.webhook_host, "unsubscribed": unsubscribed}

    async def ping(self, request: Request) -> Document:
        """What the console does when the URL is saved: an unsigned `{}`."""
        agency = next(iter(self._sim.config.agencies.values()))
        sent = self._sim.webhooks.emit(agency, {}, "console", signed=False)
        await self._sim.webhooks.settled()
        return sent

    async def test(self, request: Request) -> Document:
        """The console's test button."""
        agency = agency_of(self._sim, (await fields(request)).get("oa"))
        event = events.console_test(agency, self._sim.clock.now_ms())
        sent = self._sim.webhooks.emit(agency, event, "console")
        await self._sim.webhooks.settled()
        return sent

    async def reset(self, request: Request) -> Document:
        """Forget people, chats, media, faults and calls; tokens and clock stay."""
        await self._sim.webhooks.settled()
        self._sim.reset()
        return {}


def _last(request: Request) -> int:
    """How many of the newest are wanted; all of them unless said otherwise."""
    wanted = request.query_params.get("last", "0")
    return int(wanted) if wanted.isdecimal() else 0
