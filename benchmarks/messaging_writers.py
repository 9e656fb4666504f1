"""Messages posted by one writer and by eight at once, each a process, beside the same SQL by the driver alone."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Final

from bench import Report
from messaging_floor import Transaction, play_driver, recorded
from messaging_history import new_message, open_outreach

from overture.messaging.new_message import Scheduled
from overture.messaging.store import Store

WRITERS: Final = (1, 8)
POSTS, WARM, RUNS = 80, 5, 5
_LONGEST: Final = 120

Recorded = tuple[tuple[bool, tuple[tuple[str, object, bool], ...]], ...]
"""Transactions: whether it writes, and its SQL as the driver got it."""


@dataclass(frozen=True)
class Work:
    """What one process does: posts of its own seat, or the recorded SQL of such posts."""

    url: str
    seat: str
    numbers: range
    floor: Recorded = ()


def measure_writers(report: Report, name: str, copy: Callable[[], AbstractContextManager[str]]) -> None:
    """Ours and the floor in turns, each on a copy of its own; all writers spend the credits of one contract."""
    report.heading(f"{name}: messages posted (charged and scheduled) by several processes", group=f"{name}, writers")
    with copy() as url:
        floors = {seat: _recorded(url, seat) for seat in range(max(WRITERS))}
    for writers in WRITERS:
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(RUNS):
            with copy() as url:
                ours.append(_rate([Work(url, f"s{seat}", _numbers(seat)) for seat in range(writers)]))
            with copy() as url:
                floor.append(_rate([Work(url, f"s{seat}", range(0), floors[seat]) for seat in range(writers)]))
        report.add(f"{writers} writers", ours, "posts/s")
        report.add(f"{writers} writers, their SQL in the driver", floor, "posts/s")
        shares = [100 * mine / bare for mine, bare in zip(ours, floor, strict=True)]
        report.add(f"{writers} writers, share of the driver's speed", shares, "%", better="higher")


def _numbers(seat: int) -> range:
    """Candidates whom nobody else writes to."""
    start = 1_000_000 * (seat + 1)
    return range(start, start + WARM + POSTS)


def _recorded(url: str, seat: int) -> Recorded:
    with _store(url) as store:
        outreach = open_outreach(store)
        found: list[Transaction] = []
        for number in _numbers(seat):
            with recorded(store.engine) as done:
                assert isinstance(outreach.schedule(f"s{seat}", new_message(number)), Scheduled)
            found += done
    return tuple((one.is_write, tuple(one.driver)) for one in found)


def _rate(work: list[Work]) -> float:
    """Posts a second, from when all are ready to when the last is done."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(len(work)), context.SimpleQueue()
    processes = [context.Process(target=_write, args=(each, ready, done)) for each in work]
    for process in processes:
        process.start()
    times: list[tuple[float, float]] = [done.get() for _ in processes]
    for process in processes:
        process.join()
    return len(work) * POSTS / (max(end for _, end in times) - min(begin for begin, _ in times))


def _write(work: Work, ready: Barrier, done: SimpleQueue[tuple[float, float]]) -> None:
    with _store(work.url) as store:
        outreach = open_outreach(store)
        floor = [Transaction(is_write, driver=list(driver)) for is_write, driver in work.floor]
        each = len(floor) // (WARM + POSTS)

        def post(numbers: range) -> None:
            for number in numbers:
                assert isinstance(outreach.schedule(work.seat, new_message(number)), Scheduled)

        def turn(part: slice) -> None:
            if floor:
                play_driver(store.engine, floor[slice(*(at and at * each for at in (part.start, part.stop)))])
            else:
                post(work.numbers[part])

        turn(slice(0, WARM))
        ready.wait(_LONGEST)
        begin = time.monotonic()
        turn(slice(WARM, WARM + POSTS))
        done.put((begin, time.monotonic()))


@contextmanager
def _store(url: str) -> Generator[Store]:
    store = Store(url)
    yield store
    store.close()
