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

from overture.messaging import Outreach
from overture.messaging.housekeeping import HouseReport, attempt, seat_ids

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


def keep_house(outreach: Outreach) -> HouseReport:
    """Each seat's credits of the month, once (CR-5); expiry, sender health and notices (CR-5, H-2 to H-4).

    What fails for one seat is named in the report and in the log, by the kind of its error, and holds up nobody else.
    """
    granted = tuple(
        failure
        for name in seat_ids(outreach.store)
        for failure in attempt("grant", f"seat:{name}", partial(outreach.grant_month, name))
    )
    report = HouseReport(not_done=granted + outreach.keep_house().not_done)
    if report.not_done:
        _log.warning("housekeeping left out %s", "; ".join(map(str, report.not_done)))
    return report


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
