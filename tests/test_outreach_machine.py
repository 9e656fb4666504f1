"""Ten thousand steps of messaging against a naive model; a million by night (S, CR, H, C)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from outreach_machine import OutreachMachine, check, machine_on, machine_on_sqlite
from postgres import PostgresServer

from overture.messaging.store import Store


@pytest.fixture
def on_sqlite(migrated_sqlite: Path) -> type[OutreachMachine]:
    return machine_on_sqlite(migrated_sqlite)


@pytest.fixture
def on_postgres(postgres_server: PostgresServer, migrated_postgres: str) -> type[OutreachMachine]:
    def make() -> tuple[Store, Callable[[], None]]:
        url = postgres_server.create(template=migrated_postgres)
        return Store(url), lambda: postgres_server.drop(url)

    return machine_on(make)


def test_any_order_of_steps_on_sqlite(on_sqlite: type[OutreachMachine]) -> None:
    check(on_sqlite, runs=5, steps=30)


@pytest.mark.slow
def test_two_thousand_steps_on_sqlite(on_sqlite: type[OutreachMachine]) -> None:
    check(on_sqlite, runs=20, steps=100)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_ten_thousand_steps_on_sqlite(on_sqlite: type[OutreachMachine]) -> None:
    check(on_sqlite, runs=100, steps=100)


@pytest.mark.slow
def test_two_hundred_steps_on_postgresql(on_postgres: type[OutreachMachine]) -> None:
    check(on_postgres, runs=5, steps=40)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_thousand_steps_on_postgresql(on_postgres: type[OutreachMachine]) -> None:
    check(on_postgres, runs=20, steps=50)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@pytest.mark.skipif("OVERTURE_NIGHTLY" not in os.environ, reason="a million steps take hours: set OVERTURE_NIGHTLY")
def test_a_million_steps_on_sqlite(on_sqlite: type[OutreachMachine]) -> None:
    check(on_sqlite, runs=5_000, steps=200)
