"""Eight processes on one ledger: nothing is spent twice, no limit is passed, on either store (CR-1, CR-6, CR-8)."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlalchemy")

from ledgers import ANA, POLICY, POOL, START, at_once, charge_each, refund_each

from overture.messaging.ledger import balance, charge, grant_bonus
from overture.messaging.records import Seat
from overture.messaging.statements import verify
from overture.messaging.store import Store

pytestmark = pytest.mark.slow
WRITERS = 8


def _names(writer: int, number: int) -> list[str]:
    return [f"w{writer} m{message}" for message in range(number)]


def _grant(store: Store, credits: int) -> None:  # noqa: A002 (the ledger's own word)
    with store.write() as connection:
        grant_bonus(connection, ANA, key="pool", now=START, policy=POLICY, credits=credits)


def _left(store: Store) -> int:
    with store.read() as connection:
        report = verify(connection)
        assert report.differences == ()
        return balance(connection, POOL, now=START)


def test_cr8_of_2000_attempts_of_8_processes_on_1000_credits_exactly_1000_are_accepted(store: Store) -> None:
    _grant(store, 1_000)
    accepted = at_once(charge_each, [(store.url, ANA, _names(writer, 250), 1) for writer in range(WRITERS)])
    assert (sum(accepted), _left(store)) == (1_000, 0)


def test_cr1_pairs_of_8_processes_leave_the_odd_credit(store: Store) -> None:
    _grant(store, 301)
    accepted = at_once(charge_each, [(store.url, ANA, _names(writer, 50), 2) for writer in range(WRITERS)])
    assert (sum(accepted), _left(store)) == (300, 1)


def test_cr6_a_seats_limit_of_123_holds_under_8_writers(store: Store) -> None:
    _grant(store, 1_000)
    seat = ANA.model_copy(update={"monthly_limit": 123})
    accepted = at_once(charge_each, [(store.url, seat, _names(writer, 40), 1) for writer in range(WRITERS)])
    assert (sum(accepted), _left(store)) == (123, 877)


def test_cr8_the_same_messages_charged_by_8_processes_are_charged_once(store: Store) -> None:
    _grant(store, 1_000)
    accepted = at_once(charge_each, [(store.url, ANA, _names(0, 60), 2)] * WRITERS)
    assert accepted == [60] * WRITERS
    assert _left(store) == 940


def test_cr2_the_same_refunds_by_8_processes_give_each_credit_back_once(store: Store) -> None:
    _grant(store, 100)
    names = _names(0, 60)
    with store.write() as connection:
        charge(connection, ANA, messages=names, now=START, policy=POLICY)
    assert sum(at_once(refund_each, [(store.url, names)] * WRITERS)) == 60
    assert _left(store) == 100


def test_cr5_seats_of_one_pool_write_against_each_other_without_a_deadlock(store: Store) -> None:
    _grant(store, 400)
    seats = [Seat(id=f"s{number}", contract="acme", plan=ANA.plan) for number in range(WRITERS)]
    jobs = [(store.url, seat, _names(number, 60), 1 + number % 3) for number, seat in enumerate(seats)]
    charged, left = sum(at_once(charge_each, jobs)), _left(store)
    assert charged + left == 400
    assert left < 3  # where those who take one at a time are through, the others may want more than is left
