"""When a due message is looked at: the port, and the dispatcher that needs nothing but the tables (S-10)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from overture.base import Value

from .store import Store
from .tables import messages
from .transport import Clock, utc_now

Deliver = Callable[[str], object]

_log = logging.getLogger(__name__)


class Dispatcher(Protocol):
    """Calls `deliver` with a message's id at or after its due time, at least once, in any worker (S-10).

    What it promises is a wake-up, no more: `deliver` re-checks every rule and is idempotent. The row in the table of
    messages is the truth of what is due, so a message that was cancelled or moved is not delivered.
    """

    def wake(self, message: str, *, at: datetime, connection: Connection) -> None:
        """Have it delivered from this instant on, if the caller's transaction commits; again moves or adds to it."""
        ...

    def forget(self, message: str, *, connection: Connection) -> None:
        """It was cancelled in the caller's transaction."""
        ...

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver, in threads of its own."""
        ...

    def stop(self) -> None:
        """End these threads once what they are delivering is done."""
        ...


class Failure(Value):
    """A message that `deliver` raised for; it is due still, and comes up again."""

    message: str
    error: str


class Pass(Value):
    """What came of one look at everything that is due."""

    delivered: int
    failed: tuple[Failure, ...] = ()


class PollingDispatcher:
    """Asks the table of messages what is due, every so often or when told to (S-10).

    Every number of workers may do so at once, since `deliver` claims what it sends. There is nothing to wake or to
    forget: the row is the schedule, and commits with it.
    """

    def __init__(
        self,
        store: Store,
        *,
        every: timedelta = timedelta(seconds=5),
        chunk: int = 500,
        clock: Clock = utc_now,
    ) -> None:
        self._store, self._every, self._chunk, self._clock = store, every, chunk, clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self, message: str, *, at: datetime, connection: Connection) -> None:
        """Nothing: the message's `due_at` says it."""

    def forget(self, message: str, *, connection: Connection) -> None:
        """Nothing: the message's `state` says it."""

    def run_once(self, deliver: Deliver, *, now: datetime) -> Pass:
        """Deliver everything that is due at an instant, the most overdue first; one failure holds up no other."""
        delivered, failed = 0, list[Failure]()
        for message in due(self._store, now=now, chunk=self._chunk):
            if self._stopping.is_set():
                break
            try:
                deliver(message)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are due as well
                failed.append(failure_of(message, error))
            else:
                delivered += 1
        return Pass(delivered=delivered, failed=tuple(failed))

    def start(self, deliver: Deliver) -> None:
        """Look every so often, in a thread."""
        if self._thread is not None:
            raise RuntimeError("this dispatcher was started before; stop it first")
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(deliver,), name="overture-dispatcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after the message that it is delivering."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._stopping.clear()

    def _run(self, deliver: Deliver) -> None:
        while not self._stopping.is_set():
            try:
                self.run_once(deliver, now=self._clock())
            except Exception as error:  # noqa: BLE001 - the database may be back at the next look
                _log.warning("what is due could not be read (%s)", type(error).__name__)
            self._stopping.wait(self._every.total_seconds())


def due(store: Store, *, now: datetime, chunk: int) -> Iterator[str]:
    """The ids of what is due: scheduled messages in the order of their times, then those that a worker left lying.

    Each comes once, in chunks between which no connection is held, whatever the caller does with it meanwhile.
    """
    columns = select(messages.c.id, messages.c.due_at)
    scheduled = columns.where(messages.c.state == "scheduled", messages.c.due_at <= now)
    scheduled = scheduled.order_by(messages.c.due_at, messages.c.id).limit(chunk)
    page = scheduled
    while True:
        with store.read() as connection:
            rows = connection.execute(page).all()
        for row in rows:
            yield row.id
        if len(rows) < chunk:
            break
        last = rows[-1]
        page = scheduled.where(
            messages.c.due_at >= last.due_at,  # the range that the index can seek to
            or_(messages.c.due_at > last.due_at, messages.c.id > last.id),
        )
    with store.read() as connection:
        left = connection.execute(
            select(messages.c.id).where(_is_left(now)).order_by(messages.c.claimed_until).limit(chunk)
        )
        ids = list(left.scalars())
    yield from ids


def is_due(connection: Connection, message: str, *, now: datetime) -> bool:
    """Whether a message is to be sent at this instant: scheduled for it, or left lying by a worker that died."""
    scheduled = and_(messages.c.state == "scheduled", messages.c.due_at <= now)
    found = connection.execute(select(messages.c.id).where(messages.c.id == message, or_(scheduled, _is_left(now))))
    return found.first() is not None


def failure_of(message: str, error: Exception) -> Failure:
    """What is told of an error: its kind; what it says may hold the candidate's text."""
    kind = type(error).__name__
    _log.warning("message %s could not be delivered (%s); it comes up again", message, kind)
    return Failure(message=message, error=kind)


def _is_left(now: datetime) -> ColumnElement[bool]:
    return and_(messages.c.state == "sending", messages.c.claimed_until <= now)
