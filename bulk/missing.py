"""The rows of an input that a run does not hold yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from .candidate_rows import CandidateRow
from .run_store import RunStore

_LOOKED_UP: Final = 500


class MissingRows:
    """Iterates over the rows that have no row in the store, or another one at their place; `looked` follows each group.

    What `looked` raises ends it.
    """

    def __init__(
        self, rows: Iterable[CandidateRow], *, store: RunStore, looked: Callable[[], None] = lambda: None
    ) -> None:
        self._rows, self._store, self._looked = rows, store, looked
        self.looked_at = self.before = 0
        """How many rows were looked at so far, and how many of them were there."""

    def __iter__(self) -> Iterator[CandidateRow]:
        rows = iter(self._rows)
        while group := list(islice(rows, _LOOKED_UP)):
            done = self._store.done(group[0].number, group[-1].number)
            for row in group:
                self.looked_at += 1
                if done.get(row.number) == row.digest:
                    self.before += 1
                else:
                    yield row
            self._looked()
