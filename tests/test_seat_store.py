"""The seat store as a whole: export and erasure (F-3), the async face, the extra, and life beside other rooms."""

from __future__ import annotations

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from seats import ACME, CANARY, NOON, Clock
from seats import clock as clock
from seats import kept_postgres as kept_postgres
from seats import kept_sqlite as kept_sqlite
from seats import kept_url as kept_url
from seats import seats as seats
from sqlalchemy import MetaData, text
from sqlalchemy import inspect as inspected
from test_imports import run_without

from overture.database import make_engine, writing
from overture.errors import ConfigurationError
from overture.generation import AsyncSeatStore, Personalization, SeatStore, decide_auto_draft
from overture.generation.seat_tables import metadata

# --- a seat as a whole ------------------------------------------------------------------------------------------------


def filled(seats: SeatStore) -> SeatStore:
    for seat in ("ana", "ben"):
        seats.add_content(seat, contract=ACME, id="week", label="Our week", text=f"{CANARY} of {seat}")
        seats.save_preset(seat, "brief", Personalization(length="short"), is_default=True)
        seats.set_auto_draft(seat, True)
    seats.set_auto_draft_default(ACME, False)
    return seats


def test_f3_everything_of_a_seat_is_exported_and_nothing_of_another(seats: SeatStore) -> None:
    exported = filled(seats).export("ana")
    assert (exported.seat, exported.contract, exported.auto_draft, exported.exported_at) == ("ana", ACME, True, NOON)
    assert exported.contents == seats.contents("ana")
    assert exported.presets == seats.presets("ana")
    assert "of ben" not in exported.model_dump_json()
    nothing = seats.export("cy")
    assert (nothing.contract, nothing.auto_draft, nothing.contents, nothing.presets) == (None, None, (), ())


def test_f3_everything_of_a_seat_is_erased_and_nothing_of_another(seats: SeatStore) -> None:
    before = filled(seats).export("ben")
    erased = seats.erase("ana")
    assert (erased.contents, erased.presets, erased.settings, len(erased.left)) == (1, 1, True, 1)
    assert seats.export("ana") == seats.export("cy").model_copy(update={"seat": "ana"})
    assert seats.auto_draft("ana", contract=ACME) == decide_auto_draft(False, None)
    assert seats.seats() == {"ben": ACME}
    assert seats.export("ben") == before
    again = seats.erase("ana")
    assert (again.contents, again.presets, again.settings) == (0, 0, False)
    assert seats.add_content("ana", contract="umbra", label="a", text="b").contract == "umbra"


@pytest.mark.parametrize("how", ["erase", "delete", "edit"])
def test_f3_no_byte_of_an_erased_text_is_left_in_the_file(tmp_path: Path, how: str) -> None:
    file = tmp_path / "overture.db"
    with SeatStore(f"sqlite:///{file}") as store:
        store.add_content("ana", contract=ACME, id="week", label="a", text=CANARY * 500)
        store.close()
        assert CANARY.encode() in file.read_bytes()
        if how == "erase":
            store.erase("ana")
            assert CANARY.encode() not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
        elif how == "delete":
            store.delete_content("ana", "week")
        else:
            store.edit_content("ana", "week", text="short")
    assert CANARY.encode() not in b"".join(each.read_bytes() for each in tmp_path.iterdir())


# --- the async face ---------------------------------------------------------------------------------------------------


def test_the_async_face_has_every_method() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}

    assert methods(AsyncSeatStore) == methods(SeatStore)


async def test_the_async_face_keeps_and_gives_the_same(seats: SeatStore) -> None:
    store = AsyncSeatStore(seats)
    made = await store.add_content("ana", contract=ACME, label="a", text=CANARY)
    assert await store.content("ana", made.id) == made == seats.content("ana", made.id)
    await store.set_auto_draft_default(ACME, True)
    assert await store.auto_draft("ana") == decide_auto_draft(True, None)
    assert (await store.save_preset("ana", "p", Personalization())).name == "p"
    assert (await store.export("ana")).contents == (made,)


# --- the tables -------------------------------------------------------------------------------------------------------


def ours_missing(url: str, tables: MetaData) -> list[Any]:
    """What a room's metadata says and the database does not, or differently."""

    def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
        return kind != "table" or name in tables.tables

    engine = make_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"include_object": is_ours}), tables)
    engine.dispose()
    return found


def schema(url: str) -> dict[str, list[str]]:
    engine = make_engine(url)
    looked = inspected(engine)
    found = {
        table: sorted(
            [str(column["name"]) + str(column["type"]) for column in looked.get_columns(table)]
            + [str(index["name"]) for index in looked.get_indexes(table)]
        )
        for table in looked.get_table_names()
    }
    engine.dispose()
    return found


def test_migrating_an_empty_database_makes_what_the_metadata_says(empty_url: str) -> None:
    SeatStore(empty_url).close()
    assert ours_missing(empty_url, metadata) == []
    assert set(schema(empty_url)) == {*metadata.tables, "drafting_version"}


def test_migrating_again_does_nothing(empty_url: str) -> None:
    with SeatStore(empty_url) as first:
        made = first.add_content("ana", contract=ACME, label="a", text="b")
    before = schema(empty_url)
    with SeatStore(empty_url) as second:
        assert second.contents("ana") == (made,)
    assert schema(empty_url) == before


def test_the_comparison_sees_a_missing_column(empty_url: str) -> None:
    SeatStore(empty_url).close()
    engine = make_engine(empty_url)
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE presets DROP COLUMN choice"))
    engine.dispose()
    assert ours_missing(empty_url, metadata) != []


@pytest.mark.parametrize("first", ["messaging", "seats"])
def test_messaging_and_the_seat_store_live_in_one_database(empty_url: str, first: str, clock: Clock) -> None:
    from overture.messaging.records import Contract
    from overture.messaging.rows import find_all, put
    from overture.messaging.store import Store
    from overture.messaging.tables import metadata as messaging

    def open_messaging() -> None:
        store = Store(empty_url)
        with store.write() as connection:
            put(connection, Contract(id=ACME))
        store.close()

    def open_seats() -> None:
        with SeatStore(empty_url, clock=clock) as store:
            store.add_content("ana", contract=ACME, id="week", label="a", text="b")

    openings = [open_messaging, open_seats] if first == "messaging" else [open_seats, open_messaging]
    openings[0]()
    alone = schema(empty_url)
    openings[1]()
    both = schema(empty_url)
    assert {table: both[table] for table in alone} == alone
    for opening in openings:
        opening()
    assert schema(empty_url) == both
    assert set(both) == {*metadata.tables, *messaging.tables, "drafting_version", "alembic_version"}
    assert (ours_missing(empty_url, metadata), ours_missing(empty_url, messaging)) == ([], [])
    with SeatStore(empty_url) as store:
        assert [each.id for each in store.contents("ana")] == ["week"]
        store.erase("ana")
    store = Store(empty_url)
    with store.read() as connection:
        assert [each.id for each in find_all(connection, Contract)] == [ACME]
    store.close()


def test_the_seat_store_leaves_another_programs_migrations_alone(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('deadbeef')"))
    SeatStore(empty_url).close()
    SeatStore(empty_url).close()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["deadbeef"]
    engine.dispose()


def test_threads_that_open_both_rooms_at_once_all_succeed(empty_url: str) -> None:
    from overture.messaging.store import Store
    from overture.messaging.tables import metadata as messaging

    together = threading.Barrier(6)

    def open_one(number: int) -> None:
        together.wait()
        (SeatStore if number % 2 else Store)(empty_url).close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(open_one, range(6)))
    assert (ours_missing(empty_url, metadata), ours_missing(empty_url, messaging)) == ([], [])


def test_a_folder_with_a_percent_sign_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "50%s off"
    folder.mkdir()
    with SeatStore(f"sqlite:///{folder / 'overture.db'}") as store:
        assert store.seats() == {}


@pytest.mark.parametrize("url", ["nonsense", "mysql://root:hunter2@localhost/x", "sqlite:////no/such/folder/a.db"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SeatStore(url)
    assert "hunter2" not in str(caught.value)


# --- what loads when --------------------------------------------------------------------------------------------------

STORING = ["alembic", "psycopg", "sqlalchemy"]


def test_the_room_loads_without_what_the_store_needs() -> None:
    code = """
import overture, overture.generation
from overture.generation import Drafter, Personalization, decide_auto_draft
assert decide_auto_draft(None, True).on
Drafter()
"""
    done = run_without(STORING, code)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_without_the_extra_its_names_say_so() -> None:
    code = """
import sys
sys.modules["sqlalchemy"] = None
import overture.generation
from overture.errors import MissingExtraError
for name in ("SeatStore", "AsyncSeatStore", "CustomContent", "Preset", "SeatExport"):
    try:
        getattr(overture.generation, name)
    except MissingExtraError as error:
        print(error)
"""
    done = run_without([], code)
    assert done.stdout.splitlines() == [
        f"{name} needs the extra 'store': pip install 'overture[store]'"
        for name in ("SeatStore", "AsyncSeatStore", "CustomContent", "Preset", "SeatExport")
    ], done.stderr
