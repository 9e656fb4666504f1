"""`overture studio`: the pages and the HTTP API on this machine or, with keys, for others."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from overture.errors import InputError

from .database_option import Database
from .messaging_options import TransportUrl
from .studio_keys import studio_keys
from .text import plain
from .writer_options import BaseUrl

if TYPE_CHECKING:
    from overture.studio.settings import StudioSettings

EXAMPLE_FILE: Final = "overture-example.db"
_DEFAULT_FILE: Final = "overture.db"
_DEFAULT_TRANSPORT: Final = "file:outbox.jsonl"

studio = typer.Typer(
    help="Open the studio: the pages that a recruiter works with, and the HTTP API.",
    epilog="Without a database, and with no overture.db in this folder, it opens an example to look around in.",
    rich_markup_mode=None,
    invoke_without_command=True,
    no_args_is_help=False,
)
studio.add_typer(studio_keys, name="keys")


@studio.callback()
def open_studio(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where it listens; others need keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: one that is free.")] = 8420,
    database: Database = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who writes, as for `draft`; without it the offline writer.")
    ] = None,
    base_url: BaseUrl = None,
    transport: TransportUrl = None,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes that answer.")] = 1,
    seat: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose pages are open without a key; on this machine alone.")
    ] = None,
    allowed_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name it is reached by; repeatable.")
    ] = None,
    https: Annotated[bool, typer.Option("--https", help="It stands behind TLS: cookies are for HTTPS alone.")] = False,
    example: Annotated[
        bool | None, typer.Option("--example/--no-example", help="Put the example in, into an empty database only.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page in a browser.")] = False,
) -> None:
    """Open the studio: the pages that a recruiter works with, and the HTTP API."""
    if context.invoked_subcommand is not None:
        return
    from .opening import one_line_errors

    with one_line_errors("studio", needed_for="the studio"):
        from overture.studio.serving import serve
        from overture.studio.settings import StudioSettings

        settings = StudioSettings(
            host=host, port=port, allowed_hosts=tuple(allowed_host or ()), model=model, base_url=base_url,
            transport=transport or _DEFAULT_TRANSPORT, https=https, open_seat=seat,
        )  # fmt: skip
        url, is_example = _database(database, example, is_private=settings.is_loopback)
        settings = settings.model_copy(update={"database_url": url})
        if is_example:
            _put_example(url)
        settings = settings.model_copy(update={"open_seat": _open_seat(settings, is_example=is_example)})
        opens = settings.is_loopback and not no_browser and sys.stdout.isatty()
        with suppress(KeyboardInterrupt):  # how it ends when all is well
            serve(settings, workers=workers, on_ready=lambda address: _ready(settings, address, opens=opens))
        typer.echo("overture: stopped; what is due waits for the next start", err=True)


def _database(database: str | None, example: bool | None, *, is_private: bool) -> tuple[str, bool]:
    """The database to open, and whether it is to hold the example."""
    if database is not None:
        return database, example is True
    if example is None:
        example = is_private and not Path(_DEFAULT_FILE).exists()
    return f"sqlite:///{EXAMPLE_FILE if example else _DEFAULT_FILE}", example


def _put_example(url: str) -> None:
    from overture.studio.example_data import ensure_example

    if sys.stderr.isatty():
        typer.echo("overture: note: opening the example; the first time it takes a few seconds", err=True)
    ensure_example(url, now=datetime.now(UTC))


def _open_seat(settings: StudioSettings, *, is_example: bool) -> str | None:
    """Whose pages need no key: the seat that was named, the example's, or the only one; others never see them so.

    Raises:
        InputError: there is no such seat.
        ConfigurationError: nothing is set up in the database.
    """
    from .opening import all_seats, open_outreach

    with open_outreach(settings.database_url) as desk:
        names = [each.id for each in all_seats(desk)]
    if settings.open_seat is not None and settings.open_seat not in names:
        raise InputError("is not known here", field=f"seat {settings.open_seat!r}", expected=", ".join(names))
    if settings.open_seat is not None or not settings.is_loopback:
        return settings.open_seat
    if is_example:
        from overture.studio.example_data import SEAT

        return SEAT
    return names[0] if len(names) == 1 else None


def _ready(settings: StudioSettings, address: str, *, opens: bool) -> None:
    who = f"working as {settings.open_seat}" if settings.open_seat else "sign in with a key: overture studio keys add"
    typer.echo(plain(f"Overture Studio: {address} ({who})"))
    sys.stdout.flush()
    if opens:
        import threading
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
