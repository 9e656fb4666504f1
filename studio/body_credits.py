"""Credits as the API gives them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from overture.messaging import Plan
from overture.messaging.entries import EntryKind, EntryLine, Granted

from .body_texts import Name, RequestBody
from .paging import Page

Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
Of = Literal["seat", "contract"]


class CreditLine(BaseModel):
    """One entry of the ledger (CR-8)."""

    key: str
    at: AwareDatetime
    kind: EntryKind
    amount: int = Field(description="What it adds to the balance, or takes from it where it is negative.")
    rule: str
    reason: str
    message: str | None
    lot: str
    seat: str | None
    sentence: str = Field(description="What happened and why, for a person.")

    @classmethod
    def of(cls, entry: EntryLine) -> Self:
        """An entry as a line."""
        return cls(
            key=entry.key,
            at=entry.at,
            kind=entry.kind,
            amount=entry.change,
            rule=entry.rule,
            reason=entry.reason,
            message=entry.message,
            lot=entry.lot,
            seat=entry.seat,
            sentence=entry.sentence,
        )


class BalanceBody(BaseModel):
    """What a seat may spend now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"balance": 148, "pooled": True, "plan": "recruiter", "monthly_limit": None}]}
    )

    balance: int
    pooled: bool = Field(description="Whether it is the pool of the contract (CR-5), or the seat's own.")
    plan: Plan
    monthly_limit: int | None = Field(description="Credits that the seat may use in a month (CR-6); none: no limit.")


class ExpiringBody(BaseModel):
    """What is lost on a UTC day if nothing uses it."""

    on: date
    credits: int


class StatementBody(Page[CreditLine]):
    """The entries of a UTC month, in their order (CR-8)."""

    month: Month
    of: Of
    opening: int | None = Field(description="Balance at its beginning; none for a seat, which shares a pool.")
    closing: int | None
    granted: int
    charged: int
    refunded: int
    expired: int


class MonthGrantBody(RequestBody):
    """A plan's credits of a month, once (CR-5)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "month", "seat": "ann", "month": "2026-12"}]})

    kind: Literal["month"]
    seat: Name
    month: Month | None = Field(default=None, description="None: this one, in UTC.")


class BonusGrantBody(RequestBody):
    """A one-off grant, once for each key (CR-5)."""

    kind: Literal["bonus"]
    seat: Name
    key: Name = Field(description="Your name of it: the same one is granted once.")
    credits: int | None = Field(default=None, ge=1, le=1_000_000, description="None: as the policy says.")


GrantBody = Annotated[MonthGrantBody | BonusGrantBody, Field(discriminator="kind")]

CREDIT_EXAMPLE: Final = CreditLine.model_validate(
    {
        "key": "charge:0f9b1c-1", "at": "2026-11-23T09:00:00Z", "kind": "charge", "amount": -1, "rule": "CR-1",
        "reason": "sent to one candidate", "message": "0f9b1c-1", "lot": "grant:ann:2026-11", "seat": "ann",
        "sentence": "2026-11-23 09:00 UTC: 1 credit of contract:norrsken charged for message 0f9b1c-1, from lot "
        "grant:ann:2026-11 (CR-1): sent to one candidate.",
    }
).model_dump(mode="json")  # fmt: skip
STATEMENT_EXAMPLE: Final = StatementBody.model_validate(
    {
        "items": [CREDIT_EXAMPLE], "month": "2026-11", "of": "seat", "opening": None, "closing": None, "granted": 0,
        "charged": -1, "refunded": 0, "expired": 0,
    }
).model_dump(mode="json")  # fmt: skip
GRANT_EXAMPLE: Final = Granted.model_validate(
    {
        "owner": "contract:norrsken", "lot": "grant:ann:2026-12", "credits": 150, "granted_at": "2026-12-01T00:00:00Z",
        "expires_at": "2027-03-01T00:00:00Z", "reason": "recruiter grant for 2026-12",
    }
).model_dump(mode="json")  # fmt: skip
