"""The row of a seat: which contract it is on, and what it and its contract have decided about auto-draft (D-9)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from overture.database import insert_into
from overture.errors import InputError

from .seat_tables import drafting_contracts, drafting_seats


class SeatRow(NamedTuple):
    """A seat as it is kept; `auto_draft` is None where it follows its contract."""

    id: str
    contract: str
    auto_draft: bool | None
    default_preset: str | None


def find_seat(connection: Connection, seat: str, *, lock: bool = False) -> SeatRow | None:
    """A seat's row; with `lock`, nobody else changes what the seat keeps until this transaction ends."""
    columns = drafting_seats.c
    statement = select(columns.id, columns.contract, columns.auto_draft, columns.default_preset).where(
        columns.id == seat
    )
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else SeatRow(*row)


def take_seat(connection: Connection, seat: str, *, contract: str | None) -> SeatRow:
    """A seat's row, locked; made where the seat keeps its first thing.

    Raises:
        InputError: it is new and no contract was given, or it belongs to another, which is for good.
    """
    row = find_seat(connection, seat, lock=True)
    if row is None and contract is not None:
        new = insert_into(connection, drafting_seats).values(id=seat, contract=contract).on_conflict_do_nothing()
        connection.execute(new)
        row = find_seat(connection, seat, lock=True)
    if row is None:
        raise InputError("keeps nothing here yet", field=f"seat {seat!r}", expected="its contract with the first thing")
    if contract not in (None, row.contract):
        raise InputError("is not a seat of this contract", field=f"seat {seat!r}", expected="its own contract")
    return row


def find_seats(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Every seat that keeps something, with its contract, by id."""
    rows = connection.execute(select(drafting_seats.c.id, drafting_seats.c.contract)).all()
    return tuple(sorted((str(row[0]), str(row[1])) for row in rows))


def override_auto_draft(connection: Connection, seat: str, *, on: bool | None) -> None:
    """What a seat has decided for itself; None follows the contract (D-9)."""
    connection.execute(drafting_seats.update().where(drafting_seats.c.id == seat).values(auto_draft=on))


def contract_auto_draft(connection: Connection, contract: str) -> bool | None:
    """What was decided for a contract; None if nothing was (D-9)."""
    found = select(drafting_contracts.c.auto_draft).where(drafting_contracts.c.id == contract)
    return connection.execute(found).scalar_one_or_none()


def default_auto_draft(connection: Connection, contract: str, *, on: bool | None) -> None:
    """Decide for a contract, or with None take the decision back (D-9)."""
    if on is None:
        connection.execute(delete(drafting_contracts).where(drafting_contracts.c.id == contract))
        return
    new = insert_into(connection, drafting_contracts).values(id=contract, auto_draft=on)
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"auto_draft": on}))
