"""What is due and what a day asks for, one by one: what fails for one keeps nobody behind it waiting (S-10, CR-5, H-2).

An error is told by its kind alone: what it says may hold a candidate's text. A database that does not answer is
nobody's own failure; it ends the look, and the next one begins again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Final, Literal

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from overture.base import Value

from .deliveries import Delivery
from .health_rows import look_at
from .ledger import due_owners, expire_due
from .notices import Notice, mark_delivered, undelivered
from .scheduling import Desk
from .sending import Due, due_messages
from .store import Store
from .tables import notices, seats

Task = Literal["delivery", "grant", "expiry", "health", "notices"]
_CHUNK: Final = 200
_log = logging.getLogger(__name__)


class NotDone(Value):
    """What was not done for one, and the kind of the error; it comes up again at the next look."""

    task: Task
    of: str
    """`message:ID`, `seat:ID` or `contract:ID`."""
    error: str

    def __str__(self) -> str:
        return f"{self.task} of {self.of} ({self.error})"


class HouseReport(Value):
    """What came of looking at everybody: who is not named has all that the day asks for."""

    not_done: tuple[NotDone, ...] = ()


class RunReport(Value):
    """How many messages of one run came to which end; `retried` ones come up again later."""

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    retried: int = 0
    not_done: tuple[NotDone, ...] = ()
    """Messages that no rule could be asked about, and what `keep_house` could not do."""


def attempt(task: Task, of: str, work: Callable[[], object]) -> tuple[NotDone, ...]:
    """Do one's part, whatever it raises; the empty tuple: it is done."""
    try:
        work()
    except (OperationalError, PoolTimeoutError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others have their turn as well
        failure = NotDone(task=task, of=of, error=type(error).__name__)
        _log.warning("%s could not be done; it comes up again", failure)
        return (failure,)
    return ()


def deliver_due(store: Store, deliver: Callable[[str], Delivery], *, now: datetime, limit: int | None) -> RunReport:
    """Deliver what is due at an instant, `limit` messages at most; those that broke do not count."""
    counts: Counter[str] = Counter()
    not_done: list[NotDone] = []

    def one(message: str) -> None:
        counts[deliver(message).outcome] += 1

    for message in _due_by(store, now=now):
        if counts.total() == limit:
            break
        not_done += attempt("delivery", f"message:{message}", partial(one, message))
    ends = {name: counts[name] for name in RunReport.model_fields if name != "not_done"}
    return RunReport(**ends, not_done=tuple(not_done))


def book_expired(store: Store, *, now: datetime) -> tuple[NotDone, ...]:
    """Book what each owner's lots have lost until now (CR-5)."""
    with store.read() as connection:
        owners = due_owners(connection, now=now)

    def book(owner: str) -> None:
        with store.write() as connection:
            expire_due(connection, owner, now=now)

    return _each("expiry", ((owner, partial(book, owner)) for owner in owners))


def look_at_senders(store: Store, find: Callable[[Connection, str], Desk], *, now: datetime) -> tuple[NotDone, ...]:
    """Look at each sender's rate (H-2 to H-4)."""

    def look(seat: str) -> None:
        with store.write() as connection:
            desk = find(connection, seat)
            look_at(connection, desk.seat, now=now, policy=desk.policy)

    return _each("health", ((f"seat:{seat}", partial(look, seat)) for seat in seat_ids(store)))


def tell_seats(
    store: Store, take: Callable[[Notice], None], *, clock: Callable[[], datetime]
) -> tuple[NotDone, ...]:  # fmt: skip
    """Hand each seat's notices to a callback; one that is not taken holds up its own seat's alone."""
    with store.read() as connection:
        waiting = connection.scalars(select(notices.c.seat).where(notices.c.delivered_at.is_(None)).distinct())
        names = sorted(waiting)

    def tell(seat: str) -> None:
        hand_over(store, take, clock=clock, seat=seat)

    return _each("notices", ((f"seat:{seat}", partial(tell, seat)) for seat in names))


def hand_over(
    store: Store, take: Callable[[Notice], None], *, clock: Callable[[], datetime], seat: str | None = None
) -> None:
    """Hand the notices that nobody has taken yet to a callback, oldest first; what it raises is raised."""
    with store.read() as connection:
        waiting = undelivered(connection, seat=seat)
    for notice in waiting:
        take(notice)
        with store.write() as connection:
            mark_delivered(connection, notice.id, at=clock())


def seat_ids(store: Store) -> list[str]:
    """Every seat there is, in the order of their ids."""
    with store.read() as connection:
        return list(connection.scalars(select(seats.c.id).order_by(seats.c.id)))


def _due_by(store: Store, *, now: datetime) -> Iterator[str]:
    """Each message that is due, once, in chunks between which no connection is held."""
    last: Due | None = None
    while True:
        with store.read() as connection:
            chunk = due_messages(connection, now=now, limit=_CHUNK, after=last)
        yield from (each.message for each in chunk)
        if len(chunk) < _CHUNK:
            return
        last = chunk[-1]


def _each(task: Task, parts: Iterable[tuple[str, Callable[[], None]]]) -> tuple[NotDone, ...]:
    return tuple(failure for of, work in parts for failure in attempt(task, of, work))
