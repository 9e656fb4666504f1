"""What Alembic runs: the connection is always given by `overture.studio.store.migrate`."""

from overture.database import run_migrations

run_migrations()
