"""What the ledger says of itself (CR-8): statements, explanations, verification, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from ledger_desk import bonus, charged, given_back, history, remaining
from ledger_desk import db as db
from ledger_desk import spoilt as spoilt
from ledgers import ANA, LEO, POLICY, POOL, START
from sqlalchemy import Connection, event, select, update

from overture.errors import InputError, RunError
from overture.messaging.entries import accounts_of, replay
from overture.messaging.ledger import (
    balance,
    charge,
    due_owners,
    expire_due,
    grant_monthly,
)
from overture.messaging.postings import booked
from overture.messaging.statements import explain, statement, verify
from overture.messaging.store import Store
from overture.messaging.tables import balances, entries, lots, seat_months

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LIMITED = ANA.model_copy(update={"monthly_limit": 3})


def test_cr8_a_statement_opens_where_the_month_before_closed(db: Connection) -> None:
    grant_monthly(db, ANA, month=START, now=START, policy=POLICY)
    grant_monthly(db, LEO, month=START, now=START, policy=POLICY)
    charged(db, "m1", "m2")
    charged(db, "m3", seat=LEO)
    given_back(db, "m1", at=START + 30 * DAY)
    expire_due(db, POOL, now=START + 90 * DAY)
    march, april, may = (statement(db, "acme", month=date(2026, month, 28)) for month in (3, 4, 5))
    assert (march.opening, march.closing, april.opening, april.closing, may.closing) == (0, 177, 177, 178, 30)
    assert [march.total(kind) for kind in ("grant", "charge", "refund", "expire")] == [180, -3, 0, 0]
    assert [(line.kind, line.rule, line.reason) for line in may.entries] == [
        ("expire", "CR-5", "unused until 2026-05-31")
    ]
    assert statement(db, "another", month=START).entries == ()


def test_cr8_a_message_is_explained_in_sentences_with_their_rules(db: Connection) -> None:
    bonus(db, 2)
    charged(db, "m1")
    given_back(db, "m1", at=START + DAY)
    assert [line.sentence for line in explain(db, "m1")] == [
        "2026-03-02 09:00 UTC: 1 credit of contract:acme charged for message m1, from lot bonus:ana:bonus (CR-1): "
        "scheduled or sent.",
        "2026-03-03 09:00 UTC: 1 credit given back to contract:acme for message m1, into lot "
        "refund:contract:acme:2026-03-03 (CR-2): answered.",
    ]


def test_cr8_every_entry_moves_credits_between_the_accounts_of_its_kind(db: Connection) -> None:
    bonus(db, 5)
    charged(db, "m1", "m2")
    given_back(db, "m1")
    expire_due(db, POOL, now=START + 90 * DAY)
    for line in history(db):
        assert (line.debit, line.credit) == accounts_of(line.kind, owner=POOL)
    assert verify(db).totals == {"issued": -5, "available": 1 - 1, "spent": 1, "expired": 4}


def test_cr8_any_prefix_of_the_ledger_gives_the_state_of_its_day(db: Connection) -> None:
    states: list[tuple[int, dict[str, int], int]] = []

    def note() -> None:
        available = db.execute(select(balances.c.available)).scalar_one()
        states.append((len(history(db)), remaining(db), available))

    bonus(db, 5)
    note()
    charged(db, "m1", "m2")
    note()
    given_back(db, "m1", at=START + DAY)
    note()
    expire_due(db, POOL, now=START + 90 * DAY)
    note()
    for length, by_lot, available in states:
        held = replay(history(db)[:length])
        assert (held.lots, held.balances[POOL]) == (by_lot, available)


@pytest.mark.parametrize(
    ("tampering", "where"),
    [
        (update(lots).values(remaining=9), "lot"),
        (update(balances).values(available=9), "balance"),
        (update(seat_months).values(charged=1), "seat month"),
        (lots.delete(), "lot"),
        (update(lots).values(expires_at=START), "expiry"),
    ],
)
def test_cr8_verify_sees_a_projection_that_differs(spoilt: Connection, tampering: Any, where: str) -> None:
    spoilt.execute(tampering)
    report = verify(spoilt)
    assert where in {difference.where for difference in report.differences}
    assert not report.holds


@pytest.mark.parametrize(
    ("forged", "where"),
    [
        ({"kind": "refund", "refunds": "charge:nobody", "debit": "spent", "credit": f"available:{POOL}"}, "refund"),
        ({"kind": "refund", "refunds": "charge:m1", "message": "m2", "owner": POOL}, "refund"),
        ({"kind": "grant", "debit": "spent"}, "accounts"),
        ({"kind": "gift"}, "accounts"),
        ({"kind": "charge", "amount": 9, "seat": "ana"}, "negative"),
    ],
)
def test_cr8_verify_sees_a_forged_entry(spoilt: Connection, forged: dict[str, Any], where: str) -> None:
    row = {
        "key": "forged", "at": START, "contract": "acme", "owner": POOL, "rule": "CR-4", "reason": "", "lot": "forged",
        "debit": "issued", "credit": f"available:{POOL}", "amount": 1, **forged,
    }  # fmt: skip
    spoilt.execute(entries.insert(), row)
    differences = verify(spoilt).differences
    assert where in {difference.where for difference in differences}
    assert all(str(difference).startswith(difference.where) for difference in differences)


def test_cr8_a_charge_that_the_lots_cannot_back_stops_the_run(spoilt: Connection) -> None:
    spoilt.execute(update(lots).values(remaining=0))
    with pytest.raises(RunError, match="verify"):
        charge(spoilt, ANA, messages=["m3"], now=START, policy=POLICY)


def test_cr8_six_thousand_charges_are_found_again_by_their_keys(db: Connection) -> None:
    bonus(db, 6_000)
    messages = [f"m{number}" for number in range(6_000)]
    assert charged(db, *messages) == charged(db, *messages)
    assert len(booked(db, [f"charge:{message}" for message in messages])) == 6_000


def test_cr8_an_instant_needs_a_zone(db: Connection) -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(InputError, match="zone"):
        charge(db, ANA, messages=["m1"], now=naive, policy=POLICY)
    with pytest.raises(InputError, match="zone"):
        balance(db, POOL, now=naive)


def test_cr8_no_statement_of_a_charge_or_a_refund_scans_history(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'overture.db'}")
    seen: list[tuple[str, Any]] = []
    with store.write() as db:
        bonus(db, 5, seat=LIMITED)
        event.listen(store.engine, "before_cursor_execute", lambda *a: seen.append((a[2], a[3])))
        charged(db, "m1", "m2", seat=LIMITED)
        given_back(db, "m1")
        balance(db, POOL, now=START)
        due_owners(db, now=START)
        plans = [
            row.detail
            for statement, parameters in list(seen)
            if not statement.startswith("INSERT")
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    store.close()
    assert {index for plan in plans for index in plan.split() if index.startswith("ix_lots")} == {
        "ix_lots_owner_granted_at_id",
        "ix_lots_expires_at_owner",
    }
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
