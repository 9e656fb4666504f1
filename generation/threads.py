"""An asynchronous iterator for callers that are not asynchronous: it runs in a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import Generic, TypeVar

Result = TypeVar("Result")
_PAUSE = 0.01


def in_thread(make: Callable[[], AsyncGenerator[Result]], *, ahead: int) -> Generator[Result]:
    """What the iterator gives; it goes on working until `ahead` results wait to be taken.

    This works under a running event loop as well (notebooks). Leaving early cancels what is under way and waits for
    its end.
    """
    pump = _Pump(make, ahead)
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(pump.run,), name="overture-many", daemon=True)
    thread.start()
    try:
        while (result := pump.arriving.get()) is not None:
            yield result[0]
        if pump.error is not None:
            raise pump.error
    finally:
        pump.leave()
        thread.join()


class _Pump(Generic[Result]):
    """The thread's half; None in the queue is the end."""

    def __init__(self, make: Callable[[], AsyncGenerator[Result]], ahead: int) -> None:
        self._make, self._ahead = make, max(1, ahead)
        self.arriving: queue.SimpleQueue[tuple[Result] | None] = queue.SimpleQueue()
        self.error: BaseException | None = None
        self._left = threading.Event()
        self._stop: Callable[[], object] | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self.error = error
        finally:
            with self._lock:
                self._stop = None
            self.arriving.put(None)

    def leave(self) -> None:
        """The caller takes no more."""
        with self._lock:
            self._left.set()
            if self._stop:
                self._stop()

    async def _work(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        with self._lock:
            if task is not None:
                self._stop = lambda: loop.call_soon_threadsafe(task.cancel)
        async with aclosing(self._make()) as results:
            while not self._left.is_set() and (result := await anext(results, None)) is not None:
                self.arriving.put((result,))
                while self.arriving.qsize() >= self._ahead and not self._left.is_set():
                    await asyncio.sleep(_PAUSE)
