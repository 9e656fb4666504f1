"""The rows of an input that a run does not hold yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from .candidate_rows import CandidateRow
from .run_store import RunStore

_LOOKED_UP: Final = 500


class MissingRows:
    """Iterates, once, over rows of which the store has none or another one in place; `looked` follows each group.

    What `looked` raises ends it.
    """

    def __init__(
        self, rows: Iterable[CandidateRow], *, store: RunStore, looked: Callable[[], None] = lambda: None
    ) -> None:
        self._store, self._looked = store, looked
        self._found = self._find(iter(rows))
        self.looked_at = self.before = 0
        """How many rows were looked at so far, and how many of them were there."""

    def __iter__(self) -> Iterator[CandidateRow]:
        return self._found

    def look_on(self) -> None:
        """Look at the rest of an input whose run has stopped, where the store may hold rows of an earlier input."""
        if self._store.last() >= self.looked_at:
            for _ in self._found:
                pass

    def _find(self, rows: Iterator[CandidateRow]) -> Iterator[CandidateRow]:
        while group := list(islice(rows, _LOOKED_UP)):
            there = rows_there(self._store, group)
            for row in group:
                self.looked_at += 1
                if row.number in there:
                    self.before += 1
                else:
                    yield row
            self._looked()


def rows_there(store: RunStore, group: Sequence[CandidateRow]) -> set[int]:
    """The numbers of those rows, in a row, that the store holds; it lets go of what an earlier input had there."""
    done = store.done(group[0].number, group[-1].number)
    store.drop({row.number: done[row.number] for row in group if done.get(row.number, row.digest) != row.digest})
    return {row.number for row in group if done.get(row.number) == row.digest}
