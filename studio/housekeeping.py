"""What a studio does by itself while it runs: it sends what is due, and once an hour what a day asks for.

Credits, expiry and sender health are messaging's; the studio's own is to forget what has been kept long enough.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final

from sqlalchemy import select

from overture.messaging import Outreach
from overture.messaging.tables import seats

from .answers import prune_answers
from .audit import prune_audit
from .services import Services
from .webhook_events import prune_events
from .webhook_sender import posting

EVERY: Final = timedelta(hours=1)
_log = logging.getLogger("overture.studio")


@contextmanager
def in_background(services: Services) -> Generator[None]:
    """All that a studio does without being asked; one process of several is enough, and each of them may."""
    with at_work(services), posting(services):
        yield


@contextmanager
def at_work(services: Services, *, every: timedelta = EVERY) -> Generator[None]:
    """Send what is due (S-10), and look after credits, senders and what is old, until the end of the block."""
    stopping = threading.Event()
    thread = threading.Thread(target=_run, args=(services, every, stopping), name="overture-housekeeping", daemon=True)
    services.outreach.start()
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        services.outreach.stop()
        thread.join()


def keep_house(outreach: Outreach) -> None:
    """Each seat's credits of the month, once (CR-5); expiry, sender health and notices (CR-5, H-2 to H-4)."""
    with outreach.store.read() as connection:
        names = list(connection.execute(select(seats.c.id).order_by(seats.c.id)).scalars())
    for name in names:
        try:
            outreach.grant_month(name)
        except Exception as error:  # noqa: BLE001 - one seat whose settings are wrong is no reason for the others
            _log.warning("seat %s has no credits of this month yet (%s)", name, type(error).__name__)
    outreach.keep_house()


def forget_old(services: Services) -> None:
    """Forget answers after a day, delivered events after a month, and audit lines after a year."""
    store, now = services.store, services.clock()
    for prune in (prune_answers, prune_events, prune_audit):
        prune(store, now=now)


def _run(services: Services, every: timedelta, stopping: threading.Event) -> None:
    while not stopping.is_set():
        for work in (partial(keep_house, services.outreach), partial(forget_old, services)):
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the database may be back at the next look
                _log.warning("housekeeping failed (%s); it comes up again", type(error).__name__)
        stopping.wait(every.total_seconds())
