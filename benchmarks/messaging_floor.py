"""What an operation runs, recorded, and played again bare: as SQLAlchemy Core statements, or by the driver alone."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

from overture.messaging.store import writing


@dataclass
class Transaction:
    """One transaction: its Core statements with their values, and the SQL with its parameters as the driver got it."""

    is_write: bool
    core: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    driver: list[tuple[str, Any, bool]] = field(default_factory=list[tuple[str, Any, bool]])


@contextmanager
def recorded(engine: Engine) -> Generator[list[Transaction]]:
    """Everything that runs on an engine meanwhile, in a list that grows."""
    done: list[Transaction] = []

    def begin(connection: Connection) -> None:
        done.append(Transaction(is_write="overture_writes" in connection.connection.info))

    def execute(_connection: Connection, statement: Any, many: Any, one: Any, _options: Any) -> None:
        done[-1].core.append((statement, list(many) or dict(one)))

    def cursor(_connection: Connection, _cursor: Any, sql: str, values: Any, _context: Any, is_many: bool) -> None:
        done[-1].driver.append((sql, values, is_many))

    listeners = {"begin": begin, "before_execute": execute, "before_cursor_execute": cursor}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield done
    for name, listener in listeners.items():
        event.remove(engine, name, listener)


def play_core(engine: Engine, transactions: Sequence[Transaction]) -> None:
    """The same Core statements, already built, their rows fetched as plain rows."""
    for transaction in transactions:
        with writing(engine) if transaction.is_write else engine.connect() as connection:
            for statement, values in transaction.core:
                result = connection.execute(statement, values)
                if result.returns_rows:
                    result.fetchall()


def play_driver(engine: Engine, transactions: Sequence[Transaction]) -> None:
    """The same SQL by sqlite3 or psycopg, which prepares it, on one connection that stays open."""
    is_sqlite = engine.dialect.name == "sqlite"
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    for transaction in transactions:
        cursor = connection.cursor()
        if is_sqlite:
            cursor.execute("BEGIN IMMEDIATE" if transaction.is_write else "BEGIN")
        for sql, values, is_many in transaction.driver:
            if is_many:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values)
                if cursor.description:
                    cursor.fetchall()
        connection.commit()
        cursor.close()
    pooled.close()
