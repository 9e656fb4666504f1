"""The store of a run as one worker sees it for one chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from overture.generation.draft import Usage

from .run_store import RunStore

_COMPARED: Final = 4_096


class WorkerStore(RunStore):
    """A run's store that costs a chunk no more the longer the run is.

    `spent` sums up in place of all the answers; without it they are summed, as a ceiling needs it.
    """

    def __init__(self, url: str, *, run: str, spent: Callable[[], Usage] | None = None) -> None:
        super().__init__(url, run=run)
        self._spent = spent

    def spent(self) -> Usage:
        """What the run has spent."""
        return super().spent() if self._spent is None else self._spent()

    def signatures(self, *, most: int) -> Iterator[bytes]:
        """Fewer than a whole run compares with, since each chunk reads them anew."""
        return super().signatures(most=min(most, _COMPARED))
