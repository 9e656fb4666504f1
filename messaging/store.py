"""Where messaging keeps its state: SQLite by default, PostgreSQL by URL; one transaction shape for both."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from overture.database import DEFAULT_URL as DEFAULT_URL
from overture.database import Store as DatabaseStore
from overture.database import make_engine as make_engine
from overture.database import migrate as migrate_room
from overture.database import writing as writing

_MIGRATION_LOCK: Final = 7_308_411_521
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = "alembic_version"  # Alembic's default: the first release's databases have it


class Store(DatabaseStore):
    """An engine whose tables are at the newest migration of messaging."""

    def __init__(self, url: str = DEFAULT_URL) -> None:
        """Connects, and migrates what is older.

        Raises:
            ConfigurationError: the URL is none, its driver is missing, or the database cannot be reached.
        """
        super().__init__(url, migrate=migrate)


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the tables of messaging to a migration; nothing happens where they are there already."""
    migrate_room(engine, scripts=_MIGRATIONS, version_table=_VERSION_TABLE, lock=_MIGRATION_LOCK, to=to)
