"""Seats and instants for tests of the ledger, and what its processes run."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from overture.messaging.ledger import Charged, charge, refund
from overture.messaging.policy import Plan, Policy
from overture.messaging.records import Seat
from overture.messaging.store import Store

POLICY = Policy.default()
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
POOL = "contract:acme"
ANA = Seat(id="ana", contract="acme", plan=Plan.RECRUITER)
BEN = Seat(id="ben", contract="acme", plan=Plan.PROFESSIONAL_SERVICES)
LEO = Seat(id="leo", contract="acme", plan=Plan.LITE)

_barrier: Any = None


def at_once(task: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What each job gives, every one in a process of its own, all begun at the same instant."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(jobs), initializer=_meet, initargs=(context.Barrier(len(jobs)),)) as pool:
        results = pool.starmap(task, jobs, chunksize=1)
        pool.close()
        pool.join()
    return results


def meet() -> None:
    """In a process of `at_once`: wait for the others."""
    _barrier.wait()


def migrate(url: str) -> bool:
    """A process that opens a store."""
    _barrier.wait()
    Store(url).close()
    return True


def charge_each(url: str, seat: Seat, names: Sequence[str], together: int) -> int:
    """A process that charges messages, some together; returns how many were accepted."""
    store = Store(url)
    _barrier.wait()
    accepted = 0
    for start in range(0, len(names), together):
        with store.write() as connection:
            outcome = charge(connection, seat, messages=names[start : start + together], now=START, policy=POLICY)
        if isinstance(outcome, Charged):
            accepted += len(outcome.messages)
    store.close()
    return accepted


def refund_each(url: str, names: Sequence[str]) -> int:
    """A process that gives the credits of messages back; returns how many it gave."""
    store = Store(url)
    _barrier.wait()
    given = 0
    for name in names:
        with store.write() as connection:
            back = refund(connection, name, rule="CR-2", reason="answered", now=START, policy=POLICY)
        given += back is not None
    store.close()
    return given


def _meet(barrier: Any) -> None:
    global _barrier
    _barrier = barrier
