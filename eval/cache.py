"""A cache of outcomes by content: the same case, asked of the same subject by the same suite, is not run again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from .result_row import Outcome
from .room_fingerprint import room_fingerprint
from .sqlite_file import open_sqlite
from .subject import Judged
from .suite import Suite

_VERSION: Final = 1
_TABLES: Final = """CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT PRIMARY KEY, missed TEXT NOT NULL, scores TEXT NOT NULL, output TEXT NOT NULL, shown TEXT NOT NULL,
    seconds REAL NOT NULL) WITHOUT ROWID"""


def judged_fingerprint(suite: Suite[Any], subject: Judged) -> str:
    """What a suite judges: the subject, and the code of our own rooms where a suite judges that."""
    return f"{subject.fingerprint} {room_fingerprint(*suite.code)}" if suite.code else subject.fingerprint


def result_key(suite: str, version: int, case_key: str, fingerprint: str) -> str:
    """SHA-256 of all that an outcome depends on, as hex: suite and its version, case, what is judged."""
    return sha256(f"{suite}@{version} {case_key} {fingerprint}".encode()).hexdigest()


class ResultCache:
    """Scored outcomes in an SQLite file, shared by any number of runs, also at once; failures are never kept.

    It holds what drafts and replies say: erase the file where a candidate's data has to go (F-3).

    Raises:
        InputError: the file cannot be opened, or is of another format.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = open_sqlite(Path(path), tables=_TABLES, version=_VERSION, exclusive=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, keys: Sequence[str]) -> dict[str, Outcome]:
        """The outcomes that are known, by their keys."""
        marks = ", ".join("?" * len(keys))
        query = f"SELECT key, missed, scores, output, shown, seconds FROM outcomes WHERE key IN ({marks})"  # noqa: S608 - marks
        return {key: Outcome(*outcome) for key, *outcome in self._file.execute(query, keys)}

    def put(self, outcomes: Sequence[tuple[str, Outcome]]) -> None:
        """Keep outcomes; of two with one key the first stays."""
        if outcomes:
            self._file.execute("BEGIN IMMEDIATE")
            rows = [(key, *outcome) for key, outcome in outcomes]
            self._file.executemany("INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._file.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
