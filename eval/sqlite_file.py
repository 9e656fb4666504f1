"""Small SQLite files of the run's own: opened, with a format number that is checked."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from overture.errors import InputError


def open_sqlite(path: Path, *, tables: str, version: int, exclusive: bool) -> sqlite3.Connection:
    """A connection in WAL: what is committed outlives the process, however it ends.

    A new file is its owner's alone: profiles and messages are private (F-3). With `exclusive` nobody else can open the
    file while this connection lives.

    Raises:
        InputError: the file cannot be opened, is of another format, or is in use.
    """
    connection = None
    try:
        with suppress(FileExistsError):  # never opened where it is there: closing it would drop this process's locks
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(path, timeout=0.2 if exclusive else 30, isolation_level=None)
        if exclusive:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found in (0, version):
            connection.execute(tables)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        if connection is not None:
            connection.close()
        if "locked" in str(error):
            raise InputError("another run is writing it", path=str(path)) from None
        raise InputError(f"cannot be opened ({error})", path=str(path), expected="a file that this writes") from None
    if found not in (0, version):
        connection.close()
        problem = f"is of format {found}, and this Overture knows {version}"
        raise InputError(problem, path=str(path), expected="another file, or the version of Overture that wrote it")
    return connection
