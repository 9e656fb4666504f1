"""D-7: custom content is its seat's alone, byte for byte, on both databases; no error, log or answer shows it."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from hypothesis import given, settings
from ledgers import at_once
from seats import ACME, CANARY, LONGEST, NOON, TEXTS, Clock
from seats import clock as clock
from seats import kept_postgres as kept_postgres
from seats import kept_sqlite as kept_sqlite
from seats import kept_url as kept_url
from seats import lasting as lasting
from seats import seats as seats
from seats_at_once import edit_at_once
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from overture.errors import ConfigurationError, InputError
from overture.generation import CustomContent, SeatStore

# --- what is kept -----------------------------------------------------------------------------------------------------


def test_d7_a_text_is_made_edited_listed_and_deleted(seats: SeatStore, clock: Clock) -> None:
    made = seats.add_content("ana", contract=ACME, label="Our week", text="Four days.")
    assert (made.seat, made.contract, made.label, made.text, made.revision) == (
        "ana",
        ACME,
        "Our week",
        "Four days.",
        1,
    )
    assert (made.created_at, made.updated_at) == (NOON, NOON)
    clock.wait(hours=1)
    edited = seats.edit_content("ana", made.id, text="Five days.")
    assert edited == made.model_copy(update={"text": "Five days.", "revision": 2, "updated_at": clock.now})
    relabelled = seats.edit_content("ana", made.id, label="The week")
    assert (relabelled.label, relabelled.text, relabelled.revision) == ("The week", "Five days.", 3)
    assert seats.contents("ana") == (relabelled,)
    assert seats.content("ana", made.id) == relabelled
    assert seats.delete_content("ana", made.id)
    assert not seats.delete_content("ana", made.id)
    assert seats.contents("ana") == ()


def test_d7_what_is_kept_outlives_the_process(seats: SeatStore, kept_url: str) -> None:
    made = seats.add_content("ana", contract=ACME, label="a", text="b")
    seats.close()
    with SeatStore(kept_url) as again:
        assert again.content("ana", made.id) == made


@given(text=TEXTS.filter(bool))
@settings(max_examples=60)
def test_d7_any_text_comes_back_byte_for_byte(lasting: SeatStore, text: str) -> None:
    made = lasting.add_content("ana", contract=ACME, label=text[:200] if text.strip() else "blank", text=text)
    for found in (made, lasting.content("ana", made.id), lasting.edit_content("ana", made.id, text=text)):
        assert found.text.encode() == text.encode()
    assert text in {each.text for each in lasting.contents("ana")}
    assert lasting.delete_content("ana", made.id)


@pytest.mark.parametrize("text", [LONGEST, " ", "\n\n", "\r\n \t", "  both ends  ", "\ufeffmark", "🧑🏽‍🔧" * 600])
def test_d7_long_and_blank_texts_come_back_byte_for_byte(seats: SeatStore, text: str) -> None:
    made = seats.add_content("ana", contract=ACME, label="a", text=text)
    assert seats.content("ana", made.id).text.encode() == text.encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONGEST + "x", r"text: D-7: is too long: 10,241 bytes in UTF-8; expected at most 10,240"),
        ("é" * 6000, r"text: D-7: is too long: 12,000 bytes"),
        ("", r"text: is empty"),
        ("ab\0c", r"text: holds NUL as character 3"),
        ("ab\ud800", r"text: holds half a surrogate pair as character 3"),
    ],
)
def test_d7_what_cannot_be_kept_is_refused_and_names_the_field(seats: SeatStore, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        seats.add_content("ana", contract=ACME, label="a", text=text)
    kept = seats.add_content("ana", contract=ACME, label="a", text="fine")
    with pytest.raises(InputError, match=said):
        seats.edit_content("ana", kept.id, text=text)
    assert seats.contents("ana") == (kept,)


@pytest.mark.parametrize("name", ["", "  ", "a\0", "\udfff", "n" * 201])
def test_names_that_cannot_be_kept_are_refused(seats: SeatStore, name: str) -> None:
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("seat", lambda: seats.add_content(name, contract=ACME, label="a", text="b")),
        ("contract", lambda: seats.add_content("ana", contract=name, label="a", text="b")),
        ("label", lambda: seats.add_content("ana", contract=ACME, label=name, text="b")),
        ("id", lambda: seats.add_content("ana", contract=ACME, id=name, label="a", text="b")),
        ("id", lambda: seats.content("ana", name)),
        ("seat", lambda: seats.contents(name)),
        ("seat", lambda: seats.erase(name)),
    )
    for field, call in calls:
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.field == field


def test_d7_search_finds_every_word_of_a_label_whatever_its_case_and_accents(seats: SeatStore) -> None:
    for label in ("Café in Köln", "Büro Köln", "Zürich"):
        seats.add_content("ana", contract=ACME, label=label, text="Köln cafe")

    def found(words: str) -> list[str]:
        return [each.label for each in seats.contents("ana", search=words)]

    assert found("") == ["Büro Köln", "Café in Köln", "Zürich"]
    assert found("koln CAFE") == ["Café in Köln"]
    assert found("ko") == ["Büro Köln", "Café in Köln"]
    assert found("koln zurich") == []


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_d7_another_seat_neither_lists_reads_edits_deletes_nor_learns_of_it(seats: SeatStore) -> None:
    mine = seats.add_content("ana", contract=ACME, id="week", label=CANARY, text=CANARY)
    seats.add_content("ben", contract=ACME, label="b", text="b")

    def answers(key: str) -> list[str]:
        said: list[str] = []
        calls: tuple[Callable[[], object], ...] = (
            lambda: seats.content("ben", key),
            lambda: seats.edit_content("ben", key, text="mine now"),
            lambda: seats.edit_content("ben", key, text="mine now", revision=1),
            lambda: seats.delete_content("ben", key),
        )
        for call in calls:
            try:
                said.append(repr(call()))
            except InputError as error:
                said.append(str(error).replace(key, "ID"))
        return said

    assert answers("week") == answers("no-such-id")
    assert CANARY not in "".join(answers("week")) + repr(seats.contents("ben")) + seats.export("ben").model_dump_json()
    assert seats.contents("ben", search=CANARY) == ()
    assert seats.content("ana", "week") == mine


def test_d7_an_id_that_another_seat_has_is_free(seats: SeatStore) -> None:
    first = seats.add_content("ana", contract=ACME, id="week", label="a", text="of ana")
    second = seats.add_content("ben", contract=ACME, id="week", label="a", text="of ben")
    assert (seats.content("ana", "week"), seats.content("ben", "week")) == (first, second)
    seats.delete_content("ben", "week")
    assert seats.content("ana", "week") == first


def test_d7_a_seat_belongs_to_one_contract_for_good(seats: SeatStore) -> None:
    with pytest.raises(InputError, match="its contract"):
        seats.add_content("ana", label="a", text="b")
    seats.add_content("ana", contract=ACME, label="a", text=CANARY)
    seats.add_content("ana", label="b", text="c")
    with pytest.raises(InputError, match="not a seat of this contract") as caught:
        seats.add_content("ana", contract="umbra", label="a", text="b")
    assert ACME not in str(caught.value)
    assert {each.contract for each in seats.contents("ana")} == {ACME}


# --- the same call twice, two at once ---------------------------------------------------------------------------------


def test_the_same_call_with_an_id_adds_once(seats: SeatStore, clock: Clock) -> None:
    first = seats.add_content("ana", contract=ACME, id="week", label="a", text=CANARY)
    clock.wait(hours=1)
    assert seats.add_content("ana", contract=ACME, id="week", label="a", text=CANARY) == first
    with pytest.raises(InputError, match="id 'week'") as caught:
        seats.add_content("ana", contract=ACME, id="week", label="a", text="other")
    assert CANARY not in str(caught.value)
    assert seats.contents("ana") == (first,)


def test_an_edit_of_an_old_revision_is_refused(seats: SeatStore) -> None:
    made = seats.add_content("ana", contract=ACME, label="a", text="one")
    seats.edit_content("ana", made.id, text="two", revision=1)
    with pytest.raises(InputError, match=r"edited meanwhile: it is at revision 2; expected revision 1"):
        seats.edit_content("ana", made.id, text="three", revision=1)
    assert seats.content("ana", made.id).text == "two"


def test_threads_that_add_the_same_at_once_add_one(seats: SeatStore) -> None:
    together = threading.Barrier(8)

    def add(_: int) -> CustomContent:
        together.wait()
        return seats.add_content("ana", contract=ACME, id="week", label="a", text="the same")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add, range(8))) == [seats.content("ana", "week")] * 8
    assert [(each.id, each.revision) for each in seats.contents("ana")] == [("week", 1)]


@pytest.mark.slow
def test_processes_that_edit_at_once_lose_no_edit_and_one_of_a_revision_wins(seats: SeatStore, kept_url: str) -> None:
    seats.add_content("ana", contract=ACME, id="week", label="a", text="start")
    done = at_once(edit_at_once, [(kept_url, "week", mark, 25) for mark in "ab"])
    assert [(edits, seen_whole) for edits, seen_whole, _ in done] == [(25, True)] * 2
    assert sorted(won for *_, won in done) == [False, True]
    kept = seats.content("ana", "week")
    assert (kept.revision, kept.text) == (1 + 2 * 25 + 1, "ab"[[won for *_, won in done].index(True)])


# --- what must not get out --------------------------------------------------------------------------------------------


def test_d7_a_text_is_in_no_repr(seats: SeatStore) -> None:
    made = seats.add_content("ana", contract=ACME, label="a", text=CANARY)
    for shown in (repr(made), str(made), f"{made}", repr(seats.contents("ana")), repr(seats.export("ana"))):
        assert CANARY not in shown
    assert CANARY in made.model_dump_json()


def test_d7_a_text_is_in_no_error(seats: SeatStore, kept_url: str) -> None:
    made = seats.add_content("ana", contract=ACME, id="week", label="a", text=CANARY)
    calls: tuple[Callable[[], object], ...] = (
        lambda: seats.add_content("ana", contract=ACME, label="a", text=CANARY + "\0"),
        lambda: seats.add_content("ana", contract=ACME, label="a", text=CANARY + "\ud800"),
        lambda: seats.add_content("ana", contract=ACME, label="a", text=CANARY * 1000),
        lambda: seats.add_content("ana", contract=ACME, id="week", label="b", text=CANARY + "2"),
        lambda: seats.add_content("ana", contract="umbra", label="b", text=CANARY),
        lambda: seats.edit_content("ana", "week", text=CANARY + "3", revision=7),
        lambda: seats.edit_content("ben", "week", text=CANARY),
        lambda: CustomContent.model_validate({**made.model_dump(), "text": [CANARY]}),
    )
    for call in calls:
        with pytest.raises(ValueError if call is calls[-1] else InputError) as caught:
            call()
        assert CANARY not in "".join(traceback.format_exception(caught.value))
    _drop_the_table(kept_url)
    for broken in (lambda: seats.add_content("ana", label="a", text=CANARY), lambda: seats.contents("ana")):
        with pytest.raises(DBAPIError) as failed:
            broken()
        assert CANARY not in "".join(traceback.format_exception(failed.value))


def test_d7_a_text_is_in_no_log_record_of_any_logger(kept_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy", "sqlalchemy.engine.Engine.overture", "alembic", "psycopg", "overture", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    with SeatStore(kept_url) as store:
        store.add_content("ana", contract=ACME, id="week", label="a", text=CANARY)
        store.edit_content("ana", "week", text=CANARY + CANARY)
        store.contents("ana")
        store.export("ana")
        with pytest.raises(InputError):
            store.add_content("ana", id="week", label="a", text=CANARY)
        store.erase("ana")
    said = [record.getMessage() + str(record.args) + str(record.exc_text) for record in caplog.records]
    assert any("INSERT INTO custom_contents" in line for line in said), "what is said of statements is seen"
    assert not [line for line in said if CANARY in line]


def test_d7_a_row_would_be_logged_by_an_engine_that_is_not_ours(
    kept_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    from sqlalchemy import create_engine

    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    with SeatStore(kept_url) as store:
        store.add_content("ana", contract=ACME, label="a", text=CANARY)
    engine = create_engine(kept_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        connection.execute(sql("SELECT text FROM custom_contents")).all()
    engine.dispose()
    assert CANARY in caplog.text


def _drop_the_table(url: str) -> None:
    from overture.database import make_engine, writing

    engine = make_engine(url)
    with writing(engine) as connection:
        connection.execute(sql("DROP TABLE custom_contents"))
    engine.dispose()


def test_without_postgresqls_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"PostgreSQL needs the extra 'store'"):
        SeatStore("postgresql://overture:hunter2@127.0.0.1/x")
