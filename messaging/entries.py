"""Entries of the credit ledger: their keys, their accounts, what they say, and the fold over them (CR-8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import quote

from pydantic import AwareDatetime, Field

from overture.base import Value

from .decisions import Spending

EntryKind = Literal["grant", "charge", "refund", "expire"]

ISSUED: Final = "issued"
SPENT: Final = "spent"
EXPIRED: Final = "expired"


class EntryLine(Value):
    """One entry of the ledger: `amount` credits that left the account `debit` for the account `credit` (CR-8)."""

    key: str = Field(description="Idempotency key.")
    at: AwareDatetime
    contract: str
    owner: str = Field(description="contract:ID of a pool, or seat:ID (CR-5).")
    seat: str | None = None
    kind: EntryKind
    rule: str
    reason: str
    message: str | None = None
    lot: str
    debit: str
    credit: str
    amount: int = Field(ge=0)
    refunds: str | None = Field(default=None, description="Of a refund: the key of the charge that it gives back.")

    @property
    def change(self) -> int:
        """What it does to the owner's balance."""
        return self.amount if self.kind in {"grant", "refund"} else -self.amount

    @property
    def month(self) -> str:
        """Its UTC month, YYYY-MM."""
        return month_of(self.at)

    @property
    def sentence(self) -> str:
        """What happened and by which rule, for a person."""
        amount = "1 credit" if self.amount == 1 else f"{self.amount} credits"
        what = {
            "grant": f"{amount} granted to {self.owner} as lot {self.lot}",
            "charge": f"{amount} of {self.owner} charged for message {self.message}, from lot {self.lot}",
            "refund": f"{amount} given back to {self.owner} for message {self.message}, into lot {self.lot}",
            "expire": f"{amount} of {self.owner} lost with lot {self.lot}",
        }[self.kind]
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {what} ({self.rule}): {self.reason}."


class Granted(Value):
    """A grant and the lot that it made (CR-5)."""

    owner: str
    lot: str
    credits: int = Field(ge=0, description="Less than the plan's grant where the balance reached its cap.")
    granted_at: AwareDatetime
    expires_at: AwareDatetime | None
    rule: Literal["CR-5"] = "CR-5"
    reason: str


class Charged(Value):
    """A charge: one credit for each message, and the lots that they came from (CR-1)."""

    owner: str
    messages: tuple[str, ...]
    spent: tuple[Spending, ...]
    at: AwareDatetime
    rule: Literal["CR-1"] = "CR-1"
    reason: str


class Refunded(Value):
    """A credit given back to its owner, and the charge that it names."""

    owner: str
    message: str
    charge: str = Field(description="The charge's key.")
    lot: str
    at: AwareDatetime
    rule: str
    reason: str


class Holdings(Value):
    """What a run of entries adds up to."""

    lots: dict[str, int]
    balances: dict[str, int]
    seat_months: dict[tuple[str, str], int] = Field(description="Charged, by seat and UTC month (CR-6).")


def replay(entries: Iterable[EntryLine]) -> Holdings:
    """The fold over entries in their order, which any prefix of the ledger can be given to (CR-8)."""
    lots: Counter[str] = Counter()
    balances: Counter[str] = Counter()
    months: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        lots[entry.lot] += entry.change
        balances[entry.owner] += entry.change
        if entry.kind == "charge" and entry.seat is not None:
            months[entry.seat, entry.month] += entry.amount
    return Holdings(lots=dict(lots), balances=dict(balances), seat_months=dict(months))


def account_of(owner: str) -> str:
    """The account of the credits that an owner may use."""
    return f"available:{owner}"


def accounts_of(kind: EntryKind, *, owner: str) -> tuple[str, str]:
    """The accounts that an entry of a kind takes credits from and gives them to: debit, credit (CR-8)."""
    own = account_of(owner)
    return {"grant": (ISSUED, own), "charge": (own, SPENT), "refund": (SPENT, own), "expire": (own, EXPIRED)}[kind]


def monthly_key(seat: str, *, month: str) -> str:
    """The key of a seat's grant for a month, and the id of its lot."""
    return f"grant:{seat}:{month}"


def bonus_key(seat: str, *, key: str) -> str:
    """The key of a bonus: the caller's, apart for each seat whatever characters the two hold."""
    return f"bonus:{quote(seat, safe='')}:{key}"


def charge_key(message: str) -> str:
    """The key of a message's charge."""
    return f"charge:{message}"


def refund_key(message: str) -> str:
    """The key of a message's refund."""
    return f"refund:{message}"


def refund_lot(owner: str, *, day: datetime) -> str:
    """The lot that takes an owner's refunds of a UTC day."""
    return f"refund:{owner}:{day:%Y-%m-%d}"


def expiry_key(lot: str, *, now: datetime) -> str:
    """The key of a lot's expiry; with its instant, since a worker whose clock is behind may refill an expired lot."""
    return f"expire:{lot}:{now.astimezone(UTC).isoformat()}"


def month_of(instant: datetime) -> str:
    """Its UTC month, YYYY-MM."""
    return f"{instant.astimezone(UTC):%Y-%m}"
