"""Threads of their own for what waits long or works hard: slow mail servers hold up sends, and no other request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, ParamSpec, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from overture.generation.processes import usable_cores

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Runs work of one kind in threads, `at_once` in each event loop; what comes behind waits for these alone."""

    def __init__(self, name: str, *, at_once: int) -> None:
        self.at_once = at_once
        self._limiter: RunVar[CapacityLimiter] = RunVar(f"overture-studio-{name}")  # one belongs to one event loop

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work gives; raises what it raises."""
        try:
            limiter = self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(self.at_once)
            self._limiter.set(limiter)
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=limiter)


SENDS: Final = Threads("sends", at_once=16)
"""Waits for the transport."""
LABELS: Final = Threads("labels", at_once=usable_cores())
"""The reply model: more at once than there are cores only makes each of them slower."""
