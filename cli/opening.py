"""From `--database` and `--transport` to an open `Outreach`, and from what goes wrong there to one line."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import typer

from overture.errors import ConfigurationError, InputError, RunError

from .extras import missing_extra
from .messaging_options import parse_instant
from .text import plain

if TYPE_CHECKING:
    from pydantic import ValidationError
    from sqlalchemy import Connection, Select

    from overture.base import Value
    from overture.messaging.decisions import Refused
    from overture.messaging.outreach import Outreach
    from overture.messaging.policy import Policy
    from overture.messaging.records import Contract, Seat

REFUSED: Final = 3
"""The exit code of what a rule refuses."""
_DEFAULT_TRANSPORT: Final = "file:outbox.jsonl"
_MOST_NAMED: Final = 5


@contextmanager
def open_outreach(
    database: str | None,
    *,
    transport: str | None = None,
    now: str | None = None,
    is_new: bool = False,
    kind: Callable[..., Outreach] | None = None,
) -> Generator[Outreach]:
    """Messaging on a database that was set up, or, with `is_new`, may be made now; `kind` is another class of it.

    Raises:
        ConfigurationError: the database is not set up, an address is none, or the extra is missing.
        RunError: the database failed.
    """
    clock = clock_of(now)
    with ExitStack() as stack:
        stack.enter_context(one_line_errors("messaging", needed_for="outreach"))
        from overture.messaging.outreach import Outreach
        from overture.messaging.store import DEFAULT_URL, Store
        from overture.messaging.transport_url import open_transport

        url = database or DEFAULT_URL
        if not is_new and lacks_file(url):
            raise _not_set_up(url)
        sender = open_transport(transport or _DEFAULT_TRANSPORT, clock=clock)
        close = getattr(sender, "close", None)
        if close is not None:
            stack.callback(close)
        store = Store(url)
        stack.callback(store.close)
        outreach = (kind or Outreach)(store, transport=sender, clock=clock)
        if not is_new:
            _require_contract(outreach, url)
        yield outreach


def clock_of(now: str | None) -> Callable[[], datetime]:
    """The clock, or one that stands still at `--now`."""
    instant = parse_instant(now, option="--now")
    return (lambda: datetime.now(UTC)) if instant is None else (lambda: instant)


def refuse(refused: Refused, *, as_json: bool) -> NoReturn:
    """End the command with what a rule says: `RULE: reason (until ...)` on stderr, with --json also on stdout.

    Raises:
        typer.Exit: always, with code 3.
    """
    if as_json:
        typer.echo(refused.model_dump_json(indent=2))
    until = f" (until {refused.until.isoformat()})" if refused.until else ""
    typer.echo(f"overture: {refused.rule}: {' '.join(plain(refused.reason).split())}{until}", err=True)
    raise typer.Exit(REFUSED)


def show_json(*values: Value, many: bool = False) -> None:
    """Print one value as JSON, or with `many` a list of them."""
    shown = [value.model_dump_json(indent=2) for value in values]
    typer.echo("[" + ",\n".join(shown) + "]" if many else shown[0])


def find_seat(outreach: Outreach, seat: str | None) -> Seat:
    """The seat that was named, or the only one there is.

    Raises:
        InputError: there is no such seat.
        ConfigurationError: none was named and there is not exactly one.
    """
    from sqlalchemy import select

    from overture.messaging.records import Seat
    from overture.messaging.rows import get
    from overture.messaging.tables import seats

    with outreach.store.read() as connection:
        return get(connection, Seat, seat or _only(connection, select(seats.c.id), "--seat"))


def find_contract(outreach: Outreach, contract: str | None) -> Contract:
    """The contract that was named, or the only one there is.

    Raises:
        InputError: there is no such contract.
        ConfigurationError: none was named and there is not exactly one.
    """
    from sqlalchemy import select

    from overture.messaging.records import Contract
    from overture.messaging.rows import get
    from overture.messaging.tables import contracts

    with outreach.store.read() as connection:
        return get(connection, Contract, contract or _only(connection, select(contracts.c.id), "--contract"))


def all_seats(outreach: Outreach, contract: str | None = None) -> list[Seat]:
    """Every seat, or those of a contract, by id."""
    from overture.messaging.records import Seat
    from overture.messaging.rows import find_all
    from overture.messaging.tables import seats

    with outreach.store.read() as connection:
        return find_all(connection, Seat, *([seats.c.contract == contract] if contract else []))


def policy_of(outreach: Outreach, seat: Seat) -> Policy:
    """The policy of a seat's contract (H-5)."""
    from overture.messaging.policy import Policy

    return Policy.named(find_contract(outreach, seat.contract).policy)


def invalid(error: ValidationError, *, path: str = "") -> InputError:
    """The first thing that does not fit a value, without the value itself: texts of candidates are private."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "missing":
        return InputError("is missing", path=path, field=".".join(map(str, first["loc"])), expected="a value")
    problem = str(first["msg"]).removeprefix("Value error, ")
    return InputError(problem[:1].lower() + problem[1:], path=path, field=".".join(map(str, first["loc"])))


@contextmanager
def one_line_errors(extra: str, *, needed_for: str) -> Generator[None]:
    """What a library raises, in the words of the command; a missing one names the extra."""
    try:
        from pydantic import ValidationError
        from sqlalchemy.exc import DBAPIError
    except ImportError as error:
        raise missing_extra(extra, needed_for, error) from error
    try:
        yield
    except ImportError as error:
        raise missing_extra(extra, needed_for, error) from error
    except ValidationError as error:
        raise invalid(error) from None
    except UnicodeEncodeError:
        raise InputError("an argument is no text", expected="UTF-8") from None
    except DBAPIError as error:
        told = next(iter(str(error.orig).splitlines()), type(error).__name__)  # the lines after it may show values
        raise RunError(f"the database failed: {told}") from error


def lacks_file(url: str) -> bool:
    """Whether an address is a file of SQLite that is not there."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
    except ArgumentError:
        return False  # the store says what is wrong with it
    name = address.database
    is_sqlite = address.get_backend_name() == "sqlite"
    return is_sqlite and (not name or name == ":memory:" or not Path(name).exists())


def shown(url: str) -> str:
    """An address without its password."""
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)


def _require_contract(outreach: Outreach, url: str) -> None:
    from sqlalchemy import select

    from overture.messaging.tables import contracts

    with outreach.store.read() as connection:
        if connection.execute(select(contracts.c.id).limit(1)).first() is None:
            raise _not_set_up(url)


def _not_set_up(url: str) -> ConfigurationError:
    return ConfigurationError(f"nothing is set up in {shown(url)}: run `overture outreach init` first")


def _only(connection: Connection, ids: Select[Any], option: str) -> str:
    found = [str(row[0]) for row in connection.execute(ids.order_by("id").limit(_MOST_NAMED + 1))]
    if len(found) == 1:
        return found[0]
    named = ", ".join(found[:_MOST_NAMED]) + (", ..." if len(found) > _MOST_NAMED else "")
    raise ConfigurationError(f"{option} is needed: {f'there are {named}' if found else 'there is none yet'}")
