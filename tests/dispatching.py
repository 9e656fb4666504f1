"""What tests of dispatchers share: messages in the table, a `deliver` that marks them, and a worker to be killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from threads import a_message, a_thread

from overture.messaging.dbos_dispatcher import DbosDispatcher
from overture.messaging.dispatcher import Dispatcher, PollingDispatcher
from overture.messaging.policy import Plan
from overture.messaging.records import Contract, Seat
from overture.messaging.rows import put
from overture.messaging.store import Store
from overture.messaging.tables import messages


def now() -> datetime:
    return datetime.now(UTC)


def open_desk(store: Store) -> None:
    """A contract, a seat and a thread that messages may belong to."""
    with store.write() as connection:
        put(connection, Contract(id="k1"))
        put(connection, Seat(id="s1", contract="k1", plan=Plan.RECRUITER))
        put(connection, a_thread())


def schedule(store: Store, dispatcher: Dispatcher, ids: Iterable[str], *, at: datetime) -> None:
    """Messages and their wake-ups in one transaction."""
    with store.write() as connection:
        for number in ids:
            put(connection, a_message(number, state="scheduled", due_at=at))
            dispatcher.wake(number, at=at, connection=connection)


def cancel(store: Store, dispatcher: Dispatcher, ids: Iterable[str]) -> None:
    with store.write() as connection:
        for number in ids:
            connection.execute(messages.update().where(messages.c.id == number).values(state="cancelled"))
            dispatcher.forget(number, connection=connection)


def move(store: Store, dispatcher: Dispatcher, ids: Iterable[str], *, at: datetime) -> None:
    with store.write() as connection:
        for number in ids:
            connection.execute(messages.update().where(messages.c.id == number).values(due_at=at))
            dispatcher.wake(number, at=at, connection=connection)


def states(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return {row.id: row.state for row in connection.execute(select(messages.c.id, messages.c.state))}


def mark_sent(store: Store, message: str) -> None:
    with store.write() as connection:
        connection.execute(messages.update().where(messages.c.id == message).values(state="sent"))


class Delivering:
    """A `deliver` that notes when it was called for what, and marks the message sent."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: list[tuple[str, datetime]] = []
        self.fails: Callable[[str], bool] = lambda _: False
        self._lock = threading.Lock()

    def __call__(self, message: str) -> None:
        with self._lock:
            self.calls.append((message, now()))
        if self.fails(message):
            raise ValueError("Ada's private words")
        mark_sent(self.store, message)

    @property
    def ids(self) -> list[str]:
        with self._lock:
            return [message for message, _ in self.calls]


def wait_until(is_true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for what other threads or processes bring about; fails when it does not come."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def main() -> None:
    """A worker: `dispatching.py URL LOG dbos|polling`; notes each delivery before it marks it, until it is killed."""
    url, log, kind = sys.argv[1:]
    store = Store(url)
    dispatcher = (
        DbosDispatcher(store, watch=timedelta(seconds=1), grace=timedelta(seconds=2))
        if kind == "dbos"
        else PollingDispatcher(store, every=timedelta(seconds=0.2))
    )
    notes = os.open(Path(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def deliver(message: str) -> None:
        os.write(notes, f"{message}\n".encode())
        time.sleep(0.005)
        mark_sent(store, message)

    dispatcher.start(deliver)
    sys.stdout.write("started\n")
    sys.stdout.flush()
    sys.stdin.read()
    dispatcher.stop()


if __name__ == "__main__":
    main()
