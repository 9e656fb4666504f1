"""The journal of a run under way: each outcome is kept as it comes, so that a killed run can go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self, overload

from .result import CaseResult, Status
from .result_row import ResultRow, result_of
from .sqlite_file import open_sqlite

JOURNAL: Final = "journal.db"
BATCH: Final = 256
"""Outcomes that are written at once; a kill loses fewer than these, and none that is older than a second."""
_LONGEST_WAIT: Final = 1.0
_VERSION: Final = 1
_TABLES: Final = """CREATE TABLE IF NOT EXISTS results (
    suite TEXT NOT NULL, ordinal INTEGER NOT NULL, "case" TEXT NOT NULL, key TEXT NOT NULL, cluster TEXT NOT NULL,
    slices TEXT NOT NULL, inputs TEXT NOT NULL, expected TEXT NOT NULL, status TEXT NOT NULL, error TEXT NOT NULL,
    missed TEXT NOT NULL, scores TEXT NOT NULL, output TEXT NOT NULL, shown TEXT NOT NULL, seconds REAL NOT NULL,
    cached INTEGER NOT NULL,
    PRIMARY KEY (suite, ordinal), UNIQUE (suite, "case"))"""


class Held(NamedTuple):
    """What the journal knows of a case."""

    ordinal: int
    key: str
    status: Status


class Ending(NamedTuple):
    """How a case ended, in words; both are empty where it passed."""

    case: str
    seconds: float
    error: str
    missed: str


class Counts(NamedTuple):
    """How many cases a suite has, and how they ended: `failed`, `missed` a metric; `seconds` of all tasks together."""

    n: int
    failed: int
    missed: int
    cached: int
    seconds: float


Later = Callable[[float, Callable[[], None]], bool]


def _in_loop(seconds: float, call: Callable[[], None]) -> bool:
    """Have the running event loop call this later; False where none runs."""
    try:
        asyncio.get_running_loop().call_later(seconds, call)
    except RuntimeError:
        return False
    return True


class Journal:
    """Outcomes of a run in an SQLite file that one process at a time can open.

    What waits in an event loop is written within a second, also where no other outcome comes: a slow model's answers
    are paid for.

    Raises:
        InputError: another process has it open, or it cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic, later: Later = _in_loop) -> None:
        self.path = path
        self._clock, self._later = clock, later
        self._is_due = False
        self._file = open_sqlite(path, tables=_TABLES, version=_VERSION, exclusive=True)
        self._pending: list[ResultRow] = []
        self._flushed = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, row: ResultRow) -> None:
        """Keep one outcome, in place of an earlier one of the same case."""
        self._pending.append(row)
        if len(self._pending) >= BATCH or self._clock() - self._flushed >= _LONGEST_WAIT:
            self.flush()
        elif not self._is_due:  # at most one call a second, however fast outcomes come
            self._is_due = self._later(_LONGEST_WAIT, self._due)

    def _due(self) -> None:
        self._is_due = False
        self.flush()

    def add_many(self, rows: Iterable[ResultRow]) -> None:
        """`add`, for rows of a table."""
        for row in rows:
            self.add(row)
        self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._pending:
            self._file.execute("BEGIN")
            marks = ", ".join("?" * len(ResultRow._fields))
            self._file.executemany(f"INSERT OR REPLACE INTO results VALUES ({marks})", self._pending)  # noqa: S608 - marks
            self._file.execute("COMMIT")
            self._pending.clear()
        self._flushed = self._clock()

    def held(self, suite: str, cases: Sequence[str]) -> dict[str, Held]:
        """What is known of these cases, by their ids; what waits is written first."""
        self.flush()
        marks = ", ".join("?" * len(cases))
        query = f'SELECT "case", ordinal, key, status FROM results WHERE suite = ? AND "case" IN ({marks})'  # noqa: S608 - marks
        return {case: Held(*known) for case, *known in self._file.execute(query, (suite, *cases))}

    def counts(self, suite: str) -> Counts:
        """How the cases of a suite ended."""
        self.flush()
        query = """SELECT count(*), ifnull(sum(status = 'failed'), 0), ifnull(sum(missed <> ''), 0),
                   ifnull(sum(cached), 0), ifnull(sum(seconds), 0.0) FROM results WHERE suite = ?"""
        return Counts(*self._file.execute(query, (suite,)).fetchone())

    def rows(self, suite: str) -> Iterator[ResultRow]:
        """The rows of a suite in the order of its cases, streamed."""
        self.flush()
        query = "SELECT * FROM results WHERE suite = ? ORDER BY ordinal"
        return map(ResultRow._make, self._file.execute(query, (suite,)))

    def endings(self, suite: str) -> Iterator[Ending]:
        """How the cases of a suite ended, in their order, streamed."""
        self.flush()
        query = 'SELECT "case", seconds, error, missed FROM results WHERE suite = ? ORDER BY ordinal'
        return map(Ending._make, self._file.execute(query, (suite,)))

    def row(self, suite: str, ordinal: int) -> ResultRow:
        """One row."""
        found = self._file.execute("SELECT * FROM results WHERE suite = ? AND ordinal = ?", (suite, ordinal)).fetchone()
        return ResultRow._make(found)

    def close(self) -> None:
        """Write what waits, and let the file go."""
        try:
            self.flush()
        finally:
            self._file.close()

    def remove(self) -> None:
        """Close the file and take it away: its content is in the run's table."""
        self.close()
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)


class JournalResults(Sequence[CaseResult]):
    """The results of one suite in the order of its cases, read from the journal as they are asked for."""

    def __init__(self, journal: Journal, suite: str) -> None:
        self._journal, self._suite = journal, suite
        self._length = journal.counts(suite).n

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[CaseResult]:
        return map(result_of, self._journal.rows(self._suite))

    @overload
    def __getitem__(self, index: int) -> CaseResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[CaseResult]: ...
    def __getitem__(self, index: int | slice) -> CaseResult | list[CaseResult]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._length))]
        return result_of(self._journal.row(self._suite, range(self._length)[index]))
