"""An asynchronous map over any number of items: so many at once, bounded memory, in order or as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Generic, TypeVar, cast

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4
"""With the order kept, this many times `concurrency` may wait for one that is slow."""


async def bounded_map(
    call: Callable[[int, Item], Awaitable[Result]],
    items: Iterable[Item] | AsyncIterable[Item],
    *,
    concurrency: int,
    ordered: bool = True,
) -> AsyncGenerator[Result]:
    """What `call(number, item)` gives for each item; an item is asked for only when there is room for its result.

    What `call` or the items raise ends the map: the calls under way are finished first, and their results given out.
    """
    course = _Course(call, items, concurrency * (_AHEAD if ordered else 2))
    workers = [asyncio.create_task(course.work()) for _ in range(concurrency)]
    try:
        while (number := await course.next_number(ordered=ordered)) is not None:
            yield course.take(number)
        if course.error is not None:
            raise course.error
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if isinstance(items, AsyncGenerator):
            await cast("AsyncGenerator[Item]", items).aclose()


class _Course(Generic[Item, Result]):
    """What the workers of one map share."""

    def __init__(
        self,
        call: Callable[[int, Item], Awaitable[Result]],
        items: Iterable[Item] | AsyncIterable[Item],
        room: int,
    ) -> None:
        self._call = call
        self._items: Iterator[Item] | AsyncIterator[Item] = (
            aiter(items) if isinstance(items, AsyncIterable) else iter(items)
        )
        self._room = asyncio.Semaphore(room)
        self._pulling = asyncio.Lock()
        self._came = asyncio.Event()
        self._results: dict[int, Result] = {}
        self._pulled = self._given = self._under_way = 0
        self._ended = False
        self.error: Exception | None = None

    async def work(self) -> None:
        while True:
            await self._room.acquire()
            pulled = await self._pull()
            if pulled is None:
                self._room.release()
                return
            number, item = pulled
            try:
                self._results[number] = await self._call(number, item)
            except Exception as error:  # noqa: BLE001 - raised by the map, once the others are done
                self._end(error)
            finally:
                self._under_way -= 1
                self._came.set()

    async def next_number(self, *, ordered: bool) -> int | None:
        """The number of the next result to give out; None when there is none and will be none."""
        while True:
            if not ordered and self._results:
                return next(iter(self._results))
            if ordered and self._given in self._results:
                return self._given
            if self._ended and not self._under_way:
                return min(self._results, default=None)  # behind one that raised
            self._came.clear()
            await self._came.wait()

    def take(self, number: int) -> Result:
        self._given = number + 1
        self._room.release()
        return self._results.pop(number)

    async def _pull(self) -> tuple[int, Item] | None:
        async with self._pulling:
            if self._ended:
                return None
            try:
                if isinstance(self._items, AsyncIterator):
                    item = await anext(self._items)
                else:
                    item = next(self._items)
            except (StopIteration, StopAsyncIteration):
                self._end(None)
                return None
            except Exception as error:  # noqa: BLE001 - likewise
                self._end(error)
                return None
            number, self._pulled = self._pulled, self._pulled + 1
            self._under_way += 1
            return number, item

    def _end(self, error: Exception | None) -> None:
        self._ended = True
        self.error = self.error or error
        self._came.set()
