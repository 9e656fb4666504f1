"""The ledger against a list of single credits, step by step; and bugs planted in it, each of which is caught."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from overture.messaging import ledger, lots, postings
from overture.messaging.entries import Charged, Refunded, replay
from overture.messaging.policy import Plan, Policy
from overture.messaging.postings import lines
from overture.messaging.records import Seat
from overture.messaging.statements import verify
from overture.messaging.store import make_engine, migrate, writing
from overture.messaging.tables import balances, entries, seat_months
from overture.messaging.tables import lots as lots_table

POLICY = Policy(grants={Plan.RECRUITER: 6, Plan.LITE: 3}, bonus_grant=2, credit_days=9)
SEATS = (
    Seat(id="ana", contract="acme", plan=Plan.RECRUITER, monthly_limit=2),
    Seat(id="ben", contract="acme", plan=Plan.RECRUITER),
    Seat(id="leo", contract="acme", plan=Plan.LITE),
)
STEPS = 50
STEP_COUNTS = {"quick": 500, "suite": 10_000, "nightly": 1_000_000}
TICK = timedelta(microseconds=1)
seats = st.sampled_from(SEATS)


@dataclass
class Credit:
    """One credit of the naive model: a thing that somebody has until it is spent or lost."""

    owner: str
    lot: str
    granted_at: datetime
    lost_at: datetime


class LedgerMachine(RuleBasedStateMachine):
    """Steps of one contract; after each, balances, lots and seat months are those of the naive model."""

    ledger: ModuleType = ledger

    def __init__(self) -> None:
        super().__init__()
        self.engine = make_engine("sqlite://")
        self.now = datetime(2026, 1, 30, 12, tzinfo=UTC)
        self.credits: list[Credit] = []
        self.granted: set[str] = set()
        self.charged: dict[str, tuple[Seat, datetime]] = {}
        self.refunded: set[str] = set()
        self.number = 0
        self.past: list[tuple[int, dict[str, int]]] = []

    @initialize()
    def open(self) -> None:
        with self.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.deserialize(_migrated())

    def teardown(self) -> None:
        with self.engine.connect() as connection:
            report = verify(connection)
            history = lines(connection.execute(select(entries).order_by(entries.c.id)))
        self.engine.dispose()
        assert report.holds, report.differences
        assert len(report.totals) <= 4
        assert sum(report.totals.values()) == 0
        for length, by_lot in self.past:  # CR-8: replay of any prefix gives the state of its day
            assert _some(replay(history[:length]).lots) == by_lot

    @rule(step=st.sampled_from([TICK, timedelta(hours=7), timedelta(days=1), timedelta(days=3), timedelta(days=8)]))
    def wait(self, step: timedelta) -> None:
        self.now += step

    @rule(before=st.booleans())
    def wait_for_the_next_expiry(self, before: bool) -> None:
        coming = [credit.lost_at for credit in self.credits if credit.lost_at > self.now + TICK]
        if coming:
            self.now = min(coming) - TICK * before

    @rule(seat=seats)
    def grant(self, seat: Seat) -> None:
        with writing(self.engine) as connection:
            made = self.ledger.grant_monthly(connection, seat, month=self.now, now=self.now, policy=POLICY)
        self._model_grant(seat, made.lot, POLICY.grants[seat.plan])

    @rule(seat=seats, key=st.sampled_from("ab"), credits=st.sampled_from([None, 1, 4]))
    def bonus(self, seat: Seat, key: str, credits: int | None) -> None:  # noqa: A002 (the ledger's own word)
        with writing(self.engine) as connection:
            made = self.ledger.grant_bonus(connection, seat, key=key, now=self.now, policy=POLICY, credits=credits)
        self._model_grant(seat, made.lot, POLICY.bonus_grant if credits is None else credits)

    @rule(seat=seats)
    def charge_one(self, seat: Seat) -> None:
        self._charge(seat, pair=False)

    @rule(seat=seats)
    def charge_pair(self, seat: Seat) -> None:
        self._charge(seat, pair=True)

    @rule(data=st.data(), copies=st.sampled_from([1, 2]))
    def refund(self, data: st.DataObject, copies: int) -> None:
        if not self.charged:
            return
        message = data.draw(st.sampled_from(sorted(self.charged)))
        for _ in range(copies):
            with writing(self.engine) as connection:
                outcome = self.ledger.refund(
                    connection, message, rule="CR-2", reason="answered", now=self.now, policy=POLICY
                )
            assert (outcome is None) == (message in self.refunded)
            if isinstance(outcome, Refunded):
                owner = _owner(self.charged[message][0])
                day = datetime(self.now.year, self.now.month, self.now.day, tzinfo=UTC)
                self.credits.append(Credit(owner, outcome.lot, day, day + timedelta(days=9)))
                self.refunded.add(message)

    @rule(data=st.data())
    def charge_again(self, data: st.DataObject) -> None:
        if self.charged:
            message = data.draw(st.sampled_from(sorted(self.charged)))
            seat, at = self.charged[message]
            with writing(self.engine) as connection:
                outcome = self.ledger.charge(connection, seat, messages=[message], now=self.now, policy=POLICY)
            assert (outcome.messages, outcome.at) == ((message,), at)

    @rule(seat=seats)
    def expire(self, seat: Seat) -> None:
        with writing(self.engine) as connection:
            self.ledger.expire_due(connection, _owner(seat), now=self.now)

    @invariant()
    def everything_is_as_the_naive_model_says(self) -> None:
        self.credits = [credit for credit in self.credits if self.now < credit.lost_at]
        by_lot = Counter(credit.lot for credit in self.credits)
        with self.engine.connect() as connection:
            for owner in ("contract:acme", "seat:leo"):
                expected = sum(credit.owner == owner for credit in self.credits)
                assert self.ledger.balance(connection, owner, now=self.now) == expected
            kept = {row.id: row for row in connection.execute(select(lots_table))}
            by_owner = connection.execute(select(balances.c.available)).scalars().all()
            months = connection.execute(select(seat_months.c.charged)).scalars().all()
            length = len(connection.execute(select(entries.c.id)).all())
        assert {
            lot: row.remaining for lot, row in kept.items() if row.remaining and self.now < row.expires_at
        } == by_lot
        assert min([0, *by_owner, *(row.remaining for row in kept.values())]) == 0
        assert sum(months) == len(self.charged)
        self.past.append((length, {lot: row.remaining for lot, row in kept.items() if row.remaining}))

    def _charge(self, seat: Seat, *, pair: bool) -> None:
        self.number += 1
        messages = [f"m{self.number}", f"f{self.number}"] if pair else [f"m{self.number}"]
        usable = sorted(self._usable(seat), key=lambda credit: (credit.granted_at, credit.lot))[: len(messages)]
        month = f"{self.now:%Y-%m}"
        spent = sum(s.id == seat.id and f"{at:%Y-%m}" == month for s, at in self.charged.values())
        limit = seat.monthly_limit
        expected = (
            "CR-1" if len(usable) < len(messages)
            else "CR-6" if limit is not None and spent + len(messages) > limit
            else None
        )  # fmt: skip
        with writing(self.engine) as connection:
            outcome = self.ledger.charge(connection, seat, messages=messages, now=self.now, policy=POLICY)
        if isinstance(outcome, Charged):
            assert expected is None
            assert Counter(credit.lot for credit in usable) == {s.lot: s.credits for s in outcome.spent}
            for credit in usable:
                self.credits.remove(credit)
            self.charged |= dict.fromkeys(messages, (seat, self.now))
        else:
            assert outcome.rule == expected

    def _model_grant(self, seat: Seat, lot: str, number: int) -> None:
        if lot not in self.granted:
            self.granted.add(lot)
            lost_at = self.now + timedelta(days=9)
            self.credits += [Credit(_owner(seat), lot, self.now, lost_at) for _ in range(number)]

    def _usable(self, seat: Seat) -> list[Credit]:
        return [credit for credit in self.credits if credit.owner == _owner(seat) and self.now < credit.lost_at]


def test_cr1_to_cr8_500_steps_are_those_of_the_naive_model() -> None:
    run_state_machine_as_test(LedgerMachine, settings=_settings(STEP_COUNTS["quick"]))


@pytest.mark.slow
@pytest.mark.timeout(100_000)
def test_cr1_to_cr8_ten_thousand_steps_are_those_of_the_naive_model() -> None:
    steps = STEP_COUNTS["nightly" if os.environ.get("OVERTURE_NIGHTLY") else "suite"]
    run_state_machine_as_test(LedgerMachine, settings=_settings(steps))


MODULES = {"lots": lots, "postings": postings, "ledger": ledger}  # each imports those before it

# Each: the file, what is written there, and what the planted bug writes instead.
PLANTED = {
    "expiry one microsecond late": ("lots", "now >= self.expires_at", "now > self.expires_at"),
    "expiry a day early": ("lots", "timedelta(days=policy.credit_days)", "timedelta(days=policy.credit_days - 1)"),
    "newest lot first": ("lots", "key=lambda lot: (lot.granted_at, lot.id)", "key=lambda lot: lot.id"),
    "one of a pair": (
        "ledger",
        "taken = take(connection, owner, amount=number)",
        "messages = messages[: balance(connection, owner, now=now) or 2]\n"
        "    number = len(messages)\n    taken = take(connection, owner, amount=number)",
    ),
    "balance one microsecond longer": ("postings", "lots.c.expires_at <= bindparam", "lots.c.expires_at < bindparam"),
    "expiry not booked": (
        "ledger",
        "        expire_due(connection, owner, now=now)\n        if not take",
        "        if not take",
    ),
    "newest lot of the database": ("postings", "lots.c.granted_at, lots.c.id)", "lots.c.granted_at.desc(), lots.c.id)"),
    "refund day of the clock": ("lots", ".replace(hour=0, minute=0, second=0, microsecond=0)", ""),
    "refunded twice": (
        "ledger",
        "if paid is None or refund_key(message) in found:",
        "found = {}\n    message += f' {now}'\n    if paid is None:",
    ),
    "refund before a charge": ("ledger", "if not book_once(connection, row):", "if book_once(connection, row):"),
    "refund lost": ("ledger", "give(connection, owner, amount=paid.amount)", "pass"),
    "refund back to the month": (
        "ledger",
        '    fill_lot(connection, new, owner=owner, contract=paid.contract, source="refund")\n',
        '    fill_lot(connection, new, owner=owner, contract=paid.contract, source="refund")\n'
        "    count(connection, paid.seat or '', month=month_of(paid.at), charged=-1, limit=None)\n",
    ),
    "limit off by one": ("ledger", "limit=seat.monthly_limit)", "limit=seat.monthly_limit and seat.monthly_limit + 1)"),
    "refused by the limit, and taken": (
        "ledger",
        "        give(connection, owner, amount=number)\n        return _over_limit",
        "        return _over_limit",
    ),
    "granted twice": ("ledger", "if earlier := booked(connection, [key]):", "key += f' {now}'\n    if earlier := []:"),
    "charged again": (
        "ledger",
        "if earlier := booked(connection, [charge_key(message) for message in messages]):",
        "messages = [f'{message} {now}' for message in messages]\n    if earlier := []:",
    ),
    "expired and not taken off": (
        "ledger",
        "give(connection, owner, amount=-sum(",
        "give(connection, owner, amount=0*sum(",
    ),
    "pool split by seat": ("ledger", 'f"contract:{seat.contract}" if policy', 'f"seat:{seat.id}" if policy'),
}


@pytest.mark.slow
@pytest.mark.parametrize("bug", PLANTED)
def test_cr8_a_planted_bug_is_caught(bug: str) -> None:
    with _planted(*PLANTED[bug]) as mutant:

        class Mutant(LedgerMachine):
            ledger = mutant

        with pytest.raises(BaseException) as caught:  # noqa: PT011 (an assertion, a group of them, or the database's)
            run_state_machine_as_test(Mutant, settings=_settings(5_000, phases=[Phase.generate]))
    assert not isinstance(caught.value, (NameError, SyntaxError, KeyboardInterrupt))


def test_an_unchanged_copy_is_not_a_bug() -> None:
    with _planted("ledger", "from __future__", "from __future__") as same:

        class Copy(LedgerMachine):
            ledger = same

        run_state_machine_as_test(Copy, settings=_settings(100))


@contextmanager
def _planted(file: str, old: str, new: str) -> Generator[ModuleType]:
    """The ledger with a bug in it or in its lots, beside the true one."""
    source = _source(file)
    assert source.count(old) == 1, f"{old!r} is not once in {file}.py"
    true = {module.__name__: module for module in MODULES.values()}
    try:
        for name in MODULES:
            module = ModuleType(f"overture.messaging.{name}")
            module.__package__ = "overture.messaging"
            sys.modules[module.__name__] = module
            code = source.replace(old, new) if name == file else _source(name)
            exec(compile(code, f"planted {name}.py", "exec"), module.__dict__)  # noqa: S102 (our own source)
        mutant = sys.modules["overture.messaging.ledger"]
    finally:
        sys.modules.update(true)
    yield mutant


def _source(name: str) -> str:
    return Path(str(MODULES[name].__file__)).read_text(encoding="utf-8")


def _settings(steps: int, *, phases: list[Phase] | None = None) -> settings:
    return settings(
        max_examples=max(1, steps // STEPS),
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        phases=phases or list(Phase),
        derandomize=phases is not None,  # whether a planted bug is found must not hang on luck
        database=None,
    )


@cache
def _migrated() -> bytes:
    engine = make_engine("sqlite://")
    migrate(engine)
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        content = raw.serialize()
    engine.dispose()
    return content


def _owner(seat: Seat) -> str:
    return "seat:leo" if seat.plan is Plan.LITE else f"contract:{seat.contract}"


def _some(numbers: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}
