"""Delivery of events to the desk: signature, two-second limit, retry ladder, order within one citizen.

First attempts of one citizen's events go out one after another; those of other citizens meanwhile. A retry
comes when its time comes, so later events overtake it: the platform promises no order either.
"""

import asyncio
import hashlib
import json
import time
from collections import deque
from functools import partial
from typing import Any

import httpx

from local.zalo.clock import Clock, iso
from local.zalo.config import Agency, Config
from local.zalo.events import Event
from local.zalo.faults import Fault, Faults
from local.zalo.store import Document, Store

RETRY_AFTER_S = (30, 300, 900, 1800, 3600)
KEPT = 5000
AT_ONCE = 32


def signature(app_id: str, raw_body: bytes, timestamp: str, oa_secret_key: str) -> str:
    """The value of `X-ZEvent-Signature`: a plain SHA-256 of the concatenation, not an HMAC."""
    whole = app_id.encode() + raw_body + timestamp.encode() + oa_secret_key.encode()
    return "mac=" + hashlib.sha256(whole).hexdigest()


class Webhooks:
    """The platform's sender of events.

    After the last retry of an event the app is unsubscribed: its events are dropped until somebody
    subscribes again (in the console; here by the control API or a restart).
    """

    def __init__(self, config: Config, store: Store, clock: Clock, faults: Faults) -> None:
        self._config, self._store, self._clock, self._faults = config, store, clock, faults
        self._lines: dict[str, deque[Document]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(
            timeout=None, limits=httpx.Limits(max_connections=AT_ONCE), trust_env=False
        )
        self._free = asyncio.Semaphore(AT_ONCE)
        self.unsubscribed: set[str] = set()
        self.log: deque[Document] = deque(maxlen=KEPT)
        self.arrived: Any = lambda delivery: None

    def emit(
        self, agency: Agency, event: Event, line: str, *, server: str = "OA OpenAPI", signed: bool = True
    ) -> Document:
        """Queue one event. `line` is what keeps order: a citizen in an OA."""
        delivery: Document = {
            "id": f"{self._clock.now_ms()}-{time.monotonic_ns()}",
            "agency": agency.key,
            "line": line,
            "event_name": event.get("event_name"),
            "msg_id": (event.get("message") or {}).get("msg_id"),
            "body": json.dumps(event, ensure_ascii=False, separators=(",", ":")),
            "timestamp": event.get("timestamp", ""),
            "server": server,
            "signed": signed,
            "state": "queued",
            "attempts": [],
        }
        self.log.append(delivery)
        if agency.app_id in self.unsubscribed:
            delivery["state"] = "dropped"
            return delivery
        self._store.put("delivery", delivery["id"], delivery)
        self._enqueue(delivery)
        return delivery

    def resume(self) -> None:
        """After a restart: go on with what was not delivered yet."""
        for delivery in list(self._store.all("delivery").values()):
            self.log.append(delivery)
            self._clock.at(delivery.get("due", 0), partial(self._enqueue, delivery))

    def redeliver(self, delivery_id: str) -> Document | None:
        """Send one event again although it arrived: the duplicate that at-least-once delivery allows."""
        found = next((d for d in self.log if d["id"] == delivery_id), None)
        if found is not None:
            self._enqueue(found)
        return found

    async def settled(self) -> None:
        """Wait until no delivery is under way (planned retries are not)."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        """Stop sending."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._client.aclose()

    def _enqueue(self, delivery: Document) -> None:
        line = self._lines.get(delivery["line"])
        if line is not None:
            line.append(delivery)
            return
        self._lines[delivery["line"]] = deque([delivery])
        task = asyncio.get_running_loop().create_task(self._work_off(delivery["line"]))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _work_off(self, name: str) -> None:
        line = self._lines[name]
        try:
            while line:
                await self._attempt(line.popleft())
        finally:
            del self._lines[name]

    async def _attempt(self, delivery: Document) -> None:
        number = len(delivery["attempts"])
        began = time.perf_counter()
        at = self._clock.now_ms()
        outcome = await self._post(delivery, number)
        took = round((time.perf_counter() - began) * 1000)
        delivery["attempts"].append({"at": iso(at), "outcome": outcome, "ms": took})
        if outcome == 200 or delivery["state"] == "delivered":
            self._finish(delivery, "delivered")
            self.arrived(delivery)
        elif outcome == 401 or not delivery["signed"]:
            # A refused signature shows in the console as "cannot connect" and is not tried again.
            self._finish(delivery, "dropped")
        elif number < len(RETRY_AFTER_S):
            delivery["state"] = "retrying"
            delivery["due"] = self._clock.now() + RETRY_AFTER_S[number] * self._config.retry_scale
            self._store.put("delivery", delivery["id"], delivery)
            self._clock.at(delivery["due"], partial(self._enqueue, delivery))
        else:
            self._finish(delivery, "abandoned")
            self.unsubscribed.add(self._config.agencies[delivery["agency"]].app_id)

    def _finish(self, delivery: Document, state: str) -> None:
        delivery["state"] = state
        delivery.pop("due", None)
        self._store.delete("delivery", delivery["id"])

    async def _post(self, delivery: Document, number: int) -> int | str:
        """One try: the status that came back, or in a word why none did."""
        fault = self._faults.take("webhook") or Fault("webhook")
        if fault.error is not None:
            return "connection refused"
        agency = self._config.agencies[delivery["agency"]]
        body = delivery["body"].encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "ZaloWebhook",
            "X-ZEvent-Server": delivery["server"],
        }
        if self._config.webhook_host:
            headers["Host"] = self._config.webhook_host
        if delivery["signed"]:
            headers["X-ZEvent-Signature"] = signature(
                agency.app_id, body, delivery["timestamp"], agency.oa_secret_key
            )
        if number:
            headers["num_retry"] = str(number)
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        try:
            # Waiting for a free line is ours; the two seconds begin when the desk is called.
            async with self._free, asyncio.timeout(self._config.webhook_timeout_s):
                answer = await self._client.post(self._config.webhook_url, content=body, headers=headers)
        except TimeoutError:
            return "timeout"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return type(error).__name__
        # A fault with a status loses the desk's answer once the desk has the event: a duplicate follows.
        return fault.status or answer.status_code
