"""Where rooms keep their tables, side by side in one database: a file of SQLite, or PostgreSQL by URL.

Each room has its own migrations with a version table of their own, and touches no other room's tables.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, TypeDecorator, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import PoolProxiedConnection

from overture.errors import ConfigurationError, MissingExtraError

DEFAULT_URL: Final = "sqlite:///overture.db"
_BUSY_SECONDS: Final = 60
_MOST_AT_ONCE: Final = 60
"""Connections beside the pool's own: more than there are threads, so that none waits for another's to come back."""
_WRITES: Final = "overture_writes"
_LOGGER: Final = "overture"
_alembic: Final = threading.Lock()  # its context is global: two threads would run each other's scripts


class Instant(TypeDecorator[datetime]):
    """A column of instants in UTC; SQLite keeps no zone, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses instants without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature is SQLAlchemy's
        """Always in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Store:
    """An engine whose tables are at the newest migration of one room."""

    def __init__(self, url: str = DEFAULT_URL, *, migrate: Callable[[Engine], None]) -> None:
        """Connects, and migrates what is older by the room's `migrate`.

        Raises:
            ConfigurationError: the URL is none, its driver is missing, or the database cannot be reached.
        """
        self.url = url
        self.engine = make_engine(url)
        try:
            migrate(self.engine)
        except DatabaseError as error:
            raise ConfigurationError(f"{_shown(url)} cannot be opened: {error.orig}") from error

    @property
    def is_sqlite(self) -> bool:
        """Whether this is one file on one machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection for reading only."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    def write(self) -> AbstractContextManager[Connection]:
        """One transaction: all of it or nothing. On SQLite it is the only writer from its first statement on."""
        return writing(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """One writing transaction of an engine."""
    with engine.connect() as connection:
        connection.connection.info[_WRITES] = True
        with connection.begin():
            yield connection


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do on a conflict."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """`insert_into` for what is built once for a dialect: both spell ON CONFLICT alike, each for its own compiler."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def make_engine(url: str) -> Engine:
    """An engine with our settings: WAL and synchronous=FULL on SQLite, since credits are like money (CR-8).

    Values of rows are in no log record and in no error message: texts are private (D-7).

    Raises:
        ConfigurationError: the URL is none, or its driver is missing.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(
            parsed,
            pool_pre_ping=parsed.get_backend_name() != "sqlite",
            execution_options={"preserve_rowcount": True},  # else an upsert's is -1 on PostgreSQL
            hide_parameters=True,
            logging_name=_LOGGER,
            **_pool_of(parsed),
        )
    except (ArgumentError, ImportError) as error:
        if getattr(error, "name", None) == "psycopg":
            raise MissingExtraError("store", needed_for="PostgreSQL") from error
        raise ConfigurationError(
            f"{_shown(url)} is no database address: {error}; expected sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        # Not the event "begin": an engine that has one calls events at every statement, a third of what it costs.
        vars(engine.dialect)["do_begin"] = _begin_sqlite
    elif engine.dialect.name != "postgresql":
        raise ConfigurationError(f"{_shown(url)}: expected sqlite:///FILE or postgresql://USER@HOST/NAME")
    return engine


def migrate(engine: Engine, *, scripts: Path, version_table: str, lock: int, to: str = "head") -> None:
    """Bring the tables of one room to a migration; nothing happens where they are there already.

    `scripts` is the room's folder of migrations, `version_table` where it is kept how far they have run, and `lock`
    the number of PostgreSQL's advisory lock for which processes that start together wait; both are the room's own.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    with _alembic, writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
        config.attributes.update(connection=connection, version_table=version_table)
        command.upgrade(config, to)


def run_migrations() -> None:
    """What a room's `migrations/env.py` consists of: run its scripts on the connection that `migrate` gave."""
    given = context.config.attributes
    context.configure(connection=given["connection"], version_table=given["version_table"], render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


def new_metadata() -> MetaData:
    """Metadata whose constraints and indexes are named by their tables, the same on SQLite and PostgreSQL."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _pool_of(url: URL) -> dict[str, Any]:
    """A database in memory has one connection for each thread, and no pool."""
    in_memory = url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}
    return {} if in_memory else {"max_overflow": _MOST_AT_ONCE}


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `Store.write`, not by the driver's guesses
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: PoolProxiedConnection) -> None:
    connection.cursor().execute("BEGIN IMMEDIATE" if connection.info.pop(_WRITES, False) else "BEGIN")


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the database address"


def _has_no_rows(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG  # what SQLAlchemy logs at DEBUG is the rows that it fetched


logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGER}").addFilter(_has_no_rows)
