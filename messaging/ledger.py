"""The credit ledger: grants, charges, refunds and expiry, in the caller's transaction (CR-1 to CR-8).

Every write begins with the owner's row of `balances`, which is the lock on PostgreSQL; on SQLite the transaction of
`Store.write` is. Whoever writes for several owners in one transaction takes them in sorted order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, func, select

from overture.errors import InputError, RunError

from .decisions import Expiring, Refused, Spending
from .entries import (
    Charged,
    EntryLine,
    Granted,
    Refunded,
    bonus_key,
    charge_key,
    expiry_key,
    month_of,
    monthly_key,
    refund_key,
    refund_lot,
)
from .lots import Lot, expire, expiry, granted, refund_day, spend
from .policy import Plan, Policy
from .postings import (
    balance_at,
    book,
    book_once,
    booked,
    count,
    due_lots,
    entry,
    fill_lot,
    give,
    has_due,
    lock,
    open_lots,
    owners_with_due,
    spend_lots,
    take,
)
from .records import Seat
from .tables import lots as lots_table
from .tables import seats

__all__ = [
    "Charged",
    "Granted",
    "Refunded",
    "balance",
    "charge",
    "due_owners",
    "expire_due",
    "grant_bonus",
    "grant_monthly",
    "owner_of",
    "refund",
]

_CHARGE_REASON: Final = "scheduled or sent"


def owner_of(seat: Seat, policy: Policy) -> str:
    """Whose credits a seat uses: contract:ID for a pooled plan, else seat:ID (CR-5)."""
    return f"contract:{seat.contract}" if policy.is_pooled(seat.plan) else f"seat:{seat.id}"


def balance(connection: Connection, owner: str, *, now: datetime) -> int:
    """The credits that may be used at this instant; expired ones never count, booked or not (CR-5)."""
    return balance_at(connection, owner, now=_aware(now))


def grant_monthly(connection: Connection, seat: Seat, *, month: date, now: datetime, policy: Policy) -> Granted:
    """A plan's grant to a seat for a month, once, however often it is called (CR-5)."""
    name = f"{month:%Y-%m}"
    key, size = monthly_key(seat.id, month=name), policy.grants.get(seat.plan, 0)
    return _grant(
        connection,
        seat,
        key=key,
        source="monthly",
        amount=size,
        reason=f"{seat.plan} grant for {name}",
        now=now,
        policy=policy,
    )


def grant_bonus(
    connection: Connection,
    seat: Seat,
    *,
    key: str,
    now: datetime,
    policy: Policy,
    credits: int | None = None,  # noqa: A002 (the built-in is interactive help)
) -> Granted:
    """A one-off grant to a seat, once for each key; `Policy.bonus_grant` credits unless told (CR-5).

    Raises:
        InputError: the credits are fewer than one.
    """
    size = policy.bonus_grant if credits is None else credits
    if size < 1:
        raise InputError(f"{size} is no grant", field="credits", expected="1 or more")
    key = bonus_key(seat.id, key=key)
    return _grant(
        connection, seat, key=key, source="bonus", amount=size, reason="one-off bonus", now=now, policy=policy
    )


def charge(
    connection: Connection, seat: Seat, *, messages: Sequence[str], now: datetime, policy: Policy
) -> Charged | Refused:
    """One credit for each message, for all of them or for none (CR-1), within the seat's monthly limit (CR-6).

    Lots are used oldest first, after those that are due have expired (CR-5). Messages that were charged before are not
    charged again, refunded since or not: the first charge is returned. What is sent anew needs a new message id.

    Raises:
        InputError: a message is named twice, or only some of the messages were charged before.
    """
    _aware(now)
    number, owner = len(messages), owner_of(seat, policy)
    if len(set(messages)) < number:
        raise InputError("a message is named twice", field="messages", expected="distinct ids")
    if not number:
        return Charged(owner=owner, messages=(), spent=(), at=now, reason="nothing to charge")
    taken = take(connection, owner, amount=number)
    if earlier := booked(connection, [charge_key(message) for message in messages]):
        if taken:
            give(connection, owner, amount=number)
        return _charged_before(earlier, number)
    spendings = _choose(connection, owner, amount=number, now=now) if taken else None
    if spendings is None:  # too few, or lots to expire first
        if taken:
            give(connection, owner, amount=number)
        expire_due(connection, owner, now=now)
        if not take(connection, owner, amount=number):
            there = balance(connection, owner, now=now)
            return Refused(rule="CR-1", reason=f"{_credits(number)} needed, {owner} has {there}")
        spendings = _choose(connection, owner, amount=number, now=now)
        if spendings is None:
            raise RunError(f"the lots of {owner} do not hold its balance: verify the ledger")
    if not count(connection, seat.id, month=month_of(now), charged=number, limit=seat.monthly_limit):
        give(connection, owner, amount=number)
        return _over_limit(seat, number, now)
    spend_lots(connection, spendings)
    lots = [spending.lot for spending in spendings for _ in range(spending.credits)]
    rows = [
        entry(
            "charge",
            key=charge_key(message),
            at=now,
            contract=seat.contract,
            owner=owner,
            seat=seat.id,
            rule="CR-1",
            reason=_CHARGE_REASON,
            message=message,
            lot=lot,
            amount=1,
        )
        for message, lot in zip(messages, lots, strict=True)
    ]
    book(connection, rows)
    return Charged(owner=owner, messages=tuple(messages), spent=spendings, at=now, reason=_CHARGE_REASON)


def refund(
    connection: Connection, message: str, *, rule: str, reason: str, now: datetime, policy: Policy
) -> Refunded | None:
    """Give a message's credit back, once: a lot of this UTC day for whoever it was charged to (CR-2 to CR-5).

    It does not go back to the seat's monthly allowance (CR-6), and no cap on the balance takes it away.

    Returns:
        None if the message was not charged (CR-1: free), or was refunded before.
    """
    day = refund_day(_aware(now))
    found = {line.key: line for line in booked(connection, [charge_key(message), refund_key(message)])}
    paid = found.get(charge_key(message))
    if paid is None or refund_key(message) in found:
        return None
    owner, lot = paid.owner, refund_lot(paid.owner, day=day)
    give(connection, owner, amount=paid.amount)  # the lock comes first, or two writers could wait for each other
    row = entry(
        "refund",
        key=refund_key(message),
        at=now,
        contract=paid.contract,
        owner=owner,
        seat=paid.seat,
        rule=rule,
        reason=reason,
        message=message,
        lot=lot,
        amount=paid.amount,
        refunds=paid.key,
    )
    if not book_once(connection, row):  # another writer was first
        give(connection, owner, amount=-paid.amount)
        return None
    new = Lot(id=lot, granted_at=day, expires_at=expiry(day, policy=policy), remaining=paid.amount)
    fill_lot(connection, new, owner=owner, contract=paid.contract, source="refund")
    return Refunded(owner=owner, message=message, charge=paid.key, lot=lot, at=now, rule=rule, reason=reason)


def expire_due(connection: Connection, owner: str, *, now: datetime) -> tuple[Expiring, ...]:
    """Book what an owner's lots have lost until now (CR-5); nothing where it is booked already."""
    if not has_due(connection, owner, now=_aware(now)):
        return ()
    lock(connection, owner)
    due = due_lots(connection, owner, now=now)
    contracts = {lot.id: contract for lot, contract in due}
    lost = expire([lot for lot, _ in due], now=now)
    if not lost:  # another writer was first
        return ()
    give(connection, owner, amount=-sum(loss.credits for loss in lost))
    spend_lots(connection, [Spending(lot=loss.lot, credits=loss.credits) for loss in lost])
    rows = [
        entry(
            "expire",
            key=expiry_key(loss.lot, now=now),
            at=now,
            contract=contracts[loss.lot],
            owner=owner,
            rule="CR-5",
            reason=f"unused until {loss.on.isoformat()}",
            lot=loss.lot,
            amount=loss.credits,
        )
        for loss in lost
    ]
    book(connection, rows)
    return lost


def due_owners(connection: Connection, *, now: datetime) -> tuple[str, ...]:
    """The owners of lots that are due, sorted: whom a housekeeper calls `expire_due` for (CR-5)."""
    return owners_with_due(connection, now=_aware(now))


def _grant(
    connection: Connection,
    seat: Seat,
    *,
    key: str,
    source: str,
    amount: int,
    reason: str,
    now: datetime,
    policy: Policy,
) -> Granted:
    owner = owner_of(seat, policy)
    _aware(now)
    lock(connection, owner)
    if earlier := booked(connection, [key]):
        (line,) = earlier
        return Granted(
            owner=line.owner,
            lot=line.lot,
            credits=line.amount,
            granted_at=line.at,
            expires_at=_expires_at(connection, line.lot),
            reason=line.reason,
        )
    cap = _cap(connection, seat, policy)
    if cap is not None:
        expire_due(connection, owner, now=now)
        size = granted(amount, balance=lock(connection, owner), cap=cap)
        if size < amount:
            reason += f"; {amount - size} of {amount} left out at the balance cap of {cap}"
        amount = size
    lot = Lot(id=key, granted_at=now, expires_at=expiry(now, policy=policy), remaining=amount)
    row = entry(
        "grant",
        key=key,
        at=now,
        contract=seat.contract,
        owner=owner,
        seat=seat.id,
        rule="CR-5",
        reason=reason,
        lot=key,
        amount=amount,
    )
    give(connection, owner, amount=amount)
    fill_lot(connection, lot, owner=owner, contract=seat.contract, source=source)
    book(connection, [row])
    return Granted(owner=owner, lot=key, credits=amount, granted_at=now, expires_at=lot.expires_at, reason=reason)


def _cap(connection: Connection, seat: Seat, policy: Policy) -> int | None:
    if policy.balance_cap_grants is None:
        return None
    if not policy.is_pooled(seat.plan):
        return policy.balance_cap_grants * policy.grants.get(seat.plan, 0)
    plans = connection.execute(
        select(seats.c.plan, func.count()).where(seats.c.contract == seat.contract).group_by(seats.c.plan)
    )
    pooled = [(Plan(plan), number) for plan, number in plans if policy.is_pooled(Plan(plan))]
    monthly = sum(policy.grants.get(plan, 0) * int(number) for plan, number in pooled)
    return policy.balance_cap_grants * max(monthly, policy.grants.get(seat.plan, 0))


def _charged_before(earlier: Sequence[EntryLine], number: int) -> Charged:
    if len(earlier) < number:
        raise InputError(
            f"{len(earlier)} of {number} messages were charged before",
            field="messages",
            expected="the same messages as the first time, or new ones",
        )
    spent = [Spending(lot=lot, credits=len(list(run))) for lot, run in groupby(earlier, key=lambda line: line.lot)]
    return Charged(
        owner=earlier[0].owner,
        messages=tuple(line.message or "" for line in earlier),
        spent=tuple(spent),
        at=earlier[0].at,
        reason=earlier[0].reason,
    )


def _choose(connection: Connection, owner: str, *, amount: int, now: datetime) -> tuple[Spending, ...] | None:
    lots = open_lots(connection, owner, first=amount)  # each holds a credit at least, so that many are enough
    return None if any(lot.is_due(now) for lot in lots) else spend(lots, amount=amount, now=now)


def _over_limit(seat: Seat, number: int, now: datetime) -> Refused:
    limit = seat.monthly_limit or 0
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return Refused(
        rule="CR-6",
        reason=f"{_credits(number)} more would pass the seat's limit of {limit} for {month_of(now)}",
        until=following if number <= limit else None,
    )


def _expires_at(connection: Connection, lot: str) -> datetime | None:
    expires_at: datetime | None = connection.execute(
        select(lots_table.c.expires_at).where(lots_table.c.id == lot)
    ).scalar_one()
    return expires_at


def _credits(number: int) -> str:
    return "1 credit" if number == 1 else f"{number} credits"


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise InputError("an instant without a zone", field="now", expected="a datetime with a zone")
    return now
