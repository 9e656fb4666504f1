"""The stores: migrations against the metadata, all-or-nothing writes, durability, and the seal on the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledgers import ANA, POLICY, START, at_once, migrate
from postgres import PostgresServer
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from overture.errors import ConfigurationError
from overture.messaging.ledger import balance, grant_bonus
from overture.messaging.store import Store
from overture.messaging.tables import contracts, entries, metadata, suppressions


def test_migrating_makes_what_the_metadata_says(empty_url: str) -> None:
    store = Store(empty_url)
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_the_comparison_sees_a_missing_index(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("DROP INDEX ix_messages_thread"))
    with store.read() as connection:
        (difference,) = compare_metadata(MigrationContext.configure(connection), metadata)
    assert difference[0] == "add_index"


def test_partial_indexes_are_partial(store: Store) -> None:
    with store.read() as connection:
        found = {index["name"]: index.get("dialect_options", {}) for index in inspect(connection).get_indexes("lots")}
    for name in ("ix_lots_owner_granted_at_id", "ix_lots_expires_at_owner"):
        option = found[name][f"{store.engine.dialect.name}_where"]
        assert str(option).strip("()") == "remaining > 0"


def test_migrating_again_does_nothing(empty_url: str) -> None:
    first = Store(empty_url)
    with first.write() as connection:
        connection.execute(contracts.insert().values(id="acme", policy="default"))
    before = _schema(first)
    second = Store(empty_url)
    assert _schema(second) == before
    with second.read() as connection:
        assert connection.execute(select(contracts.c.id)).scalars().all() == ["acme"]
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0001"]
    first.close()
    second.close()


@pytest.mark.slow
def test_processes_that_migrate_at_once_all_succeed(empty_url: str) -> None:
    assert at_once(migrate, [(empty_url,)] * 4) == [True] * 4
    store = Store(empty_url)
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_a_write_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        _add_twice(connection)
    with store.read() as connection:
        assert connection.execute(select(contracts)).all() == []


def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with store.read() as connection:
        connection.execute(contracts.insert().values(id="acme", policy="default"))
    with store.read() as connection:
        assert connection.execute(select(contracts)).all() == []


@pytest.mark.parametrize(
    "change", ["UPDATE entries SET amount = 1000", "DELETE FROM entries", "UPDATE entries SET reason = ''"]
)
def test_cr8_nothing_in_the_ledger_is_updated_or_deleted(store: Store, change: str) -> None:
    with store.write() as connection:
        grant_bonus(connection, ANA, key="welcome", now=START, policy=POLICY)
    with pytest.raises(DatabaseError, match="CR-8"), store.write() as connection:
        connection.execute(text(change))
    with store.read() as connection:
        assert connection.execute(select(entries.c.amount)).scalars().all() == [100]


def test_cr8_the_ledger_is_not_truncated(postgres_url: str) -> None:
    store = Store(postgres_url)
    with pytest.raises(DatabaseError, match="CR-8"), store.write() as connection:
        connection.execute(text("TRUNCATE entries"))
    store.close()


def test_credits_are_durable_on_sqlite(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'overture.db'}")
    with store.read() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_credits_outlive_the_process_that_booked_them(store_url: str) -> None:
    first = Store(store_url)
    with first.write() as connection:
        grant_bonus(connection, ANA, key="welcome", now=START, policy=POLICY)
    first.close()
    second = Store(store_url)
    with second.read() as connection:
        assert balance(connection, "contract:acme", now=START) == 100
    second.close()


def test_instants_come_back_in_utc(store: Store) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    given = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=kathmandu)
    with store.write() as connection:
        connection.execute(suppressions.insert().values(contract="acme", candidate="c1", since=given, reason="C-7"))
        found = connection.execute(select(suppressions.c.since)).scalar_one()
    assert (found, found.tzinfo) == (given, UTC)


def test_instants_without_a_zone_are_refused(store: Store) -> None:
    row = {"contract": "acme", "candidate": "c1", "since": START.replace(tzinfo=None), "reason": "C-7"}
    with pytest.raises(StatementError, match="needs a zone"), store.write() as connection:
        connection.execute(suppressions.insert(), row)


@pytest.mark.parametrize("url", ["nonsense", "mysql://root@localhost/x", "sqlite:////no/such/folder/overture.db"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Store(url)


def test_a_password_is_never_shown(postgres_server: PostgresServer) -> None:
    url = postgres_server.create()
    postgres_server.drop(url)
    with pytest.raises(ConfigurationError) as caught:
        Store(url.replace("overture@", "overture:hunter2@"))
    assert "cannot be opened" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def _add_twice(connection: Connection) -> None:
    for policy in ("default", "grace_period"):
        connection.execute(contracts.insert().values(id="acme", policy=policy))


def _schema(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        inspector = inspect(connection)
        return sorted(
            (table, str(column["name"]) + str(column["type"]))
            for table in inspector.get_table_names()
            for column in inspector.get_columns(table)
        )
