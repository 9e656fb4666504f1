"""`AsyncFeedbackStore`: the same store for an event loop, each call in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

from overture.awaited import in_thread

from .feedback_store import FeedbackStore
from .receipts import DraftState, ReplyState

Result = TypeVar("Result")
_AT_ONCE: Final = 500


class AsyncFeedbackStore:
    """Every method of `FeedbackStore`, awaited, or iterated with `async for`; `store` is the one that it calls."""

    def __init__(self, store: FeedbackStore) -> None:
        self.store = store

    add = in_thread(FeedbackStore.add, of="store")
    add_many = in_thread(FeedbackStore.add_many, of="store")
    close = in_thread(FeedbackStore.close, of="store")
    erase = in_thread(FeedbackStore.erase, of="store")
    export = in_thread(FeedbackStore.export, of="store")
    last_number = in_thread(FeedbackStore.last_number, of="store")
    stats = in_thread(FeedbackStore.stats, of="store")

    def draft_states(
        self, *, since: int = 0, seat: str | None = None, contract: str | None = None
    ) -> AsyncIterator[DraftState]:
        """Each seat's last word on each draft, in the order of its number."""
        return _in_parts(self.store.draft_states(since=since, seat=seat, contract=contract))

    def reply_states(
        self, *, since: int = 0, seat: str | None = None, contract: str | None = None
    ) -> AsyncIterator[ReplyState]:
        """Each seat's last word on each reply's label, in the order of its number."""
        return _in_parts(self.store.reply_states(since=since, seat=seat, contract=contract))


async def _in_parts(states: Iterator[Result]) -> AsyncIterator[Result]:
    try:
        while some := await asyncio.to_thread(lambda: list(islice(states, _AT_ONCE))):
            for state in some:
                yield state
    finally:
        close: Callable[[], None] = getattr(states, "close", lambda: None)
        await asyncio.to_thread(close)
