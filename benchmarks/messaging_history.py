"""A store with years of history: one contract, twenty seats that send ten messages a day, all settled and booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from overture.messaging import Contract, NewMessage, Outreach, Plan, Seat
from overture.messaging.entries import charge_key, month_of, refund_key, refund_lot
from overture.messaging.ledger import owner_of
from overture.messaging.policy import Policy
from overture.messaging.postings import entry
from overture.messaging.records import Disposition, Message, Reply, Thread
from overture.messaging.store import Store
from overture.messaging.tables import balances, entries, lots, messages, replies, seat_months, threads
from overture.messaging.transport import Outgoing, Receipt

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEATS: Final = 20
PER_DAY: Final = 10
ANSWERED: Final = 6  # one message in so many
CREDITS: Final = 1_000_000
_CHUNK: Final = 20_000


class NoTransport:
    """Takes everything and does nothing."""

    def send(self, message: Outgoing, *, key: str) -> Receipt:  # noqa: ARG002 - as `Transport.send`
        """At once."""
        return Receipt(id=key, at=NOW)


def open_outreach(store: Store, *, clock: Callable[[], datetime] = lambda: NOW) -> Outreach:
    """A worker whose transport does nothing."""
    return Outreach(store, transport=NoTransport(), clock=clock)


def new_message(number: int) -> NewMessage:
    """A message of usual length, with neither follow-up nor a time of its own."""
    return NewMessage(
        candidate=f"new-{number}", address=f"new-{number}@example.org", subject="A role in Berlin", body="Hello. " * 120
    )


def fill(store: Store, *, size: int) -> None:
    """Seats, credits, and so many messages of history, each entry of the ledger with them."""
    outreach = open_outreach(store)
    outreach.add_contract(Contract(id="k"))
    for number in range(SEATS):
        outreach.add_seat(Seat(id=f"s{number}", contract="k", plan=Plan.RECRUITER, daily_limit=100_000))
    owner = owner_of(Seat(id="s0", contract="k", plan=Plan.RECRUITER), Policy.default())
    first = NOW - timedelta(days=size / (SEATS * PER_DAY) + 1)
    with store.write() as connection:
        connection.execute(balances.insert(), {"owner": owner, "available": 0})
        lot = {"owner": owner, "contract": "k", "source": "bonus", "granted_at": first, "expires_at": None}
        connection.execute(lots.insert(), {"id": "old", "remaining": 0, **lot})
        old: dict[str, Any] = {
            "at": first,
            "contract": "k",
            "owner": owner,
            "rule": "CR-5",
            "reason": "history",
            "lot": "old",
        }
        connection.execute(entries.insert(), entry("grant", key="grant:old", amount=size, **old))
        charged: dict[tuple[str, str], int] = {}
        for start in range(0, size, _CHUNK):
            _fill_chunk(connection, range(start, min(size, start + _CHUNK)), first, owner, charged)
        months = [{"seat": seat, "month": month, "charged": number} for (seat, month), number in charged.items()]
        connection.execute(seat_months.insert(), months)
    outreach.grant_bonus("s0", key="now", credits=CREDITS)


def _fill_chunk(
    connection: Connection, numbers: range, first: datetime, owner: str, charged: dict[tuple[str, str], int]
) -> None:
    of: dict[str, list[dict[str, Any]]] = {"threads": [], "messages": [], "replies": [], "entries": []}
    back: dict[datetime, int] = {}
    for number in numbers:
        seat, at = f"s{number % SEATS}", first + timedelta(days=number / (SEATS * PER_DAY))
        answered = at + timedelta(hours=20) if number % ANSWERED == 0 else None
        who: dict[str, Any] = {"contract": "k", "seat": seat, "candidate": f"c{number}"}
        state: Disposition = "pending" if answered is None else "declined"
        stood: dict[str, Any] = {"disposition": state, "outcome": state, "responded_at": answered}
        of["threads"].append(dict(Thread(id=f"t{number}", created_at=at, **who, **stood)))
        message = Message(
            id=f"m{number}", thread=f"t{number}", kind="initial", state="sent", subject="A role", body="Hello. " * 20,
            created_at=at, due_at=at, sent_at=at, receipt=f"m{number}", **who,
        )  # fmt: skip
        of["messages"].append({**dict(message), "responded_at": answered})
        booked: dict[str, Any] = {
            "contract": "k",
            "owner": owner,
            "seat": seat,
            "reason": "history",
            "message": f"m{number}",
        }
        key, month = charge_key(f"m{number}"), (seat, month_of(at))
        charged[month] = charged.get(month, 0) + 1
        of["entries"].append(entry("charge", key=key, at=at, rule="CR-1", lot="old", amount=1, **booked))
        if answered is not None:
            day = answered.replace(hour=0, minute=0, second=0, microsecond=0)
            back[day] = back.get(day, 0) + 1
            reply = Reply(
                id=f"r{number}",
                thread=f"t{number}",
                received_at=answered,
                kind="smart",
                smart="decline",
                label="decline",
            )
            of["replies"].append(dict(reply))
            lot = f"{refund_lot(owner, day=day)}:{numbers.start}"
            again: dict[str, Any] = {"key": refund_key(f"m{number}"), "at": answered, "refunds": key, "lot": lot}
            of["entries"].append(entry("refund", rule="CR-2", amount=1, **again, **booked))
    for day, number in back.items():  # given back, and lost again by now
        lot = f"{refund_lot(owner, day=day)}:{numbers.start}"
        row = {"id": lot, "owner": owner, "contract": "k", "source": "refund", "granted_at": day, "remaining": 0}
        connection.execute(lots.insert(), {**row, "expires_at": day + timedelta(days=90)})
        lost: dict[str, Any] = {"contract": "k", "owner": owner, "rule": "CR-5", "reason": "history", "amount": number}
        at = day + timedelta(days=90)
        of["entries"].append(entry("expire", key=f"expire:{lot}", at=at, lot=lot, **lost))
    for table in (threads, messages, replies, entries):
        if of[table.name]:
            connection.execute(table.insert(), of[table.name])
