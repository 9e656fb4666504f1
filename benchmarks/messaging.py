"""Messaging: each operation beside the bare SQL that it runs, on SQLite and PostgreSQL, and its growth with history.

    python benchmarks/messaging.py [--million] [--only sqlite|postgresql]

The floor is exact: the statements and transactions of a run are recorded and played again on an equal copy of the
database, once as the same SQLAlchemy Core statements, built before, and once by the driver alone. SQLite
is a file in WAL with synchronous=FULL. PostgreSQL is the server of the tests, on loopback, which does not wait for the
disk: there the share that is our code is at its largest.
"""

from __future__ import annotations

import argparse
import gc
import math
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from bench import ROOT, RUNS, Report, interleaved, seconds
from messaging_floor import Transaction, play_core, play_driver, recorded
from messaging_history import fill, new_message, open_outreach
from messaging_writers import measure_writers
from sqlalchemy import func, select

from overture.messaging.new_message import Scheduled
from overture.messaging.store import Store
from overture.messaging.tables import balances, entries, messages

HISTORY: Final = 10_000
SINGLE, BULK, WARM = 200, 1_000, 20
STEPS: Final = {"charge + schedule": SINGLE, "dispatch": SINGLE, "settle a reply": SINGLE, "bulk": BULK}
NUMBERS: Final = count()


class Copies(Protocol):
    """Databases of one kind: the one with the history, and equal copies of it."""

    name: str
    original: str

    def copy(self) -> str:
        """The URL of a new copy."""
        ...

    def drop(self, url: str) -> None:
        """Delete a copy."""
        ...


class SqliteCopies:
    """Files in a folder of their own."""

    name = "SQLite"

    def __init__(self, folder: Path, size: int) -> None:
        self._folder, self.original = folder, f"sqlite:///{folder / f'{size}.db'}"

    def copy(self) -> str:
        """A copy of the file, which nobody has open."""
        path = self._folder / f"copy-{next(NUMBERS)}.db"
        shutil.copy(self.original.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """The file and what is beside it."""
        path = Path(url.removeprefix("sqlite:///"))
        for each in self._folder.glob(f"{path.name}*"):
            each.unlink()


class PostgresCopies:
    """Databases of the tests' server."""

    name = "PostgreSQL"

    def __init__(self, server: Any) -> None:
        self._server, self.original = server, server.create()

    def copy(self) -> str:
        """A database made from the one with the history."""
        url: str = self._server.create(template=self.original.rpartition("/")[2])
        return url

    def drop(self, url: str) -> None:
        """Whoever is connected."""
        self._server.drop(url)


class Worker:
    """The steps of a run through `Outreach`: each gives callables, one for each call of its kind."""

    def __init__(self, store: Store) -> None:
        self.outreach = open_outreach(store)
        self.taken: list[Scheduled] = []

    def calls(self, step: str) -> list[Callable[[], object]]:
        """The calls of a step, warm-up first."""
        if step == "charge + schedule":
            return [partial(self._schedule, new_message(next(NUMBERS))) for _ in range(WARM + SINGLE)]
        if step == "dispatch":
            return [partial(self._deliver, taken.message) for taken in self.taken]
        if step == "settle a reply":
            return [partial(self.outreach.receive_reply, taken.thread, smart="accept") for taken in self.taken]
        warm, news = ([new_message(next(NUMBERS)) for _ in range(number)] for number in (WARM, BULK))
        return [partial(self.outreach.schedule_bulk, "s0", warm), partial(self.outreach.schedule_bulk, "s0", news)]

    def _schedule(self, new: Any) -> None:
        taken = self.outreach.schedule("s0", new)
        assert isinstance(taken, Scheduled), taken
        self.taken.append(taken)

    def _deliver(self, message: str) -> None:
        assert self.outreach.deliver(message).outcome == "sent"


def warm_of(step: str) -> int:
    """How many of a step's calls only warm up."""
    return 1 if step == "bulk" else WARM


@contextmanager
def copied(copies: Copies) -> Generator[str]:
    """The URL of a new copy, deleted afterwards."""
    url = copies.copy()
    yield url
    copies.drop(url)


@contextmanager
def opened(copies: Copies) -> Generator[Store]:
    """A store on a new copy, deleted afterwards."""
    with copied(copies) as url:
        store = Store(url)
        gc.collect()
        yield store
        store.close()


def record(copies: Copies) -> tuple[dict[str, list[list[Transaction]]], list[int]]:
    """What each call of each step runs, and what is in the database then."""
    found: dict[str, list[list[Transaction]]] = {}
    with opened(copies) as store:
        worker = Worker(store)
        for step in STEPS:
            found[step] = []
            for call in worker.calls(step):
                with recorded(store.engine) as done:
                    call()
                found[step].append(done)
        return found, state_of(store)


def state_of(store: Store) -> list[int]:
    """Enough of the contents to see that two stores went through the same."""
    with store.read() as connection:
        sent = select(func.count()).where(messages.c.state == "sent")
        asked = (select(func.count()).select_from(entries), sent, select(func.sum(balances.c.available)))
        return [int(connection.scalar(one) or 0) for one in asked]


def time_ours(copies: Copies, end: list[int]) -> dict[str, float]:
    """Seconds for one message in each step, through `Outreach`."""
    with opened(copies) as store:
        worker, times = Worker(store), dict[str, float]()
        for step, number in STEPS.items():
            calls = worker.calls(step)
            run_all(calls[: warm_of(step)])
            times[step] = seconds(partial(run_all, calls[warm_of(step) :])) / number
        assert state_of(store) == end, "not the run that was recorded"
    return times


def time_floor(
    copies: Copies, play: Callable[..., None], steps: dict[str, list[list[Transaction]]], end: list[int]
) -> dict[str, float]:
    """The same, the recorded statements alone."""
    with opened(copies) as store:
        times: dict[str, float] = {}
        for step, number in STEPS.items():
            warm, timed = steps[step][: warm_of(step)], steps[step][warm_of(step) :]
            play(store.engine, [one for call in warm for one in call])
            flat = [one for call in timed for one in call]
            times[step] = seconds(partial(play, store.engine, flat)) / number
        assert state_of(store) == end, "the floor did not do the same"
    return times


def run_all(calls: Sequence[Callable[[], object]]) -> None:
    for call in calls:
        call()


def measure_floor(report: Report, copies: Copies) -> None:
    """Ours, Core and driver in turns, each on a copy of its own."""
    with_history(copies.original, HISTORY)
    steps, end = record(copies)
    report.heading(f"{copies.name}, {HISTORY:,} messages of history: beside the same SQL without our code")
    runs = [
        {
            "ours": time_ours(copies, end),
            "core": time_floor(copies, play_core, steps, end),
            "driver": time_floor(copies, play_driver, steps, end),
        }
        for _ in range(RUNS)
    ]
    for step in STEPS:
        called = [transaction for call in steps[step][warm_of(step) :] for transaction in call]
        statements = sum(len(transaction.driver) for transaction in called) / STEPS[step]
        name = f"{copies.name}: {step}"
        report.add(name, [run["ours"][step] * 1e6 for run in runs], "us", note=f"{statements:.3g} statements each")
        report.add(f"{name}, its SQL in Core", [run["core"][step] * 1e6 for run in runs], "us")
        report.add(f"{name}, its SQL in the driver", [run["driver"][step] * 1e6 for run in runs], "us")
        for floor, whose in (("core", "Core's"), ("driver", "the driver's")):
            shares = [100 * run[floor][step] / run["ours"][step] for run in runs]
            report.add(f"{name}, share of {whose} speed", shares, "%", better="higher")
    single, bulk = "charge + schedule", "bulk"
    ratios = [run["ours"][single] / run["ours"][bulk] for run in runs]
    report.add(f"{copies.name}: bulk over single", ratios, "x")


def measure(report: Report, copies: Copies) -> None:
    """One writer step by step, then several."""
    measure_floor(report, copies)
    measure_writers(report, copies.name, partial(copied, copies))


def with_history(url: str, size: int) -> None:
    """Fill a database, and see that its ledger holds."""
    store = Store(url)
    fill(store, size=size)
    if size <= HISTORY:
        report = open_outreach(store).verify()
        assert report.holds, report.differences
    if not store.is_sqlite:  # what autovacuum does elsewhere
        with store.write() as connection:
            connection.exec_driver_sql("ANALYZE")
    store.close()


def measure_growth(report: Report, copies: dict[int, Copies]) -> None:
    """Each operation at each length of history, in turns."""
    stores = {size: Store(each.original) for size, each in copies.items()}
    name = next(iter(copies.values())).name
    report.heading(f"{name}: growth with history")
    repeats = {"charge + schedule": 40, "health": 100, "folders": 10, "balance": 100}
    for what, number in repeats.items():
        times = interleaved(
            {str(size): partial(repeat, store, what, number) for size, store in stores.items()}, runs=RUNS
        )
        for size in stores:
            values = [value / number * 1e6 for value in times[str(size)]]
            report.add(f"{name}: {what}, {size:,} messages", values, "us")
        slopes = [slope(list(stores), run) for run in zip(*times.values(), strict=True)]
        report.add(f"{name}: {what}, exponent", slopes, "", better="lower")
    for store in stores.values():
        store.close()


def repeat(store: Store, what: str, number: int) -> None:
    """So many times one operation on a seat."""
    outreach = open_outreach(store)
    for _ in range(number):
        if what == "charge + schedule":
            assert isinstance(outreach.schedule("s0", new_message(next(NUMBERS))), Scheduled)
        elif what == "health":
            outreach.health("s0")
        elif what == "folders":
            outreach.folders("s0")
        else:
            outreach.balance("s0")


def slope(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The exponent of size in time: 0 is flat, 1 is in proportion."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(value) for value in times]).slope


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--million", action="store_true", help="growth up to a million messages of history")
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = asked.parse_args()
    sizes = [10_000, 100_000, *([1_000_000] if chosen.million else [])]
    report = Report("messaging")
    if chosen.only != "postgresql":
        with tempfile.TemporaryDirectory() as name:
            measure(report, SqliteCopies(Path(name), HISTORY))
            grown: dict[int, Copies] = {size: SqliteCopies(Path(name) / "grown", size) for size in sizes}
            (Path(name) / "grown").mkdir()
            for size, each in grown.items():
                with_history(each.original, size)
            measure_growth(report, grown)
    if chosen.only != "sqlite":
        sys.path.append(str(ROOT / "tests"))
        from postgres import PostgresServer

        server = PostgresServer()
        measure(report, PostgresCopies(server))
        grown = {size: PostgresCopies(server) for size in sizes}
        for size, each in grown.items():
            with_history(each.original, size)
        measure_growth(report, grown)
        server.stop()
    report.finish()


if __name__ == "__main__":
    main()
