"""`overture outreach run`, `verify`, and what holds messages up: cancel, hold, release, suppress (S-6, S-10, CR-8)."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overture.errors import InputError, RunError

from .messaging_options import AsJson, ContractName, Database, Now, TransportUrl

if TYPE_CHECKING:
    from overture.messaging.housekeeping import NotDone
    from overture.messaging.outreach import Outreach

Candidate = Annotated[str, typer.Argument(metavar="CANDIDATE", help="Your id of the candidate.")]
MessageId = Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id.")]


def run_due(
    watch: Annotated[
        float | None, typer.Option(min=0.01, metavar="SECONDS", help="Look again so often, until Ctrl-C.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Send at most so many in a round.")] = None,
    database: Database = None,
    transport: TransportUrl = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Send all that is due, end what may not go, expire credits, look at senders.

    Any number may run at once, on any machine. Ctrl-C ends it between two messages; again, at once. What fails for one
    seat keeps no other waiting: it is named at the end, and the exit code is 1.
    """
    from .opening import open_outreach

    stop = threading.Event()
    counts: Counter[str] = Counter()
    not_done: tuple[NotDone, ...] = ()
    with open_outreach(database, transport=transport, now=now, kind=_stopping(stop, counts)) as desk, _until(stop):
        while True:
            before, now_not_done = not_done, _run_once(desk, limit, stop)
            not_done = before if now_not_done is None else now_not_done
            if watch is None or stop.is_set():
                break
            if any(counts[name] for name in _ENDS) or not_done != before:
                _show_counts(counts, not_done, as_json=as_json)
                counts.clear()
            if not_done and not_done != before:
                typer.echo(f"overture: {_told(not_done)}", err=True)
            stop.wait(watch)
    if watch is None or any(counts[name] for name in _ENDS):
        _show_counts(counts, not_done, as_json=as_json)
    if stop.is_set():
        typer.echo("overture: stopped; what is due waits for the next run", err=True)
    if not_done:
        raise RunError(_told(not_done))


def verify(database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """Recompute every balance from the ledger's entries and check the entries themselves (CR-8)."""
    from .opening import open_outreach, show_json

    with open_outreach(database, now=now) as desk:
        from overture.messaging.statements import verify as verify_ledger

        with desk.store.read() as connection:
            report = verify_ledger(connection)
        if as_json:
            show_json(report)
        elif report.holds:
            typer.echo(f"{report.entries:,} entries: every balance, lot and monthly count agrees with them.")
        if not report.holds:
            told = "; ".join(map(str, report.differences[:_MOST_TOLD]))
            more = len(report.differences) - _MOST_TOLD
            raise RunError(f"CR-8: the ledger does not agree: {told}" + (f"; and {more} more" if more > 0 else ""))


def cancel(message: MessageId, database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """Cancel a message that is not sent yet, its follow-up with it; the credits come back (S-6, CR-4)."""
    from .opening import open_outreach, refuse

    with open_outreach(database, now=now) as desk:
        refused = desk.cancel(message)
        if refused is not None:
            refuse(refused, as_json=as_json)
        _show_state(desk, message, as_json=as_json)


def release(message: MessageId, database: Database = None, as_json: AsJson = False, now: Now = None) -> None:
    """Let a held message go on."""
    from .opening import open_outreach

    with open_outreach(database, now=now) as desk:
        if not desk.release(message):
            raise InputError("is not held", field=f"message {message!r}", expected="the id of a held message")
        _show_state(desk, message, as_json=as_json)


def hold(
    candidate: Candidate,
    contract: ContractName = None,
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Hold what waits for a candidate whose profile changed, until `release` or `cancel`."""
    from .opening import find_contract, open_outreach

    with open_outreach(database, now=now) as desk:
        number = desk.candidate_changed(find_contract(desk, contract).id, candidate)
        _show_number("held", number, as_json=as_json)


def suppress(
    candidate: Candidate,
    contract: ContractName = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "asked to be left alone",
    database: Database = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Never write to a candidate again; what waits for them is cancelled, the credits come back (C-7, CR-4)."""
    from .opening import find_contract, open_outreach

    with open_outreach(database, now=now) as desk:
        number = desk.suppress(find_contract(desk, contract).id, candidate, reason=reason)
        _show_number("cancelled", number, as_json=as_json)


_ENDS = ("sent", "cancelled", "failed", "retried")
_MOST_TOLD = 3


def _stopping(stop: threading.Event, counts: Counter[str]) -> Any:
    """An `Outreach` that takes up no further message once it is told to stop, and counts what it did until then."""

    def make(*arguments: Any, **options: Any) -> Outreach:
        from overture.messaging.deliveries import Delivery
        from overture.messaging.outreach import Outreach

        class Stopping(Outreach):
            def deliver(self, message: str, *, now: datetime | None = None) -> Delivery:
                if stop.is_set():
                    raise KeyboardInterrupt
                done = super().deliver(message, now=now)
                counts[done.outcome] += 1
                return done

        return Stopping(*arguments, **options)

    return make


def _run_once(desk: Outreach, limit: int | None, stop: threading.Event) -> tuple[NotDone, ...] | None:
    """What could not be done; none where it was stopped before all was looked at."""
    try:
        return desk.run(limit=limit).not_done
    except KeyboardInterrupt:
        if not stop.is_set():
            raise
        return None


def _told(not_done: tuple[NotDone, ...]) -> str:
    more = len(not_done) - _MOST_TOLD
    named = "; ".join(map(str, not_done[:_MOST_TOLD])) + (f"; and {more} more" if more > 0 else "")
    return f"not done, and tried again: {named}. `overture health --seat ID` says what is wrong with a seat"


@contextmanager
def _until(stop: threading.Event) -> Generator[None]:
    """Let the first Ctrl-C, or a service's SIGTERM, set the event, and the second one end the program."""
    if threading.current_thread() is not threading.main_thread():  # only that one may set handlers
        yield
        return

    def told(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[number])

    before: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show_counts(counts: Counter[str], not_done: tuple[NotDone, ...], *, as_json: bool) -> None:
    if as_json:
        from json import dumps

        told = [one.model_dump() for one in not_done]
        typer.echo(dumps({**{name: counts[name] for name in _ENDS}, "not_done": told}))
        return
    line = ", ".join(f"{counts[name]:,} {name}" for name in _ENDS if counts[name] or name == "sent")
    typer.echo(f"{line}; what was not taken is tried again" if counts["retried"] else line)


def _show_state(desk: Outreach, message: str, *, as_json: bool) -> None:
    from overture.messaging.records import Message
    from overture.messaging.rows import get

    from .opening import show_json

    with desk.store.read() as connection:
        found = get(connection, Message, message)
    if as_json:
        show_json(found)
    else:
        typer.echo(f"{found.id} is {found.state}")


def _show_number(what: str, number: int, *, as_json: bool) -> None:
    if as_json:
        from json import dumps

        typer.echo(dumps({what: number}))
    else:
        typer.echo(f"{number} message{'' if number == 1 else 's'} {what}")
