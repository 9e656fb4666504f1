"""Answers and rows on their way to the store: what came together is one transaction, and nobody goes on before it."""

from __future__ import annotations

import asyncio

from .records import StoredAnswer, StoredRow
from .run_store import RunStore


class Keeper:
    """Keeps what the tasks of one event loop give it; `keep_answer` and `keep_row` return when it is in the store."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._answers: list[tuple[str, StoredAnswer]] = []
        self._rows: list[StoredRow] = []
        self._batch: _Batch | None = None

    async def keep_answer(self, key: str, answer: StoredAnswer) -> None:
        """The answer is in the store."""
        self._answers.append((key, answer))
        await self._written()

    async def keep_row(self, row: StoredRow) -> None:
        """The row is in the store."""
        self._rows.append(row)
        await self._written()

    def flush(self) -> None:
        """Write what is waiting, in one transaction."""
        batch, self._batch = self._batch, None
        answers, rows = self._answers, self._rows
        self._answers, self._rows = [], []
        try:
            self._store.put(answers=answers, rows=rows)
        except Exception as error:
            if batch is None:
                raise
            batch.error = error
        if batch is not None:
            batch.done.set()

    async def _written(self) -> None:
        if self._batch is None:
            self._batch = _Batch()
            # The next turn of the loop: all answers that have come by then are in the same transaction.
            asyncio.get_running_loop().call_soon(self.flush)
        batch = self._batch
        await batch.done.wait()
        if batch.error is not None:
            raise batch.error


class _Batch:
    __slots__ = ("done", "error")

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.error: Exception | None = None
