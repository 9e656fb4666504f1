"""The rules of credits, CR-1 to CR-7, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

pytest.importorskip("sqlalchemy")

from ledger_desk import bonus, charged, given_back, history, refused, remaining
from ledger_desk import db as db
from ledgers import ANA, BEN, LEO, POLICY, POOL, START
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from overture.errors import InputError
from overture.messaging.decisions import Expiring, Spending
from overture.messaging.entries import bonus_key
from overture.messaging.ledger import (
    balance,
    charge,
    due_owners,
    expire_due,
    grant_bonus,
    grant_monthly,
    owner_of,
    refund,
)
from overture.messaging.policy import Plan, Policy
from overture.messaging.records import Seat
from overture.messaging.statements import explain, forecast
from overture.messaging.store import Store
from overture.messaging.tables import contracts, entries, seat_months, seats

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LIMITED = ANA.model_copy(update={"monthly_limit": 3})


# CR-1


def test_cr1_a_message_costs_one_credit_150_leave_149(db: Connection) -> None:
    lot = grant_monthly(db, ANA, month=START, now=START, policy=POLICY).lot
    outcome = charged(db, "m1")
    assert (outcome.messages, outcome.spent, outcome.rule) == (("m1",), (Spending(lot=lot, credits=1),), "CR-1")
    assert balance(db, POOL, now=START) == 149


def test_cr1_a_pair_with_one_credit_left_is_charged_neither(db: Connection) -> None:
    bonus(db, 1)
    outcome = refused(db, "initial", "follow_up")
    assert (outcome.rule, outcome.reason) == ("CR-1", "2 credits needed, contract:acme has 1")
    assert balance(db, POOL, now=START) == 1
    assert explain(db, "initial") == explain(db, "follow_up") == ()
    charged(db, "initial")


def test_cr1_a_pair_takes_one_credit_each_from_two_lots(db: Connection) -> None:
    bonus(db, 1, key="first")
    bonus(db, 1, key="second", at=START + DAY)
    outcome = charged(db, "initial", "follow_up", at=START + DAY)
    assert [spending.credits for spending in outcome.spent] == [1, 1]
    assert [line.lot for message in ("initial", "follow_up") for line in explain(db, message)] == [
        spending.lot for spending in outcome.spent
    ]


def test_cr1_a_free_message_gives_nothing_back(db: Connection) -> None:
    bonus(db, 5)
    assert given_back(db, "free") is None
    assert charged(db).messages == ()
    assert balance(db, POOL, now=START) == 5


def test_cr1_nobody_has_credits_before_a_grant(db: Connection) -> None:
    assert refused(db, "m1").rule == "CR-1"
    assert balance(db, POOL, now=START) == 0


def test_cr8_a_charge_repeated_is_the_first_one(db: Connection) -> None:
    bonus(db, 3)
    first = charged(db, "m1", "m2")
    assert charged(db, "m1", "m2", at=START + DAY) == first
    assert charged(db, "m3").messages == ("m3",)
    assert charged(db, "m1", "m2", at=START + 200 * DAY) == first  # also when nothing is left
    assert len(history(db)) == 4


def test_cr8_a_refunded_message_is_not_charged_again(db: Connection) -> None:
    bonus(db, 3)
    first = charged(db, "m1")
    given_back(db, "m1")
    assert charged(db, "m1") == first
    assert balance(db, POOL, now=START) == 3


@pytest.mark.parametrize("messages", [("m1", "m2"), ("m3", "m3")])
def test_cr1_messages_that_were_half_charged_before_or_named_twice_are_an_error(
    db: Connection, messages: tuple[str, ...]
) -> None:
    bonus(db, 5)
    charged(db, "m1")
    with pytest.raises(InputError, match="messages"):
        charge(db, ANA, messages=messages, now=START, policy=POLICY)
    assert balance(db, POOL, now=START) == 4


# CR-2, CR-3, CR-4


def test_cr2_a_credit_comes_back_once(db: Connection) -> None:
    bonus(db, 5)
    charged(db, "m1")
    assert given_back(db, "m1") is not None
    assert given_back(db, "m1") is None
    assert given_back(db, "m1", rule="CR-4", at=START + DAY) is None
    assert balance(db, POOL, now=START) == 5


def test_cr2_a_refund_names_its_charge_and_its_reason(db: Connection) -> None:
    bonus(db, 5)
    charged(db, "m1")
    refunded = refund(db, "m1", rule="CR-4", reason="cancelled by the recruiter", now=START, policy=POLICY)
    assert refunded is not None
    assert (refunded.charge, refunded.rule, refunded.reason) == ("charge:m1", "CR-4", "cancelled by the recruiter")
    paid, back = explain(db, "m1")
    assert back.refunds == paid.key == "charge:m1"


def test_cr3_an_answer_before_the_follow_up_gives_both_credits_back(db: Connection) -> None:
    bonus(db, 2)
    charged(db, "initial", "follow_up")
    assert [given_back(db, name, rule="CR-3") is not None for name in ("initial", "follow_up")] == [True, True]
    assert balance(db, POOL, now=START) == 2


def test_cr4_the_database_itself_refuses_a_second_refund_of_a_charge(store: Store) -> None:
    with store.write() as db:
        bonus(db, 2)
        charged(db, "m1")
        given_back(db, "m1")
        row = db.execute(select(entries).where(entries.c.kind == "refund")).mappings().one()
        again = {name: value for name, value in row.items() if name != "id"} | {"key": "refund:another key"}
    with pytest.raises(IntegrityError, match=r"(?i)unique"), store.write() as db:
        db.execute(entries.insert(), again)


# CR-5


@pytest.mark.parametrize(
    ("plan", "credits"),
    [(Plan.RECRUITER, 150), (Plan.PROFESSIONAL_SERVICES, 100), (Plan.LITE, 30), (Plan.TALENT_FINDER, 25)],
)
def test_cr5_monthly_grants_are_150_100_30_25_once_a_month(db: Connection, plan: Plan, credits: int) -> None:  # noqa: A002
    seat = Seat(id="s", contract="acme", plan=plan)
    first = grant_monthly(db, seat, month=date(2026, 3, 1), now=START, policy=POLICY)
    assert (first.credits, first.lot) == (credits, "grant:s:2026-03")
    assert grant_monthly(db, seat, month=date(2026, 3, 31), now=START + 9 * DAY, policy=POLICY) == first
    grant_monthly(db, seat, month=date(2026, 4, 1), now=START + 30 * DAY, policy=POLICY)
    assert balance(db, owner_of(seat, POLICY), now=START + 30 * DAY) == 2 * credits


def test_cr5_a_bonus_is_100_once_for_each_seat_and_key(db: Connection) -> None:
    first = grant_bonus(db, ANA, key="welcome", now=START, policy=POLICY)
    assert grant_bonus(db, ANA, key="welcome", now=START + DAY, policy=POLICY) == first
    grant_bonus(db, BEN, key="welcome", now=START, policy=POLICY)
    grant_bonus(db, ANA, key="sorry", now=START, policy=POLICY, credits=7)
    assert balance(db, POOL, now=START) == 207


def test_cr5_no_two_seats_and_keys_share_a_bonus() -> None:
    assert bonus_key("a:b", key="c") != bonus_key("a", key="b:c")


@pytest.mark.parametrize("credits", [0, -5])
def test_cr5_a_bonus_is_one_credit_at_least(db: Connection, credits: int) -> None:  # noqa: A002
    with pytest.raises(InputError, match="1 or more"):
        bonus(db, credits)


def test_cr5_a_pool_is_shared_and_a_lite_seat_has_its_own(db: Connection) -> None:
    for seat in (ANA, BEN, LEO):
        grant_monthly(db, seat, month=START, now=START, policy=POLICY)
    charged(db, *(f"m{number}" for number in range(200)), seat=BEN)
    charged(db, "lite", seat=LEO)
    assert (balance(db, POOL, now=START), balance(db, "seat:leo", now=START)) == (50, 29)


def test_cr5_the_oldest_lot_is_used_first(db: Connection) -> None:
    new = bonus(db, 2, key="new", at=START)
    old = bonus(db, 2, key="old", at=START - 30 * DAY)
    assert charged(db, "m1", "m2", "m3").spent == (Spending(lot=old, credits=2), Spending(lot=new, credits=1))


def test_cr5_a_credit_is_good_for_90_days_less_a_microsecond(db: Connection) -> None:
    lot = bonus(db, 2)
    end = START + 90 * DAY
    assert balance(db, POOL, now=end - TICK) == 2
    charged(db, "in time", at=end - TICK)
    assert balance(db, POOL, now=end) == 0
    assert refused(db, "late", at=end).reason == "1 credit needed, contract:acme has 0"
    assert remaining(db) == {lot: 0}
    assert [line.kind for line in history(db)] == ["grant", "charge", "expire"]


def test_cr5_what_is_due_expires_before_a_charge(db: Connection) -> None:
    bonus(db, 5, key="old")
    new = bonus(db, 5, key="new", at=START + DAY)
    assert charged(db, "m1", at=START + 90 * DAY).spent == (Spending(lot=new, credits=1),)
    assert [(line.kind, line.amount) for line in history(db)][2:] == [("expire", 5), ("charge", 1)]


def test_cr5_a_due_lot_behind_one_that_lasts_for_ever_is_not_used(db: Connection) -> None:
    capped = Policy.named("grace_period")
    kept = grant_bonus(db, ANA, key="kept", now=START - DAY, policy=capped, credits=1).lot
    bonus(db, 5)
    later = START + 91 * DAY
    assert refused(db, "m1", "m2", at=later).reason == "2 credits needed, contract:acme has 1"
    assert charged(db, "m3", at=later).spent == (Spending(lot=kept, credits=1),)


def test_cr5_expiry_is_booked_once(db: Connection) -> None:
    lot = bonus(db, 5)
    end = START + 90 * DAY
    assert expire_due(db, POOL, now=end - TICK) == ()
    assert due_owners(db, now=end - TICK) == ()
    assert due_owners(db, now=end) == (POOL,)
    assert expire_due(db, POOL, now=end) == (Expiring(lot=lot, on=end.date(), credits=5),)
    assert expire_due(db, POOL, now=end) == ()
    assert due_owners(db, now=end) == ()


def test_cr5_a_forecast_says_what_is_lost_when(db: Connection) -> None:
    second = bonus(db, 3, key="second", at=START + DAY)
    first = bonus(db, 2, key="first")
    charged(db, "m1")
    assert forecast(db, POOL, now=START) == (
        Expiring(lot=first, on=(START + 90 * DAY).date(), credits=1),
        Expiring(lot=second, on=(START + 91 * DAY).date(), credits=3),
    )


def test_cr5_a_refund_is_a_new_lot_from_the_day_it_is_booked(db: Connection) -> None:
    bonus(db, 3)
    charged(db, "m1", "m2", "m3")
    booked_on = START + 80 * DAY
    assert given_back(db, "m1", at=booked_on) == given_back(db, "m2", at=booked_on + timedelta(hours=14, minutes=59))
    assert given_back(db, "m3", at=booked_on + timedelta(hours=15)) == "refund:contract:acme:2026-05-22"
    end = datetime(2026, 5, 21, tzinfo=UTC) + 90 * DAY
    assert [balance(db, POOL, now=at) for at in (end - TICK, end, end + DAY)] == [3, 1, 0]


def test_cr5_a_clock_that_is_behind_may_refill_a_lot_that_expired(db: Connection) -> None:
    bonus(db, 1)
    charged(db, "m1")
    short = Policy(credit_days=1)
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    bonus(db, 1, key="more")
    charged(db, "m2")
    refund(db, "m1", rule="CR-4", reason="cancelled", now=midnight - TICK, policy=short)
    assert len(expire_due(db, POOL, now=midnight)) == 1
    refund(db, "m2", rule="CR-4", reason="cancelled", now=midnight - TICK, policy=short)
    assert len(expire_due(db, POOL, now=midnight + TICK)) == 1


def test_cr5_a_cap_of_four_grants_limits_what_a_grant_adds_but_no_refund(db: Connection) -> None:
    capped = Policy.named("grace_period")
    db.execute(contracts.insert().values(id="acme", policy="grace_period"))
    db.execute(seats.insert(), [{"id": s.id, "contract": "acme", "plan": s.plan} for s in (LEO,)])
    grants = [
        grant_monthly(db, LEO, month=date(2026, month, 1), now=START + 30 * month * DAY, policy=capped)
        for month in range(1, 7)
    ]
    assert [grant.credits for grant in grants] == [30, 30, 30, 30, 0, 0]
    assert grants[4].reason == "recruiter_lite grant for 2026-05; 30 of 30 left out at the balance cap of 120"
    later = START + 400 * DAY
    charge(db, LEO, messages=["m1"], now=later, policy=capped)
    assert grant_monthly(db, LEO, month=date(2027, 1, 1), now=later, policy=capped).credits == 1
    assert grant_monthly(db, LEO, month=date(2026, 5, 1), now=later, policy=capped) == grants[4]
    assert refund(db, "m1", rule="CR-4", reason="cancelled", now=later, policy=capped) is not None
    assert balance(db, "seat:leo", now=later) == 121


def test_cr5_the_cap_of_a_pool_is_that_of_its_seats_together(db: Connection) -> None:
    capped = Policy.named("grace_period")
    db.execute(contracts.insert().values(id="acme", policy="grace_period"))
    db.execute(seats.insert(), [{"id": s.id, "contract": "acme", "plan": s.plan} for s in (ANA, BEN, LEO)])
    first = grant_bonus(db, ANA, key="huge", now=START, policy=capped, credits=5_000)
    assert first.credits == 4 * (150 + 100)
    assert grant_monthly(db, BEN, month=START, now=START, policy=capped).credits == 0


# CR-6


def test_cr6_a_seat_with_a_limit_of_3_is_refused_its_4th_until_april(db: Connection) -> None:
    bonus(db, 10)
    charged(db, "m1", "m2", seat=LIMITED)
    outcome = refused(db, "m3", "m4", seat=LIMITED)
    assert (outcome.rule, outcome.until) == ("CR-6", datetime(2026, 4, 1, tzinfo=UTC))
    assert outcome.reason == "2 credits more would pass the seat's limit of 3 for 2026-03"
    assert balance(db, POOL, now=START) == 8
    charged(db, "m5", seat=LIMITED)
    refused(db, "m6", seat=LIMITED, at=datetime(2026, 4, 1, tzinfo=UTC) - TICK)
    charged(db, "m7", seat=LIMITED, at=datetime(2026, 4, 1, tzinfo=UTC))


def test_cr6_a_refund_goes_to_the_pool_and_not_to_the_seats_allowance(db: Connection) -> None:
    bonus(db, 3)
    charged(db, "m1", "m2", "m3", seat=LIMITED)
    given_back(db, "m1")
    assert balance(db, POOL, now=START) == 1
    assert refused(db, "m4", seat=LIMITED).rule == "CR-6"
    charged(db, "m5", seat=BEN)


def test_cr6_what_can_never_fit_has_no_end(db: Connection) -> None:
    bonus(db, 10)
    assert refused(db, "m1", "m2", "m3", "m4", seat=LIMITED).until is None
    assert refused(db, "m5", seat=ANA.model_copy(update={"monthly_limit": 0})).until is None
    assert db.execute(select(seat_months)).all() == []


def test_cr6_a_limit_set_later_counts_what_was_charged_before(db: Connection) -> None:
    bonus(db, 10)
    charged(db, "m1", "m2", "m3")
    assert refused(db, "m4", seat=LIMITED).rule == "CR-6"


# CR-7


def test_cr7_what_was_charged_stays_charged_when_the_contract_runs_out(db: Connection) -> None:
    bonus(db, 1)
    paid = charged(db, "m1")
    refused(db, "m2")
    expire_due(db, POOL, now=START + 100 * DAY)
    assert charged(db, "m1", at=START + 100 * DAY) == paid
