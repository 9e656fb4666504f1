"""Lots, purely: oldest first, ninety days to the microsecond, and caps, against a list of single credits."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

pytest.importorskip("sqlalchemy")

from hypothesis import given
from hypothesis import strategies as st

from overture.messaging.decisions import Expiring, Spending
from overture.messaging.lots import Lot, available, expire, expiry, forecast, granted, refund_day, spend
from overture.messaging.policy import Policy

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def _lot(name: str, *, days_old: float, remaining: int, lasts: float | None = 90) -> Lot:
    granted_at = NOW - days_old * DAY
    return Lot(
        id=name,
        granted_at=granted_at,
        expires_at=None if lasts is None else granted_at + lasts * DAY,
        remaining=remaining,
    )


OLD, MIDDLE, NEW = (_lot(name, days_old=days, remaining=2) for name, days in (("old", 60), ("middle", 30), ("new", 0)))
lots_of_any_kind = st.lists(
    st.builds(
        _lot,
        st.sampled_from("abcdefgh"),
        days_old=st.integers(0, 200),
        remaining=st.integers(0, 5),
        lasts=st.sampled_from([1, 30, 90, None]),
    ),
    unique_by=lambda lot: lot.id,
)


def test_cr5_a_credit_of_2_march_9_00_is_lost_on_31_may_9_00_sharp() -> None:
    expires_at = expiry(NOW, policy=Policy.default())
    lot = Lot(id="march", granted_at=NOW, expires_at=expires_at, remaining=1)
    end = datetime(2026, 5, 31, 9, tzinfo=UTC)
    assert expires_at == end
    assert spend([lot], amount=1, now=end - TICK) == (Spending(lot="march", credits=1),)
    assert spend([lot], amount=1, now=end) is None
    assert expire([lot], now=end - TICK) == ()
    assert expire([lot], now=end) == (Expiring(lot="march", on=date(2026, 5, 31), credits=1),)


def test_cr5_without_a_term_a_lot_lasts_until_it_is_used() -> None:
    assert expiry(NOW, policy=Policy.named("grace_period")) is None
    kept = _lot("kept", days_old=5_000, remaining=1, lasts=None)
    assert (available([kept], now=NOW), expire([kept], now=NOW), forecast([kept], now=NOW)) == (1, (), ())


def test_cr5_oldest_first_3_of_2_2_2_takes_2_and_1() -> None:
    spendings = spend([NEW, OLD, MIDDLE], amount=3, now=NOW)
    assert spendings == (Spending(lot="old", credits=2), Spending(lot="middle", credits=1))


def test_cr5_a_lot_that_lasts_longer_is_not_spared_for_that() -> None:
    forever = _lot("forever", days_old=80, remaining=1, lasts=None)
    assert spend([OLD, forever], amount=1, now=NOW) == (Spending(lot="forever", credits=1),)


def test_cr1_both_or_neither_2_of_1_takes_none() -> None:
    assert spend([_lot("last", days_old=1, remaining=1)], amount=2, now=NOW) is None


def test_cr5_a_forecast_names_the_next_loss_first() -> None:
    assert forecast([NEW, MIDDLE, _lot("gone", days_old=90, remaining=7)], now=NOW) == (
        Expiring(lot="middle", on=(NOW + 60 * DAY).date(), credits=2),
        Expiring(lot="new", on=(NOW + 90 * DAY).date(), credits=2),
    )


def test_cr5_a_refund_belongs_to_the_utc_day_it_is_booked_on() -> None:
    in_auckland = datetime(2026, 3, 3, 1, tzinfo=timezone(timedelta(hours=13)))
    assert refund_day(in_auckland) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(("balance", "added"), [(0, 150), (450, 150), (451, 149), (599, 1), (600, 0), (601, 0)])
def test_cr5_a_cap_of_600_leaves_of_a_grant_of_150(balance: int, added: int) -> None:
    assert granted(150, balance=balance, cap=600) == added
    assert granted(150, balance=balance, cap=None) == 150


@given(lots_of_any_kind, st.integers(1, 12))
def test_cr5_spending_takes_the_oldest_single_credits(lots: list[Lot], amount: int) -> None:
    single = sorted(
        (lot.granted_at, lot.id)
        for lot in lots
        for _ in range(lot.remaining)
        if lot.expires_at is None or lot.expires_at > NOW
    )
    spendings = spend(lots, amount=amount, now=NOW)
    if len(single) < amount:
        assert spendings is None
    else:
        assert spendings is not None
        assert {s.lot: s.credits for s in spendings} == Counter(name for _, name in single[:amount])


@given(lots_of_any_kind)
def test_cr5_every_credit_is_usable_or_lost_and_never_both(lots: list[Lot]) -> None:
    lost = expire(lots, now=NOW)
    assert available(lots, now=NOW) + sum(loss.credits for loss in lost) == sum(lot.remaining for lot in lots)
    coming = forecast(lots, now=NOW)
    assert {loss.lot for loss in coming}.isdisjoint(loss.lot for loss in lost)
    assert [loss.on for loss in coming] == sorted(loss.on for loss in coming)
    usable = spend(lots, amount=max(1, available(lots, now=NOW)), now=NOW)
    assert (usable is None) == (available(lots, now=NOW) == 0)
