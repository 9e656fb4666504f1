"""Saved messages: their badge, their search, and that they belong to one seat (S-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Connection

from overture.errors import InputError
from overture.messaging.store import Store
from overture.messaging.templates import (
    Template,
    delete_template,
    get_template,
    list_templates,
    save_template,
    search_templates,
)


def template(**values: Any) -> Template:
    return Template.model_validate(
        {"id": "t1", "seat": "ana", "name": "Nurses", "subject": "Hi", "body": "Hello"} | values
    )


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    store = Store(f"sqlite:///{tmp_path / 'overture.db'}")
    with store.write() as connection:
        yield connection
    store.close()


def test_s4_a_template_of_two_messages_carries_the_badge_2_messages() -> None:
    assert template(follow_up_body="Any news?").badge == "2 messages"
    assert template(follow_up_body="Any news?", follow_up_subject="Again", follow_up_hours=96).badge == "2 messages"
    assert template().badge is None


@pytest.mark.parametrize(
    "values",
    [
        {"follow_up_hours": 96},
        {"follow_up_subject": "Again"},
        {"follow_up_body": ""},
        {"follow_up_body": "Any news?", "follow_up_hours": 0},
        {"local_time": "2026-03-29T09:00+02:00"},
        {"name": "  "},
        {"name": "x" * 201},
        {"body": ""},
        {"badge": "3 messages"},
    ],
    ids=str,
)
def test_s4_a_template_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        template(**values)


def found(query: str, *templates: Template) -> list[str]:
    return [hit.id for hit in search_templates(templates, query)]


NURSES = template(id="nurses", name="Infirmières de nuit à Zürich", subject="Ein Gespräch?", body="We run three wards.")
CLERKS = template(id="clerks", name="Payroll clerks", subject="Night payroll in Kraków", body="SAP, C++ and Łódź.")
TOKYO = template(
    id="tokyo", name="看護師の募集", subject="Engineering", body="東京の病院です", follow_up_body="Rückmeldung"
)
ALL = (NURSES, CLERKS, TOKYO)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("infirmieres", ["nurses"]),
        ("INFIRMIÈRES", ["nurses"]),
        ("zurich infirmières", ["nurses"]),
        ("infirmie\u0300res de", ["nurses"]),  # both ways to write an accent are one
        ("zürich nuit", ["nurses"]),
        ("lodz krakow", ["clerks"]),
        ("C++", ["clerks"]),
        ("payrol", ["clerks"]),
        ("payrlol", ["clerks"]),  # two letters changed places
        ("infirmeires", ["nurses"]),
        ("inginearing", ["tokyo"]),  # two slips in a long word
        ("inginaaring", []),  # three
        ("enginere", ["tokyo"]),  # a mistyped beginning
        ("sap", ["clerks"]),
        ("sop", []),  # a word of three letters is never mistyped
        ("看護師", ["tokyo"]),
        ("病院 看護師", ["tokyo"]),
        ("rueckmeldung", ["tokyo"]),  # one slip from "ruckmeldung"
        ("payroll zurich", []),  # every word must be there
        ("?", ["nurses"]),
        ("!!!", []),
        ("astronaut", []),
    ],
)
def test_s4_templates_are_found_whatever_the_case_the_accents_the_order_and_a_slip(
    query: str, expected: list[str]
) -> None:
    assert found(query, *ALL) == expected


@pytest.mark.parametrize("query", ["", "  \n"])
def test_s4_a_blank_query_finds_all_by_name(query: str) -> None:
    assert found(query, *ALL) == ["nurses", "clerks", "tokyo"]


def test_s4_the_best_comes_first() -> None:
    in_name = template(id="name", name="Welders", subject="-", body="-")
    beginning = template(id="beginning", name="Weldersons", subject="-", body="-")
    inside = template(id="inside", name="Spotwelders", subject="-", body="-")
    in_subject = template(id="subject", name="A", subject="For welders", body="-")
    slip = template(id="slip", name="Wedlers", subject="-", body="-")
    in_body = template(id="body", name="B", subject="-", body="To all welders")
    everywhere = template(id="also-body", name="C", subject="-", body="To all welders")
    given_order = (everywhere, in_body, slip, in_subject, inside, beginning, in_name)
    assert found("welders", *given_order) == ["name", "beginning", "inside", "subject", "slip", "body", "also-body"]


words = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_s4_any_words_of_a_template_find_it_in_any_order_and_case(names: list[str], random: Any) -> None:
    query = [random.choice([name, name.upper(), name.lower()]) for name in names]
    random.shuffle(query)
    assert found(" ".join(query), template(body=" ".join(names))) == ["t1"]


@given(st.text(max_size=60))
def test_s4_no_query_is_an_error_and_a_search_only_chooses(query: str) -> None:
    assert set(found(query, *ALL)) <= {"nurses", "clerks", "tokyo"}


FULL = template(
    local_time=datetime(2026, 3, 29, 9, 30),
    zone="Asia/Kathmandu",
    follow_up_subject="Noch einmal: 看護師 🙂",
    follow_up_body="Any news?\n\nAna",
    follow_up_hours=96,
)


@pytest.mark.parametrize("saved", [template(), FULL], ids=["one message", "two with timing"])
def test_s4_what_was_saved_is_read_back(connection: Connection, saved: Template) -> None:
    save_template(connection, saved)
    assert get_template(connection, seat="ana", id="t1") == saved
    assert list_templates(connection, seat="ana") == [saved]


def test_s4_saving_again_replaces_even_the_name(connection: Connection) -> None:
    save_template(connection, FULL)
    save_template(connection, template(name="Night nurses"))
    assert list_templates(connection, seat="ana") == [template(name="Night nurses")]


def test_s4_templates_are_listed_by_name(connection: Connection) -> None:
    for key, name in (("1", "zebra"), ("2", "Älter"), ("3", "Beta"), ("4", "alpha")):
        save_template(connection, template(id=key, name=name))
    assert [each.name for each in list_templates(connection, seat="ana")] == ["alpha", "Älter", "Beta", "zebra"]


def test_s4_another_seat_neither_sees_nor_changes_nor_deletes_a_template(connection: Connection) -> None:
    save_template(connection, FULL)
    assert list_templates(connection, seat="ben") == []
    assert get_template(connection, seat="ben", id="t1") is None
    assert delete_template(connection, seat="ben", id="t1") is False
    with pytest.raises(InputError, match="id: 't1' is taken"):
        save_template(connection, template(seat="ben", name="Mine now"))
    assert list_templates(connection, seat="ana") == [FULL]


def test_s4_two_seats_may_use_one_name_but_one_seat_may_not_twice(connection: Connection) -> None:
    save_template(connection, template())
    save_template(connection, template(id="t2", seat="ben"))
    with pytest.raises(InputError, match="name: the seat has another template named 'Nurses'"):
        save_template(connection, template(id="t3"))
    assert [each.id for each in list_templates(connection, seat="ana")] == ["t1"], "the transaction goes on"


def test_s4_a_deleted_template_is_gone(connection: Connection) -> None:
    save_template(connection, template())
    assert delete_template(connection, seat="ana", id="t1") is True
    assert delete_template(connection, seat="ana", id="t1") is False
    assert get_template(connection, seat="ana", id="t1") is None


def test_s4_a_template_with_an_unknown_zone_is_not_saved(connection: Connection) -> None:
    with pytest.raises(InputError, match="zone: no time zone 'Mars/Base'"):
        save_template(connection, template(zone="Mars/Base"))
    assert list_templates(connection, seat="ana") == []
