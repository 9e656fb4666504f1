"""`FeedbackStore`: thumbs and corrections, added once and kept, with the last word of each seat (F-1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, func, select
from sqlalchemy import event as engine_event

from overture.database import DEFAULT_URL, Store
from overture.database import migrate as migrate_room
from overture.errors import InputError

from .event_rows import add_events
from .events import Event
from .feedback_tables import events
from .last_words import draft_states, reply_states
from .privacy import Erasure, FeedbackExport, SetEraser, erase_person, export_person, person_of
from .receipts import Added, DraftState, FeedbackStats, Receipt, ReplyState
from .stats import count_feedback

Clock = Callable[[], datetime]
Progress = Callable[[Added], None]
_MIGRATION_LOCK: Final = 7_308_411_523
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = "feedback_version"


class FeedbackStore:
    """Feedback in SQLite, or in PostgreSQL by URL, beside the other rooms' tables.

    Safe to use from many threads, processes and machines at once: every event is there once.
    """

    def __init__(self, url: str = DEFAULT_URL, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        """Connects, and makes or migrates its tables.

        Raises:
            ConfigurationError: the URL is none, its driver is missing, or the database cannot be reached.
        """
        self.database = Store(url, migrate=_prepare)
        self._clock = clock

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()

    def __enter__(self) -> FeedbackStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, event: Event) -> Receipt:
        """Keep one event; the same one again changes nothing.

        Raises:
            InputError: another event was given under its id, or what it speaks of is not known or not the same.
        """
        added = self.add_many((event,))
        if added.refused:
            raise InputError(added.refused[0].reason, field=f"event {event.id!r}")
        return Receipt(id=event.id, outcome="added" if added.added else "repeated")

    def add_many(self, given: Iterable[Event], *, batch: int = 5_000, progress: Progress | None = None) -> Added:
        """Keep many events, a transaction for each batch; what cannot be kept is in the report and stops nothing.

        Broken off at any instant and started again, it goes on: what was kept counts as repeated.
        """
        total, start = Added(), 0
        rest = iter(given)
        while some := list(islice(rest, batch)):
            with self.database.write() as connection:
                added = add_events(connection, some, now=self._clock(), start=start)
            total, start = total + added, start + len(some)
            if progress:
                progress(total)
        return total

    def draft_states(
        self, *, since: int = 0, seat: str | None = None, contract: str | None = None
    ) -> Iterator[DraftState]:
        """Each seat's last word on each draft, in the order of its number; `since` as `last_number` gave it."""
        with self.database.read() as connection:
            yield from draft_states(connection, since=since, seat=seat, contract=contract)

    def reply_states(
        self, *, since: int = 0, seat: str | None = None, contract: str | None = None
    ) -> Iterator[ReplyState]:
        """Each seat's last word on each reply's label, in the order of its number."""
        with self.database.read() as connection:
            yield from reply_states(connection, since=since, seat=seat, contract=contract)

    def last_number(self) -> int:
        """The number of the last event; 0 where there is none."""
        with self.database.read() as connection:
            return connection.scalar(select(func.max(events.c.number))) or 0

    def stats(self) -> FeedbackStats:
        """How much there is, and how it falls out."""
        with self.database.read() as connection:
            return count_feedback(connection)

    def export(self, *, candidate: str | None = None, seat: str | None = None) -> FeedbackExport:
        """Everything that is kept of a candidate or of a seat, texts included (F-3).

        Raises:
            ConfigurationError: not exactly one of them was named.
        """
        with self.database.read() as connection:
            return export_person(connection, person_of(candidate=candidate, seat=seat), now=self._clock())

    def erase(
        self,
        *,
        candidate: str | None = None,
        seat: str | None = None,
        sets: Iterable[Path] = (),
        registry: Path | None = None,
        set_eraser: SetEraser | None = None,
        vacuum: bool = True,
    ) -> Erasure:
        """Forget a candidate or a seat (F-3): in the store, to the last byte of SQLite's file, and in evaluation sets.

        What was said of them before is refused from then on, so that an import that is run again does not bring it
        back. `sets` are folders of evaluation sets; `set_eraser` is for sets of another kind. `registry` is looked
        through for models that learned from them. Without `vacuum` the file is not packed, which takes the longer the
        larger it is.

        Raises:
            ConfigurationError: not exactly one of them was named.
        """
        person = person_of(candidate=candidate, seat=seat)
        return erase_person(
            self.database, person, now=self._clock(), sets=sets, registry=registry,
            set_eraser=set_eraser, vacuum=vacuum,
        )  # fmt: skip


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the tables of feedback to a migration; nothing happens where they are there already."""
    migrate_room(engine, scripts=_MIGRATIONS, version_table=_VERSION_TABLE, lock=_MIGRATION_LOCK, to=to)


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        engine_event.listen(engine, "connect", _overwrite_what_is_deleted)
    migrate(engine)


def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")
