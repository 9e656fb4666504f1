"""What a studio does by itself while it runs: it sends what is due, and once an hour what a day asks for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from overture.messaging import Outreach
from overture.messaging.tables import seats

from .services import Services
from .webhook_sender import posting

EVERY: Final = timedelta(hours=1)
_log = logging.getLogger("overture.studio")


@contextmanager
def in_background(services: Services) -> Generator[None]:
    """All that a studio does without being asked; one process of several is enough, and each of them may."""
    with at_work(services.outreach), posting(services):
        yield


@contextmanager
def at_work(outreach: Outreach, *, every: timedelta = EVERY) -> Generator[None]:
    """Send what is due (S-10), and look after credits and senders every so often, until the end of the block."""
    stopping = threading.Event()
    thread = threading.Thread(target=_run, args=(outreach, every, stopping), name="overture-housekeeping", daemon=True)
    outreach.start()
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        outreach.stop()
        thread.join()


def keep_house(outreach: Outreach) -> None:
    """Each seat's credits of the month, once (CR-5); expiry, sender health and notices (CR-5, H-2 to H-4)."""
    with outreach.store.read() as connection:
        names = list(connection.execute(select(seats.c.id).order_by(seats.c.id)).scalars())
    for name in names:
        outreach.grant_month(name)
    outreach.keep_house()


def _run(outreach: Outreach, every: timedelta, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            keep_house(outreach)
        except Exception as error:  # noqa: BLE001 - the database may be back at the next look
            _log.warning("housekeeping failed (%s); it comes up again", type(error).__name__)
        stopping.wait(every.total_seconds())
