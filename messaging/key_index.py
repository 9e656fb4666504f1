"""Which keys an outbox file holds and where, so that a million lines are read once and not kept in memory."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

_CHUNK: Final = 10_000
_TABLES: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, start INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reach (
    only INTEGER PRIMARY KEY CHECK (only = 1), file INTEGER NOT NULL, stop INTEGER NOT NULL
);
"""


class Reach(NamedTuple):
    """How far the index has read: which file (its inode) and up to which byte."""

    file: int
    stop: int


class KeyIndex:
    """A SQLite file that repeats what the outbox says; it may be deleted at any time and is then made anew.

    Used under the outbox's lock only. Whatever it holds is checked against the outbox, so that an index that is
    behind, or another's, costs time and never a message.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def reach(self) -> Reach:
        """How far it has read; nothing read is `Reach(-1, 0)`."""
        row = self._open().execute("SELECT file, stop FROM reach").fetchone()
        return Reach(*row) if row else Reach(-1, 0)

    def find(self, key: str) -> int | None:
        """The byte at which the line of a key starts."""
        row = self._open().execute("SELECT start FROM keys WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def add(self, lines: Iterable[tuple[str, int, int]], *, file: int) -> None:
        """Take in lines as (key, first byte, byte after the last), in their order."""
        connection = self._open()
        chunk: list[tuple[str, int, int]] = []
        for line in lines:
            chunk.append(line)
            if len(chunk) == _CHUNK:
                self._write(connection, chunk, file)
                chunk.clear()
        self._write(connection, chunk, file)

    def clear(self) -> None:
        """Forget everything."""
        with self._open() as connection:
            connection.execute("DELETE FROM keys")
            connection.execute("DELETE FROM reach")

    def discard(self) -> None:
        """Delete a file that SQLite cannot read."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Give the file back."""
        if self._connection is not None:
            _close(self._connection, self._process)
        self._connection = None

    @staticmethod
    def _write(connection: sqlite3.Connection, chunk: list[tuple[str, int, int]], file: int) -> None:
        if chunk:
            with connection:  # one transaction: keys without their reach, or the other way about, are never seen
                connection.executemany(
                    "INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, start) for key, start, _ in chunk]
                )
                connection.execute("INSERT OR REPLACE INTO reach VALUES (1, ?, ?)", (file, chunk[-1][2]))

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():  # SQLite may not be carried over a fork
            # The outbox's lock keeps threads apart.
            self._connection = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
            self._process = os.getpid()
            weakref.finalize(self, _close, self._connection, self._process)
            self._connection.executescript(_TABLES)
        return self._connection


def _close(connection: sqlite3.Connection, process: int) -> None:
    if process == os.getpid():  # a child's copy is the parent's to close: closing tidies up files that it still uses
        connection.close()
