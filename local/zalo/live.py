"""Server-sent events for the phone page: which chats have changed."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

PAUSE_S = 15.0


class Live:
    """Fans changes out to every open page."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str | None]] = set()

    def publish(self, agency: str, citizen: str) -> None:
        """Tell the pages that this chat has changed."""
        for page in self._pages:
            page.put_nowait(json.dumps({"oa": agency, "citizen": citizen}))

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        for page in self._pages:
            page.put_nowait(None)

    async def stream(self, request: Request) -> StreamingResponse:
        """`GET /sim/live`."""
        return StreamingResponse(
            self._changes(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _changes(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    change = await asyncio.wait_for(page.get(), PAUSE_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if change is None:
                    return
                yield f"data: {change}\n\n"
        finally:
            self._pages.discard(page)
