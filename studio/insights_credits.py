"""What the page says of credits: what there is, what expires when, and why each came and went (CR-5, CR-8)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Literal

from sqlalchemy import select

from overture.base import Value
from overture.messaging import Contract, Policy, Seat
from overture.messaging.entries import EntryKind, EntryLine
from overture.messaging.rows import get
from overture.messaging.tables import messages

from .caller import Caller
from .inbox_threads import names_of
from .problems import not_found
from .services import Services

Of = Literal["seat", "contract"]


class Expiry(Value):
    """What is lost on a UTC day if nothing uses it."""

    on: date
    credits: int


class CreditLine(Value):
    """One entry of the ledger, and who its message went to where that is a thread of the seat's."""

    entry: EntryLine
    thread: str | None = None
    name: str = ""


class CreditsView(Value):
    """What a seat may spend, and the statement of a month, newest first: its own lines, or all of its contract's."""

    balance: int
    is_pooled: bool
    monthly_limit: int | None
    expiring: tuple[Expiry, ...]
    month: date
    of: Of
    opening: int
    closing: int
    totals: dict[EntryKind, int]
    lines: tuple[CreditLine, ...]
    left_out: int
    """How many older lines of the month there are."""


def read_credits(services: Services, caller: Caller, *, month: date, of: Of = "seat", most: int = 20) -> CreditsView:
    """The credits of a seat.

    Raises:
        ProblemError: 403, the whole contract's lines are an admin's to see.
    """
    if of == "contract":
        caller.check("admin")
    outreach = services.outreach
    with outreach.store.read() as connection:
        seat = get(connection, Seat, caller.seat)
        policy = Policy.named(get(connection, Contract, seat.contract).policy)
    days: Counter[date] = Counter()
    for each in outreach.forecast(caller.seat):
        days[each.on] += each.credits
    statement = outreach.statement(caller.contract, month=month)
    own = [entry for entry in statement.entries if of == "contract" or entry.seat == caller.seat]
    totals: Counter[EntryKind] = Counter()
    for entry in own:
        totals[entry.kind] += entry.change
    shown = own[::-1][:most]
    return CreditsView(
        balance=outreach.balance(caller.seat),
        is_pooled=policy.is_pooled(seat.plan),
        monthly_limit=seat.monthly_limit,
        expiring=tuple(Expiry(on=day, credits=number) for day, number in sorted(days.items())),
        month=month,
        of=of,
        opening=statement.opening,
        closing=statement.closing,
        totals=dict(totals),
        lines=_with_names(services, caller.seat, shown),
        left_out=len(own) - len(shown),
    )


def why(services: Services, caller: Caller, message: str) -> tuple[EntryLine, ...]:
    """Every entry that a message of the seat caused.

    Raises:
        ProblemError: 404, the seat has no such message, whoever else may.
    """
    with services.outreach.store.read() as connection:
        seat = connection.scalar(select(messages.c.seat).where(messages.c.id == message))
    if seat != caller.seat:
        raise not_found("message")
    return services.outreach.explain(message)


def _with_names(services: Services, seat: str, entries: list[EntryLine]) -> tuple[CreditLine, ...]:
    """An admin sees other seats' entries, and not whom these wrote to."""
    keys = {entry.message for entry in entries if entry.message is not None and entry.seat == seat}
    asked = select(messages.c.id, messages.c.thread).where(messages.c.id.in_(keys), messages.c.seat == seat)
    with services.outreach.store.read() as connection:
        threads: dict[str, str] = {row.id: row.thread for row in connection.execute(asked)}
    names = names_of(services, seat, set(threads.values()))
    lines: list[CreditLine] = []
    for entry in entries:
        thread = threads.get(entry.message or "")
        lines.append(CreditLine(entry=entry, thread=thread, name=names.get(thread, "") if thread else ""))
    return tuple(lines)
