"""Lots of credits, purely: which are used first, when they are lost, and what is about to be (CR-5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, Field

from overture.base import Value

from .decisions import Expiring, Spending
from .policy import Policy


class Lot(Value):
    """Credits that were granted together: usable from their grant until, not including, their expiry (CR-5)."""

    id: str
    granted_at: AwareDatetime
    expires_at: AwareDatetime | None = Field(description="The first instant at which they are lost; none: never.")
    remaining: int = Field(ge=0)

    def is_usable(self, now: datetime) -> bool:
        """Whether a charge may take credits from it."""
        return self.remaining > 0 and not self.is_due(now)

    def is_due(self, now: datetime) -> bool:
        """Whether its expiry has come and is still to be booked."""
        return self.remaining > 0 and self.expires_at is not None and now >= self.expires_at


def expiry(granted_at: datetime, *, policy: Policy) -> datetime | None:
    """The first instant at which a lot granted then is unusable: `credit_days` times 24 hours later (CR-5)."""
    return None if policy.credit_days is None else granted_at + timedelta(days=policy.credit_days)


def refund_day(now: datetime) -> datetime:
    """The start of the UTC day whose refunds share one lot: a refund is a new lot from the day it is booked (CR-5)."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def spend(lots: Iterable[Lot], *, amount: int, now: datetime) -> tuple[Spending, ...] | None:
    """From which lots an amount of credits is taken, oldest grant first (CR-5); none if they do not hold so many."""
    spendings: list[Spending] = []
    missing = amount
    for lot in in_order(lots):
        if missing == 0:
            break
        if lot.is_usable(now):
            taken = min(lot.remaining, missing)
            spendings.append(Spending(lot=lot.id, credits=taken))
            missing -= taken
    return None if missing else tuple(spendings)


def expire(lots: Iterable[Lot], *, now: datetime) -> tuple[Expiring, ...]:
    """What is lost at this instant, oldest first (CR-5)."""
    return tuple(_loss(lot, lot.expires_at) for lot in in_order(lots) if lot.expires_at and lot.is_due(now))


def forecast(lots: Iterable[Lot], *, now: datetime) -> tuple[Expiring, ...]:
    """What each lot loses on which UTC day if nothing uses it, the next first (CR-5)."""
    usable = [(lot.expires_at, lot) for lot in in_order(lots) if lot.expires_at and lot.is_usable(now)]
    return tuple(_loss(lot, at) for at, lot in sorted(usable, key=lambda pair: pair[0]))


def available(lots: Iterable[Lot], *, now: datetime) -> int:
    """The credits that may be used."""
    return sum(lot.remaining for lot in lots if lot.is_usable(now))


def granted(amount: int, *, balance: int, cap: int | None) -> int:
    """What a grant adds to a balance that may not go over a cap (CR-5); a balance over it already gets nothing."""
    return amount if cap is None else max(0, min(amount, cap - balance))


def in_order(lots: Iterable[Lot]) -> Sequence[Lot]:
    """The order of use: oldest grant first, then by id (CR-5)."""
    return sorted(lots, key=lambda lot: (lot.granted_at, lot.id))


def _loss(lot: Lot, at: datetime) -> Expiring:
    return Expiring(lot=lot.id, on=at.astimezone(UTC).date(), credits=lot.remaining)
