"""What the ledger says: statements, explanations, forecasts, and whether its projections still agree with it (CR-8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, and_, case, extract, false, func, not_, or_, select

from overture.base import Value

from .decisions import Expiring
from .entries import EntryKind, EntryLine, account_of, accounts_of
from .lots import forecast as forecast_of
from .postings import lines, open_lots
from .tables import balances, entries, lots, seat_months

_CHANGE = case((entries.c.kind.in_(["grant", "refund"]), entries.c.amount), else_=-entries.c.amount)


class Statement(Value):
    """A contract's credits in a UTC month: those of its pool and of its seats (CR-8)."""

    contract: str
    month: str = Field(description="YYYY-MM.")
    opening: int
    entries: tuple[EntryLine, ...]
    closing: int

    def total(self, kind: EntryKind) -> int:
        """What the entries of a kind add to the balance, or take from it."""
        return sum(entry.change for entry in self.entries if entry.kind == kind)


class Difference(Value):
    """A place where the ledger and what is kept beside it, or its own entries, do not agree."""

    where: Literal["lot", "balance", "seat month", "refund", "expiry", "accounts", "negative", "total"]
    name: str
    expected: int = Field(description="What the entries say.")
    found: int

    def __str__(self) -> str:
        return f"{self.where} {self.name}: {self.expected} by the entries, {self.found} found"


class VerifyReport(Value):
    """What a check of the whole ledger found (CR-8)."""

    entries: int
    totals: dict[str, int] = Field(description="Credits by kind of account: issued is what the others hold, negative.")
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return not self.differences


def statement(connection: Connection, contract: str, *, month: date) -> Statement:
    """Opening balance, every entry with its reason, and closing balance of the UTC month that a day lies in (CR-8).

    An expiry is listed when it was booked, which is by the next charge or housekeeping.
    """
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    own = entries.c.contract == contract
    opening = connection.execute(select(func.sum(_CHANGE)).where(own, entries.c.at < start)).scalar() or 0
    rows = connection.execute(
        select(entries).where(own, entries.c.at >= start, entries.c.at < end).order_by(entries.c.at, entries.c.id)
    )
    listed = tuple(lines(rows))
    closing = int(opening) + sum(entry.change for entry in listed)
    return Statement(contract=contract, month=f"{start:%Y-%m}", opening=int(opening), entries=listed, closing=closing)


def explain(connection: Connection, message: str) -> tuple[EntryLine, ...]:
    """What a message cost and gave back, each entry with its `sentence` and rule; nothing for a free one (CR-8)."""
    return tuple(lines(connection.execute(select(entries).where(entries.c.message == message).order_by(entries.c.id))))


def forecast(connection: Connection, owner: str, *, now: datetime) -> tuple[Expiring, ...]:
    """What an owner loses on which UTC day if nothing uses it, the next first (CR-5)."""
    return forecast_of(open_lots(connection, owner), now=now)


def verify(connection: Connection) -> VerifyReport:
    """Recompute every projection from the entries, and check the entries themselves (CR-8)."""
    totals = _totals(connection)
    found = [
        *_projections(connection),
        *_refunds(connection),
        *_late_charges(connection),
        *_wrong_accounts(connection),
        *_overdrawn(connection),
    ]
    available = connection.execute(select(func.sum(balances.c.available))).scalar() or 0
    found += _compare("total", {"available": totals.get("available", 0)}, {"available": int(available)})
    number = connection.execute(select(func.count()).select_from(entries)).scalar_one()
    return VerifyReport(entries=number, totals=totals, differences=tuple(found))


def _totals(connection: Connection) -> dict[str, int]:
    totals: dict[str, int] = {}
    for column, sign in ((entries.c.debit, -1), (entries.c.credit, 1)):
        for account, amount in connection.execute(select(column, func.sum(entries.c.amount)).group_by(column)):
            kind = str(account).partition(":")[0]
            totals[kind] = totals.get(kind, 0) + sign * int(amount)
    return totals


def _projections(connection: Connection) -> Iterator[Difference]:
    by_lot = select(entries.c.lot, func.sum(_CHANGE)).group_by(entries.c.lot)
    yield from _compare("lot", _sums(connection, by_lot), _sums(connection, select(lots.c.id, lots.c.remaining)))
    by_owner = select(entries.c.owner, func.sum(_CHANGE)).group_by(entries.c.owner)
    kept = _sums(connection, select(balances.c.owner, balances.c.available))
    yield from _compare("balance", _sums(connection, by_owner), kept)
    at: Any = func.timezone("UTC", entries.c.at) if connection.dialect.name == "postgresql" else entries.c.at
    year, month = extract("year", at), extract("month", at)
    charged = (
        select(entries.c.seat, year, month, func.sum(entries.c.amount))
        .where(entries.c.kind == "charge")
        .group_by(entries.c.seat, year, month)
    )
    expected = {
        f"{seat} {int(in_year):04}-{int(in_month):02}": int(amount)
        for seat, in_year, in_month, amount in connection.execute(charged)
    }
    found = {f"{row.seat} {row.month}": row.charged for row in connection.execute(select(seat_months))}
    yield from _compare("seat month", expected, found)


def _refunds(connection: Connection) -> Iterator[Difference]:
    paid = entries.alias()
    agrees = and_(
        paid.c.kind == "charge",
        paid.c.owner == entries.c.owner,
        paid.c.message == entries.c.message,
        paid.c.amount == entries.c.amount,
    )
    orphans = (
        select(entries.c.key)
        .outerjoin(paid, and_(paid.c.key == entries.c.refunds, agrees))
        .where(entries.c.kind == "refund", paid.c.key.is_(None))
    )
    for key in connection.execute(orphans).scalars():
        yield Difference(where="refund", name=key, expected=1, found=0)


def _late_charges(connection: Connection) -> Iterator[Difference]:
    late = (
        select(entries.c.key, entries.c.amount)
        .join(lots, lots.c.id == entries.c.lot)
        .where(entries.c.kind == "charge", entries.c.at >= lots.c.expires_at)
    )
    for key, amount in connection.execute(late):
        yield Difference(where="expiry", name=key, expected=0, found=amount)


def _wrong_accounts(connection: Connection) -> Iterator[Difference]:
    kinds: tuple[EntryKind, ...] = ("grant", "charge", "refund", "expire")
    own = account_of("") + entries.c.owner
    right: list[ColumnElement[bool]] = []
    for kind in kinds:
        debit, credit = (own if account == account_of("") else account for account in accounts_of(kind, owner=""))
        right.append(and_(entries.c.kind == kind, entries.c.debit == debit, entries.c.credit == credit))
    for key, amount in connection.execute(select(entries.c.key, entries.c.amount).where(not_(or_(false(), *right)))):
        yield Difference(where="accounts", name=key, expected=0, found=amount)


def _overdrawn(connection: Connection) -> Iterator[Difference]:
    running = select(
        entries.c.owner, func.sum(_CHANGE).over(partition_by=entries.c.owner, order_by=entries.c.id).label("balance")
    ).subquery()
    least = func.min(running.c.balance)
    overdrawn = select(running.c.owner, least).group_by(running.c.owner).having(least < 0)
    for owner, amount in _sums(connection, overdrawn).items():
        yield Difference(where="negative", name=owner, expected=0, found=amount)


def _sums(connection: Connection, query: Any) -> dict[str, int]:
    rows: Any = connection.execute(query)
    return {str(name): int(amount) for name, amount in rows}


def _compare(
    where: Literal["lot", "balance", "seat month", "total"], expected: Mapping[str, int], found: Mapping[str, int]
) -> list[Difference]:
    return [
        Difference(where=where, name=name, expected=expected.get(name, 0), found=found.get(name, 0))
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name, 0) != found.get(name, 0)
    ]
