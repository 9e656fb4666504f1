"""Which workers are alive: each holds a numbered slot by a lock that its death gives back at once."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from overture.errors import ConfigurationError

from .file_lock import try_lock
from .store import Store

_MOST: Final = 1_000
_FAMILY: Final = 730_841_154  # the first half of PostgreSQL's advisory keys; the slot is the second
_TAKE: Final = text("SELECT pg_try_advisory_lock(:family, :slot)")
_LEAVE: Final = text("SELECT pg_advisory_unlock(:family, :slot)")


class WorkerSlots(Protocol):
    """Slots 0, 1, 2, ... of one database; a worker that starts takes the lowest free one, mostly its own of before."""

    def take(self) -> int:
        """Hold the lowest free slot until `leave` or death."""
        ...

    def is_held(self) -> bool:
        """Whether this worker's slot is still its own: a connection that broke loses it, and it is taken again."""
        ...

    def leave(self) -> None:
        """Give it back."""
        ...

    def while_dead(self, slot: int) -> AbstractContextManager[bool]:
        """Whether nobody holds a slot; while the block runs, nobody takes it."""
        ...


def worker_slots(store: Store) -> WorkerSlots:
    """The slots of a store: locked files beside SQLite's, advisory locks in PostgreSQL.

    Raises:
        ConfigurationError: SQLite in memory, which no two workers share.
    """
    if not store.is_sqlite:
        return _Advisory(store.engine)
    path = store.engine.url.database
    if not path or path == ":memory:":
        raise ConfigurationError("workers need a database in a file; this one is in memory")
    return _Files(Path(path).absolute())


class _Files:
    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: int | None = None

    def take(self) -> int:
        for slot in range(_MOST):
            self._file = try_lock(self._path(slot))
            if self._file is not None:
                return slot
        raise _too_many()

    def is_held(self) -> bool:
        return self._file is not None

    def leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextmanager
    def while_dead(self, slot: int) -> Generator[bool]:
        file = try_lock(self._path(slot))
        try:
            yield file is not None
        finally:
            if file is not None:
                os.close(file)

    def _path(self, slot: int) -> Path:
        return Path(f"{self._database}.worker-{slot}.lock")


class _Advisory:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # a lock needs no transaction kept open
        self._connection: Connection | None = None
        self._slot = 0

    def take(self) -> int:
        self._connection = self._engine.connect()
        for slot in range(_MOST):
            if _ask(self._connection, slot):
                self._slot = slot
                return slot
        self.leave()
        raise _too_many()

    def is_held(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                return _ask(self._connection, self._slot)
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.leave()
            return False
        return True

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes the session, which gives its locks back, rather than pool it
            self._connection.close()
            self._connection = None

    @contextmanager
    def while_dead(self, slot: int) -> Generator[bool]:
        with self._engine.connect() as connection:
            is_dead = _ask(connection, slot)
            try:
                yield is_dead
            finally:
                if is_dead:
                    connection.execute(_LEAVE, {"family": _FAMILY, "slot": slot})


def _ask(connection: Connection, slot: int) -> bool:
    return bool(connection.execute(_TAKE, {"family": _FAMILY, "slot": slot}).scalar())


def _too_many() -> ConfigurationError:
    return ConfigurationError(f"{_MOST} workers hold this database; end some of them")
