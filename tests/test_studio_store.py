"""The studio's tables: what migrations make is what the code says, on both databases, beside the other rooms' (F-3)."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text
from studio_app import ANN, studio
from test_seat_store import ours_missing, schema

from overture.database import make_engine, writing
from overture.errors import ConfigurationError
from overture.studio.shelf import KeptCandidate, page, remove
from overture.studio.store import StudioStore
from overture.studio.tables import metadata


def test_migrating_an_empty_database_makes_what_the_metadata_says(empty_url: str) -> None:
    StudioStore(empty_url).close()
    assert ours_missing(empty_url, metadata) == []
    assert {table for table in schema(empty_url) if not table.startswith("sqlite_")} == {
        *metadata.tables, "studio_version",
    }  # fmt: skip
    before = schema(empty_url)
    StudioStore(empty_url).close()
    assert schema(empty_url) == before


@pytest.mark.parametrize("change", ["DROP COLUMN label", "ADD COLUMN more TEXT"])
def test_the_comparison_sees_a_difference(tmp_path: Path, change: str) -> None:
    url = f"sqlite:///{tmp_path / 'studio.db'}"
    StudioStore(url).close()
    engine = make_engine(url)
    with writing(engine) as connection:
        connection.execute(text(f"ALTER TABLE studio_keys {change}"))
    engine.dispose()
    assert ours_missing(url, metadata) != []


def test_every_room_lives_in_one_database(tmp_path: Path, empty_url: str) -> None:
    """A seat's shelf comes back as it was put there, newest first, and nobody else's with it."""
    with studio(tmp_path, url=empty_url) as desk:
        with desk.services.store.read() as connection:
            mine = page(connection, KeptCandidate, ANN)
            first = page(connection, KeptCandidate, ANN, limit=1)
            rest = page(connection, KeptCandidate, ANN, after=(first[0].created_at, first[0].id))
        assert [each.id for each in mine] == ["ann-sparse", "ann-rich"]
        assert [*first, *rest] == mine
        assert mine[0].created_at == desk.clock()
        with desk.services.store.write() as connection:
            assert not remove(connection, KeptCandidate, "ben", "ann-rich")
            assert remove(connection, KeptCandidate, ANN, "ann-rich")
        names = set(schema(empty_url))
    assert {"studio_version", "feedback_version", "drafting_version"} <= names


def test_as_many_threads_as_there_are_get_a_connection_each(empty_url: str) -> None:
    """None waits for another's: what it holds may be waiting for this one."""
    engine = make_engine(empty_url)
    with ExitStack() as held:
        connections = [held.enter_context(engine.connect()) for _ in range(60)]
        assert {connection.scalar(text("SELECT 1")) for connection in connections} == {1}
    engine.dispose()


def test_a_database_that_cannot_be_opened_is_said_in_a_line(tmp_path: Path) -> None:
    for url in ("nonsense", "mysql://x/y", f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"):
        with pytest.raises(ConfigurationError):
            StudioStore(url)
