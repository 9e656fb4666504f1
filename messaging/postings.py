"""The ledger's single steps in SQL, each one statement: guarded updates of the projections, and entries (CR-8).

A step that is refused changes nothing and says so. Statements are built once: building one costs as much as running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite.dml import Insert
from sqlalchemy.sql.dml import ReturningInsert

from overture.database import insert_for
from overture.errors import RunError

from .decisions import Spending
from .entries import EntryKind, EntryLine, accounts_of
from .lots import Lot
from .tables import balances, entries, lots, seat_months

_KEYS_AT_ONCE: Final = 5_000
_ENTRY_FIELDS: Final = tuple(EntryLine.model_fields)
_LOT_FIELDS: Final = tuple(lots.c[name] for name in Lot.model_fields)
_owner: Final[BindParameter[str]] = bindparam("b_owner")
_credits: Final[BindParameter[int]] = bindparam("b_credits")

IS_OPEN: Final[ColumnElement[bool]] = lots.c.remaining > literal_column("0")  # spelt out: it names a partial index
_IS_DUE: Final = IS_OPEN & (lots.c.expires_at <= bindparam("b_now", type_=lots.c.expires_at.type))
_OPEN: Final = select(*_LOT_FIELDS).where(lots.c.owner == _owner, IS_OPEN).order_by(lots.c.granted_at, lots.c.id)
_OPEN_FIRST: Final = _OPEN.limit(bindparam("b_limit"))
_DUE: Final = select(*_LOT_FIELDS, lots.c.contract).where(lots.c.owner == _owner, _IS_DUE)
_DUE_FIRST: Final = _DUE.limit(1)
_DUE_OWNERS: Final = select(lots.c.owner).where(_IS_DUE)
_LOCK: Final = select(balances.c.available).where(balances.c.owner == _owner).with_for_update()
_GIVE: Final = update(balances).where(balances.c.owner == _owner).values(available=balances.c.available + _credits)
_TAKE: Final = (
    update(balances)
    .where(balances.c.owner == _owner, balances.c.available >= _credits)
    .values(available=balances.c.available - _credits)
)
_SPEND: Final = (
    update(lots)
    .where(lots.c.id == bindparam("b_lot"), lots.c.remaining >= _credits)
    .values(remaining=lots.c.remaining - _credits)
)
_BOOKED: Final = select(entries).where(entries.c.key.in_(bindparam("b_keys", expanding=True))).order_by(entries.c.id)
_BALANCE: Final = select(
    balances.c.available
    - func.coalesce(select(func.sum(lots.c.remaining)).where(lots.c.owner == _owner, _IS_DUE).scalar_subquery(), 0)
).where(balances.c.owner == _owner)


def lock(connection: Connection, owner: str) -> int:
    """Hold an owner's balance until the transaction ends, making it if it is new; returns it."""
    connection.execute(_upserts(connection.dialect.name).open_balance, {"owner": owner, "available": 0})
    return int(connection.execute(_LOCK, {"b_owner": owner}).scalar_one())


def take(connection: Connection, owner: str, *, amount: int) -> bool:
    """Take credits from a balance that holds them, and hold its lock; false if it does not (CR-8: never negative)."""
    return connection.execute(_TAKE, {"b_owner": owner, "b_credits": amount}).rowcount == 1


def give(connection: Connection, owner: str, *, amount: int) -> None:
    """Add credits to a balance that is there, and hold its lock."""
    connection.execute(_GIVE, {"b_owner": owner, "b_credits": amount})


def balance_at(connection: Connection, owner: str, *, now: datetime) -> int:
    """A balance less what is due to expire."""
    return int(connection.execute(_BALANCE, {"b_owner": owner, "b_now": now}).scalar() or 0)


def open_lots(connection: Connection, owner: str, *, first: int | None = None) -> list[Lot]:
    """An owner's lots that still hold credits, oldest first; at most so many."""
    if first is None:
        return [_lot(row) for row in connection.execute(_OPEN, {"b_owner": owner})]
    return [_lot(row) for row in connection.execute(_OPEN_FIRST, {"b_owner": owner, "b_limit": first})]


def has_due(connection: Connection, owner: str, *, now: datetime) -> bool:
    """Whether an owner has a lot to expire."""
    return connection.execute(_DUE_FIRST, {"b_owner": owner, "b_now": now}).first() is not None


def due_lots(connection: Connection, owner: str, *, now: datetime) -> list[tuple[Lot, str]]:
    """An owner's lots to expire, and the contract of each."""
    rows = connection.execute(_DUE, {"b_owner": owner, "b_now": now})
    return [(_lot(row), row.contract) for row in rows]


def owners_with_due(connection: Connection, *, now: datetime) -> tuple[str, ...]:
    """Whoever has a lot to expire, sorted."""
    return tuple(sorted(set(connection.execute(_DUE_OWNERS, {"b_now": now}).scalars())))


def spend_lots(connection: Connection, spendings: Sequence[Spending]) -> None:
    """Take credits from lots.

    Raises:
        RunError: a lot does not hold them, although the owner's balance is locked.
    """
    rows = [{"b_lot": spending.lot, "b_credits": spending.credits} for spending in spendings]
    for row in rows:
        if connection.execute(_SPEND, row).rowcount != 1:
            raise RunError(
                f"the lot {row['b_lot']} does not hold what the balance of its owner says: verify the ledger"
            )


def fill_lot(connection: Connection, lot: Lot, *, owner: str, contract: str, source: str) -> None:
    """Make a lot, or add its credits to the one that is there."""
    row = {**lot.model_dump(), "owner": owner, "contract": contract, "source": source}
    connection.execute(_upserts(connection.dialect.name).fill_lot, row)


def count(connection: Connection, seat: str, *, month: str, charged: int, limit: int | None) -> bool:
    """Add to what a seat was charged in a month; false if that went over its limit (CR-6)."""
    row = {"seat": seat, "month": month, "charged": charged}
    upserts = _upserts(connection.dialect.name)
    if limit is None:
        connection.execute(upserts.tally, row)
        return True
    return charged <= limit and connection.execute(upserts.tally_within, {**row, "b_limit": limit}).rowcount == 1


def entry(
    kind: EntryKind,
    *,
    key: str,
    at: datetime,
    contract: str,
    owner: str,
    rule: str,
    reason: str,
    lot: str,
    amount: int,
    seat: str | None = None,
    message: str | None = None,
    refunds: str | None = None,
) -> dict[str, Any]:
    """A row of `entries`, between the accounts of its kind."""
    debit, credit = accounts_of(kind, owner=owner)
    return {
        "key": key, "at": at, "contract": contract, "owner": owner, "seat": seat, "kind": kind, "rule": rule,
        "reason": reason, "message": message, "lot": lot, "debit": debit, "credit": credit, "amount": amount,
        "refunds": refunds,
    }  # fmt: skip


def book(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Append entries."""
    connection.execute(_BOOK, rows)


def book_once(connection: Connection, row: dict[str, Any]) -> bool:
    """Append an entry; false if there is one with its key, or one that refunds the same charge."""
    return connection.execute(_upserts(connection.dialect.name).book_once, row).first() is not None


def booked(connection: Connection, keys: Sequence[str]) -> list[EntryLine]:
    """The entries with these keys, in the order of booking."""
    found: list[EntryLine] = []
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = {"b_keys": keys[start : start + _KEYS_AT_ONCE]}
        found += lines(connection.execute(_BOOKED, some))
    return found


def lines(rows: Iterable[Any]) -> list[EntryLine]:
    """Rows of `entries` as values."""
    return [EntryLine(**{name: getattr(row, name) for name in _ENTRY_FIELDS}) for row in rows]


_BOOK: Final = insert(entries)


class _Upserts(NamedTuple):
    open_balance: Insert
    fill_lot: Insert
    tally: Insert
    tally_within: Insert
    book_once: ReturningInsert[Any]


@cache
def _upserts(dialect: str) -> _Upserts:
    make: Any = partial(insert_for, dialect)
    lot, month = make(lots), make(seat_months)
    added = {"charged": seat_months.c.charged + month.excluded.charged}
    within = seat_months.c.charged + month.excluded.charged <= bindparam("b_limit")
    return _Upserts(
        open_balance=make(balances).on_conflict_do_nothing(),
        fill_lot=lot.on_conflict_do_update(
            index_elements=["id"], set_={"remaining": lots.c.remaining + lot.excluded.remaining}
        ),
        tally=month.on_conflict_do_update(index_elements=["seat", "month"], set_=added),
        tally_within=month.on_conflict_do_update(index_elements=["seat", "month"], set_=added, where=within),
        book_once=make(entries).on_conflict_do_nothing().returning(entries.c.id),
    )


def _lot(row: Any) -> Lot:
    return Lot(id=row.id, granted_at=row.granted_at, expires_at=row.expires_at, remaining=row.remaining)
