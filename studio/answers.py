"""Answers that were given to a write, by its idempotency key; each is a seat's own and is kept for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.exc import IntegrityError

from .problems import ProblemError
from .store import StudioStore
from .tables import answers

KEPT: Final = timedelta(days=1)
_ABANDONED: Final = timedelta(minutes=5)  # its process died: a request that still runs is at its time-outs by then


class Answer(NamedTuple):
    """An answer that can be given again; without a body only that it was given is known."""

    status: int
    headers: dict[str, str]
    body: bytes | None


class AnswerStore:
    """The answer of one key of a seat."""

    def __init__(self, store: StudioStore, clock: Callable[[], datetime], *, seat: str, key: str) -> None:
        self._store, self._clock = store, clock
        self._names = {"seat": seat, "key": key}
        self._mine: ColumnElement[bool] = (answers.c.seat == seat) & (answers.c.key == key)
        self._began: datetime | None = None

    def begin(self, asked: str) -> Answer | None:
        """Take the key for a request; the answer of the first one where it was taken before.

        Of many that ask at once one takes it: the row is its lock, in every process.

        Raises:
            ProblemError: 409, the first request is still being answered; 422, it was another request.
        """
        now = self._clock()
        is_over = (answers.c.created_at < now - KEPT) | (
            answers.c.status.is_(None) & (answers.c.created_at < now - _ABANDONED)
        )
        try:
            with self._store.write() as connection:
                connection.execute(delete(answers).where(self._mine, is_over))
                connection.execute(answers.insert().values(**self._names, request=asked, created_at=now))
            self._began = now
            return None
        except IntegrityError:
            with self._store.read() as connection:
                row = connection.execute(select(answers).where(self._mine)).one_or_none()
        if row is not None and row.request != asked:
            raise ProblemError(
                422, "same-key-other-request", "use a new key for a new request", field="Idempotency-Key"
            )
        if row is None or row.status is None:
            raise ProblemError(
                409, "still-running", "the first request with this key has no answer yet", headers={"Retry-After": "1"}
            )
        return Answer(row.status, row.headers or {}, row.body)

    def keep(self, answer: Answer) -> None:
        """Keep the answer of the request that took the key, if it still has it."""
        with self._store.write() as connection:
            connection.execute(update(answers).where(self._taken()).values(**answer._asdict()))

    def forget(self) -> None:
        """Give the key back, if it is still ours."""
        with self._store.write() as connection:
            connection.execute(delete(answers).where(self._taken()))

    def _taken(self) -> ColumnElement[bool]:
        """Our row: after five minutes another request may have taken the key."""
        return self._mine & (answers.c.created_at == self._began)


def prune_answers(store: StudioStore, *, now: datetime) -> None:
    """Forget the answers whose day is over; they hold what was drafted and sent."""
    with store.write() as connection:
        connection.execute(delete(answers).where(answers.c.created_at < now - KEPT))


def empty_answers(connection: Connection, of_seats: ColumnElement[bool]) -> int:
    """Forget what was answered (F-3), and not that it was: nothing is done twice for it."""
    emptied = update(answers).where(of_seats, answers.c.body.is_not(None)).values(body=None, headers={})
    return connection.execute(emptied).rowcount
