"""The studio's own store: keys, sessions, what a seat works with, and the audit log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from starlette.concurrency import run_in_threadpool

from overture.database import DEFAULT_URL, Store
from overture.database import migrate as migrate_room

P = ParamSpec("P")
T = TypeVar("T")
_MIGRATION_LOCK: Final = 7_308_411_524
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = "studio_version"


class StudioStore(Store):
    """The store of our tables, which overwrites what is deleted (F-3)."""

    def __init__(self, url: str = DEFAULT_URL) -> None:
        """Connects, and makes or migrates its tables; those of other rooms stay as they are.

        Raises:
            ConfigurationError: the URL is none, its driver is missing, or the database cannot be reached.
        """
        _keep_to_ourselves(url)
        super().__init__(url, migrate=_prepare)

    async def look(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a short piece of reading: on SQLite at once, where a reader waits for nobody and a thread costs more."""
        return work(*args, **kwargs) if self.is_sqlite else await run_in_threadpool(work, *args, **kwargs)


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the tables of the studio to a migration; nothing happens where they are there already."""
    migrate_room(engine, scripts=_MIGRATIONS, version_table=_VERSION_TABLE, lock=_MIGRATION_LOCK, to=to)


def _keep_to_ourselves(url: str) -> None:
    """A new file of SQLite is its owner's alone, and so are the -wal and -shm that SQLite puts beside it."""
    with suppress(ArgumentError, OSError):  # which is said when it is opened
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
            Path(str(address.database)).touch(mode=0o600)


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up)
    migrate(engine)


def _set_up(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")
    # No credits in these tables: after a power cut the last draft may be missing, and the file is whole.
    connection.execute("PRAGMA synchronous=NORMAL")
