"""Presets: choices of elements, tone, length and language that a seat keeps by name (D-6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, ConfigDict, JsonValue, ValidationError
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, select

from overture.base import Value
from overture.database import insert_into
from overture.errors import InputError

from .elements import ELEMENT_NAMES
from .personalization import Personalization
from .seat_rows import SeatRow, find_seat, take_seat
from .seat_tables import drafting_seats
from .seat_tables import presets as table


class Preset(Value):
    """A named choice of one seat; `notes` say what of it this release does not know and passed over."""

    model_config = ConfigDict(str_strip_whitespace=False)

    seat: str
    name: str
    personalization: Personalization
    is_default: bool
    notes: tuple[str, ...] = ()
    saved: dict[str, JsonValue]
    """The choice as the row has it, whatever release saved it."""
    created_at: AwareDatetime
    updated_at: AwareDatetime


def dump_choice(personalization: Personalization) -> dict[str, JsonValue]:
    """A choice as JSON: element names that are on and off, and the rest field by field."""
    fields: dict[str, JsonValue] = personalization.model_dump(mode="json", exclude={"off"})
    on: list[JsonValue] = [name for name in ELEMENT_NAMES if personalization.is_on(name)]
    off: list[JsonValue] = [name for name in ELEMENT_NAMES if not personalization.is_on(name)]
    return {**fields, "on": on, "off": off}


def read_choice(saved: Mapping[str, Any]) -> tuple[Personalization, tuple[str, ...]]:
    """A choice that any release saved, and a note on each part that this one does not know (D-6).

    An element that came later than the choice is on, as for everybody; it is off only where it was named so.
    """
    off = [str(name) for name in saved.get("off", ())]
    known = [name for name in off if name in ELEMENT_NAMES]
    unknown = [str(name) for name in (*off, *saved.get("on", ())) if name not in ELEMENT_NAMES]
    notes = [f"D-6: {name!r} is no element of this release and was passed over" for name in unknown]
    fields: dict[str, Any] = {"off": known}
    for name, value in saved.items():
        if name in {"on", "off"}:
            continue
        if name not in Personalization.model_fields:
            notes.append(f"D-6: {name!r} is no setting of this release and was passed over")
            continue
        try:
            Personalization.model_validate({name: value})
        except ValidationError:
            default = Personalization.model_fields[name].get_default(call_default_factory=True)
            notes.append(f"D-6: {name} {value!r} is not known to this release; {default!r} stands in for it")
        else:
            fields[name] = value
    return Personalization.model_validate(fields), tuple(notes)


def save_preset(
    connection: Connection,
    seat: str,
    *,
    contract: str | None,
    name: str,
    personalization: Personalization,
    is_default: bool | None,
    now: datetime,
) -> Preset:
    """Keep a choice under a name, or replace the one there; None leaves as it is whether it is the default (D-6).

    Raises:
        InputError: the seat is not one of this contract.
    """
    take_seat(connection, seat, contract=contract)
    choice = dump_choice(personalization)
    new = insert_into(connection, table).values(
        seat=seat, name=name, choice=choice, created_at=now, updated_at=now
    )  # fmt: skip
    connection.execute(
        new.on_conflict_do_update(index_elements=["seat", "name"], set_={"choice": choice, "updated_at": now})
    )
    if is_default is not None:
        _point(connection, seat, before=None if is_default else name, to=name if is_default else None)
    return get_preset(connection, seat, name=name)


def rename_preset(connection: Connection, seat: str, *, name: str, to: str, now: datetime) -> Preset:
    """Another name for the same choice, which stays the default if it is (D-6).

    Raises:
        InputError: the seat has no preset of this name, or has one of the other.
    """
    find_seat(connection, seat, lock=True)
    get_preset(connection, seat, name=name)
    if to != name:
        if connection.execute(select(table.c.name).where(_of(seat, to))).first() is not None:
            raise InputError("the seat has another preset of that name", field=f"preset {to!r}", expected="a free name")
        connection.execute(table.update().where(_of(seat, name)).values(name=to, updated_at=now))
        _point(connection, seat, before=name, to=to)
    return get_preset(connection, seat, name=to)


def delete_preset(connection: Connection, seat: str, *, name: str) -> bool:
    """Forget a preset; whether the seat had it. A default that goes leaves none behind (D-6)."""
    find_seat(connection, seat, lock=True)
    gone = connection.execute(delete(table).where(_of(seat, name))).rowcount == 1
    if gone:
        _point(connection, seat, before=name, to=None)
    return gone


def choose_default(connection: Connection, seat: str, *, name: str | None) -> None:
    """Make a preset the seat's default, or with None none (D-6).

    Raises:
        InputError: the seat has no preset of this name.
    """
    find_seat(connection, seat, lock=True)
    if name is not None:
        get_preset(connection, seat, name=name)
    _point(connection, seat, before=None, to=name)


def get_preset(connection: Connection, seat: str, *, name: str) -> Preset:
    """A preset of this seat (D-6).

    Raises:
        InputError: the seat has none of this name, whoever else may.
    """
    row = connection.execute(select(table).where(_of(seat, name))).mappings().first()
    if row is None:
        raise InputError("is not known here", field=f"preset {name!r}", expected="a name that the seat's list has")
    return _preset(row, find_seat(connection, seat))


def default_preset(connection: Connection, seat: str) -> Preset | None:
    """The preset that a seat's drafts take where none is named, if it has chosen one (D-6)."""
    row = find_seat(connection, seat)
    return None if row is None or row.default_preset is None else get_preset(connection, seat, name=row.default_preset)


def list_presets(connection: Connection, seat: str) -> tuple[Preset, ...]:
    """Every preset of a seat, by name (D-6)."""
    owner = find_seat(connection, seat)
    rows = connection.execute(select(table).where(table.c.seat == seat)).mappings()
    return tuple(sorted((_preset(row, owner) for row in rows), key=lambda preset: preset.name))


def _point(connection: Connection, seat: str, *, before: str | None, to: str | None) -> None:
    """Move the seat's default to a name, only if it was `before` where that is given."""
    where = drafting_seats.c.id == seat
    if before is not None:
        where = and_(where, drafting_seats.c.default_preset == before)
    connection.execute(drafting_seats.update().where(where).values(default_preset=to))


def _of(seat: str, name: str) -> ColumnElement[bool]:
    return and_(table.c.seat == seat, table.c.name == name)


def _preset(row: RowMapping, owner: SeatRow | None) -> Preset:
    personalization, notes = read_choice(row["choice"])
    return Preset(
        seat=row["seat"], name=row["name"], personalization=personalization, notes=notes, saved=row["choice"],
        is_default=owner is not None and owner.default_preset == row["name"],
        created_at=row["created_at"], updated_at=row["updated_at"],
    )  # fmt: skip
