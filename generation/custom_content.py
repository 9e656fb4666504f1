"""Custom content: texts of one seat that stand in its drafts byte for byte; nobody else ever sees them (D-7).

Every function asks for the seat: what another seat keeps answers as what does not exist.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, select

from overture.base import Value
from overture.database import insert_into
from overture.errors import InputError

from .seat_rows import take_seat
from .seat_tables import custom_contents as table
from .seat_tables import drafting_seats

_BYTE_FOR_BYTE = ConfigDict(str_strip_whitespace=False, hide_input_in_errors=True)


class NewContent(Value):
    """A text to be kept, checked by `seat_texts`."""

    model_config = _BYTE_FOR_BYTE

    id: str
    label: str
    text: str = Field(repr=False)


class CustomContent(Value):
    """A text of one seat (D-7); `revision` counts from 1 and grows with each edit. The text is in no `repr`."""

    model_config = _BYTE_FOR_BYTE

    id: str
    seat: str
    contract: str
    label: str
    text: str = Field(repr=False)
    revision: int
    created_at: AwareDatetime
    updated_at: AwareDatetime


def add_content(
    connection: Connection,
    seat: str,
    *,
    contract: str | None,
    given: NewContent,
    now: datetime,
) -> CustomContent:
    """Keep a text; the same call again gives what it made (D-7).

    Raises:
        InputError: the seat keeps something else under this id, or is not one of this contract.
    """
    take_seat(connection, seat, contract=contract)
    new = insert_into(connection, table).values(
        seat=seat, id=given.id, label=given.label, text=given.text, revision=1, created_at=now, updated_at=now
    )
    connection.execute(new.on_conflict_do_nothing())
    kept = get_content(connection, seat, id=given.id)
    if (kept.label, kept.text) != (given.label, given.text):
        raise InputError(
            "D-7: the seat keeps something else under it", field=f"id {given.id!r}", expected="another id, or an edit"
        )
    return kept


def edit_content(
    connection: Connection,
    seat: str,
    *,
    id: str,  # noqa: A002 - the field's name
    changes: Mapping[str, str],
    revision: int | None,
    now: datetime,
) -> CustomContent:
    """Change columns in one statement; with `revision` only if nobody has edited it since (D-7).

    Raises:
        InputError: the seat keeps nothing under this id, or it has another revision by now.
    """
    where = _of(seat, id) if revision is None else and_(_of(seat, id), table.c.revision == revision)
    counted = {"revision": table.c.revision + 1, "updated_at": now}
    if not connection.execute(table.update().where(where).values(**changes, **counted)).rowcount:
        there = get_content(connection, seat, id=id)
        raise InputError(
            f"was edited meanwhile: it is at revision {there.revision}", field=f"custom content {id!r}",
            expected=f"revision {revision}",
        )  # fmt: skip
    return get_content(connection, seat, id=id)


def delete_content(connection: Connection, seat: str, *, id: str) -> bool:  # noqa: A002 - the field's name
    """Forget a text; whether the seat kept it (D-7)."""
    return connection.execute(delete(table).where(_of(seat, id))).rowcount == 1


def get_content(connection: Connection, seat: str, *, id: str) -> CustomContent:  # noqa: A002 - the field's name
    """A text of this seat (D-7).

    Raises:
        InputError: the seat keeps nothing under this id, whoever else may.
    """
    row = connection.execute(_select().where(_of(seat, id))).first()
    if row is None:
        raise InputError("is not known here", field=f"custom content {id!r}", expected="an id that the seat's list has")
    return _content(row)


def list_contents(connection: Connection, seat: str, *, words: str = "") -> tuple[CustomContent, ...]:
    """The seat's texts whose label holds all of these words, whatever their case and accents; by label (D-7)."""
    wanted = _fold(words).split()
    found = [_content(row) for row in connection.execute(_select().where(table.c.seat == seat))]
    kept = [each for each in found if all(word in _fold(each.label) for word in wanted)]
    return tuple(sorted(kept, key=lambda each: (_fold(each.label), each.label, each.id)))


def _of(seat: str, key: str) -> ColumnElement[bool]:
    return and_(table.c.seat == seat, table.c.id == key)


def _select() -> Select[Any]:
    columns = (table.c[name] if name in table.c else drafting_seats.c[name] for name in CustomContent.model_fields)
    return select(*columns).join(drafting_seats, drafting_seats.c.id == table.c.seat)


def _content(row: Sequence[Any]) -> CustomContent:
    return CustomContent.model_validate(dict(zip(CustomContent.model_fields, row, strict=True)))


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
