"""A DynamoDB client that dies at chosen calls: before the call does anything, or after it did all."""

from collections.abc import Collection
from typing import Any


class Died(Exception):
    """What a killed process leaves: nothing of it is caught by the code under test."""


class FaultyClient:
    """Passes calls on to `client`. Call number n (from 0) dies before it when `(n, "before")` is among `deaths`,
    after it when `(n, "after")` is."""

    def __init__(self, client: Any, deaths: Collection[tuple[int, str]] = ()) -> None:
        self._client, self.deaths, self.calls = client, set(deaths), 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)

        def call(**arguments: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if (number, "before") in self.deaths:
                raise Died(name)
            answer = real(**arguments)
            if (number, "after") in self.deaths:
                raise Died(name)
            return answer

        return call
