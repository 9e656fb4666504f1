"""A studio to look around in, in a database that had nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, inspect, literal, select
from sqlalchemy.engine import make_url

from overture.errors import ConfigurationError
from overture.messaging.tables import contracts

from .example_story import CONTRACT, IRIS, StoryClock, tell
from .services import Services
from .settings import StudioSettings
from .store import StudioStore
from .tables import metadata

if TYPE_CHECKING:
    from overture.classification import ReplyClassifier
    from overture.messaging import Outgoing, Receipt

SEAT: Final = IRIS.seat
"""The recruiter whose pages are shown first."""


def add_example(url: str, *, now: datetime, classifier: Callable[[], ReplyClassifier] | None = None) -> None:
    """Two recruiters with six weeks behind them, as of an instant; nothing is sent to anybody.

    Raises:
        ConfigurationError: the database has something in it, or cannot be opened.
    """
    from .app import open_services

    clock = StoryClock(now)
    settings = StudioSettings(database_url=url, dispatch=False)
    services = open_services(settings, clock=clock, transport=_Nobody(clock), classifier=classifier)
    try:
        if not is_empty(services):
            raise ConfigurationError("the example goes into a database of its own: this one has something in it")
        if services.store.is_sqlite:
            _hurry(services)
        tell(services, clock)
    finally:
        services.close()


def ensure_example(url: str, *, now: datetime) -> bool:
    """Put the example where it is not yet; says whether it had to. A file appears when it is whole, or not at all.

    Raises:
        ConfigurationError: the database has something else in it, or cannot be opened.
    """
    address = make_url(url)
    file = Path(address.database or "") if address.get_backend_name() == "sqlite" else None
    if file is not None and file.name and not file.exists():
        part = file.with_name(f"{file.name}.part")
        for left in (part, *(part.with_name(f"{part.name}-{end}") for end in ("wal", "shm"))):
            left.unlink(missing_ok=True)
        add_example(f"sqlite:///{part}", now=now)
        part.replace(file)
        return True
    with closing(StudioStore(url)) as store:
        if _has_example(store):
            return False
    add_example(url, now=now)
    return True


def is_empty(services: Services) -> bool:
    """Whether nobody has put anything into the tables of any room."""
    with services.store.read() as connection:
        tables = (contracts, *metadata.sorted_tables)
        if any(connection.execute(select(literal(1)).select_from(table).limit(1)).first() for table in tables):
            return False
    return not services.seats.seats() and not services.feedback.last_number()


def _has_example(store: StudioStore) -> bool:
    with store.read() as connection:
        if not inspect(connection).has_table(contracts.name):
            return False
        return connection.execute(select(contracts.c.id).where(contracts.c.id == CONTRACT)).first() is not None


class _Nobody:
    """Takes every message and sends none: the people of the example do not exist."""

    def __init__(self, clock: StoryClock) -> None:
        self._clock = clock

    def send(self, message: Outgoing, *, key: str) -> Receipt:  # noqa: ARG002 - the protocol's
        """A receipt and nothing else."""
        from overture.messaging import Receipt

        return Receipt(id=key, at=self._clock())


def _hurry(services: Services) -> None:
    """Do not wait for the disk at each of a thousand writes: whatever is cut off is begun again in a new file."""
    for store in (services.outreach.store, services.store, services.feedback.database):
        event.listen(store.engine, "connect", _do_not_wait)
        store.engine.dispose()


def _do_not_wait(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
