"""A rate limit: starts are spread evenly, so that an endpoint is asked no faster than it allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar


class Pace:
    """At most `rate` starts a second, by all that share this pace; None: no limit. Of one event loop."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = 0.0 if rate is None else 1 / rate
        self._clock, self._sleep = clock, sleep
        self._next = float("-inf")

    async def wait(self) -> None:
        """Until it is this one's turn."""
        if self._gap:
            now = self._clock()
            mine = max(now, self._next)
            self._next = mine + self._gap
            if mine > now:
                await self._sleep(mine - now)

    @contextmanager
    def kept(self) -> Generator[None, None, None]:
        """What is asked in here by `own_turn` keeps this pace too."""
        token = _KEPT.set(self)
        try:
            yield
        finally:
            _KEPT.reset(token)


_KEPT: ContextVar[Pace | None] = ContextVar("kept", default=None)


async def own_turn() -> None:
    """Until a request that a case makes beside its first may begin; at once outside of a run."""
    pace = _KEPT.get()
    if pace is not None:
        await pace.wait()
