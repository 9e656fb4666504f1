"""A ledger to try things on: one transaction that has to verify at its end, and short words for what is done in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from ledgers import ANA, POLICY, START
from sqlalchemy import Connection, select

from overture.messaging.decisions import Refused
from overture.messaging.entries import Charged, EntryLine
from overture.messaging.ledger import (
    charge,
    grant_bonus,
    refund,
)
from overture.messaging.postings import lines
from overture.messaging.records import Seat
from overture.messaging.statements import verify
from overture.messaging.store import Store
from overture.messaging.tables import entries, lots


@pytest.fixture
def db(store: Store) -> Iterator[Connection]:
    """One writing transaction; whatever the test did, the ledger has to verify after it."""
    with store.write() as connection:
        yield connection
        assert verify(connection).differences == ()


@pytest.fixture
def spoilt(store: Store) -> Iterator[Connection]:
    """One writing transaction on a ledger that a test tampers with."""
    with store.write() as connection:
        bonus(connection, 10)
        charged(connection, "m1", "m2")
        yield connection


def bonus(db: Connection, credits: int, *, seat: Seat = ANA, at: datetime = START, key: str = "bonus") -> str:  # noqa: A002
    return grant_bonus(db, seat, key=key, now=at, policy=POLICY, credits=credits).lot


def charged(db: Connection, *messages: str, seat: Seat = ANA, at: datetime = START) -> Charged:
    outcome = charge(db, seat, messages=messages, now=at, policy=POLICY)
    assert isinstance(outcome, Charged)
    return outcome


def refused(db: Connection, *messages: str, seat: Seat = ANA, at: datetime = START) -> Refused:
    outcome = charge(db, seat, messages=messages, now=at, policy=POLICY)
    assert isinstance(outcome, Refused)
    return outcome


def given_back(db: Connection, message: str, *, rule: str = "CR-2", at: datetime = START) -> str | None:
    refunded = refund(db, message, rule=rule, reason="answered", now=at, policy=POLICY)
    return refunded and refunded.lot


def history(db: Connection) -> list[EntryLine]:
    return lines(db.execute(select(entries).order_by(entries.c.id)))


def remaining(db: Connection) -> dict[str, int]:
    return {row.id: row.remaining for row in db.execute(select(lots.c.id, lots.c.remaining))}
