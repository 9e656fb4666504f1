"""D-6: a seat keeps choices by name; what a release does not know of one is passed over, noted and not lost."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from hypothesis import given
from hypothesis import strategies as st
from seats import ACME, Clock
from seats import clock as clock
from seats import kept_postgres as kept_postgres
from seats import kept_sqlite as kept_sqlite
from seats import kept_url as kept_url
from seats import seats as seats
from sqlalchemy import select

from overture.database import make_engine, writing
from overture.errors import InputError
from overture.generation import Personalization, SeatStore
from overture.generation.elements import ELEMENT_NAMES
from overture.generation.presets import dump_choice, read_choice
from overture.generation.seat_tables import presets as table

BRIEF = Personalization(tone="direct", length="short").switch(off=["salary", "past_schools"])


def test_d6_a_choice_is_saved_listed_got_and_deleted(seats: SeatStore, clock: Clock) -> None:
    made = seats.save_preset("ana", "brief", BRIEF, contract=ACME)
    assert (made.name, made.personalization, made.is_default, made.notes) == ("brief", BRIEF, False, ())
    clock.wait(hours=1)
    other = seats.save_preset("ana", "all", Personalization())
    assert seats.presets("ana") == (other, made)
    replaced = seats.save_preset("ana", "brief", Personalization())
    assert (replaced.personalization, replaced.created_at) == (Personalization(), made.created_at)
    assert replaced.updated_at == clock.now
    assert seats.preset("ana", "brief") == replaced
    assert seats.delete_preset("ana", "brief")
    assert not seats.delete_preset("ana", "brief")
    with pytest.raises(InputError, match="preset 'brief': is not known here"):
        seats.preset("ana", "brief")


def test_d6_one_preset_is_the_default_through_renaming_and_deleting(seats: SeatStore) -> None:
    assert seats.default_preset("ana") is None
    seats.save_preset("ana", "a", BRIEF, contract=ACME, is_default=True)
    seats.save_preset("ana", "b", BRIEF)
    assert [preset.is_default for preset in seats.presets("ana")] == [True, False]
    seats.save_preset("ana", "b", BRIEF, is_default=True)
    assert [preset.is_default for preset in seats.presets("ana")] == [False, True]
    assert seats.rename_preset("ana", "b", "c").is_default
    assert _default(seats) == "c"
    seats.save_preset("ana", "c", Personalization())
    assert _default(seats) == "c"
    seats.save_preset("ana", "a", BRIEF, is_default=False)
    assert _default(seats) == "c"
    seats.save_preset("ana", "c", BRIEF, is_default=False)
    assert _default(seats) is None
    seats.set_default_preset("ana", "a")
    seats.delete_preset("ana", "a")
    assert _default(seats) is None
    seats.save_preset("ana", "a", BRIEF)
    assert _default(seats) is None, "the name alone makes no default"
    seats.set_default_preset("ana", "a")
    seats.set_default_preset("ana", None)
    assert _default(seats) is None
    with pytest.raises(InputError, match="preset 'z'"):
        seats.set_default_preset("ana", "z")


def test_d6_a_name_is_changed_only_to_a_free_one(seats: SeatStore) -> None:
    seats.save_preset("ana", "a", BRIEF, contract=ACME)
    seats.save_preset("ana", "b", Personalization())
    with pytest.raises(InputError, match="another preset of that name"):
        seats.rename_preset("ana", "a", "b")
    with pytest.raises(InputError, match="preset 'z'"):
        seats.rename_preset("ana", "z", "y")
    assert seats.rename_preset("ana", "a", "a").personalization == BRIEF
    assert [preset.name for preset in seats.presets("ana")] == ["a", "b"]


def test_d6_another_seat_has_its_own(seats: SeatStore) -> None:
    seats.save_preset("ana", "brief", BRIEF, contract=ACME, is_default=True)
    seats.save_preset("ben", "brief", Personalization(), contract=ACME)
    assert seats.preset("ben", "brief").personalization == Personalization()
    assert (seats.default_preset("ben"), seats.presets("cy")) == (None, ())
    seats.delete_preset("ben", "brief")
    assert seats.preset("ana", "brief").is_default
    for call in (lambda: seats.preset("ben", "brief"), lambda: seats.rename_preset("ben", "brief", "x")):
        with pytest.raises(InputError, match="preset 'brief': is not known here"):
            call()


@given(
    off=st.frozensets(st.sampled_from(ELEMENT_NAMES)), tone=st.sampled_from(["professional", "friendly", "direct"]),
    length=st.sampled_from(["short", "medium", "long"]),
)  # fmt: skip
def test_d6_every_choice_is_read_as_it_was_saved(off: frozenset[Any], tone: Any, length: Any) -> None:
    choice = Personalization(off=off, tone=tone, length=length)
    saved = json.loads(json.dumps(dump_choice(choice)))
    assert read_choice(saved) == (choice, ())
    assert set(saved["on"]) | set(saved["off"]) == set(ELEMENT_NAMES)


def test_d6_a_preset_of_an_older_release_is_read_with_notes_and_its_row_is_kept(
    seats: SeatStore, kept_url: str
) -> None:
    old = {
        **{"on": ["job_title", "horoscope"], "off": ["salary", "shoe_size"], "tone": "shouting", "length": "short"},
        "emphasis": 3,
    }
    seats.save_preset("ana", "old", Personalization(), contract=ACME, is_default=True)
    engine = make_engine(kept_url)
    with writing(engine) as connection:
        connection.execute(table.update().values(choice=old))
    found = seats.preset("ana", "old")
    assert found.personalization == Personalization(length="short").switch(off=["salary"])
    assert len(found.notes) == 4
    for word in ("horoscope", "shoe_size", "shouting", "emphasis"):
        assert any(word in note for note in found.notes), word
    renamed = seats.rename_preset("ana", "old", "older")
    assert renamed.saved == found.saved == old
    with engine.connect() as connection:
        assert connection.execute(select(table.c.choice)).scalar_one() == old
    engine.dispose()
    seats.save_preset("ana", "older", renamed.personalization)
    assert seats.preset("ana", "older").notes == ()


def test_defaults_chosen_at_once_leave_one(seats: SeatStore) -> None:
    names = [f"p{number}" for number in range(6)]
    for name in names:
        seats.save_preset("ana", name, BRIEF, contract=ACME)
    together = threading.Barrier(6)

    def choose(name: str) -> None:
        together.wait()
        seats.set_default_preset("ana", name)
        if name == "p0":
            seats.delete_preset("ana", name)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(choose, names))
    defaults = [preset.name for preset in seats.presets("ana") if preset.is_default]
    assert defaults in ([], *([name] for name in names[1:]))
    assert _default(seats) == next(iter(defaults), None)


def _default(seats: SeatStore) -> str | None:
    found = seats.default_preset("ana")
    return None if found is None else found.name
